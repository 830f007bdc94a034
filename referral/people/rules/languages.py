"""A language as told: one of the list, or the name of one outside it. Pure; asked by the forms and by registration."""

from __future__ import annotations

from referral.kernel.codes import LANGUAGES
from referral.kernel.names import normalise
from referral.kernel.refusal import Refused
from referral.people.facts import UNLISTED
from referral.people.rules.registration import Reason


def language_told(code: str, name: str, *, field: str = "language_name") -> tuple[str, str]:
    """The code and, of a language outside the list, its name. A name that stands in the list becomes its code.

    Refused when a language of the list is chosen and another one named.
    """
    listed = _listed(name)
    if not name or (listed and listed == code):
        return code, ""
    if code not in {"", UNLISTED}:
        raise Refused(Reason.LANGUAGE_TWICE, field=field)
    return (listed, "") if listed else (UNLISTED, name)


def _listed(name: str) -> str:
    wanted = normalise(name)
    known = (
        one.code
        for one in LANGUAGES
        if one.code != UNLISTED and wanted in {normalise(one.es), normalise(one.en), normalise(one.own_name)}
    )
    return next(known, "") if wanted else ""
