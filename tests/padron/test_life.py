"""The life of an inscription: renewed, corrected, ended, opened again; and what each does to the constancia."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.certificates import actions as certificates
from referral.certificates.facts import Office, RevokeReason, Wishes
from referral.certificates.models import Certificate
from referral.certificates.queries import certificates_of
from referral.certificates.rules import CertificateState
from referral.consent.actions import record_decision, record_notice
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.households.actions.family import register_family
from referral.households.facts import NewFamily, NewMember
from referral.infra.audit import AuditEntry
from referral.infra.db import Database
from referral.infra.work import NotPermitted, OutOfReach, Work, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.folio import EXAMPLE_MASK
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.padron import actions, queries
from referral.padron.facts import (
    CorrectedField,
    Correction,
    CorrectionReason,
    EndReason,
    InscriptionLine,
    InscriptionState,
    RegisterFilter,
    ReopenReason,
    StepKind,
    Term,
)
from referral.padron.labels import CORRECTION_REASONS, END_REASONS, REFUSALS, REOPEN_REASONS, STEPS
from referral.padron.models import InscriptionStep
from referral.padron.rules import Reason, last_day, month_from, months_ahead, next_month
from referral.people.actions import Stale, add_document
from referral.people.facts import NewDocument
from referral.staff.actions import add_staff
from referral.staff.facts import NewStaff
from tests.conftest import PASSWORD
from tests.desk_browser import DeskBrowser
from tests.factories.people import new_person, register
from tests.statements import counted

TERM = Term(EXAMPLE_MASK, 12)
OFFICE = Office(
    issuing_unit="EJEMPLO: Unidad",
    signer_name="EJEMPLO: Nombre",
    signer_post="EJEMPLO: Cargo",
    legal_basis=(),
    public_url="https://ventanilla.example.org",
    validity_is_example=True,
    sample=False,
)


@contextmanager
def working(database: Database, identity: Identity | None) -> Iterator[Work]:
    with serving(database, identity), unit_of_work("test") as work:
        yield work


def consents(work: Work, person: uuid.UUID, *purposes: Purpose) -> None:
    record_notice(work, person=person, new=NewNotice(NoticeChannel.READ_ALOUD))
    for purpose in purposes:
        record_decision(work, person=person, new=NewDecision(purpose, Decision.YES, how="signed"))


def line(database: Database, person: uuid.UUID) -> InscriptionLine:
    with serving(database), reading() as desk:
        found = queries.inscription_of(desk.session, person)
    assert found is not None
    return found


def papers(database: Database, person: uuid.UUID) -> list[RevokeReason | None]:
    with serving(database), reading() as desk:
        return [one.revoked_reason for one in certificates_of(desk.session, person)]


def correction(given: str = "Marie-Ange", surname1: str = "Joseph", **other: object) -> Correction:
    told: dict[str, object] = {"surname2": "", "birth": PartialDate.from_text("1994-03-27"), **other}
    return Correction(given=given, surname1=surname1, reason=CorrectionReason.DOCUMENT_SHOWN, **told)  # type: ignore[arg-type]


@pytest.fixture
def identity(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database)


@pytest.fixture
def boss(database: Database, identity: Identity, make_identity: Callable[..., Identity]) -> Identity:
    made = make_identity(database, Role.SUPERVISOR, username="jefa", desk="Mesa Dos")
    return replace(made, desk=identity.desk, desk_name=identity.desk_name)


@pytest.fixture
def person(database: Database, identity: Identity) -> uuid.UUID:
    """Inscribed, with a constancia in her hand."""
    ref = register(database, identity)
    with working(database, identity) as work:
        consents(work, ref, Purpose.CARE, Purpose.CERTIFICATE)
        add_document(work, person=ref, new=NewDocument("PASSPORT", "P123", "HT", seen="original"))
        add_document(work, person=ref, new=NewDocument("SHELTER_LETTER"))
        actions.inscribe(work, person=ref, term=TERM)
        certificates.issue(work, person=ref, wishes=Wishes(), office=OFFICE)
    return ref


def test_it_may_be_renewed_from_the_day_the_setting_says_and_no_day_is_lost(
    database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    clock.advance(days=334)
    with pytest.raises(Refused) as early, working(database, identity) as work:
        actions.renew(work, person=person, term=TERM)
    assert (early.value.reason, early.value.values["days"]) == (Reason.TOO_EARLY, 1)
    clock.advance(days=1)
    with working(database, identity) as work:
        actions.renew(work, person=person, term=TERM)
    found = line(database, person)
    assert (found.valid_from, found.valid_to) == (clock.today(), date(2028, 11, 20))
    with serving(database), reading() as desk:
        steps = queries.history_of(desk.session, found)
    assert [(step.kind, step.valid_to) for step in steps] == [
        (StepKind.INSCRIBED, date(2027, 11, 20)),
        (StepKind.RENEWED, date(2028, 11, 20)),
    ]


@given(st.integers(1, 120), st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_a_term_is_never_shorter_than_its_months_of_28_days(months: int, start: date) -> None:
    assert last_day(start, months) >= start + timedelta(days=28 * months)


@pytest.mark.parametrize("reason", [one for one in EndReason if one is not EndReason.CARE_WITHDRAWN])
def test_an_end_revokes_the_constancia_in_the_same_work(
    reason: EndReason, database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    with working(database, identity) as work:
        assert certificates.end_inscription(work, person=person, reason=reason, note="Lo dijo su hermana") == 1
    found = line(database, person)
    assert (found.state(clock.today()), found.end_reason) == (InscriptionState.ENDED, reason)
    assert papers(database, person) == [RevokeReason.INSCRIPTION_ENDED]
    with serving(database), reading() as desk:
        last = queries.history_of(desk.session, found)[-1]
    assert (last.kind, last.reason, last.note) == (StepKind.ENDED, reason.value, "Lo dijo su hermana")
    for again in (EndReason.ASKED, EndReason.CARE_WITHDRAWN):
        with pytest.raises(Refused), working(database, identity) as work:
            certificates.end_inscription(work, person=person, reason=again)
    with pytest.raises(Refused) as no, working(database, identity) as work:
        actions.renew(work, person=person, term=TERM)
    assert no.value.reason is Reason.ENDED


def test_nobody_chooses_the_end_that_a_withdrawal_brings(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    with pytest.raises(Refused) as no, working(database, identity) as work:
        certificates.end_inscription(work, person=person, reason=EndReason.CARE_WITHDRAWN)
    assert no.value.reason is Reason.END_REASON_UNKNOWN
    assert papers(database, person) == [None]


def test_an_end_that_fails_halfway_leaves_paper_and_inscription_as_they_were(
    database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    with pytest.raises(ZeroDivisionError), working(database, identity) as work:
        certificates.end_inscription(work, person=person, reason=EndReason.ASKED)
        raise ZeroDivisionError
    assert line(database, person).state(clock.today()) is InscriptionState.IN_FORCE
    assert papers(database, person) == [None]


def test_only_a_supervisor_opens_it_again_and_only_for_a_reason_that_can_be(
    database: Database, identity: Identity, boss: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    folio = line(database, person).folio
    with pytest.raises(Refused) as early, working(database, boss) as work:
        actions.reopen(work, person=person, reason=ReopenReason.CAME_BACK, term=TERM)
    assert early.value.reason is Reason.NOT_ENDED
    with working(database, identity) as work:
        certificates.end_inscription(work, person=person, reason=EndReason.DIED)
    with pytest.raises(NotPermitted), working(database, identity) as work:
        actions.reopen(work, person=person, reason=ReopenReason.ENDED_IN_ERROR, term=TERM)
    with pytest.raises(Refused) as no, working(database, boss) as work:
        actions.reopen(work, person=person, reason=ReopenReason.CAME_BACK, term=TERM)
    assert no.value.reason is Reason.STAYS_ENDED
    with working(database, boss) as work:
        actions.reopen(work, person=person, reason=ReopenReason.ENDED_IN_ERROR, term=TERM)
    assert (line(database, person).folio, line(database, person).valid_to) == (folio, date(2027, 11, 20))
    with working(database, identity) as work:
        certificates.end_inscription(work, person=person, reason=EndReason.LEFT_CITY)
    clock.advance(days=240)
    with working(database, boss) as work:
        actions.reopen(work, person=person, reason=ReopenReason.CAME_BACK, term=TERM)
    found = line(database, person)
    assert (found.folio, found.valid_from) == (folio, clock.today())
    assert found.valid_to == last_day(clock.today(), 12)
    assert papers(database, person) == [RevokeReason.INSCRIPTION_ENDED]  # an old paper does not come back to life


def test_a_correction_keeps_what_was_said_sealed_and_revokes_what_is_printed_wrong(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    with working(database, identity) as work:
        ended = certificates.correct_inscription(
            work, person=person, correction=correction(given="Marie Ange", note="Pasaporte a la vista"), version=1
        )
    assert ended == 1
    assert papers(database, person) == [RevokeReason.DATA_CORRECTED]
    with serving(database), reading() as desk:
        last = queries.history_of(desk.session, line(database, person))[-1]
        row = desk.session.scalars(select(InscriptionStep).where(InscriptionStep.kind == "corrected")).one()
        entries = desk.session.scalars(select(AuditEntry).where(AuditEntry.table_name == "inscription_step")).all()
    assert last.changes == {CorrectedField.GIVEN: ("Marie-Ange", "Marie Ange")}
    assert (last.reason, last.note) == ("document_shown", "Pasaporte a la vista")
    assert b"Marie" not in (row.detail_sealed or b"")
    assert all("Marie" not in str(entry.fields) for entry in entries)


def test_a_correction_that_the_paper_does_not_show_leaves_the_paper(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    with pytest.raises(Refused) as no, working(database, identity) as work:
        certificates.correct_inscription(work, person=person, correction=correction(), version=1)
    assert no.value.reason is Reason.NOTHING_CHANGED
    with pytest.raises(Stale), working(database, identity) as work:
        certificates.correct_inscription(work, person=person, correction=correction(given="Otra"), version=9)
    assert papers(database, person) == [None]


def test_another_desk_neither_ends_nor_corrects(
    database: Database, person: uuid.UUID, make_identity: Callable[..., Identity]
) -> None:
    other = make_identity(database, username="otra", desk="Mesa Sur")
    with pytest.raises(OutOfReach), working(database, other) as work:
        certificates.end_inscription(work, person=person, reason=EndReason.ASKED)
    with pytest.raises(OutOfReach), working(database, other) as work:
        certificates.correct_inscription(work, person=person, correction=correction(given="Otra"), version=1)


def test_whoever_verifies_is_told_at_once(
    database: Database, identity: Identity, person: uuid.UUID, nobody: DeskBrowser
) -> None:
    with serving(database, identity), reading() as desk:
        code = desk.session.scalars(select(Certificate.code)).one()
    assert "está vigente" in nobody.get(f"/v/{code}").text
    with working(database, identity) as work:
        certificates.end_inscription(work, person=person, reason=EndReason.ASKED)
    told = nobody.get(f"/v/{code}").text
    assert "quedó sin efecto" in told
    assert "inscripción terminó" not in told
    assert CertificateState.REVOKED.value not in told


def test_the_pages_end_correct_and_reopen(
    database: Database,
    identity: Identity,
    boss: Identity,
    person: uuid.UUID,
    sign_in: Callable[[Identity], DeskBrowser],
    make_identity: Callable[..., Identity],
) -> None:
    browser, here = sign_in(identity), f"/personas/{person}/padron"
    assert {f"{here}/corregir", f"{here}/terminar"} <= set(browser.get(here).links())
    page = browser.get(f"{here}/corregir")
    assert "queda sin efecto al guardar" in page.text
    assert page.form()["given"] == ["Marie-Ange"]
    same = browser.fill(f"{here}/corregir", {"reason": "capture_error"})
    assert same.status == 422
    assert "No cambió ningún dato" in same.text
    nameless = browser.fill(f"{here}/corregir", {"given": "", "surname1": "", "reason": "capture_error"})
    assert nameless.status == 422
    assert "al menos un nombre" in nameless.text
    done = browser.fill(f"{here}/corregir", {"given": "María de los Ángeles", "reason": "legal_change"})
    assert done.location == f"/personas/{person}/constancia"
    told = browser.get(here).text
    assert "antes «Marie-Ange», después «María de los Ángeles»" in told
    late = browser.post(
        f"{here}/corregir", {"given": "Tarde", "version": "1", "reason": "capture_error", "csrf_token": browser.csrf()}
    )
    assert late.status == 409
    no_reason = browser.fill(f"{here}/terminar", {})
    assert no_reason.status == 422
    ended = browser.fill(f"{here}/terminar", {"reason": "left_city", "note": "Se fue al norte"})
    assert ended.location == f"{here}/terminar"
    assert not browser.get(f"{here}/terminar").all("form", id="reopen-form")
    assert "la supervisión puede reabrirla" in browser.get(here).text
    browser.switch("en")
    assert browser.get(f"{here}/terminar").status == 200


def test_a_supervisor_reopens_on_the_page(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    with working(database, None) as work:
        staff = add_staff(work, NewStaff("jefa", "Jefa", Role.SUPERVISOR, PASSWORD, desk=identity.desk))
    with working(database, identity) as work:
        certificates.end_inscription(work, person=person, reason=EndReason.ASKED)
    boss = replace(identity, staff=staff, role=Role.SUPERVISOR, username="jefa")
    browser, here = sign_in(boss), f"/personas/{person}/padron/terminar"
    assert browser.fill(here, {}, form="reopen-form").location == here
    assert "Elija por qué se reabre" in browser.get(here).text
    assert browser.fill(here, {"reopen_reason": "came_back"}, form="reopen-form").location == here
    assert "quedó reabierta" in browser.get(here).text


def test_a_family_is_inscribed_together_each_with_her_folio(
    database: Database, identity: Identity, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    members = (
        NewMember(new_person("Rosa", "Paz", birth="1990-01-01")),
        NewMember(new_person("Luz", "Paz", birth="2015-05-05", phone=""), relation="child"),
        NewMember(new_person("Sol", "Paz", birth="2018-05-05", phone=""), relation="child"),
    )
    with working(database, identity) as work:
        mother, luz, sol = register_family(work, NewFamily(members))
        consents(work, mother, Purpose.CARE)
        consents(work, luz, Purpose.CARE)
    browser, here = sign_in(identity), f"/personas/{mother}/padron"
    page = browser.get(here)
    assert "also" not in page.form()
    assert "Luz Paz" in page.text
    assert "Su permiso para guardar sus datos e inscribirle" in page.text  # what Sol still lacks
    strange = browser.fill(here, {"also": str(sol)})
    assert strange.status == 422
    boxes = {**browser.get(here).form(), "also": str(luz)}
    clicks = [browser.post(here, boxes) for _click in range(2)]
    assert [(click.status, click.location) for click in clicks] == [(303, here)] * 2
    assert line(database, mother).folio != line(database, luz).folio
    with serving(database), reading() as desk:
        assert queries.inscription_of(desk.session, sol) is None
    with pytest.raises(Refused) as no, working(database, identity) as work:
        actions.inscribe_together(work, people=[sol, mother], term=TERM)
    assert no.value.values["person"] in {sol, mother}


def test_the_kind_of_record_is_said_and_changed(
    database: Database, identity: Identity, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    mother = register(database, identity, replace(new_person("Elena", "Ríos"), record_kind="service_only"))
    with working(database, identity) as work:
        consents(work, mother, Purpose.CARE)
    browser, here = sign_in(identity), f"/personas/{mother}/padron"
    page = browser.get(here)
    assert "quien busca a un familiar" in page.text
    assert not page.all("form", id="main-form")
    with pytest.raises(Refused) as no, working(database, identity) as work:
        actions.inscribe(work, person=mother, term=TERM)
    assert no.value.reason is Reason.SERVED_NOT_INSCRIBED
    assert browser.fill(here, {"kind": "padron"}, form="kind-form").location == here
    assert browser.fill(here, {}).status == 303
    with pytest.raises(Refused) as held, working(database, identity) as work:
        actions.change_record_kind(work, person=mother, kind="service_only")
    assert held.value.reason is Reason.KIND_OF_INSCRIBED


def test_the_register_is_searched_by_folio_and_state_within_the_desk(
    database: Database,
    identity: Identity,
    boss: Identity,
    person: uuid.UUID,
    clock: FixedClock,
    sign_in: Callable[[Identity], DeskBrowser],
    make_identity: Callable[..., Identity],
) -> None:
    other = make_identity(database, username="otra", desk="Mesa Sur")
    stranger = register(database, other, new_person("Ajena", "Lejos"))
    with working(database, other) as work:
        consents(work, stranger, Purpose.CARE)
        foreign = actions.inscribe(work, person=stranger, term=TERM)
    folio = line(database, person).folio
    browser = sign_in(identity)
    page = browser.get("/padron")
    assert folio in page.text
    assert foreign not in page.text
    assert "Ajena" not in page.text
    assert folio in browser.get(f"/padron?folio={folio[4:15].lower()}&estado=in_force").text
    assert folio not in browser.get("/padron?estado=ended").text
    assert "Revise el folio" in browser.get("/padron?folio=%25").text
    assert browser.get("/padron.csv").status == 403
    with counted(database) as sent:
        browser.get("/padron")
    assert len(sent) <= 6


def test_the_export_has_folios_and_days_and_no_name(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    with working(database, None) as work:
        staff = add_staff(work, NewStaff("jefa", "Jefa", Role.SUPERVISOR, PASSWORD, desk=identity.desk))
    browser = sign_in(replace(identity, staff=staff, role=Role.SUPERVISOR, username="jefa"))
    body = browser.get("/padron.csv").response.get_data(as_text=True)
    assert line(database, person).folio in body
    assert "Marie" not in body
    assert browser.get("/padron.xlsx").response.data[:2] == b"PK"


def test_terms_about_to_end_are_a_work_list(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    clock: FixedClock,
    sign_in: Callable[[Identity], DeskBrowser],
) -> None:
    folio = line(database, person).folio
    assert folio not in sign_in(identity).get("/padron/por-vencer").text
    assert folio in sign_in(identity).get("/padron/por-vencer?mes=2027-11").text
    assert sign_in(identity).get("/padron/por-vencer?mes=2027-99").status == 200
    clock.advance(days=340)
    browser = sign_in(identity)
    with counted(database) as sent:
        page = browser.get("/padron/por-vencer")
    assert folio in page.text
    assert len(sent) <= 6
    with serving(database, identity), reading() as desk:
        reach = desk.reach(Permission.PADRON_LIST)
        assert queries.expiring_count(desk.session, reach, desk.today) == 1
        assert queries.expiring_count(desk.session, reach, desk.today, days=20) == 0
        asked = RegisterFilter(state=InscriptionState.ENDED)
        assert queries.register_count(desk.session, reach, asked, today=desk.today) == 0
    with working(database, identity) as work:
        certificates.end_inscription(work, person=person, reason=EndReason.LEFT_CITY)
    assert folio not in browser.get("/padron/por-vencer").text


def test_months_are_read_and_counted() -> None:
    assert month_from("2026-12") == date(2026, 12, 1)
    assert [month_from(text) for text in ("", "2026", "2026-13", "26-12", "2026-1", "٢٠٢٦-١٢", "2026-12-01")] == [
        None
    ] * 7
    assert next_month(date(2026, 12, 5)) == date(2027, 1, 1)
    assert months_ahead(date(2026, 11, 20), 3) == (date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1))


def test_every_reason_and_step_has_words() -> None:
    assert set(REFUSALS) == set(Reason)
    assert set(END_REASONS) == set(EndReason)
    assert set(REOPEN_REASONS) == set(ReopenReason)
    assert set(CORRECTION_REASONS) == set(CorrectionReason)
    assert set(STEPS) == set(StepKind)
