"""Reads of the households room: a person's household, who answers for a child, what routing asks of her company.

The caller has checked that the person is within reach. Called by this room's pages and by every room above.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Uuid, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from referral.households.facts import Guardian, Household, Kind, Leaving, Member, PastMember, Proof
from referral.households.models import Guardianship, HouseholdMember
from referral.households.rules.company import companions
from referral.infra.db import bare
from referral.infra.sealed import open_held, open_own
from referral.infra.work import served_today
from referral.kernel.partial_dates import PartialDate
from referral.people import drawers
from referral.people.facts import IdentityFacts
from referral.people.models import Person

_GENDER_OF_PRONOUNS = {"ella": "women", "el": "men", "elle": "other"}
_GENDER_OF_DOCUMENT = {"M": "women", "H": "men", "X": "other"}


def household_of(session: Session, person: uuid.UUID, *, today: date | None = None) -> Household | None:
    """The household this person belongs to today, with who answers for each child; None without one. One statement."""
    return _household(session, bare(session, _members(), {"person": person}).all(), today or served_today())


def household_by_ref(session: Session, ref: uuid.UUID, *, today: date | None = None) -> Household | None:
    """The same by the household's own ref. One statement."""
    return _household(session, bare(session, _by_ref(), {"household": ref}).all(), today or served_today())


def guardians_of(session: Session, child: uuid.UUID) -> tuple[Guardian, ...]:
    """The adults who answer for a child today, registered or not, oldest note first. One statement."""
    rows = bare(session, _guardians(), {"child": child}).all()
    return tuple(_guardian(session, row) for row in rows)


def companions_of(session: Session, person: uuid.UUID, *, today: date | None = None) -> frozenset[str] | None:
    """Kinds of people she must not be separated from ("women", "men", "children"); None when nobody knows.

    A person without a household is not known to be alone.
    """
    return companions_in(household_of(session, person, today=today), person)


def companions_in(household: Household | None, person: uuid.UUID) -> frozenset[str] | None:
    """The same of a household that was read already."""
    member = household.member(person) if household else None
    return companions(member, household) if household and member else None


def story_of(session: Session, household: uuid.UUID) -> tuple[PastMember, ...]:
    """Times in this household that ended, the latest first."""
    rows = session.execute(
        select(HouseholdMember, Person.data_key, Person.identity_sealed)
        .join(Person, Person.id == HouseholdMember.person_id)
        .where(HouseholdMember.household_id == household, HouseholdMember.left_at.is_not(None))
        .order_by(HouseholdMember.left_at.desc(), HouseholdMember.id.desc())
    )
    return tuple(
        PastMember(
            person=row.person_id,
            name=_identity(session, row.person_id, key, sealed).names.display,
            relation=row.relation,
            head=row.is_head,
            joined_at=row.joined_at,
            left_at=row.left_at,
            because=Leaving(row.left_because),
        )
        for row, key, sealed in rows
        if row.left_at is not None
    )


# Bare columns in statements made once, on first use, when every table that they point at is known.
_ADULT = aliased(Person)
_GUARDIAN_COLUMNS = (
    Guardianship.id.label("guardianship"),
    Guardianship.person_id.label("child"),
    Guardianship.guardian_id,
    Guardianship.kind,
    Guardianship.proof,
    Guardianship.accompanies,
    Guardianship.since,
    Guardianship.adult_sealed,
    _ADULT.data_key.label("adult_key"),
    _ADULT.identity_sealed.label("adult_identity"),
)


@cache
def _all_members() -> Select[*tuple[Any, ...]]:
    member = (
        HouseholdMember.household_id,
        HouseholdMember.relation,
        HouseholdMember.is_head,
        HouseholdMember.goes_with,
        HouseholdMember.joined_at,
        Person.id,
        Person.data_key,
        Person.identity_sealed,
        Person.folio,
        Person.desk_id,
    )
    answering = and_(Guardianship.person_id == Person.id, Guardianship.until.is_(None))
    return (
        select(*member, *_GUARDIAN_COLUMNS)
        .join(Person, Person.id == HouseholdMember.person_id)
        .outerjoin(Guardianship, answering)
        .outerjoin(_ADULT, _ADULT.id == Guardianship.guardian_id)
        .where(HouseholdMember.left_at.is_(None))
        .order_by(HouseholdMember.joined_at, HouseholdMember.id, Guardianship.since, Guardianship.id)
    )


