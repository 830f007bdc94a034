"""Preparing, sending, answering and closing, with the real database."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlalchemy import func, select, text

from referral.access.identity import Identity, Role
from referral.consent.actions import withdraw
from referral.consent.facts import Purpose
from referral.consent.models import Consent
from referral.consent.rules import Reason as ConsentReason
from referral.infra.audit import AuditEntry
from referral.infra.db import Database
from referral.infra.work import NotPermitted, OutOfReach, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refusal import Refused
from referral.needs.facts import NeedStatus
from referral.needs.models import Need
from referral.referrals.actions.move import move_referral
from referral.referrals.actions.prepare import send_draft
from referral.referrals.actions.steps import Stale
from referral.referrals.facts import TERMINAL, How, Move, Party, Status
from referral.referrals.models import OutboxMessage, Referral, ReferralEvent
from referral.referrals.rules.moves import allowed_moves, rule_for
from referral.referrals.rules.reasons import COMPLETED_OUTCOMES, reasons_for
from referral.referrals.rules.refusals import Reason
from tests.factories import referrals as make
from tests.factories.glass import break_glass
from tests.factories.people import new_person, register
from tests.referrals.conftest import Scene


def row(database: Database, ref: uuid.UUID) -> Referral:
    with database.session(writing=False) as session:
        return session.get_one(Referral, ref)


def need_of(database: Database, ref: uuid.UUID) -> Need:
    with database.session(writing=False) as session:
        return session.get_one(Need, ref)


def events(database: Database, ref: uuid.UUID) -> list[ReferralEvent]:
    with database.session(writing=False) as session:
        found = select(ReferralEvent).where(ReferralEvent.referral_id == ref).order_by(ReferralEvent.step)
        return list(session.scalars(found))


def test_a_yes_sends_and_writes_everything_in_one_work(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need, note="Prefiere por la mañana")
    sent = row(scene.database, ref)
    assert sent.status == "requested"
    assert sent.sent_at is not None
    assert str(sent.due_on) == "2026-12-04"  # ten working days after a Friday
    assert need_of(scene.database, scene.need).status == NeedStatus.REFERRED
    assert [(event.from_status, event.to_status) for event in events(scene.database, ref)] == [
        (None, "draft"),
        ("draft", "requested"),
    ]
    with scene.database.session(writing=False) as session:
        consent = session.scalars(select(Consent)).one()
        assert (consent.purpose, consent.decision, consent.how) == ("referral", "yes", "verbal_witness")
        assert str(consent.expires_on) == "2027-02-18"
        message = session.scalars(select(OutboxMessage)).one()
        assert (message.kind, message.referral_code, message.delivered_at) == ("referral_sent", sent.code, None)


@pytest.mark.parametrize("answer", ["no", "not_now"])
def test_without_a_yes_nothing_leaves(scene: Scene, answer: str) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need, consent=answer)
    kept = row(scene.database, ref)
    assert (kept.status, kept.sent_at, kept.due_on) == ("draft", None, None)
    assert need_of(scene.database, scene.need).status == NeedStatus.OPEN
    with scene.database.session(writing=False) as session:
        assert session.scalars(select(OutboxMessage)).all() == []
        assert session.scalars(select(Consent)).one().decision == answer
    with pytest.raises(Refused) as no:
        make.moved(scene.database, scene.desk, ref, Status.REQUESTED)
    assert no.value.reason is Reason.CONSENT_MISSING


def test_a_draft_goes_once_she_says_yes(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need, consent="not_now")
    assert send(scene, ref, "no") is False
    assert row(scene.database, ref).status == "draft"
    assert send(scene, ref, "yes") is True
    assert row(scene.database, ref).status == "requested"
    with pytest.raises(Stale):
        send(scene, ref, "yes")


def send(scene: Scene, ref: uuid.UUID, answer: str, identity: Identity | None = None) -> bool:
    with serving(scene.database, identity or scene.desk), unit_of_work("referrals.send") as work:
        return send_draft(
            work,
            ref=ref,
            version=work.session.get_one(Referral, ref).version,
            consent=answer,
            consent_how="signed",
            language="ht",
            days=make.DAYS,
            consent_days=90,
        )


@pytest.mark.parametrize(("answer", "how"), [("", "signed"), ("perhaps", "signed")])
def test_an_open_question_is_no_consent(scene: Scene, answer: str, how: str) -> None:
    with pytest.raises(Refused) as no:
        make.prepare(scene.database, scene.desk, scene.person, scene.need, consent=answer)
    assert no.value.reason is Reason.ANSWER_MISSING
    assert_nothing_written(scene)


def assert_nothing_written(scene: Scene) -> None:
    with scene.database.session(writing=False) as session:
        for table in (Referral, ReferralEvent, OutboxMessage, Consent):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table


def test_no_yes_counts_before_the_notice_was_given(scene: Scene) -> None:
    person = register(scene.database, scene.desk)
    need = make.note_need(scene.database, scene.desk, person)
    with pytest.raises(Refused) as no:
        make.prepare(scene.database, scene.desk, person, need)
    assert no.value.reason is ConsentReason.NOTICE_NOT_GIVEN
    assert_nothing_written(scene)


def test_the_packet_is_a_snapshot_of_the_ticked_fields_and_is_sealed(scene: Scene) -> None:
    ref = make.prepare(
        scene.database, scene.desk, scene.person, scene.need, fields=("name", "language"), note="Llega sola"
    )
    with scene.database.session(writing=False) as session:
        packet = session.get_one(Referral, ref).packet
        raw = session.execute(text("SELECT packet_sealed FROM referral")).scalar_one()
    assert packet == {"fields": {"name": "Marie-Ange Joseph", "language": "ht"}, "note": "Llega sola"}
    for secret in ("Marie", "Joseph", "Llega"):
        assert secret.encode() not in bytes(raw)
    with pytest.raises(Refused) as no:
        make.prepare(scene.database, scene.desk, scene.person, scene.need, "IMSS", fields=("profiles",))
    assert no.value.reason is Reason.PACKET_FIELD_UNKNOWN


def test_a_blocked_door_stays_shut_whatever_is_written(scene: Scene) -> None:
    child = make.served_person(scene.database, scene.desk, new_person("Luis", "Paz", birth="2014-05-01"))
    need = make.note_need(scene.database, scene.desk, child, "PROTECT_UASC")
    with pytest.raises(Refused) as no:
        make.prepare(scene.database, scene.desk, child, need, "INM", override="porque sí")
    assert no.value.reason in {Reason.BLOCKED, Reason.SERVICE_NOT_REFERRABLE}
    with pytest.raises(Refused) as no:
        make.prepare(scene.database, scene.desk, child, need, "CONSULADOS", override="porque sí")
    assert no.value.reason is Reason.BLOCKED
    assert_nothing_written(scene)


def test_a_wish_to_ask_for_asylum_shuts_the_consulate_for_every_other_need(scene: Scene) -> None:
    need = make.note_need(scene.database, scene.desk, scene.person, "IDENT_CONSUL")
    make.note_need(scene.database, scene.desk, scene.person, "MIGR_ASYLUM")
    with pytest.raises(Refused) as no:
        make.prepare(scene.database, scene.desk, scene.person, need, "CONSULADOS", override="lo pidió")
    assert no.value.reason is Reason.BLOCKED
    assert_nothing_written(scene)


def test_a_misfit_needs_a_reason_that_is_kept_and_not_sent(scene: Scene) -> None:
    old = make.served_person(scene.database, scene.desk, new_person("Rosa", "Lima", birth="1950-01-01"))
    need = make.note_need(scene.database, scene.desk, old, "WORK_TRAIN")
    with pytest.raises(Refused) as no:
        make.prepare(scene.database, scene.desk, old, need, "JUVENTUSMX")
    assert no.value.reason is Reason.OVERRIDE_MISSING
    ref = make.prepare(scene.database, scene.desk, old, need, "JUVENTUSMX", override="Es para su nieto")
    with scene.database.session(writing=False) as session:
        kept = session.get_one(Referral, ref)
        assert kept.note == {"override": "Es para su nieto"}
        assert "nieto" not in repr(kept.packet)
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.table_name == "referral", AuditEntry.row_id == str(ref))
        ).all()
        assert any("override" in one.fields for one in entry)


def test_the_same_door_is_not_asked_twice_for_one_need(scene: Scene) -> None:
    first = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    with pytest.raises(Refused) as no:
        make.prepare(scene.database, scene.desk, scene.person, scene.need)
    assert no.value.reason is Reason.ALREADY_REFERRED
    assert no.value.values["code"] == row(scene.database, first).code


def test_a_withdrawn_consent_stops_sending_and_hides_the_packet(scene: Scene) -> None:
    sent = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    organization = row(scene.database, sent).organization_id
    with serving(scene.database, scene.desk), unit_of_work("consent.withdraw") as work:
        withdraw(work, person=scene.person, purpose=Purpose.REFERRAL, organization=organization)
    with pytest.raises(OutOfReach):
        make.moved(scene.database, scene.partner, sent, Status.ACCEPTED, how=None)
    assert row(scene.database, sent).status == "requested"
    other = make.note_need(scene.database, scene.desk, scene.person, "HEALTH_VACC")
    draft = make.prepare(scene.database, scene.desk, scene.person, other, consent="not_now")
    assert send(scene, draft, "not_now") is False
    make.moved(scene.database, scene.desk, sent, Status.CANCELLED, reason="consent_withdrawn", how=None)
    assert row(scene.database, sent).outcome == "declined"


def test_a_supervisor_sends_only_on_a_consent_that_the_desk_recorded(
    scene: Scene, make_identity: Callable[..., Identity]
) -> None:
    boss = make_identity(scene.database, Role.SUPERVISOR, username="jefa")
    break_glass(scene.database, boss, scene.person)
    draft = make.prepare(scene.database, scene.desk, scene.person, scene.need, consent="not_now")
    with pytest.raises(Refused) as no:
        send(scene, draft, "yes", boss)
    assert no.value.reason is Reason.CONSENT_MISSING
    other = make.note_need(scene.database, scene.desk, scene.person, "HEALTH_VACC")
    make.prepare(scene.database, scene.desk, scene.person, other)
    assert send(scene, draft, "yes", boss) is True


def test_another_desk_neither_sees_nor_moves_it(scene: Scene, make_identity: Callable[..., Identity]) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    away = make_identity(scene.database, username="lejos", desk="Mesa Norte")
    with pytest.raises(OutOfReach):
        make.moved(scene.database, away, ref, Status.ACCEPTED)
    with pytest.raises(OutOfReach):
        make.prepare(scene.database, away, scene.person, scene.need, "IMSS")
    with pytest.raises(OutOfReach):
        make.moved(scene.database, scene.stranger, ref, Status.ACCEPTED, how=None)


def test_the_institution_answers_for_itself_and_the_desk_says_how_it_heard(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    with pytest.raises(Refused) as no:
        make.moved(scene.database, scene.desk, ref, Status.RECEIVED, how=None)
    assert no.value.reason is Reason.HOW_MISSING
    make.moved(scene.database, scene.desk, ref, Status.RECEIVED, how=How.MAIL)
    make.moved(scene.database, scene.partner, ref, Status.ACCEPTED, how=How.PHONE)
    told = [(event.party, event.how) for event in events(scene.database, ref)[2:]]
    assert told == [("receiver", "mail"), ("receiver", "portal")]
    with pytest.raises(Refused) as no:
        make.moved(scene.database, scene.partner, ref, Status.ENTERED_IN_ERROR)
    assert no.value.reason is Reason.MOVE_NOT_ALLOWED


@pytest.mark.parametrize(
    ("to", "reason", "outcome", "status", "need", "party"),
    [
        (Status.COMPLETED, "", "provided", "completed", NeedStatus.MET, ""),
        (Status.COMPLETED, "no_capacity", "partly_provided", "completed", NeedStatus.OPEN, "service"),
        (Status.FAILED, "no_show", "no_show", "failed", NeedStatus.OPEN, "person"),
        (Status.FAILED, "discrimination", "refused_discrimination", "failed", NeedStatus.OPEN, "service"),
        (Status.CANCELLED, "moved", "moved", "cancelled", NeedStatus.UNMET, "person"),
        (Status.CANCELLED, "solved_at_desk", "provided_by_desk", "cancelled", NeedStatus.MET, "desk"),
        (Status.ENTERED_IN_ERROR, "", "", "entered-in-error", NeedStatus.OPEN, ""),
    ],
)
def test_an_ending_settles_or_reopens_the_need(
    scene: Scene, to: Status, reason: str, outcome: str, status: str, need: NeedStatus, party: str
) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    make.moved(scene.database, scene.desk, ref, Status.ACCEPTED)
    make.moved(scene.database, scene.desk, ref, to, reason=reason, outcome=outcome if to is Status.COMPLETED else "")
    ended = row(scene.database, ref)
    assert (ended.status, ended.outcome, ended.reason_party) == (status, outcome, party)
    assert ended.closed_at is not None
    settled = need_of(scene.database, scene.need)
    assert settled.status == need
    assert (settled.closed_at is not None) == (need not in {NeedStatus.OPEN, NeedStatus.REFERRED})


def test_that_it_was_accepted_is_kept_when_it_fails_later(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    assert row(scene.database, ref).accepted_at is None
    make.moved(scene.database, scene.desk, ref, Status.ACCEPTED)
    accepted_at = row(scene.database, ref).accepted_at
    assert accepted_at is not None
    make.moved(scene.database, scene.desk, ref, Status.FAILED, reason=reasons_for(Status.FAILED, Party.DESK)[0].code)
    assert row(scene.database, ref).accepted_at == accepted_at


def test_a_closed_door_leaves_the_need_with_the_other_one(scene: Scene) -> None:
    first = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    second = make.prepare(scene.database, scene.desk, scene.person, scene.need, "IMSS")
    make.moved(scene.database, scene.desk, first, Status.REJECTED, reason="no_capacity")
    assert row(scene.database, first).outcome == "unavailable"
    assert need_of(scene.database, scene.need).status == NeedStatus.REFERRED
    make.moved(scene.database, scene.desk, second, Status.REJECTED, reason="missing_document")
    assert need_of(scene.database, scene.need).status == NeedStatus.OPEN
    assert need_of(scene.database, scene.need).outcome == "refused_docs"


def test_a_mistaken_ending_is_taken_back_with_what_it_did(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    make.moved(scene.database, scene.desk, ref, Status.ACCEPTED)
    make.moved(scene.database, scene.desk, ref, Status.COMPLETED, outcome="provided")
    assert need_of(scene.database, scene.need).status == NeedStatus.MET
    make.moved(scene.database, scene.desk, ref, Status.ENTERED_IN_ERROR)
    assert need_of(scene.database, scene.need).status == NeedStatus.OPEN


def test_a_settled_need_takes_no_more_referrals(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    make.moved(scene.database, scene.desk, ref, Status.ACCEPTED)
    make.moved(scene.database, scene.desk, ref, Status.COMPLETED, outcome="provided")
    with pytest.raises(Refused) as no:
        make.prepare(scene.database, scene.desk, scene.person, scene.need, "IMSS")
    assert no.value.reason is Reason.NEED_SETTLED


def test_two_answers_at_once_one_is_kept_and_the_other_is_told(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    version = row(scene.database, ref).version
    start, outcomes = threading.Barrier(2), []

    def answer(identity: Identity, to: Status, reason: str) -> None:
        start.wait()
        try:
            with serving(scene.database, identity), unit_of_work("referrals.move") as work:
                move_referral(work, ref=ref, move=Move(to, version, How.PHONE, reason, "", "nota de prueba"))
            outcomes.append(to.value)
        except Stale as stale:
            outcomes.append(f"stale:{stale.status.value}")

    threads = [
        threading.Thread(target=answer, args=(scene.partner, Status.ACCEPTED, "")),
        threading.Thread(target=answer, args=(scene.desk, Status.REJECTED, "no_capacity")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = row(scene.database, ref).status
    assert sorted(outcomes) == sorted([kept, f"stale:{kept}"])
    assert [event.to_status for event in events(scene.database, ref)] == ["draft", "requested", kept]


def test_a_partner_reads_nothing_long_after_the_end(scene: Scene, clock: FixedClock) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    make.moved(scene.database, scene.partner, ref, Status.ACCEPTED, how=None)
    make.moved(scene.database, scene.partner, ref, Status.COMPLETED, outcome="provided", how=None)
    clock.advance(days=31)
    with pytest.raises(OutOfReach):
        make.moved(scene.database, scene.partner, ref, Status.ACCEPTED, how=None)


def test_who_may_not_send_is_told_so(scene: Scene, make_identity: Callable[..., Identity]) -> None:
    auditor = make_identity(scene.database, Role.AUDITOR, username="auditora")
    with pytest.raises(NotPermitted):
        make.prepare(scene.database, auditor, scene.person, scene.need)
    with pytest.raises(NotPermitted):
        make.prepare(scene.database, scene.partner, scene.person, scene.need)


@pytest.mark.parametrize("seed", range(6))
def test_random_walks_keep_the_story_and_the_row_together(scene: Scene, clock: FixedClock, seed: int) -> None:
    chance = random.Random(seed)
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    for _step in range(6):
        now = Status(row(scene.database, ref).status)
        identity, party = chance.choice([(scene.desk, Party.DESK), (scene.partner, Party.RECEIVER)])
        moves = [to for to in allowed_moves(now, party) if to not in {Status.ENTERED_IN_ERROR, Status.REQUESTED}]
        if not moves:
            continue
        to = chance.choice(moves)
        rule = rule_for(now, to, party)
        reason = chance.choice(reasons_for(to, party)).code if reasons_for(to, party) else ""
        outcome = chance.choice(COMPLETED_OUTCOMES) if rule.outcome_required else ""
        clock.advance(hours=5)
        make.moved(scene.database, identity, ref, to, reason=reason, outcome=outcome, note="paso")
    story, end = events(scene.database, ref), row(scene.database, ref)
    assert [event.step for event in story] == list(range(1, len(story) + 1))
    assert story[0].from_status is None
    for before, after in pairwise(story):
        assert after.from_status == before.to_status
        assert after.at >= before.at
    assert story[-1].to_status == end.status
    assert (end.closed_at is not None) == (Status(end.status) in TERMINAL)


def test_notes_and_packets_of_two_people_cannot_be_swapped(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    make.moved(scene.database, scene.desk, ref, Status.ACCEPTED, note="contó que vive sola")
    with scene.database.session(writing=False) as session:
        raw = session.execute(text("SELECT note_sealed FROM referral_event WHERE note_sealed IS NOT NULL")).scalar_one()
    assert b"vive sola" not in bytes(raw)


def test_unknown_refs_answer_as_out_of_reach(scene: Scene) -> None:
    with pytest.raises(OutOfReach):
        make.prepare(scene.database, scene.desk, scene.person, uuid.uuid4())
    with serving(scene.database, scene.desk), reading() as desk, pytest.raises(OutOfReach):
        desk.session.get_one(Need, scene.need)
        raise OutOfReach
