"""Invented needs and referrals for tests: a loaded directory, a person with notice given, a need noted, a referral
sent.
"""

from __future__ import annotations

import uuid

from referral.access.identity import Identity
from referral.consent.actions import record_notice
from referral.consent.facts import NewNotice, NoticeChannel
from referral.directory.actions import load_catalogue
from referral.directory.queries.service_facts import services_by_key
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.needs.actions import add_need
from referral.needs.facts import NewNeed
from referral.people.facts import NewPerson
from referral.referrals.actions.move import move_referral
from referral.referrals.actions.prepare import prepare_referral
from referral.referrals.facts import AnswerDays, How, Move, NewReferral, Status
from referral.referrals.models import Referral
from tests.factories.people import register

DAYS = AnswerDays()


def load_directory(database: Database) -> None:
    """The real catalogue, as an installation loads it."""
    with serving(database), unit_of_work("directory.load") as work:
        load_catalogue(work)


def service(database: Database, key: str) -> uuid.UUID:
    """A service's ref by its catalogue key."""
    with database.session(writing=False) as session:
        return services_by_key(session, keys=[key])[0].ref


def organization_of(database: Database, key: str) -> uuid.UUID:
    """The institution that gives a service."""
    with database.session(writing=False) as session:
        return services_by_key(session, keys=[key])[0].organization_ref


def served_person(database: Database, identity: Identity, new: NewPerson | None = None) -> uuid.UUID:
    """Somebody registered who was given the privacy notice."""
    person = register(database, identity, new)
    with serving(database, identity), unit_of_work("consent.record") as work:
        record_notice(work, person=person, new=NewNotice(NoticeChannel.READ_ALOUD, "ht", interpreter=True))
    return person


def note_need(
    database: Database, identity: Identity, person: uuid.UUID, code: str = "HEALTH_GENERAL", urgency: str = ""
) -> uuid.UUID:
    """A need noted; its ref."""
    with serving(database, identity), unit_of_work("needs.add") as work:
        return add_need(work, person=person, new=NewNeed(code, urgency or None))


def prepare(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    need: uuid.UUID,
    key: str = "SEDESA",
    *,
    consent: str = "yes",
    note: str = "",
    fields: tuple[str, ...] | None = None,
    override: str = "",
) -> uuid.UUID:
    """A referral prepared with this answer of the person (yes: sent); its ref."""
    new = NewReferral(
        person=person,
        need=need,
        service=service(database, key),
        consent=consent,
        consent_how="verbal_witness",
        language="ht",
        fields=fields,
        note=note,
        override=override,
    )
    with serving(database, identity), unit_of_work("referrals.prepare") as work:
        return prepare_referral(work, new, days=DAYS, consent_days=90)


def moved(
    database: Database,
    identity: Identity,
    ref: uuid.UUID,
    to: Status,
    *,
    reason: str = "",
    outcome: str = "",
    how: How | None = How.PHONE,
    note: str = "",
) -> None:
    """One step of a referral, from where it stands."""
    with serving(database, identity), unit_of_work("referrals.move") as work:
        version = work.session.get_one(Referral, ref).version
        move_referral(work, ref=ref, move=Move(to, version, how, reason, outcome, note))
