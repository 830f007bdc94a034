"""One door in words, as the pages of offers show it: where, when, by what number, open now or not. For views.

Kept by what they say, in each language: a day's pages show the same few doors over and over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from flask_babel import gettext as _

from referral.directory import door_words
from referral.directory.browse_facts import Hours
from referral.directory.facts import PhoneFact, PlaceFact, ScheduleFact
from referral.directory.labels import hours
from referral.directory.rules.hours import state
from referral.infra.web.formats import code_label, page_language
from referral.referrals.queries.contacts import Contact


@dataclass(frozen=True, slots=True)
class DoorLines:
    """Empty where the directory knows nothing. `example` says which of it is invented for a demonstration."""

    where: str
    when: str
    phones: tuple[str, ...]
    example: str


def door_lines(contact: Contact) -> DoorLines:
    """Where, when and by what number, in the page's language. A confidential place gives no address."""
    return _lines(contact.places, contact.confidential, contact.hours, contact.phones, page_language())


@lru_cache(maxsize=1024)
def _lines(
    places: tuple[PlaceFact, ...],
    confidential: bool,
    weekly: tuple[ScheduleFact, ...],
    phones: tuple[PhoneFact, ...],
    _language: str,
) -> DoorLines:
    demo_place = any(one.demo for one in places) or any(one.demo for one in weekly)
    demo_phone = any(one.demo for one in phones)
    return DoorLines(
        where=_("Dirección reservada: coordine la llegada con el servicio.")
        if confidential
        else "; ".join(map(_place, places)),
        when="; ".join(map(hours, weekly)),
        phones=tuple(one.number for one in phones),
        example=_example(demo_place=demo_place, demo_phone=demo_phone),
    )


def _place(place: PlaceFact) -> str:
    return ", ".join(filter(None, (place.address, code_label(place.alcaldia, "alcaldias"))))


def _example(*, demo_place: bool, demo_phone: bool) -> str:
    if demo_place and demo_phone:
        return _("datos de demostración")
    if demo_place:
        return _("lugar y horario de demostración")
    return _("teléfono de demostración") if demo_phone else ""


def door_now(opens: Hours, now: datetime, holidays: frozenset[date]) -> str:
    """What somebody at the door would find now, to the minute."""
    return _door_now(opens, now.replace(second=0, microsecond=0), holidays, page_language())


@lru_cache(maxsize=1024)
def _door_now(opens: Hours, minute: datetime, holidays: frozenset[date], _language: str) -> str:
    return door_words.door(opens, state(opens.openings, minute, holidays=holidays), minute, holidays)
