"""Invented families for tests: a Haitian family of five, members typed in a line."""

from __future__ import annotations

import uuid

from referral.access.identity import Identity
from referral.households.actions.family import register_family
from referral.households.facts import NewFamily, NewMember
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.people.facts import ContactFacts, IdentityFacts, NewPerson

SHARED = ContactFacts(language="ht", interpreter=True, phone="+525555550177", alcaldia="09015", housing="shelter")


def relative(
    given: str, relation: str, birth: str, *, sex: str = "", nationality: str = "HT", goes_with: bool = True
) -> NewMember:
    """One new member of a family that shares its contact."""
    identity = IdentityFacts(
        PersonNames(given=given, surname1="Joseph"),
        PartialDate.from_text(birth),
        nationalities=(nationality,),
        sex_document=sex,
    )
    return NewMember(NewPerson(identity, SHARED), relation=relation, goes_with=goes_with)


def haitian_family() -> NewFamily:
    """Mother, father, and three children born in Haiti, Chile and Mexico."""
    return NewFamily(
        (
            relative("Marie-Ange", "", "1990-04-02", sex="M"),
            relative("Wilner", "partner", "1986", sex="H"),
            relative("Woodley", "child", "2012-07-19", sex="H"),
            relative("Esther", "child", "2018-01-30", sex="M", nationality="CL"),
            relative("Samuel", "child", "2026-02-11", sex="H", nationality="MX"),
        ),
        partner_is_parent=True,
    )


def register_haitian_family(database: Database, identity: Identity) -> tuple[uuid.UUID, ...]:
    """The family of five on file: mother, father, boy of 14, girl of 8, baby."""
    with serving(database, identity), unit_of_work("households.register") as work:
        return register_family(work, haitian_family())
