"""From a list to people on file: once each, with their families, visits, needs and notice."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import func, select

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.consent.actions import record_decision
from referral.consent.facts import ConsentState, NewDecision, Purpose
from referral.consent.facts import Decision as ConsentDecision
from referral.consent.models import Consent
from referral.consent.queries import consent_state
from referral.households.queries import household_of
from referral.infra.audit import AuditEntry
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.intake.actions.rows import Decision, correct_row, decide
from referral.intake.facts import Progress, RowState
from referral.intake.models import IntakeRow
from referral.intake.opened import found_alike
from referral.intake.running import compare_some, register_some
from referral.needs.queries import needs_of
from referral.people.actions import Stale
from referral.people.models import Person, PersonNotSame
from referral.people.queries.cards import person_record
from referral.visits.models import Visit
from tests.factories.lists import ALIKE, HONDURAN, keep
from tests.factories.people import register

MakeIdentity = Callable[..., Identity]


def rows_in(database: Database, batch: uuid.UUID) -> list[IntakeRow]:
    with database.session(writing=False) as session:
        found = list(session.scalars(select(IntakeRow).where(IntakeRow.batch_id == batch).order_by(IntakeRow.number)))
        for row in found:
            _ = row.batch
        session.expunge_all()
    return found


def states(database: Database, batch: uuid.UUID) -> list[str]:
    return [row.state for row in rows_in(database, batch)]


def people_count(database: Database) -> int:
    with database.session(writing=False) as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def go(database: Database, identity: Identity, batch: uuid.UUID) -> Progress:
    with serving(database, identity):
        return register_some(batch, seconds=60)


def say(
    database: Database, identity: Identity, batch: uuid.UUID, row: IntakeRow, what: Decision, **whom: object
) -> None:
    with serving(database, identity), unit_of_work("intake.decide") as work:
        decide(work, batch=batch, row=row.id, decision=what, version=row.version, **whom)  # type: ignore[arg-type]


FAMILY: tuple[Mapping[str, str], ...] = (
    {
        **HONDURAN,
        "given": "Rosa",
        "family": "Mejía",
        "relation": "referencia",
        "birth": "1990",
        "alcaldia": "Cuauhtémoc",
    },
    {
        "given": "Kevin",
        "surname1": "Mejía",
        "family": "mejia",
        "relation": "hijo",
        "birth": "2015",
        "sex_document": "H",
    },
    {"given": "Suyapa", "surname1": "Mejía", "family": "Mejía", "relation": "hija", "birth": "2018-02-01"},
)


def test_a_ready_row_becomes_a_person_with_visit_notice_and_needs(
    database: Database, make_identity: MakeIdentity
) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, [{**HONDURAN, "first": "sin dónde dormir", "needs": "BASIC_FOOD"}])
    assert states(database, batch) == [RowState.READY]
    assert go(database, desk, batch) == Progress(1, 0, 0)
    (row,) = rows_in(database, batch)
    assert (row.state, row.content_sealed, row.alike_sealed) == (RowState.REGISTERED, None, None)
    assert row.person_ref is not None
    with serving(database, desk), reading() as held:
        record = person_record(held.session, held.reach(Permission.PERSON_EDIT), row.person_ref)
        assert record.card.name == "Wendy Mejía"
        assert (record.identity.birth.to_text(), record.identity.nationalities) == ("1994-03-27", ("HN",))
        assert (record.contact.phone, record.contact.language) == ("+525555550199", "es")
        visit = held.session.scalars(select(Visit)).one()
        assert (visit.channel, visit.first, visit.done, visit.desk_id) == (
            "outreach",
            "no_bed",
            "registered",
            desk.desk,
        )
        notice = consent_state(held.session, row.person_ref).notice
        assert notice is not None
        assert notice.channel == "read_aloud"
        assert {need.code for need in needs_of(held.session, row.person_ref)} == {"SHELTER_TONIGHT", "BASIC_FOOD"}


def test_registering_again_does_nothing(database: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, [HONDURAN])
    go(database, desk, batch)
    assert go(database, desk, batch) == Progress(0, 0, 0)
    assert people_count(database) == 1


def test_a_family_is_one_household_and_shares_what_its_first_row_says(
    database: Database, make_identity: MakeIdentity
) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, FAMILY)
    assert states(database, batch) == [RowState.READY] * 3
    assert go(database, desk, batch).done == 3
    head, boy, _girl = (row.person_ref for row in rows_in(database, batch))
    assert head is not None
    assert boy is not None
    with serving(database, desk), reading() as held:
        household = household_of(held.session, head, today=held.today)
        assert household is not None
        assert household.head is not None
        assert household.head.ref == head
        assert [one.relation for one in household.others(head)] == ["child", "child"]
        record = person_record(held.session, held.reach(Permission.PERSON_EDIT), boy)
        assert (record.contact.phone, record.contact.alcaldia, record.contact.language) == (
            "+525555550199",
            "09015",
            "es",
        )
        assert held.session.scalar(select(func.count()).select_from(Visit)) == 3


def test_a_family_waits_for_its_last_row_and_then_goes_whole(database: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(database)
    batch = keep(
        database,
        desk,
        [
            *FAMILY[:2],
            {**FAMILY[2], "birth": "31/2/2018"},
            {**HONDURAN, "given": "Otra", "phone": "5555550777", "birth": "1980"},
        ],
    )
    assert states(database, batch) == ["ready", "ready", "wrong", "ready"]
    assert go(database, desk, batch).done == 1
    wrong = rows_in(database, batch)[2]
    with serving(database, desk), unit_of_work("intake.correct_row") as work:
        facts = correct_row(work, batch=batch, row=wrong.id, cells=FAMILY[2], version=wrong.version)
    assert facts.wrong == ()
    with serving(database, desk):
        compare_some(batch, seconds=9)
    assert go(database, desk, batch).done == 3
    assert states(database, batch) == ["registered"] * 4


def test_a_late_member_joins_the_family_that_is_registered(database: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, FAMILY)
    say(database, desk, batch, rows_in(database, batch)[2], Decision.SKIP)
    assert go(database, desk, batch).done == 2
    say(database, desk, batch, rows_in(database, batch)[2], Decision.BACK)
    with serving(database, desk):
        compare_some(batch, seconds=9)
    assert go(database, desk, batch).done == 1
    head = rows_in(database, batch)[0].person_ref
    assert head is not None
    with serving(database, desk), reading() as held:
        household = household_of(held.session, head, today=held.today)
    assert household is not None
    assert len(household.members) == 3


def test_whoever_is_on_file_already_is_asked_about_and_only_visited(
    database: Database, make_identity: MakeIdentity
) -> None:
    desk = make_identity(database)
    known = register(database, desk)
    batch = keep(database, desk, [ALIKE])
    (row,) = rows_in(database, batch)
    assert row.state == RowState.LOOKALIKE
    assert go(database, desk, batch).done == 0
    say(database, desk, batch, row, Decision.SAME, person=known)
    assert go(database, desk, batch).done == 1
    assert people_count(database) == 1
    with database.session(writing=False) as session:
        visit = session.scalars(select(Visit)).one()
        assert (visit.person_id, visit.channel) == (known, "outreach")


def test_whoever_is_said_to_be_somebody_else_is_registered_and_that_is_remembered(
    database: Database, make_identity: MakeIdentity
) -> None:
    desk = make_identity(database)
    known = register(database, desk)
    batch = keep(database, desk, [ALIKE])
    say(database, desk, batch, rows_in(database, batch)[0], Decision.APART)
    assert go(database, desk, batch).done == 1
    assert people_count(database) == 2
    with database.session(writing=False) as session:
        pair = session.scalars(select(PersonNotSame)).one()
        assert known in {pair.person_a, pair.person_b}


def test_two_rows_of_one_person_are_found_before_anybody_is_registered(
    database: Database, make_identity: MakeIdentity
) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, [HONDURAN, {**HONDURAN, "surname1": "Mejia", "birth": "1994-03-27"}])
    assert states(database, batch) == ["ready", "lookalike"]
    first, second = rows_in(database, batch)
    with serving(database, desk), reading() as held:
        alike = found_alike(held.session.get_one(IntakeRow, second.id))
        assert [one.row for one in alike] == [first.number]
    say(database, desk, batch, second, Decision.SAME, other_row=first.number)
    assert go(database, desk, batch).done == 1
    assert states(database, batch) == ["registered", "skipped"]


def test_two_rows_said_to_be_two_people_are_both_registered(database: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, [HONDURAN, {**HONDURAN, "surname1": "Mejia"}])
    say(database, desk, batch, rows_in(database, batch)[1], Decision.APART)
    assert go(database, desk, batch) == Progress(2, 0, 0)
    assert people_count(database) == 2


def test_somebody_registered_at_the_desk_meanwhile_holds_her_row_back(
    database: Database, make_identity: MakeIdentity
) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, [ALIKE])
    assert states(database, batch) == ["ready"]
    register(database, desk)
    assert go(database, desk, batch) == Progress(0, 1, 0)
    assert states(database, batch) == ["lookalike"]
    assert people_count(database) == 1


def test_a_refusal_of_a_room_below_comes_back_as_a_row_to_correct(
    database: Database, make_identity: MakeIdentity
) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, [{**HONDURAN, "first": "menor sin adulto"}])  # of 32 years
    assert go(database, desk, batch) == Progress(0, 1, 0)
    (row,) = rows_in(database, batch)
    assert row.state == RowState.WRONG
    with serving(database, desk), unit_of_work("intake.correct_row") as work:
        assert correct_row(work, batch=batch, row=row.id, cells=HONDURAN, version=row.version).wrong == ()


def test_a_profile_is_kept_with_the_consent_it_needs(database: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(database)
    batch = keep(
        database, desk, [{**HONDURAN, "profile": "Persona migrante en tránsito", "sensitive_how": "Con firma"}]
    )
    assert go(database, desk, batch).done == 1
    ref = rows_in(database, batch)[0].person_ref
    assert ref is not None
    with serving(database, desk), reading() as held:
        record = person_record(held.session, held.reach(Permission.PERSON_EDIT), ref)
    assert (record.mobility.profiles, record.sensitive_basis) == (("TRANSIT",), "consent")


def test_a_save_of_an_older_page_changes_nothing(sqlite: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(sqlite)
    batch = keep(sqlite, desk, [HONDURAN])
    (row,) = rows_in(sqlite, batch)
    with pytest.raises(Stale), serving(sqlite, desk), unit_of_work("intake.correct_row") as work:
        correct_row(work, batch=batch, row=row.id, cells=HONDURAN, version=row.version - 1)


def test_the_trail_names_the_list_and_nothing_that_a_row_says(sqlite: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(sqlite)
    batch = keep(sqlite, desk, [HONDURAN])
    with sqlite.session(writing=False) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.like("intake.%"))).all()
    assert {(entry.table_name, entry.row_id) for entry in entries} == {("intake_batch", str(batch))}
    assert "Wendy" not in repr([entry.fields for entry in entries])


def test_a_supervisor_prepares_and_does_not_register(sqlite: Database, make_identity: MakeIdentity) -> None:
    boss = make_identity(sqlite, Role.SUPERVISOR, username="jefa")
    batch = keep(sqlite, boss, [HONDURAN])
    assert states(sqlite, batch) == ["ready"]


CARE: Mapping[str, str] = {"care": "Sí", "care_how": "De viva voz", "asked_by": "Irma, de la brigada"}


def consents_of(database: Database, identity: Identity, batch: uuid.UUID) -> ConsentState:
    ref = rows_in(database, batch)[0].person_ref
    assert ref is not None
    with serving(database, identity, read_only=True), reading() as held:
        return consent_state(held.session, ref)


def test_what_the_brigade_asked_is_recorded_and_who_heard_it(database: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, [{**HONDURAN, **CARE, "sensitive_how": "no"}])
    assert go(database, desk, batch).done == 1
    state = consents_of(database, desk, batch)
    assert {one.purpose: one.decision for one in state.recorded} == {
        Purpose.CARE: ConsentDecision.YES,
        Purpose.SENSITIVE: ConsentDecision.NO,
    }
    with database.session(writing=False) as session:
        row = session.scalars(select(Consent).where(Consent.purpose == "care")).one()
        assert (row.how, row.staff_id, row.detail["witness"]) == ("verbal", desk.staff, "Irma, de la brigada")


def test_what_was_not_asked_is_not_assumed(database: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, [{**HONDURAN, "care": "No se preguntó", "sensitive_how": "not asked"}])
    assert go(database, desk, batch).done == 1
    assert consents_of(database, desk, batch).recorded == ()


def test_who_said_no_is_not_registered(database: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(database)
    batch = keep(database, desk, [{**HONDURAN, "care": "No"}])
    assert states(database, batch) == [RowState.WRONG]
    assert go(database, desk, batch).done == 0
    say(database, desk, batch, rows_in(database, batch)[0], Decision.SKIP)
    assert (go(database, desk, batch).done, people_count(database)) == (0, 0)


def test_an_answer_on_file_is_not_replaced_by_a_list(database: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(database)
    known = register(database, desk)
    with serving(database, desk), unit_of_work("test.consent") as work:
        record_decision(work, person=known, new=NewDecision(Purpose.SENSITIVE, ConsentDecision.NO))
    batch = keep(database, desk, [{**ALIKE, **CARE, "sensitive_how": "firma"}])
    (row,) = rows_in(database, batch)
    say(database, desk, batch, row, Decision.SAME, person=known)
    assert go(database, desk, batch).done == 1
    state = consents_of(database, desk, batch)
    assert {one.purpose: one.decision for one in state.recorded} == {
        Purpose.CARE: ConsentDecision.YES,
        Purpose.SENSITIVE: ConsentDecision.NO,
    }


def test_a_single_name_and_a_language_of_her_own(sqlite: Database, make_identity: MakeIdentity) -> None:
    desk = make_identity(sqlite)
    named = {"surname1": "", "single_name": "sí", "language": "", "language_name": "Mixe"}
    batch = keep(sqlite, desk, [{**HONDURAN, **named}])
    assert go(sqlite, desk, batch).done == 1
    ref = rows_in(sqlite, batch)[0].person_ref
    assert ref is not None
    with serving(sqlite, desk, read_only=True), reading() as held:
        record = person_record(held.session, held.reach(Permission.PERSON_EDIT), ref)
    assert (record.identity.single_name, record.contact.language, record.contact.spoken) == (True, "other", "Mixe")
