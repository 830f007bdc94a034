"""The constancia in the database and on the desk: issued when nothing lacks, reprinted alike, replaced, revoked."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, func, select, text

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.certificates import queries
from referral.certificates.actions import issue, revoke
from referral.certificates.facts import ConstanciaFacts, Office, RevokeReason, Wishes
from referral.certificates.models import Certificate
from referral.certificates.rules import (
    CertificateState,
    Missing,
    Reason,
    printable_nationalities,
    proves_identity,
    proves_residence,
    suggests_nationality,
)
from referral.certificates.snapshot import snapshot_document, snapshot_facts
from referral.consent.actions import record_decision, record_notice
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.infra.audit import AccessEntry
from referral.infra.db import Database
from referral.infra.work import NotPermitted, OutOfReach, Work, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.folio import EXAMPLE_MASK
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.padron.actions import inscribe
from referral.padron.facts import Term
from referral.people.actions import add_document, correct_identity, save_contact, save_mobility
from referral.people.facts import IdentityFacts, MobilityFacts, NewDocument
from tests.certificates.test_paper import BARE, FACTS
from tests.desk_browser import DeskBrowser
from tests.factories.people import new_person, register
from tests.paper_reading import read_paper

OFFICE = Office(
    issuing_unit="Mesa de prueba",
    signer_name="Guadalupe Hernández",
    signer_post="Responsable",
    legal_basis=("Ley de prueba, artículo 5",),
    public_url="https://ventanilla.example.org",
    validity_is_example=False,
    sample=False,
)
PLAIN = Wishes()


@contextmanager
def working(database: Database, identity: Identity | None) -> Iterator[Work]:
    with serving(database, identity), unit_of_work("test") as work:
        yield work


def consent(work: Work, person: uuid.UUID, *purposes: Purpose) -> None:
    record_notice(work, person=person, new=NewNotice(NoticeChannel.READ_ALOUD))
    for purpose in purposes:
        record_decision(work, person=person, new=NewDecision(purpose, Decision.YES, how="signed"))


def said(database: Database, identity: Identity, ref: uuid.UUID) -> ConstanciaFacts:
    with serving(database, identity), reading() as desk:
        return queries.printed(desk.session, desk.reach(Permission.CERTIFICATE_PRINT), ref).facts


@pytest.fixture
def identity(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database)


@pytest.fixture
def person(database: Database, identity: Identity) -> uuid.UUID:
    """With all that a constancia asks for."""
    ref = register(database, identity, new_person(chosen="Ange"))
    with working(database, identity) as work:
        consent(work, ref, Purpose.CARE, Purpose.CERTIFICATE)
        add_document(work, person=ref, new=NewDocument("PASSPORT", "P123", "HT", seen="original"))
        add_document(work, person=ref, new=NewDocument("SHELTER_LETTER"))
        inscribe(work, person=ref, term=Term(EXAMPLE_MASK, 12))
    return ref


def test_it_says_what_is_missing_in_the_order_the_desk_asks(database: Database, identity: Identity) -> None:
    ref = register(database, identity)
    with pytest.raises(Refused) as no, working(database, identity) as work:
        issue(work, person=ref, wishes=PLAIN, office=OFFICE)
    assert no.value.reason is Reason.NOT_READY
    assert no.value.values["missing"] == (
        Missing.INSCRIPTION,
        Missing.IDENTITY_PROOF,
        Missing.RESIDENCE_PROOF,
        Missing.CONSENT,
    )


def test_it_prints_only_what_she_wished(database: Database, identity: Identity, person: uuid.UUID) -> None:
    with working(database, identity) as work:
        plain = issue(work, person=person, wishes=Wishes(alcaldia=False), office=OFFICE)
        full = issue(
            work,
            person=person,
            wishes=Wishes(chosen_name=True, nationality="HT", replace_current=True),
            office=OFFICE,
        )
    facts = said(database, identity, full)
    assert (facts.chosen_name, facts.nationality, facts.alcaldia) == ("Ange", "HT", "09015")
    assert facts.document_name == "Marie-Ange Joseph"
    assert facts.registered_at == "Mesa Centro"
    assert (facts.valid_from, facts.valid_to) == (date(2026, 11, 20), date(2027, 11, 20))
    assert facts.verify_url == f"https://ventanilla.example.org/v/{facts.verify_code.replace(' ', '')}"
    with serving(database, identity), reading() as desk:
        row = desk.session.get(Certificate, plain)
        assert row is not None
        bare = snapshot_facts(row.snapshot)
    assert (bare.chosen_name, bare.nationality, bare.alcaldia) == (None, None, None)


def test_a_nationality_that_is_not_hers_is_not_printed(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    for code in ("MX", "XX", "??"):
        with pytest.raises(Refused) as no, working(database, identity) as work:
            issue(work, person=person, wishes=Wishes(nationality=code), office=OFFICE)
        assert no.value.reason is Reason.NATIONALITY_NOT_HERS


def test_a_reprint_is_the_same_paper_whatever_changed_meanwhile(
    database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    with working(database, identity) as work:
        ref = issue(work, person=person, wishes=PLAIN, office=OFFICE)
    before = said(database, identity, ref)
    clock.advance(days=30)
    with working(database, identity) as work:
        corrected = IdentityFacts(replace(new_person().identity.names, given="Marie"), PartialDate.of_year(1990))
        correct_identity(work, person=person, identity=corrected, version=1)
    assert said(database, identity, ref) == before


def test_there_is_one_that_counts_and_a_new_one_replaces_it(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    with working(database, identity) as work:
        first = issue(work, person=person, wishes=PLAIN, office=OFFICE)
    with pytest.raises(Refused) as no, working(database, identity) as work:
        issue(work, person=person, wishes=PLAIN, office=OFFICE)
    assert no.value.reason is Reason.ALREADY_HOLDS_ONE
    with working(database, identity) as work:
        second = issue(work, person=person, wishes=Wishes(replace_current=True), office=OFFICE)
    with serving(database, identity), reading() as desk:
        lines = {line.ref: line for line in queries.certificates_of(desk.session, person)}
        current = queries.current_certificate(desk.session, person, today=desk.today)
    assert (lines[first].revoked_reason, lines[first].replaced_by) == (RevokeReason.REPLACED, second)
    assert current == lines[second]


def test_the_snapshot_is_sealed_and_cannot_be_moved(database: Database, identity: Identity, person: uuid.UUID) -> None:
    with working(database, identity) as work:
        issue(work, person=person, wishes=Wishes(chosen_name=True), office=OFFICE)
    with database.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM certificate")).mappings().one()
        for value in row.values():
            raw = bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
            assert b"Marie" not in raw
            assert b"Ange" not in raw


@pytest.mark.parametrize("facts", [FACTS, BARE], ids=["full", "bare"])
def test_a_snapshot_loses_nothing(facts: ConstanciaFacts) -> None:
    kept = {name: value for name, value in snapshot_document(facts).items() if value not in (None, "", [], {})}
    assert snapshot_facts(kept) == facts


def test_an_inscription_that_lapsed_is_renewed_first(
    database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    clock.advance(days=400)
    with pytest.raises(Refused) as no, working(database, identity) as work:
        issue(work, person=person, wishes=PLAIN, office=OFFICE)
    assert no.value.values["missing"] == (Missing.INSCRIPTION_IN_FORCE,)


def test_who_revokes_and_when(
    database: Database, identity: Identity, person: uuid.UUID, make_identity: Callable[..., Identity]
) -> None:
    with working(database, identity) as work:
        ref = issue(work, person=person, wishes=PLAIN, office=OFFICE)
    elsewhere = make_identity(database, Role.SUPERVISOR, username="sur", desk="Mesa Sur")
    here = make_identity(database, Role.SUPERVISOR, username="centro")
    with pytest.raises(NotPermitted), working(database, identity) as work:
        revoke(work, certificate=ref, reason=RevokeReason.LOST)
    with pytest.raises(OutOfReach), working(database, elsewhere) as work:
        revoke(work, certificate=ref, reason=RevokeReason.LOST)
    with pytest.raises(OutOfReach), working(database, here) as work:
        revoke(work, certificate=uuid.uuid4(), reason=RevokeReason.LOST)
    with working(database, here) as work:
        revoke(work, certificate=ref, reason=RevokeReason.LOST)
    with pytest.raises(Refused) as no, working(database, here) as work:
        revoke(work, certificate=ref, reason=RevokeReason.STOLEN)
    assert no.value.reason is Reason.ALREADY_REVOKED
    with serving(database, identity), reading() as desk:
        assert queries.current_certificate(desk.session, person, today=desk.today) is None
        (line,) = queries.certificates_of(desk.session, person)
        assert queries.state_of(line, today=desk.today) is CertificateState.REVOKED


def test_which_papers_prove_what() -> None:
    assert proves_identity(["PASSPORT"], minor=False)
    assert proves_identity(["BIRTH_CERT"], minor=True)
    assert not proves_identity(["BIRTH_CERT"], minor=False)
    assert not proves_identity(["BIRTH_CERT"], minor=None)
    assert not proves_identity(["NONE", "CURP", "SHELTER_LETTER", "no-such-code"], minor=True)
    assert proves_residence(["UTILITY"])
    assert not proves_residence(["PASSPORT", "no-such-code"])


def test_nationality_is_proposed_only_where_it_cannot_harm() -> None:
    assert suggests_nationality(["RETURN_DEP"])
    assert not suggests_nationality([])
    for profile in ("TRANSIT", "ASYLUM_SEEKER", "REFUGEE", "COMPL_PROT", "POLITICAL_ASYLEE", "STATELESS"):
        assert not suggests_nationality(["RETURN_DEP", profile])
    assert printable_nationalities(["HT", "XA", "XX", "??"]) == ("HT",)


def test_the_page_leads_to_each_thing_that_is_missing(
    database: Database, identity: Identity, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    ref = register(database, identity)
    page = sign_in(identity).get(f"/personas/{ref}/constancia")
    assert page.status == 200
    wanted = {f"/personas/{ref}/{what}" for what in ("padron", "documentos", "consentimiento")}
    assert wanted <= set(page.links())
    assert not page.all("form", id="main-form")


def test_from_the_page_to_the_paper(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    browser, here = sign_in(identity), f"/personas/{person}/constancia"
    opened = browser.get(here)
    assert opened.form()["nationality"] == ["none"]  # nothing is known of the profile
    issued = browser.fill(here, {"chosen_name": "1"})
    assert (issued.status, issued.location) == (303, here)
    page = browser.get(here)
    (link,) = {link for link in page.links() if link.endswith(".pdf")}
    paper = browser.client.get(link)
    assert paper.mimetype == "application/pdf"
    assert paper.headers["Cache-Control"] == "no-store"
    assert paper.headers["Content-Disposition"] == f'inline; filename="{paper_folio(database)}.pdf"'
    read = read_paper(paper.data)
    assert "Marie-Ange Joseph" in read.text
    assert "Haití" not in read.text
    assert browser.client.get(link).data == paper.data
    assert read.codes[0].startswith("http://127.0.0.1:8000/v/")
    with serving(database), reading() as desk:
        prints = desk.session.scalar(select(func.count()).where(AccessEntry.what == "print"))
    assert prints == 1  # twice within a quarter of an hour is one reading
    double = browser.fill(here, {})
    assert double.status == 422
    assert "Marque que esta la reemplaza" in double.text
    assert browser.fill(here, {"replace_current": "1"}).status == 303
    gone = browser.client.get(link)
    assert (gone.status_code, gone.headers["Location"]) == (303, here)
    assert "ya no se imprime" in browser.get(here).text


def paper_folio(database: Database) -> str:
    with serving(database), reading() as desk:
        return str(desk.session.scalar(select(Certificate.folio)))


def test_a_profile_that_is_safe_gets_its_nationality_proposed(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    with working(database, identity) as work:
        consent(work, person, Purpose.SENSITIVE)
        save_mobility(work, person=person, mobility=MobilityFacts(profiles=("INT_MIGRANT",)), version=1)
    browser, here = sign_in(identity), f"/personas/{person}/constancia"
    assert browser.get(here).form()["nationality"] == ["HT"]
    with working(database, identity) as work:
        save_mobility(work, person=person, mobility=MobilityFacts(profiles=("INT_MIGRANT", "TRANSIT")), version=2)
    assert browser.get(here).form()["nationality"] == ["none"]


def test_a_minor_s_page_asks_for_the_adult_and_an_adult_s_does_not(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    browser, here = sign_in(identity), f"/personas/{person}/constancia"
    assert "accompanying_adult" not in browser.get(here).form()
    with working(database, identity) as work:
        child = replace(new_person(birth="2015").identity)
        correct_identity(work, person=person, identity=child, version=1)
    assert "accompanying_adult" in browser.get(here).form()


def test_a_supervisor_revokes_from_the_page_and_sees_no_name(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    make_identity: Callable[..., Identity],
    sign_in: Callable[[Identity], DeskBrowser],
) -> None:
    with working(database, identity) as work:
        ref = issue(work, person=person, wishes=PLAIN, office=OFFICE)
    browser = sign_in(make_identity(database, Role.SUPERVISOR, username="centro"))
    here = f"/constancias/{ref}/revocar"
    page = browser.get(here)
    assert "Marie" not in page.text
    assert browser.fill(here, {}).status == 422
    assert browser.fill(here, {"reason": "replaced"}).status == 422  # only issuing says that
    assert browser.fill(here, {"reason": "stolen"}).status == 303
    done = browser.get(here)
    assert "La robaron o se la quitaron" in done.text
    assert not done.all("form", id="main-form")
    assert sign_in(make_identity(database, Role.DPO, username="dpo")).get(here).status == 200
    assert sign_in(identity).get(here).status == 403


def test_another_desk_sees_none_of_it(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    make_identity: Callable[..., Identity],
    sign_in: Callable[[Identity], DeskBrowser],
) -> None:
    with working(database, identity) as work:
        ref = issue(work, person=person, wishes=PLAIN, office=OFFICE)
    other = sign_in(make_identity(database, username="otra", desk="Mesa Sur"))
    for address in (f"/constancias/{ref}.pdf", f"/personas/{person}/constancia", f"/personas/{person}/padron"):
        assert other.get(address).status == 404


def test_the_page_takes_few_statements(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    with working(database, identity) as work:
        for _ in range(6):
            issue(work, person=person, wishes=Wishes(replace_current=True), office=OFFICE)
    browser, here = sign_in(identity), f"/personas/{person}/constancia"
    browser.get(here)  # the reading is logged once, apart
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *parts: statements.append(parts[2]))
    assert browser.get(here).text.count("Se expidió otra en su lugar") == 5
    assert len([words for words in statements if words.lstrip().startswith("SELECT")]) <= 11


def test_two_clicks_issue_one(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    browser, here = sign_in(identity), f"/personas/{person}/constancia"
    boxes = {name: values[0] for name, values in browser.get(here).form().items()}
    answers = [browser.client.post(here, data=boxes) for _ in range(2)]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(303, here)] * 2
    with serving(database), reading() as desk:
        assert desk.session.scalar(select(func.count()).select_from(Certificate)) == 1


def test_what_changed_on_file_is_said_beside_the_paper_and_the_alcaldia_is_offered_when_known(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    with working(database, identity) as work:
        issue(work, person=person, wishes=PLAIN, office=OFFICE)
    browser, here = sign_in(identity), f"/personas/{person}/constancia"
    page = browser.get(here)
    assert "El expediente cambió" not in page.text
    assert page.all("input", id="alcaldia")
    assert not page.all("input", id="photo")  # none on file
    with working(database, identity) as work:
        changed = new_person("María", chosen="Ange", alcaldia="")
        correct_identity(work, person=person, identity=changed.identity, version=1)
        save_contact(work, person=person, contact=changed.contact, version=1)
    page = browser.get(here)
    assert "La constancia dice otra cosa en: Nombre en su documento, Alcaldía" in page.text
    assert not page.all("input", id="alcaldia")
