"""Taking a permission back: what ends with it in every room, at any desk and by telephone, all of it or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.certificates.actions import issue
from referral.certificates.facts import Office, RevokeReason, Wishes
from referral.certificates.queries import certificates_of
from referral.consent.actions import record_decision
from referral.consent.facts import ASKED, Decision, NewDecision, Purpose
from referral.consent.models import Consent
from referral.documents.actions import keep_photo
from referral.documents.facts import Cleaned
from referral.documents.models import PersonScan
from referral.infra.db import Database
from referral.infra.work import NotPermitted, Work, reading, serving, unit_of_work
from referral.kernel.folio import EXAMPLE_MASK
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.needs.actions import add_need
from referral.needs.facts import NewNeed
from referral.needs.rules import Reason as NeedReason
from referral.padron.actions import inscribe
from referral.padron.facts import EndReason, InscriptionState, Term
from referral.padron.queries import inscription_of
from referral.people.actions import add_document, save_mobility
from referral.people.facts import MobilityFacts, NewDocument
from referral.privacy.actions import withdraw
from referral.privacy.facts import Ended, SaidBy, Withdrawal
from referral.privacy.labels import REFUSALS, SAID_BY
from referral.privacy.rules import Reason, check_caller
from referral.referrals.models import OutboxMessage, Referral
from referral.referrals.rules.refusals import Reason as ReferralReason
from tests.desk_browser import DeskBrowser
from tests.documents.files import picture
from tests.factories.referrals import load_directory, note_need, organization_of, prepare, served_person

OFFICE = Office(
    issuing_unit="Unidad",
    signer_name="Nombre",
    signer_post="Cargo",
    legal_basis=(),
    public_url="https://ventanilla.example.org",
    validity_is_example=False,
    sample=False,
)
BIRTH = PartialDate.from_text("1994-03-27")


@contextmanager
def working(database: Database, identity: Identity | None) -> Iterator[Work]:
    with serving(database, identity), unit_of_work("test") as work:
        yield work


def take_back(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    *permissions: tuple[Purpose, uuid.UUID | None],
    said_by: SaidBy = SaidBy.IN_PERSON,
    answer: str = "",
) -> Ended:
    with working(database, identity) as work:
        return withdraw(work, person=person, withdrawal=Withdrawal(permissions, said_by, answer))


@pytest.fixture
def identity(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database)


@pytest.fixture
def person(database: Database, identity: Identity) -> uuid.UUID:
    """Who allowed everything: inscribed, with a constancia, a photograph and sensitive data."""
    load_directory(database)
    ref = served_person(database, identity)
    with working(database, identity) as work:
        for purpose in ASKED:
            record_decision(work, person=ref, new=NewDecision(purpose, Decision.YES, how="signed"))
        add_document(work, person=ref, new=NewDocument("PASSPORT", "P123", "HT", seen="original"))
        add_document(work, person=ref, new=NewDocument("SHELTER_LETTER"))
        inscribe(work, person=ref, term=Term(EXAMPLE_MASK, 12))
        jpeg = picture(480, 640)
        cleaned = Cleaned(media_type="image/jpeg", data=jpeg, small=picture(120, 160), width=480, height=640, pages=1)
        keep_photo(work, person=ref, found=cleaned, most_megabytes=5)
        issue(work, person=ref, wishes=Wishes(photo=True), office=OFFICE)
        save_mobility(work, person=ref, mobility=MobilityFacts(profiles=("IDP",)), version=1)
    return ref


def standing(database: Database, person: uuid.UUID) -> tuple[list[RevokeReason | None], InscriptionState | None, int]:
    """Reasons of her papers, state of her inscription, how many photographs."""
    with serving(database), reading() as desk:
        papers = [one.revoked_reason for one in certificates_of(desk.session, person)]
        found = inscription_of(desk.session, person)
        photos = len(desk.session.scalars(select(PersonScan)).all())
        return papers, found.state(desk.today) if found else None, photos


def test_the_constancia_counts_no_more_and_the_inscription_goes_on(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    ended = take_back(database, identity, person, (Purpose.CERTIFICATE, None))
    assert (ended.papers, ended.inscription) == (1, False)
    assert standing(database, person) == ([RevokeReason.CONSENT_WITHDRAWN], InscriptionState.IN_FORCE, 1)


def test_without_care_she_leaves_the_register_and_the_file_takes_no_new_work(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    need = note_need(database, identity, person)
    ended = take_back(database, identity, person, (Purpose.CARE, None))
    assert (ended.papers, ended.inscription) == (1, True)
    assert standing(database, person)[:2] == ([RevokeReason.CONSENT_WITHDRAWN], InscriptionState.ENDED)
    with serving(database), reading() as desk:
        found = inscription_of(desk.session, person)
    assert found is not None
    assert found.end_reason is EndReason.CARE_WITHDRAWN
    with pytest.raises(Refused) as no_need:
        note_need(database, identity, person, "LEGAL_ADVICE")
    assert no_need.value.reason is NeedReason.CARE_WITHDRAWN
    with pytest.raises(Refused) as no_referral:
        prepare(database, identity, person, need)
    assert no_referral.value.reason is ReferralReason.CARE_WITHDRAWN
    note_need(database, identity, person, "HEALTH_EMERG", urgency="immediate")  # a danger waits for nothing
    with working(database, identity) as work:
        record_decision(work, person=person, new=NewDecision(Purpose.CARE, Decision.YES, how="signed"))
    prepare(database, identity, person, need)


def test_what_was_sent_is_called_back_with_a_message_(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    sent = prepare(database, identity, person, note_need(database, identity, person), "SEDESA")
    ended = take_back(database, identity, person, (Purpose.REFERRAL, organization_of(database, "SEDESA")))
    with serving(database), reading() as desk:
        row = desk.session.get_one(Referral, sent)
        assert (row.status, row.reason, row.outcome) == ("cancelled", "consent_withdrawn", "declined")
        assert ended.referrals == [row.code]
        told = [(one.kind, one.referral_code) for one in desk.session.scalars(select(OutboxMessage))]
    assert sorted(told) == [("referral_recalled", row.code), ("referral_sent", row.code)]


def test_an_institution_reads_no_more_what_she_called_back(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    make_identity: Callable[..., Identity],
    sign_in: Callable[[Identity], DeskBrowser],
) -> None:
    sent = prepare(database, identity, person, note_need(database, identity, person), "SEDESA")
    organization = organization_of(database, "SEDESA")
    partner = make_identity(database, Role.PARTNER, username="salud", organization=organization)
    assert sign_in(partner).get(f"/canalizaciones/{sent}").status == 200
    take_back(database, identity, person, (Purpose.REFERRAL, organization))
    assert sign_in(partner).get(f"/canalizaciones/{sent}").status == 404


def test_the_photograph_is_deleted_and_sensitive_data_are_closed(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    ended = take_back(database, identity, person, (Purpose.PHOTO, None), (Purpose.SENSITIVE, None))
    assert (ended.photos, ended.sensitive) == (1, True)
    assert standing(database, person) == ([None], InscriptionState.IN_FORCE, 0)
    browser = sign_in(identity)
    assert "no se guardan sin su consentimiento" in browser.get(f"/personas/{person}").text
    with serving(database), reading() as desk:
        paper = certificates_of(desk.session, person)[0].ref
    assert browser.get(f"/constancias/{paper}.pdf").response.data[:4] == b"%PDF"  # reprinted without the picture


def test_everything_ends_or_nothing(database: Database, identity: Identity, person: uuid.UUID) -> None:
    with pytest.raises(Refused), working(database, identity) as work:
        withdraw(
            work,
            person=person,
            withdrawal=Withdrawal(((Purpose.CARE, None), (Purpose.REFERRAL, uuid.uuid4())), SaidBy.IN_PERSON),
        )
    assert standing(database, person) == ([None], InscriptionState.IN_FORCE, 1)
    with pytest.raises(Refused) as nothing:
        take_back(database, identity, person)
    assert nothing.value.reason is Reason.NOTHING_CHOSEN


def test_any_desk_takes_it_back_and_is_not_told_to_whom_she_was_sent(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    make_identity: Callable[..., Identity],
    sign_in: Callable[[Identity], DeskBrowser],
) -> None:
    prepare(database, identity, person, note_need(database, identity, person), "SEDESA")
    other = make_identity(database, username="otra", desk="Mesa Sur")
    browser, here = sign_in(other), f"/personas/{person}/permisos/retirar"
    page = browser.get(here)
    assert "Canalización a una institución" in page.text
    assert "Salud" not in page.text
    code = f"referral:{organization_of(database, 'SEDESA')}"
    assert browser.fill(here, {"permissions": [code, "care"], "said_by": "in_person"}).location == here
    told = browser.get(here).text
    assert "La inscripción en el Padrón quedó terminada" in told
    assert "Se detuvo lo que estaba abierto" in told
    with serving(database), reading() as desk:
        rows = desk.session.scalars(select(Consent).where(Consent.withdrawn_at.is_not(None))).all()
    assert {row.withdrawn_how for row in rows} == {"in_person"}
    assert {row.withdrawn_by for row in rows} == {other.staff}


def test_the_page_refuses_with_words_and_keeps_what_was_marked(
    identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    browser, here = sign_in(identity), f"/personas/{person}/permisos/retirar"
    assert "Marque al menos un permiso" in browser.fill(here, {"said_by": "in_person"}).text
    nothing = browser.fill(here, {})
    assert "Marque al menos un permiso" in nothing.text
    assert "Elija una opción en «¿Cómo lo pidió?»" in nothing.text
    called = browser.fill(here, {"said_by": "phone"})
    assert "Marque al menos un permiso" in called.text
    assert "Pregunte por teléfono el año de nacimiento o el folio, y escriba la respuesta" in called.text
    wrong = browser.fill(here, {"permissions": "statistics", "said_by": "phone", "answer": "1990"})
    assert wrong.status == 422
    assert "no coincide" in wrong.text
    assert wrong.form()["permissions"] == ["statistics"]
    unknown = browser.fill(here, {"permissions": "referral:nada", "said_by": "in_person"})
    assert unknown.status == 422
    assert browser.fill(here, {"permissions": "statistics", "said_by": "phone", "answer": "1994"}).location == here
    browser.switch("en")
    assert browser.get(here).status == 200


@pytest.mark.parametrize("role", [Role.DPO, Role.AUDITOR, Role.ADMINISTRATOR])
def test_whoever_does_not_serve_takes_nothing_back(
    role: Role, database: Database, person: uuid.UUID, make_identity: Callable[..., Identity]
) -> None:
    other = make_identity(database, role, username="otra")
    with pytest.raises(NotPermitted):
        take_back(database, other, person, (Purpose.CARE, None))


@pytest.mark.parametrize("refused", ASKED)
def test_refusing_one_purpose_blocks_no_other_service(refused: Purpose, database: Database, identity: Identity) -> None:
    load_directory(database)
    ref = served_person(database, identity)
    with working(database, identity) as work:
        for purpose in ASKED:
            decision = Decision.NO if purpose is refused else Decision.YES
            record_decision(work, person=ref, new=NewDecision(purpose, decision, how="signed"))
        add_document(work, person=ref, new=NewDocument("PASSPORT", "P123", "HT", seen="original"))
        add_document(work, person=ref, new=NewDocument("SHELTER_LETTER"))
        need = add_need(work, person=ref, new=NewNeed("HEALTH_GENERAL"))
    prepare(database, identity, ref, need, "SEDESA")  # served and referred, whatever was refused

    def inscribed() -> None:
        with working(database, identity) as work:
            inscribe(work, person=ref, term=Term(EXAMPLE_MASK, 12))

    def certified() -> None:
        with working(database, identity) as work:
            issue(work, person=ref, wishes=Wishes(), office=OFFICE)

    if refused is Purpose.CARE:
        with pytest.raises(Refused):
            inscribed()
        return
    inscribed()
    if refused is Purpose.CERTIFICATE:
        with pytest.raises(Refused):
            certified()
        return
    certified()


@given(st.text(max_size=45))
def test_on_the_telephone_only_her_year_or_her_folio_opens(answer: str) -> None:
    typed = "".join(c for c in answer.upper() if c.isalnum())
    good = typed in {"1994", "PHM2026000001X"}
    with nullcontext() if good else pytest.raises(Refused):
        check_caller(SaidBy.PHONE, answer, folio="PHM-2026-000001-X", birth=BIRTH)


def test_a_year_told_as_an_age_may_be_off_by_one_and_nothing_known_is_not_opened() -> None:
    told = PartialDate.of_age(32, date(2026, 11, 20))
    for year in ("1993", "1994", "1995"):
        check_caller(SaidBy.PHONE, year, folio=None, birth=told)
    check_caller(SaidBy.PHONE, "phm 2026 000001 x", folio="PHM-2026-000001-X", birth=told)
    check_caller(SaidBy.IN_PERSON, "", folio=None, birth=PartialDate.unknown())
    with pytest.raises(Refused) as no:
        check_caller(SaidBy.PHONE, "", folio=None, birth=PartialDate.unknown())
    assert no.value.reason is Reason.NOTHING_TO_ASK


def test_every_refusal_has_words() -> None:
    assert set(REFUSALS) == set(Reason)
    assert set(SAID_BY) == set(SaidBy)
