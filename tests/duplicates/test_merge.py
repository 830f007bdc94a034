"""Merging two files and parting them again: everything goes over, and everything comes back."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.certificates.models import Certificate
from referral.consent.actions import record_decision, withdraw
from referral.consent.facts import Decision, NewDecision, Purpose
from referral.consent.queries import has_consent
from referral.duplicates.actions import forget_merges
from referral.duplicates.facts import Choice
from referral.duplicates.models import PersonMerge
from referral.duplicates.rules import Reason
from referral.infra.audit import AuditEntry
from referral.infra.db import Database
from referral.infra.work import OutOfReach, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refusal import Refused
from referral.padron.facts import EndReason
from referral.padron.models import Inscription
from referral.people.actions import mark_not_same
from referral.people.models import Person, PersonNotSame
from referral.people.queries.cards import person_page, person_record
from referral.people.queries.search import near_people, search
from referral.people.tombstones import MergedAway
from referral.visits.actions import record_visit
from referral.visits.facts import NewVisit
from referral.visits.models import Visit
from tests.duplicates.files import DAYS, dump, full_file, join, part
from tests.factories import referrals as make
from tests.factories.families import register_haitian_family
from tests.factories.people import new_person, register

MakeIdentity = Callable[..., Identity]
OTHER = new_person("Mari Ange", "Josef", phone="+525555550199", alcaldia="09007")


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def two(database: Database, caso: Identity, clock: FixedClock) -> tuple[uuid.UUID, uuid.UUID]:
    """Two full files of one person, both inscribed; the second served later."""
    make.load_directory(database)
    kept = full_file(database, caso)
    clock.set(clock.now() + timedelta(hours=2))
    return kept, full_file(database, caso, OTHER, passport="P7654321")


def test_everything_goes_over_and_opens_with_the_other_key(
    database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    kept, other = two
    before, theirs = dump(database, kept), dump(database, other)
    join(database, caso, kept, other)
    now, left = dump(database, kept), dump(database, other)
    stays = {key.split()[0] for key in left if " " in key}
    assert stays == {"inscription", "inscription_step", "person_scan"}  # the folio that ended, and its photograph
    for key in (*before, *theirs):
        if " " in key:
            assert key in now or key in left, f"lost: {key}"
    notes = sorted(value["note_sealed"] for key, value in now.items() if key.startswith("visit "))
    assert [b"P1234567" in notes[0], b"P7654321" in notes[1]] == [True, True]
    facts = now["facts"]
    assert facts["identity"].names.document_name == "Mari Ange Josef"  # as full as the other, and newer
    assert "Marie-Ange Joseph" in facts["identity"].names.others
    assert facts["contact"].phone == "+525555550199"
    assert facts["mobility"].intention == "stay"


@pytest.mark.parametrize("inscribed", [True, False])
def test_parting_brings_back_both_files_as_they_were(database: Database, caso: Identity, inscribed: bool) -> None:
    make.load_directory(database)
    kept = full_file(database, caso, inscribed=inscribed)
    other = full_file(database, caso, OTHER, passport="P7654321")
    third = register(database, caso, new_person("Marianne", "Josephe"))
    with serving(database, caso), unit_of_work("people.mark_not_same") as work:
        mark_not_same(work, person=other, others=[third, kept])
    before = dump(database, kept), dump(database, other)
    said = pairs(database)
    ref = join(database, caso, kept, other, {"contact.phone": Choice.OTHER, "identity.names": Choice.OTHER})
    assert pairs(database) != said
    undone = part(database, caso, ref)
    assert (undone.left, dict(undone.added)) == (0, {})
    assert (dump(database, kept), dump(database, other)) == before
    assert pairs(database) == said


def pairs(database: Database) -> set[tuple[uuid.UUID, uuid.UUID]]:
    with database.session(writing=False) as session:
        return {(row[0], row[1]) for row in session.execute(select(PersonNotSame.person_a, PersonNotSame.person_b))}


def test_of_two_folios_one_stays_and_the_other_ends_as_a_duplicate(
    database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    kept, other = two
    ref = join(database, caso, kept, other, {"identity.names": Choice.KEPT, "contact.address": Choice.KEPT})
    with database.session(writing=False) as session:
        ends = {row.person_id: row.end_reason for row in session.scalars(select(Inscription))}
        live = session.scalars(select(Certificate).where(Certificate.revoked_at.is_(None))).all()
        papers = session.scalars(select(Certificate.person_id)).all()
    assert ends == {kept: None, other: EndReason.DUPLICATE.value}
    assert len(live) == 1
    assert papers == [kept, kept]  # the papers handed out stand on her file, one of them ended
    part(database, caso, ref)
    with database.session(writing=False) as session:
        assert set(session.scalars(select(Inscription.end_reason))) == {None}
        assert set(session.scalars(select(Certificate.revoked_at))) == {None}


def test_a_folio_alone_goes_over_with_its_inscription(database: Database, caso: Identity) -> None:
    make.load_directory(database)
    kept = full_file(database, caso, inscribed=False)
    other = full_file(database, caso, OTHER)
    with database.session(writing=False) as session:
        folio = session.get_one(Person, other).folio
    assert folio
    join(database, caso, kept, other)
    with serving(database, caso), reading() as desk:
        record = person_record(desk.session, desk.reach(Permission.PERSON_VIEW), kept)
    assert record.card.folio == folio


def test_the_folio_in_force_is_that_of_the_file_that_stays(
    database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    kept, other = two
    with serving(database, caso), unit_of_work("test.end") as work:
        row = work.session.scalars(select(Inscription).where(Inscription.person_id == kept)).one()
        row.ended_on, row.end_reason = work.today, EndReason.ASKED.value
    with pytest.raises(Refused) as no:
        join(database, caso, kept, other)
    assert no.value.reason is Reason.KEEP_THE_FOLIO
    join(database, caso, other, kept)


def test_the_merged_file_is_found_nowhere_and_its_folio_leads_on(
    database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    kept, other = two
    with database.session(writing=False) as session:
        folio = session.get_one(Person, other).folio or ""
    join(database, caso, kept, other)
    with serving(database, caso), reading() as desk:
        reach = desk.reach(Permission.PERSON_VIEW)
        for words in ("Mari Ange Josef", "Marie-Ange Joseph", "P7654321", folio):
            assert [hit.ref for hit in search(desk.session, reach, words, today=desk.today)] == [kept], words
        assert [card.ref for card in person_page(desk.session, reach).cards] == [kept]
        assert near_people(desk.session, reach, kept, today=desk.today) == []
        with pytest.raises(OutOfReach):
            person_record(desk.session, reach, other)


def test_nothing_is_hung_on_a_merged_file(database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID]) -> None:
    kept, other = two
    join(database, caso, kept, other)
    with pytest.raises(MergedAway), serving(database, caso), unit_of_work("visits.record") as work:
        record_visit(work, NewVisit(other))


def answer(database: Database, caso: Identity, person: uuid.UUID, decision: Decision) -> None:
    with serving(database, caso), unit_of_work("test.answer") as work:
        record_decision(work, person=person, new=NewDecision(Purpose.SENSITIVE, decision, how="signed"))


def test_an_older_yes_does_not_open_what_a_no_closed(
    database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID], clock: FixedClock
) -> None:
    kept, other = two
    clock.set(clock.now() + timedelta(hours=1))
    with serving(database, caso), unit_of_work("test.withdraw") as work:
        withdraw(work, person=other, purpose=Purpose.SENSITIVE)
    before = dump(database, kept)
    ref = join(database, caso, kept, other)
    assert not allowed(database, kept)
    with serving(database, caso), reading() as desk:
        record = person_record(desk.session, desk.reach(Permission.PERSON_VIEW), kept)
    assert (record.sensitive_basis, record.health.pregnant) == (None, "")
    part(database, caso, ref)
    assert dump(database, kept) == before


def test_a_yes_given_after_a_no_stands(
    database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID], clock: FixedClock
) -> None:
    kept, other = two
    answer(database, caso, kept, Decision.NO)
    clock.set(clock.now() + timedelta(hours=1))
    answer(database, caso, other, Decision.YES)
    join(database, caso, kept, other)
    assert allowed(database, kept)


def allowed(database: Database, person: uuid.UUID) -> bool:
    with serving(database), reading() as desk:
        return has_consent(desk.session, person, Purpose.SENSITIVE, today=desk.today)


def test_what_came_since_stays_and_is_told(
    database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID], clock: FixedClock
) -> None:
    kept, other = two
    ref = join(database, caso, kept, other)
    clock.set(clock.now() + timedelta(days=3))
    with serving(database, caso), unit_of_work("visits.record") as work:
        came = record_visit(work, NewVisit(kept, note="Después")).ref
        answer_row = NewDecision(Purpose.CARE, Decision.YES, how="signed")
        record_decision(work, person=kept, new=answer_row)
    undone = part(database, caso, ref)
    assert dict(undone.added) == {"visit": 1, "consent": 1}
    assert f"visit {came} person_id" in dump(database, kept)
    assert len([key for key in dump(database, other) if key.startswith("visit ")]) == 1


def test_a_household_goes_over_and_comes_back(database: Database, caso: Identity) -> None:
    mother, father, *_children = register_haitian_family(database, caso)
    kept = register(database, caso, OTHER)
    before = dump(database, mother), dump(database, kept)
    ref = join(database, caso, kept, mother)
    now = dump(database, kept)
    assert sum(key.startswith("household_member ") for key in now) == 1
    assert sum(key.startswith("guardianship ") for key in now) == 3
    part(database, caso, ref)
    assert (dump(database, mother), dump(database, kept)) == before
    with pytest.raises(Refused) as no:
        join(database, caso, mother, _children[0])
    assert no.value.reason is Reason.ANSWERS_FOR_OTHER
    join(database, caso, mother, father)  # of one household: one of the two memberships ends


def test_the_term_and_later_merges(
    database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID], clock: FixedClock
) -> None:
    kept, other = two
    third = register(database, caso, new_person("Marie", "Joseph"))
    first = join(database, caso, kept, other)
    second = join(database, caso, third, kept)
    with database.session(writing=False) as session:
        assert set(session.scalars(select(Person.merged_into).where(Person.id.in_((kept, other))))) == {third}
    refused(database, caso, first, Reason.LATER_MERGE)
    part(database, caso, second)
    refused(database, caso, second, Reason.ALREADY_UNDONE)
    with database.session(writing=False) as session:
        assert session.get_one(Person, other).merged_into == kept
    clock.set(clock.now() + timedelta(days=DAYS, minutes=1))
    refused(database, caso, first, Reason.TOO_LATE)
    with serving(database), unit_of_work("people.forget_merges") as work:
        assert forget_merges(work, days=DAYS) == 2
    with database.session(writing=False) as session:
        row = session.get_one(PersonMerge, first)
        gone = session.get_one(Person, other)
        assert row.before_sealed is None
        assert row.reason["text"]
        assert (gone.identity_sealed, gone.health_sealed, gone.sensitive_basis) == (None, None, None)
        assert gone.folio  # the old folio leads to her file for ever


def refused(database: Database, caso: Identity, ref: uuid.UUID, reason: Reason) -> None:
    with pytest.raises(Refused) as no:
        part(database, caso, ref)
    assert no.value.reason is reason


def test_the_trail_names_fields_and_refs(database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID]) -> None:
    kept, other = two
    ref = join(database, caso, kept, other)
    with database.session(writing=False) as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == "duplicates.merge")).all()
    by_row = {(entry.table_name, entry.row_id): entry.fields for entry in found if "merged_into" in entry.fields}
    assert by_row == {("person", str(other)): ["merged_into"]}
    assert ("person_merge", str(ref)) in {(entry.table_name, entry.row_id) for entry in found}
    assert any("surname1" in entry.fields for entry in found if entry.row_id == str(kept))


def test_only_files_within_reach(database: Database, caso: Identity, make_identity: MakeIdentity) -> None:
    norte = make_identity(database, username="norte", desk="Mesa Norte")
    kept, other = register(database, caso), register(database, norte, OTHER)
    for who in (caso, norte):
        with pytest.raises(OutOfReach):
            join(database, who, kept, other)
    jefa = make_identity(database, Role.SUPERVISOR, username="jefa", desk="Mesa Sur")
    part(database, jefa, join(database, jefa, kept, other))


def test_two_merges_at_once_and_a_visit_meanwhile_lose_nothing(
    database: Database, caso: Identity, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    kept, other = two
    start, ends = threading.Barrier(3), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            ends.append("done")
        except Refused as no:
            ends.append(no.reason.value)
        except MergedAway:
            ends.append("merged_away")

    def visit() -> None:
        with serving(database, caso), unit_of_work("visits.record") as work:
            record_visit(work, NewVisit(other, note="Meanwhile"))

    acts = (lambda: join(database, caso, kept, other), lambda: join(database, caso, other, kept), visit)
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 3
    with database.session(writing=False) as session:
        [survivor] = session.scalars(select(Person.id).where(Person.merged_into.is_(None)))
        visits = session.scalar(select(func.count()).select_from(Visit).where(Visit.person_id == survivor))
        merges = session.scalar(select(func.count()).select_from(PersonMerge))
    assert ends.count("already_merged") == 1
    assert (merges, visits) == (1, 2 + ends.count("done") - 1)
    dump(database, survivor)  # every drawer opens
