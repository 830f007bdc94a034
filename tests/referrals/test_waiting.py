"""Referrals that wait for a step, and the plan that shows it, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from referral.access.identity import Identity
from referral.directory.models import Service
from referral.documents.actions import note_paper
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.kernel.refusal import Refused
from referral.needs.actions import settle_need
from referral.needs.facts import NeedStatus
from referral.needs.models import Need
from referral.people.facts import NewDocument
from referral.referrals.actions.prepare import prepare_referral, send_draft
from referral.referrals.actions.release import release_waiting
from referral.referrals.facts import NewReferral, Status
from referral.referrals.models import OutboxMessage, Referral, ReferralEvent
from referral.referrals.rules.refusals import Reason
from referral.upkeep.actions.values import write_values
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.referrals.conftest import Scene
from tests.statements import counted

SignIn = Callable[[Identity], DeskBrowser]


def paper(scene: Scene, kind: str) -> None:
    with serving(scene.database, scene.desk), unit_of_work("documents.note") as work:
        note_paper(work, person=scene.person, new=NewDocument(kind, seen="original"))


def row(database: Database, ref: uuid.UUID) -> Referral:
    with database.session(writing=False) as session:
        return session.get_one(Referral, ref)


@pytest.fixture
def job(scene: Scene) -> uuid.UUID:
    """A need of work of somebody without any paper."""
    paper(scene, "NONE")
    return make.note_need(scene.database, scene.desk, scene.person, "WORK_PLACE")


def sent_to(scene: Scene, need: uuid.UUID, key: str = "SNE", *, code: str = "", words: str = "") -> Referral:
    new = NewReferral(
        person=scene.person,
        need=need,
        service=make.service(scene.database, key),
        consent="yes",
        consent_how="verbal_witness",
        language="ht",
        override=words,
        override_code=code,
    )
    with serving(scene.database, scene.desk), unit_of_work("referrals.prepare") as work:
        ref = prepare_referral(work, new, days=make.DAYS, consent_days=90)
    return row(scene.database, ref)


def story(database: Database, ref: uuid.UUID) -> list[str]:
    with database.session(writing=False) as session:
        rows = select(ReferralEvent.to_status).where(ReferralEvent.referral_id == ref).order_by(ReferralEvent.step)
        return list(session.scalars(rows))


def need_status(database: Database, ref: uuid.UUID) -> str:
    with database.session(writing=False) as session:
        return session.get_one(Need, ref).status


def test_R14_a_job_waits_for_the_curp_and_goes_on_when_it_is_noted(scene: Scene, job: uuid.UUID) -> None:
    held = sent_to(scene, job)
    assert (held.status, held.waits_for, held.sent_at) == ("waiting", "R14", None)
    assert need_status(scene.database, job) == "open"
    with scene.database.session(writing=False) as session:
        assert session.scalars(select(OutboxMessage)).all() == [], "nothing leaves the desk while it waits"
    paper(scene, "PASSPORT")
    assert row(scene.database, held.id).status == "waiting"
    paper(scene, "CURP")
    after = row(scene.database, held.id)
    assert (after.status, after.waits_for) == ("draft", "")
    assert story(scene.database, held.id) == ["draft", "waiting", "draft"]


def test_a_referral_that_waited_is_due_when_the_institution_promised(scene: Scene, job: uuid.UUID) -> None:
    with serving(scene.database, scene.desk), unit_of_work("test.edit") as work:
        write_values(work, work.session.get_one(Service, make.service(scene.database, "SNE")), {"answer_days": 4})
    held = sent_to(scene, job)
    assert (held.status, held.due_on) == ("waiting", None)
    paper(scene, "CURP")
    free = row(scene.database, held.id)
    with serving(scene.database, scene.desk), unit_of_work("referrals.send_draft") as work:
        sent = send_draft(
            work,
            ref=free.id,
            version=free.version,
            consent="yes",
            consent_how="verbal_witness",
            language="ht",
            days=make.DAYS,
            consent_days=90,
        )
    assert sent
    assert row(scene.database, held.id).due_on == date(2026, 11, 26)


def test_R14_the_step_itself_does_not_wait(scene: Scene, job: uuid.UUID) -> None:
    assert sent_to(scene, job, "RENAPO").status == Status.REQUESTED.value


def test_R14_what_nobody_asked_holds_nothing_back(scene: Scene) -> None:
    need = make.note_need(scene.database, scene.desk, scene.person, "WORK_PLACE")
    assert sent_to(scene, need).status == Status.REQUESTED.value


def test_R14_an_open_need_for_the_curp_says_that_there_is_none_and_its_end_lets_go_on(scene: Scene) -> None:
    curp = make.note_need(scene.database, scene.desk, scene.person, "IDENT_CURP")
    need = make.note_need(scene.database, scene.desk, scene.person, "WORK_PLACE")
    held = sent_to(scene, need)
    assert held.status == "waiting"
    with serving(scene.database, scene.desk), unit_of_work("needs.settle") as work:
        settle_need(work, ref=curp, to=NeedStatus.MET, outcome="provided_by_desk")
    assert row(scene.database, held.id).status == "draft"


def test_R20_housing_waits_only_while_something_is_known_to_be_lacking(scene: Scene) -> None:
    need = make.note_need(scene.database, scene.desk, scene.person, "SHELTER_SOCIAL")
    assert sent_to(scene, need, "INFONAVIT").status == Status.REQUESTED.value


def test_a_step_may_be_skipped_with_a_reason_that_is_counted(scene: Scene, job: uuid.UUID) -> None:
    sent = sent_to(scene, job, code="door_said_yes")
    assert (sent.status, sent.override_code, sent.waits_for) == ("requested", "door_said_yes", "")
    with pytest.raises(Refused) as no:
        sent_to(scene, job, "TRABAJO_DIGNO", code="because")
    assert no.value.reason is Reason.OVERRIDE_UNKNOWN
    with pytest.raises(Refused) as no:
        sent_to(scene, job, "TRABAJO_DIGNO", code="other")
    assert no.value.reason is Reason.OVERRIDE_MISSING
    assert sent_to(scene, job, "TRABAJO_DIGNO", words="Lo pidió así").override_code == "other"


def test_a_reason_is_not_kept_where_nothing_was_overridden(scene: Scene) -> None:
    assert sent_to(scene, scene.need, "SEDESA", code="person_asks").override_code == ""


def test_R13_no_reason_opens_a_blocked_door(scene: Scene) -> None:
    need = make.note_need(scene.database, scene.desk, scene.person, "MIGR_RENEW")
    with pytest.raises(Refused) as no:
        sent_to(scene, need, "INM", code="person_asks", words="La persona insiste")
    assert no.value.reason is Reason.BLOCKED


def test_nobody_without_waiting_referrals_costs_more_than_one_statement(scene: Scene) -> None:
    with serving(scene.database, scene.desk), unit_of_work("test") as work, counted(scene.database) as asked:
        assert release_waiting(work, scene.person) == []
    assert len(asked) <= 3  # with the bounds of the transaction


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_pages_tell_what_it_waits_for_and_the_plan_shows_the_chain(
    scene: Scene, sign_in: SignIn, job: uuid.UUID, language: str
) -> None:
    browser = sign_in(scene.desk)
    browser.switch(language)
    address = f"/personas/{scene.person}/necesidades/{job}/puertas/{make.service(scene.database, 'SNE')}"
    answer = browser.fill(address, {"consent": "yes", "consent_how": "signed"})
    assert answer.status == 303
    shown = browser.get(answer.location)
    plan = browser.get(f"/personas/{scene.person}/plan")
    assert plan.status == 200
    steps = [" ".join("".join(node.itertext()).split()) for node in plan.all("ol", class_="govuk-list--number")]
    assert len(steps) == 1
    words = {"es": ("Detenida por un paso previo", "CURP"), "en": ("Held by an earlier step", "CURP")}[language]
    if language == "es":
        assert words[0] in shown.text
        assert words[0] in plan.text
        assert steps[0].index("Se obtiene con: Documento") < steps[0].index("CURP") < steps[0].index("Encontrar empleo")
    assert "R14" not in plan.text
    with counted(scene.database) as asked:
        browser.get(f"/personas/{scene.person}/plan")
    assert len(asked) <= 14


def test_a_step_can_be_noted_from_the_plan(scene: Scene, sign_in: SignIn, job: uuid.UUID) -> None:
    browser = sign_in(scene.desk)
    page = browser.get(f"/personas/{scene.person}/plan")
    boxes = page.form("steps-form")
    answer = browser.post(f"/personas/{scene.person}/necesidades", {**boxes, "needs": "IDENT_CURP"})
    assert answer.status == 303
    with scene.database.session(writing=False) as session:
        assert "IDENT_CURP" in session.scalars(select(Need.code).where(Need.person_id == scene.person)).all()


def test_the_papers_that_open_most_come_first(scene: Scene, sign_in: SignIn, job: uuid.UUID) -> None:
    make.note_need(scene.database, scene.desk, scene.person, "WORK_TRAIN")
    page = sign_in(scene.desk).get(f"/personas/{scene.person}/plan")
    papers = [" ".join("".join(node.itertext()).split()) for node in page.all("th", scope="row")]
    assert papers
    assert papers[0] == "CURP"