@cache
def _members() -> Select[*tuple[Any, ...]]:
    own = aliased(HouseholdMember)
    hers = select(own.household_id).where(own.person_id == bindparam("person", type_=Uuid), own.left_at.is_(None))
    return _all_members().where(HouseholdMember.household_id == hers.scalar_subquery())


@cache
def _by_ref() -> Select[*tuple[Any, ...]]:
    return _all_members().where(HouseholdMember.household_id == bindparam("household", type_=Uuid))


@cache
def _guardians() -> Select[*tuple[Any, ...]]:
    return (
        select(*_GUARDIAN_COLUMNS, Person.data_key)
        .join(Person, Person.id == Guardianship.person_id)
        .outerjoin(_ADULT, _ADULT.id == Guardianship.guardian_id)
        .where(Guardianship.person_id == bindparam("child", type_=Uuid), Guardianship.until.is_(None))
        .order_by(Guardianship.since, Guardianship.id)
    )


def _household(session: Session, rows: Iterable[Row[*tuple[Any, ...]]], today: date) -> Household | None:
    # A child with two adults comes as two rows.
    grouped: dict[uuid.UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        grouped.setdefault(row.id, []).append(row)
    if not grouped:
        return None
    members = tuple(_member(session, found, today) for found in grouped.values())
    return Household(next(iter(grouped.values()))[0].household_id, tuple(sorted(members, key=_place)))


def _place(member: Member) -> tuple[bool, date]:
    # The head, then the oldest; those of unknown age last.
    return (not member.head, member.birth.earliest() or date.max)


def _member(session: Session, rows: list[Row[*tuple[Any, ...]]], today: date) -> Member:
    row = rows[0]
    identity = _identity(session, row.id, row.data_key, row.identity_sealed)
    return Member(
        ref=row.id,
        name=identity.names.display,
        birth=identity.birth,
        minor=identity.birth.is_minor(today),
        gender=gender_of(identity),
        relation=row.relation,
        head=row.is_head,
        goes_with=row.goes_with,
        accompaniment=identity.accompaniment,
        guardians=tuple(_guardian(session, one) for one in rows if one.guardianship is not None),
        folio=row.folio,
        desk=row.desk_id,
        since=row.joined_at,
    )


def _guardian(session: Session, row: Row[*tuple[Any, ...]]) -> Guardian:
    adult = _adult(session, row)
    if row.guardian_id is None:
        name, birth = adult.get("name", ""), PartialDate.unknown()
    else:
        identity = _identity(session, row.guardian_id, row.adult_key, row.adult_identity)
        name, birth = identity.names.display, identity.birth
    return Guardian(
        ref=row.guardianship,
        child=row.child,
        kind=Kind(row.kind),
        proof=Proof(row.proof),
        person=row.guardian_id,
        name=name,
        phone=adult.get("phone", ""),
        note=adult.get("note", ""),
        birth=birth,
        here=row.accompanies,
        since=row.since,
    )


def _adult(session: Session, row: Row[*tuple[Any, ...]]) -> dict[str, str]:
    holder = f"{Person.__tablename__}|{row.child}"
    table, ref, sealed = Guardianship.__tablename__, row.guardianship, row.adult_sealed
    return open_held(session, table, "adult_sealed", ref, holder=holder, data_key=row.data_key, sealed=sealed)


def _identity(session: Session, ref: uuid.UUID, key: bytes, sealed: bytes | None) -> IdentityFacts:
    return drawers.identity_facts(
        open_own(session, Person.__tablename__, "identity_sealed", ref, data_key=key, sealed=sealed)
    )


def gender_of(identity: IdentityFacts) -> str:
    """ "women", "men", "other" or "": as she says, else as on her document."""
    return _GENDER_OF_PRONOUNS.get(identity.pronouns) or _GENDER_OF_DOCUMENT.get(identity.sex_document, "")
