"""The work list's filter in the address: read from the query string and written back. No person is ever in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from referral.access.identity import Identity
from referral.infra.web.pages import quick_url_for
from referral.kernel.codes import NEED_CATEGORIES, OUTCOMES
from referral.referrals.facts import Group, ReferralFilter, Status

_ALL = "todas"
Chosen = TypeVar("Chosen", bound=StrEnum)


def asked_filter(arguments: MultiDict[str, str], identity: Identity) -> ReferralFilter:
    """What the address asks for. What it says in words of its own (an unknown code, half a date) is left out."""
    group = next((group for group in Group if group.value == arguments.get("grupo")), None)
    if "grupo" not in arguments:
        group = Group.OPEN
    category = arguments.get("categoria", "")
    return ReferralFilter(
        group=group,
        organization=_ref(arguments.get("institucion")),
        service=_ref(arguments.get("servicio")),
        staff=identity.staff if arguments.get("mias") == "1" else None,
        category=category if category in NEED_CATEGORIES else "",
        sent_from=_day(arguments.get("desde")),
        sent_to=_day(arguments.get("hasta")),
        statuses=tuple(_known(Status, arguments.getlist("estado"))),
        outcomes=tuple(code for code in arguments.getlist("resultado") if code in OUTCOMES),
    )


def filter_address(asked: ReferralFilter, *, group: Group | str | None = "", page: int = 1) -> str:
    """The address of the list with this filter; `group` replaces the group when given (None: all of them)."""
    wanted = asked.group if group == "" else group
    values: dict[str, object] = {
        "grupo": wanted.value if isinstance(wanted, Group) else _ALL,
        "institucion": asked.organization,
        "servicio": asked.service,
        "mias": "1" if asked.staff else None,
        "categoria": asked.category or None,
        "desde": asked.sent_from,
        "hasta": asked.sent_to,
        "estado": [status.value for status in asked.statuses] or None,
        "resultado": list(asked.outcomes) or None,
        "p": page if page > 1 else None,
    }
    asks = urlencode({name: value for name, value in values.items() if value is not None}, doseq=True)
    return f"{quick_url_for('referrals.referral_list')}?{asks}"


def _ref(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _known(kind: type[Chosen], texts: Iterable[str]) -> Iterable[Chosen]:
    values = {item.value: item for item in kind}
    return (values[text] for text in texts if text in values)
