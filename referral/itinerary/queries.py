"""What one person's itinerary is drawn from. Called by this room's page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.kernel.codes import URGENCY_LEVELS
from referral.people.facts import PersonCard
from referral.people.queries.cards import person_record
from referral.referrals.facts import OPEN, ReferralLine
from referral.referrals.queries.contacts import Contact, contacts
from referral.referrals.queries.lists import referrals_of
from referral.referrals.rules.slip import is_discreet

_RANK = {level.code: place for place, level in enumerate(URGENCY_LEVELS)}


@dataclass(frozen=True, slots=True)
class Visit:
    """A referral that may be printed. `discreet`: its name alone would tell what the visit is about."""

    line: ReferralLine
    contact: Contact
    discreet: bool


@dataclass(frozen=True, slots=True)
class Journey:
    """What one person's itinerary is drawn from: her open referrals, the most urgent first, and her papers' codes."""

    card: PersonCard
    visits: tuple[Visit, ...]
    papers: frozenset[str]


def journey(session: Session, reach: Reach, person: uuid.UUID, *, today: date) -> Journey:
    """Her open referrals with what the directory knows of each door; OutOfReach when another desk keeps her file.

    As many statements for one referral as for ten.
    """
    record = person_record(session, reach, person, today=today)
    lines = [line for line in referrals_of(session, person, today=today) if line.status in OPEN]
    lines.sort(key=lambda line: (_RANK.get(line.urgency, len(_RANK)), line.created_at))
    known = contacts(session, {line.service for line in lines})
    visits = tuple(
        Visit(
            line,
            known[line.service],
            is_discreet(line.category, line.need_code, confidential=known[line.service].confidential),
        )
        for line in lines
    )
    papers = frozenset(paper.kind for paper in record.documents)
    return Journey(record.card, visits, papers | {"CURP"} if record.identity.curp else papers)
