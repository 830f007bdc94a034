"""Reads of the consent room: what stands for a person. Asked by every room before it uses or sends anything of hers."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased, contains_eager

from referral.access.reach import Reach
from referral.consent.facts import (
    BasisLine,
    ConsentState,
    ContactTerms,
    Decision,
    GivenBy,
    NoticeChannel,
    NoticeLine,
    OtherBasis,
    Purpose,
    Recorded,
    WrittenLine,
)
from referral.consent.models import BasisUse, Consent, NoticeGiven, WrittenConsent
from referral.infra.db import bare, within
from referral.people.models import Person
from referral.staff.models import Desk, Staff

_ANSWER, _NOTICE, _WRITTEN = "answer", "notice", "written"  # what a row of _state tells


# Bare columns, asked in statements made once: every step with a person asks these, and none changes a row. Columns of
# the mapped classes, so that what the same work changed is flushed before; made on first use, when every table that
# they point at is known and has given them their types.
@cache
def _in_force() -> Select[*tuple[Any, ...]]:
    columns = (
        Consent.purpose,
        Consent.organization_id,
        Consent.decision,
        Consent.how,
        Consent.language,
        Consent.interpreter,
        Consent.notice_version,
        Consent.at,
        Consent.expires_on,
        Consent.withdrawn_at,
        Consent.given_by,
    )
    every = select(*columns).where(Consent.person_id == bindparam("person", type_=Uuid), Consent.replaced_at.is_(None))
    return every.order_by(Consent.at, Consent.id)


@cache
def _one_in_force(*, partner: bool) -> Select[*tuple[Any, ...]]:
    asked = Consent.organization_id == bindparam("organization", type_=Uuid)
    organization = asked if partner else Consent.organization_id.is_(None)
    return _in_force().where(Consent.purpose == bindparam("purpose"), organization)


@cache
def _notices() -> Select[*tuple[Any, ...]]:
    return (
        select(NoticeGiven.version, NoticeGiven.channel, NoticeGiven.language, NoticeGiven.interpreter, NoticeGiven.at)
        .where(NoticeGiven.person_id == bindparam("person", type_=Uuid))
        .order_by(NoticeGiven.at.desc(), NoticeGiven.id.desc())
        .limit(1)
    )


@cache
def _state() -> Select[*tuple[Any, ...]]:
    """Every answer in force; the last notice; the written consents not used yet: one statement for the three."""
    answers = _in_force().order_by(None).add_columns(Consent.id, literal(_ANSWER).label("told"))
    last = _notices().with_only_columns(NoticeGiven.id).scalar_subquery()
    notice: dict[str, Any] = {
        "told": literal(_NOTICE),
        "how": NoticeGiven.channel,
        "language": NoticeGiven.language,
        "interpreter": NoticeGiven.interpreter,
        "notice_version": NoticeGiven.version,
        "at": NoticeGiven.at,
        "id": NoticeGiven.id,
    }
    written: dict[str, Any] = {
        "told": literal(_WRITTEN),
        "organization_id": WrittenConsent.service_id,
        "at": WrittenConsent.at,
        "expires_on": WrittenConsent.expires_on,
        "id": WrittenConsent.id,
    }

    def beside(columns: Mapping[str, Any]) -> Select[*tuple[Any, ...]]:
        return select(*(columns.get(column.key or "", null()) for column in answers.selected_columns))

    unused = (
        WrittenConsent.person_id == bindparam("person", type_=Uuid),
        WrittenConsent.confirmed_at.is_not(None),
        WrittenConsent.used_at.is_(None),
        WrittenConsent.withdrawn_at.is_(None),
    )
    every = union_all(answers, beside(notice).where(NoticeGiven.id == last), beside(written).where(*unused)).subquery()
    return select(*(column for column in every.c if column.key != "id")).order_by(every.c.at, every.c.id)


def consent_state(session: Session, person: uuid.UUID) -> ConsentState:
    """The last notice, every answer in force and the written consents not used yet, in one statement."""
    notice, answers, written = None, [], []
    for row in bare(session, _state(), {"person": person}):
        if row.told == _ANSWER:
            answers.append(_recorded(row))
        elif row.told == _WRITTEN:
            written.append((row.organization_id, row.expires_on))
        else:
            channel = NoticeChannel(row.how)
            notice = NoticeLine(row.notice_version, channel, row.language, row.interpreter, row.at)
    return ConsentState(notice, tuple(answers), tuple(written))


def has_consent(
    session: Session, person: uuid.UUID, purpose: Purpose, organization: uuid.UUID | None = None, *, today: date
) -> bool:
    """Whether she allows this today. A purpose never asked is not allowed."""
    asked = {"person": person, "purpose": purpose.value, "organization": organization}
    if organization is None:
        del asked["organization"]
    row = bare(session, _one_in_force(partner=organization is not None), asked).first()
    return row is not None and _recorded(row).allows(today)


def people_allowing(
    session: Session, people: Collection[uuid.UUID], purpose: Purpose, *, today: date
) -> frozenset[uuid.UUID]:
    """Which of these people allow it today, in one statement; for reports. Not for referrals, asked by institution."""
    rows = session.scalars(
        select(Consent).where(
            Consent.person_id.in_(people), Consent.purpose == purpose.value, Consent.replaced_at.is_(None)
        )
    )
    return frozenset(row.person_id for row in rows if _recorded(row).allows(today))


def last_notice(session: Session, person: uuid.UUID) -> NoticeLine | None:
    """The last time the notice was given to her."""
    row = bare(session, _notices(), {"person": person}).first()
    if row is None:
        return None
    return NoticeLine(row.version, NoticeChannel(row.channel), row.language, row.interpreter, row.at)


def _recorded(row: Any) -> Recorded:
    """Of a row, or of its bare columns."""
    return Recorded(
        purpose=Purpose(row.purpose),
        organization=row.organization_id,
        decision=Decision(row.decision),
        how=row.how,
        language=row.language,
        interpreter=row.interpreter,
        notice_version=row.notice_version,
        at=row.at,
        expires_on=row.expires_on,
        withdrawn_at=row.withdrawn_at,
        given_by=GivenBy(row.given_by),
    )


def contact_terms(session: Session, person: uuid.UUID, *, today: date) -> ContactTerms | None:
    """How she wants to be looked for; None when she does not allow it today. One statement."""
    row = session.scalar(
        select(Consent).where(
            Consent.person_id == person, Consent.purpose == Purpose.CONTACT.value, Consent.replaced_at.is_(None)
        )
    )
    if row is None or not _recorded(row).allows(today):
        return None
    detail = row.detail
    return ContactTerms(tuple(detail.get("channels", ())), detail.get("hours", ""))


def written_of(session: Session, person: uuid.UUID) -> list[WrittenLine]:
    """Her written consents, newest first, in one statement. The caller has decided that she is within reach."""
    recorder, confirmer = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(WrittenConsent, recorder.name, confirmer.name)
        .outerjoin(recorder, recorder.id == WrittenConsent.staff_id)
        .outerjoin(confirmer, confirmer.id == WrittenConsent.confirmed_by)
        .where(WrittenConsent.person_id == person)
        .order_by(WrittenConsent.at.desc(), WrittenConsent.id.desc())
    )
    return [_written(row, by or "", second or "") for row, by, second in rows]


def unconfirmed_written(session: Session, reach: Reach, *, today: date) -> list[WrittenLine]:
    """Written consents of people within reach that wait for a second person, oldest first. One statement."""
    recorder = aliased(Staff)
    rows = session.execute(
        select(WrittenConsent, recorder.name)
        .join(Person, Person.id == WrittenConsent.person_id)
        .outerjoin(recorder, recorder.id == WrittenConsent.staff_id)
        .where(
            WrittenConsent.confirmed_at.is_(None),
            WrittenConsent.used_at.is_(None),
            WrittenConsent.withdrawn_at.is_(None),
            WrittenConsent.expires_on >= today,
            within(reach, desk=Person.desk_id),
        )
        .options(contains_eager(WrittenConsent.person))
        .order_by(WrittenConsent.at)
    )
    return [_written(row, by or "", "") for row, by in rows]


def basis_uses(session: Session, *, waiting: bool, page: int = 1, per_page: int = 50) -> list[BasisLine]:
    """Uses of another basis than consent: those that wait for the review, soonest due first; or those reviewed, latest
    first. One row more than `per_page` tells that a further page exists. One statement.
    """
    found = (
        select(BasisUse, Staff.name, Desk.name)
        .join(Person, Person.id == BasisUse.person_id)
        .join(Desk, Desk.id == BasisUse.desk_id)
        .outerjoin(Staff, Staff.id == BasisUse.staff_id)
        .options(contains_eager(BasisUse.person))
        .offset((page - 1) * per_page)
        .limit(per_page + 1)
    )
    if waiting:
        found = found.where(BasisUse.reviewed_at.is_(None)).order_by(BasisUse.due_on, BasisUse.id)
    else:
        found = found.where(BasisUse.reviewed_at.is_not(None)).order_by(BasisUse.reviewed_at.desc(), BasisUse.id)
    return [_use(row, staff_name or "", desk_name) for row, staff_name, desk_name in session.execute(found)]


def waiting_reviews(session: Session) -> int:
    """How many uses of another basis wait for the data protection officer. One statement; for the home page."""
    return session.scalar(select(func.count()).select_from(BasisUse).where(BasisUse.reviewed_at.is_(None))) or 0


def care_withdrawn(session: Session, person: uuid.UUID) -> bool:
    """Whether she took back the permission to keep her data: her file takes no new work until she gives it again."""
    found = bare(session, _one_in_force(partner=False), {"person": person, "purpose": Purpose.CARE.value}).first()
    return found is not None and found.withdrawn_at is not None


def _use(row: BasisUse, staff_name: str, desk_name: str) -> BasisLine:
    return BasisLine(
        ref=row.id,
        person=row.person_id,
        basis=OtherBasis(row.basis),
        reason=row.reason.get("text", ""),
        at=row.at,
        staff_name=staff_name,
        desk_name=desk_name,
        due_on=row.due_on,
        reviewed_at=row.reviewed_at,
        upheld=row.upheld,
    )


def _written(row: WrittenConsent, staff_name: str, confirmed_by: str) -> WrittenLine:
    paper = row.paper
    return WrittenLine(
        ref=row.id,
        person=row.person_id,
        service=row.service_id,
        rule=row.rule,
        seen=row.seen,
        reference=paper.get("reference", ""),
        reason=paper.get("reason", ""),
        at=row.at,
        staff=row.staff_id,
        staff_name=staff_name,
        confirmed_at=row.confirmed_at,
        confirmed_by=confirmed_by,
        used_at=row.used_at,
        withdrawn_at=row.withdrawn_at,
        expires_on=row.expires_on,
    )
