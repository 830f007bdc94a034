"""Invented people for tests: `new_person(...)` as facts, `register(...)` on file."""

from __future__ import annotations

import uuid

from referral.access.identity import Identity
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.people.actions import register_person
from referral.people.facts import ContactFacts, IdentityFacts, NewPerson


def new_person(
    given: str = "Marie-Ange",
    surname1: str = "Joseph",
    surname2: str = "",
    *,
    chosen: str = "",
    birth: str = "1994-03-27",
    nationalities: tuple[str, ...] = ("HT",),
    phone: str = "+525555550123",
    language: str = "ht",
    alcaldia: str = "09015",
    curp: str = "",
) -> NewPerson:
    """A person with enough on file to be registered; name any other fact you need."""
    return NewPerson(
        IdentityFacts(
            PersonNames(given=given, surname1=surname1, surname2=surname2, chosen=chosen),
            PartialDate.from_text(birth),
            nationalities=nationalities,
            curp=curp,
        ),
        ContactFacts(language=language, phone=phone, alcaldia=alcaldia),
    )


def register(database: Database, identity: Identity, new: NewPerson | None = None) -> uuid.UUID:
    """Open a file as this account; returns the person's ref."""
    with serving(database, identity), unit_of_work("people.register") as work:
        return register_person(work, new or new_person())
