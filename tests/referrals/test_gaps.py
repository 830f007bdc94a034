"""Needs without a door, and needs that a rule opens by itself, on both engines."""

from __future__ import annotations

import uuid
from dataclasses import replace

from sqlalchemy import select

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.documents.actions import note_paper
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.needs.actions import settle_need
from referral.needs.facts import NeedStatus
from referral.needs.models import Need
from referral.people.actions import correct_identity
from referral.people.facts import NewDocument
from referral.people.queries.cards import person_record
from referral.referrals.facts import Status
from referral.referrals.models import NeedGap
from tests.factories import referrals as make
from tests.factories.people import new_person
from tests.referrals.conftest import Scene


def gaps(database: Database, person: uuid.UUID) -> list[tuple[str, str, bool]]:
    with database.session(writing=False) as session:
        rows = session.scalars(select(NeedGap).where(NeedGap.person_id == person).order_by(NeedGap.at, NeedGap.code))
        return [(row.code, row.rule, row.lapsed_at is None) for row in rows]


def needs(database: Database, person: uuid.UUID) -> set[str]:
    with database.session(writing=False) as session:
        return set(session.scalars(select(Need.code).where(Need.person_id == person)))


def foreigner(scene: Scene) -> uuid.UUID:
    person = make.served_person(scene.database, scene.desk, new_person("Ana", "Rojas"))
    change_nationality(scene, person, scene.desk, ("VE",))
    return person


def change_nationality(scene: Scene, person: uuid.UUID, desk: Identity, codes: tuple[str, ...]) -> None:
    with serving(scene.database, desk), unit_of_work("people.correct_identity") as work:
        reach = work.reach(Permission.PERSON_EDIT)
        record = person_record(work.session, reach, person, today=work.today)
        facts = replace(record.identity, nationalities=codes)
        correct_identity(work, person=person, identity=facts, version=record.identity_version)


def test_R31_a_bank_account_for_a_foreigner_is_a_gap_until_the_need_ends(scene: Scene) -> None:
    person = foreigner(scene)
    need = make.note_need(scene.database, scene.desk, person, "ECON_BANK")
    assert gaps(scene.database, person) == [("ECON_BANK", "R31", True)]
    with serving(scene.database, scene.desk), unit_of_work("needs.settle") as work:
        settle_need(work, ref=need, to=NeedStatus.UNMET, outcome="unavailable")
    assert gaps(scene.database, person) == [("ECON_BANK", "R31", False)]


def test_a_need_that_no_service_fits_is_a_gap_without_a_rule(scene: Scene) -> None:
    person = foreigner(scene)
    make.note_need(scene.database, scene.desk, person, "SHELTER_RENT")
    assert gaps(scene.database, person) == [("SHELTER_RENT", "", True)]


def test_a_need_with_doors_is_no_gap(scene: Scene) -> None:
    make.note_need(scene.database, scene.desk, scene.person, "BASIC_FOOD")
    assert gaps(scene.database, scene.person) == []


def test_R30_an_interpreter_that_nobody_found_is_a_gap_counted_once(scene: Scene) -> None:
    """Source: SIBISO's routing tables; mediation is scarce, so what was not found is counted."""
    person = make.served_person(scene.database, scene.desk, new_person("Wideline", "Pierre", language="ht"))
    for _time in range(2):
        need = make.note_need(scene.database, scene.desk, person, "INFO_INTERP")
        with serving(scene.database, scene.desk), unit_of_work("needs.settle") as work:
            settle_need(work, ref=need, to=NeedStatus.UNMET, outcome="unavailable")
    assert gaps(scene.database, person) == [("INFO_INTERP", "R30", False)] * 2, "one for each time"


def test_R30_an_interpreter_who_came_or_was_not_wanted_is_no_gap(scene: Scene) -> None:
    person = make.served_person(scene.database, scene.desk, new_person("Wideline", "Pierre", language="ht"))
    for to, outcome in ((NeedStatus.MET, "provided_by_desk"), (NeedStatus.WITHDRAWN, "declined")):
        need = make.note_need(scene.database, scene.desk, person, "INFO_INTERP")
        with serving(scene.database, scene.desk), unit_of_work("needs.settle") as work:
            settle_need(work, ref=need, to=to, outcome=outcome)
    assert gaps(scene.database, person) == []


def test_R30_is_not_quoted_of_who_speaks_spanish(scene: Scene) -> None:
    person = make.served_person(scene.database, scene.desk, new_person("Ana", "Rojas", language="es"))
    need = make.note_need(scene.database, scene.desk, person, "INFO_INTERP")
    with serving(scene.database, scene.desk), unit_of_work("needs.settle") as work:
        settle_need(work, ref=need, to=NeedStatus.UNMET, outcome="unavailable")
    assert gaps(scene.database, person) == []


def test_a_paper_noted_later_judges_her_gaps_again_and_keeps_those_that_stay(scene: Scene) -> None:
    person = foreigner(scene)
    make.note_need(scene.database, scene.desk, person, "SHELTER_RENT")
    with serving(scene.database, scene.desk), unit_of_work("documents.note") as work:
        note_paper(work, person=person, new=NewDocument("PASSPORT", seen="original"))
    assert gaps(scene.database, person) == [("SHELTER_RENT", "", True)]


def test_R25_a_refusal_opens_the_need_to_be_defended_once(scene: Scene) -> None:
    for number, code in enumerate(("HEALTH_VACC", "HEALTH_PREG")):
        need = make.note_need(scene.database, scene.desk, scene.person, code)
        ref = make.prepare(scene.database, scene.desk, scene.person, need)
        make.moved(scene.database, scene.desk, ref, Status.REJECTED, reason="migration_status")
        assert "RIGHTS_DENIED" in needs(scene.database, scene.person), number
    with scene.database.session(writing=False) as session:
        rows = session.scalars(select(Need).where(Need.code == "RIGHTS_DENIED")).all()
    assert [(row.status, row.urgency) for row in rows] == [("open", "soon")]


def test_R25_a_full_house_is_no_refusal_of_a_right(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    make.moved(scene.database, scene.desk, ref, Status.REJECTED, reason="no_capacity")
    assert "RIGHTS_DENIED" not in needs(scene.database, scene.person)


def test_R25_the_institution_that_refuses_opens_it_too(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    make.moved(scene.database, scene.partner, ref, Status.REJECTED, reason="not_eligible", how=None)
    assert "RIGHTS_DENIED" in needs(scene.database, scene.person)
