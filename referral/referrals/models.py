"""Tables of the referrals room. Codes, states and days stand in clear, for lists and reports; packet and notes are
sealed.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Keyed
from referral.infra.sealed import Drawer, sealed_column
from referral.needs.models import Need
from referral.people.models import Person

_COUNTED = (
    "status",
    "reason",
    "outcome",
    "due_on",
    "answer_days",
    "close_days",
    "need_category",
    "organization_id",
    "desk_id",
    "staff_id",
)


class Referral(Keyed):
    """A person sent to a service for one need. `reason` and `reason_party` say why it stands where it stands.

    `packet` is what the partner is shown, fixed when it was prepared; `note` is the desk's own (why a misfit was
    chosen).
    """

    __tablename__ = "referral"
    __table_args__ = (
        Index("ix_referral_desk_id_status_due_on", "desk_id", "status", "due_on"),
        Index("ix_referral_organization_id_status_due_on", "organization_id", "status", "due_on"),
        Index("ix_referral_desk_id_created_at", "desk_id", "created_at"),
        Index("ix_referral_organization_id_created_at", "organization_id", "created_at"),
        # What is open (closed_at is null) comes in the order of its due day, what is closed in that of its end.
        Index("ix_referral_desk_id_closed_at", "desk_id", "closed_at", "due_on", "id"),
        Index("ix_referral_organization_id_closed_at", "organization_id", "closed_at", "due_on", "id"),
        # The outcomes report reads one of these alone, and not the rows with their sealed packets.
        Index("ix_referral_service_id_sent_at_counted", "service_id", "sent_at", *_COUNTED),
        Index("ix_referral_sent_at_counted", "sent_at", "service_id", *_COUNTED),
        CheckConstraint(
            "(closed_at IS NOT NULL) = "
            "(status IN ('rejected', 'completed', 'failed', 'cancelled', 'entered-in-error'))",
            name="closed_when_over",
        ),
        CheckConstraint(
            "status IN ('draft', 'waiting') OR sent_at IS NOT NULL OR closed_at IS NOT NULL", name="sent_when_under_way"
        ),
        CheckConstraint("(status = 'waiting') = (waits_for != '')", name="waits_for_a_rule"),
    )

    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organization.id"))
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    need_category: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(30), default="")
    reason_party: Mapped[str] = mapped_column(String(10), default="")
    outcome: Mapped[str] = mapped_column(String(30), default="")
    urgency: Mapped[str] = mapped_column(String(12))
    basis: Mapped[str] = mapped_column(String(20), default="consent", server_default="consent")  # rules/protection.py
    # Codes in clear, so that they can be counted: the rule whose step comes before; why a suggestion was not followed.
    waits_for: Mapped[str] = mapped_column(String(12), default="", server_default="")
    override_code: Mapped[str] = mapped_column(String(20), default="", server_default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]  # kept when it fails or is cancelled later: the report counts it
    closed_at: Mapped[datetime | None]
    # Days of the city's calendar from sending to a yes or a no and to the end, counted by the moves for the report.
    answer_days: Mapped[int | None]  # none when nobody answered, though a failure stamps answered_at too
    close_days: Mapped[int | None]
    due_on: Mapped[date | None]
    packet_sealed: Mapped[bytes | None] = sealed_column()
    note_sealed: Mapped[bytes | None] = sealed_column()
    version: Mapped[int] = mapped_column()

    person: Mapped[Person] = relationship()
    need: Mapped[Need] = relationship()
    packet = Drawer("packet_sealed", holder="person")
    note = Drawer("note_sealed", holder="person")

    __mapper_args__ = {"version_id_col": version}


class ReferralEvent(Keyed):
    """One step of a referral. `note` is a drawer with the key "text"; `how` is how the desk learnt of it."""

    __tablename__ = "referral_event"
    __table_args__ = (Index("ix_referral_event_referral_id_at_to_status", "referral_id", "at", "to_status"),)

    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    step: Mapped[int]  # 1, 2, 3... within the referral: two steps may share an instant
    from_status: Mapped[str | None] = mapped_column(String(20))
    to_status: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    party: Mapped[str] = mapped_column(String(10))
    how: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(String(30), default="")
    outcome: Mapped[str] = mapped_column(String(30), default="")
    note_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship()
    referral: Mapped[Referral] = relationship()  # so that both go in with one flush, the referral first
    note = Drawer("note_sealed", holder="person")


class NeedGap(Keyed):
    """A need for which no institution of the directory has a door, since when, and since when no longer.

    `rule` is the rule of the book that says so, "" when no service fits. Written by actions/gaps.py, for the reports.
    """

    __tablename__ = "need_gap"
    __audited__ = False  # follows from the need and the directory
    __table_args__ = (
        Index("ix_need_gap_person_id_lapsed_at", "person_id", "lapsed_at"),
        Index("ix_need_gap_at", "at", "code"),
    )

    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("need.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    code: Mapped[str] = mapped_column(String(40))
    rule: Mapped[str] = mapped_column(String(12), default="")
    at: Mapped[datetime]
    lapsed_at: Mapped[datetime | None]


class OutboxMessage(Keyed):
    """A message that ought to go out, written in the same work as what it tells. It names the referral's code and
    no person.

    Nothing delivers these yet: delivery is work of its own, and until then the desk tells the institution itself.
    """

    __tablename__ = "outbox_message"
    __audited__ = False
    __table_args__ = (Index("ix_outbox_message_delivered_at_created_at", "delivered_at", "created_at"),)

    kind: Mapped[str] = mapped_column(String(30))
    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organization.id"))
    referral_code: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
