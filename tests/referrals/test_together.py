"""Referring several of a household at once: each on her own consent, all or none, and no family split in silence."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from referral.access.identity import Identity
from referral.consent.actions import record_decision, record_notice
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.consent.models import Consent
from referral.households.actions.members import split
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.refusal import Refused
from referral.needs.models import Need
from referral.referrals.actions.together import prepare_together
from referral.referrals.facts import NewReferral
from referral.referrals.models import Referral
from referral.referrals.rules.refusals import Reason
from tests.desk_browser import DeskBrowser
from tests.factories.families import register_haitian_family
from tests.factories.referrals import DAYS, load_directory, note_need, organization_of, service
from tests.statements import counted

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]
Family = tuple[uuid.UUID, ...]


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    load_directory(database)
    return make_identity(database)


@pytest.fixture
def family(database: Database, caso: Identity) -> Family:
    """Mother, father, boy, girl, baby: everybody was given the notice, nobody answered about any institution."""
    refs = register_haitian_family(database, caso)
    with serving(database, caso), unit_of_work("test") as work:
        for ref in refs:
            record_notice(work, person=ref, new=NewNotice(NoticeChannel.READ_ALOUD, "ht", interpreter=True))
    return refs


def agree(database: Database, identity: Identity, person: uuid.UUID, key: str) -> None:
    with serving(database, identity), unit_of_work("test") as work:
        new = NewDecision(
            Purpose.REFERRAL, Decision.YES, how="signed", language="ht", organization=organization_of(database, key)
        )
        record_decision(work, person=person, new=new)


def together(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    need: uuid.UUID,
    *also: uuid.UUID,
    key: str = "SEDESA",
    consent: str = "yes",
    parting: str = "",
    fields: tuple[str, ...] | None = None,
) -> tuple[uuid.UUID, ...]:
    new = NewReferral(
        person=person,
        need=need,
        service=service(database, key),
        consent=consent,
        consent_how="verbal_witness",
        language="ht",
        parting=parting,
        fields=fields,
        override="lo pide la familia",
    )
    with serving(database, identity), unit_of_work("test") as work:
        return prepare_together(work, new, also, days=DAYS, consent_days=90)


def rows(database: Database) -> dict[uuid.UUID, Referral]:
    with serving(database, read_only=True), reading() as desk:
        return {row.person_id: row for row in desk.session.scalars(select(Referral))}


def test_a_mother_and_her_children_each_get_their_own_referral(
    database: Database, caso: Identity, family: Family
) -> None:
    mother, _father, boy, girl, _baby = family
    need = note_need(database, caso, mother)
    refs = together(database, caso, mother, need, boy, girl)
    sent = rows(database)
    assert set(sent) == {mother, boy, girl}
    assert refs[0] == sent[mother].id
    assert {row.status for row in sent.values()} == {"requested"}
    assert len({row.code for row in sent.values()}) == 3
    with serving(database, read_only=True), reading() as desk:
        assert desk.session.get_one(Referral, sent[boy].id).packet["fields"]["name"] == "Woodley Joseph"
        needs = {row.person_id: row.code for row in desk.session.scalars(select(Need))}
        answers = {row.person_id: row for row in desk.session.scalars(select(Consent))}
        assert answers[boy].detail["adult"] == "Marie-Ange Joseph"
    assert needs == {mother: "HEALTH_GENERAL", boy: "HEALTH_GENERAL", girl: "HEALTH_GENERAL"}
    assert (answers[mother].given_by, answers[boy].given_by) == ("self", "guardian")


def test_a_field_left_out_for_one_is_left_out_for_all(database: Database, caso: Identity, family: Family) -> None:
    need = note_need(database, caso, family[0])
    together(database, caso, family[0], need, family[2], fields=("name",))
    sent = rows(database)
    with serving(database, read_only=True), reading() as desk:
        packet = desk.session.get_one(Referral, sent[family[2]].id).packet
    assert packet["fields"] == {"name": "Woodley Joseph"}


def test_an_adult_answers_for_herself(database: Database, caso: Identity, family: Family) -> None:
    mother, father, boy, *_ = family
    need = note_need(database, caso, mother)
    with pytest.raises(Refused) as no:
        together(database, caso, mother, need, father, boy)
    assert (no.value.reason, no.value.values["name"]) == (Reason.BESIDE_NO_CONSENT, "Wilner Joseph")
    assert rows(database) == {}
    agree(database, caso, father, "SEDESA")
    together(database, caso, mother, need, father, boy)
    assert set(rows(database)) == {mother, father, boy}
    with serving(database, read_only=True), reading() as desk:
        his = desk.session.scalars(select(Consent).where(Consent.person_id == father)).all()
    assert [row.how for row in his] == ["signed"]  # his own answer, not one more in his name


def test_a_no_prepares_nothing_for_the_others(database: Database, caso: Identity, family: Family) -> None:
    need = note_need(database, caso, family[0])
    together(database, caso, family[0], need, family[2], consent="no")
    sent = rows(database)
    assert {ref: row.status for ref, row in sent.items()} == {family[0]: "draft"}


def test_a_shelter_for_part_of_a_family_wants_a_reason(database: Database, caso: Identity, family: Family) -> None:
    mother, _father, boy, girl, baby = family
    need = note_need(database, caso, mother, "SHELTER_TONIGHT")
    with pytest.raises(Refused) as no:
        together(database, caso, mother, need, boy, girl, baby, key="CAFEMIN")
    assert (no.value.reason, no.value.values["names"]) == (Reason.FAMILY_PARTED, "Wilner Joseph")
    assert rows(database) == {}
    together(database, caso, mother, need, boy, girl, baby, key="CAFEMIN", parting="El padre duerme en otro lugar.")
    sent = rows(database)
    assert set(sent) == {mother, boy, girl, baby}
    with serving(database, read_only=True), reading() as desk:
        assert desk.session.get_one(Referral, sent[mother].id).note["parting"] == "El padre duerme en otro lugar."


def test_who_left_the_household_cannot_be_sent_along(database: Database, caso: Identity, family: Family) -> None:
    mother, father, boy, *_ = family
    need = note_need(database, caso, mother)
    agree(database, caso, father, "SEDESA")
    with serving(database, caso), unit_of_work("test") as work:
        split(work, beside=mother, leaving=[father])
    with pytest.raises(Refused) as no:
        together(database, caso, mother, need, father, boy)
    assert no.value.reason is Reason.BESIDE_CHANGED


def test_the_page_names_who_may_go_and_who_may_not(
    database: Database, caso: Identity, family: Family, sign_in: SignIn
) -> None:
    mother, father, boy, girl, baby = family
    need = note_need(database, caso, mother)
    browser = sign_in(caso)
    address = f"/personas/{mother}/necesidades/{need}/puertas/{service(database, 'SEDESA')}"
    page = browser.get(address)
    boxes = [box.get("value") for box in page.all("input", name="also")]
    assert sorted(boxes) == sorted(str(ref) for ref in (boy, girl, baby))
    assert [box.get("value") for box in page.all("input", name="said_yes")] == [str(father)]
    answer = browser.fill(
        address, {"consent": "yes", "consent_how": "verbal_witness", "also": [str(boy), str(girl)]}, follow=True
    )
    assert "También quedaron enviadas las canalizaciones de 2 personas de su familia." in answer.text
    assert set(rows(database)) == {mother, boy, girl}
    assert "ya tiene una canalización" in browser.get(address).text


def test_who_was_not_given_the_notice_may_not_go(
    database: Database, caso: Identity, family: Family, sign_in: SignIn
) -> None:
    mother, father, *_ = register_haitian_family(database, caso)
    need = note_need(database, caso, mother)
    address = f"/personas/{mother}/necesidades/{need}/puertas/{service(database, 'SEDESA')}"
    page = sign_in(caso).get(address)
    assert not page.all("input", name="also") + page.all("input", name="said_yes")
    assert "Wilner Joseph : falta darle el aviso de privacidad" in page.text.replace("Joseph:", "Joseph :")
    assert f"/personas/{father}/consentimiento" in page.links()


def test_an_adult_says_yes_on_the_same_page(
    database: Database, caso: Identity, family: Family, sign_in: SignIn
) -> None:
    mother, father, *children = family
    need = note_need(database, caso, mother, "SHELTER_TONIGHT")
    browser = sign_in(caso)
    address = f"/personas/{mother}/necesidades/{need}/puertas/{service(database, 'CAFEMIN')}"
    assert "said_yes" not in browser.get(address).form()  # a yes is never marked beforehand
    answer = {"consent": "yes", "consent_how": "verbal_witness"}
    without = browser.fill(address, answer)
    assert (without.status, "se quedaría sin lugar Wilner Joseph." in without.text) == (422, True)
    in_his_name = browser.fill(address, {**answer, "also": [str(ref) for ref in family[1:]]})
    assert in_his_name.status == 422
    assert rows(database) == {}
    refused = browser.fill(address, {**answer, "consent": "no", "said_yes": str(father)})
    assert refused.status == 303
    with serving(database, read_only=True), reading() as desk:
        assert not desk.session.scalars(select(Consent).where(Consent.person_id == father)).all()
    food = note_need(database, caso, mother, "SHELTER_TEMP")
    again = address.replace(str(need), str(food))
    assert browser.fill(again, {**answer, "said_yes": str(father)}).status == 303
    assert {ref for ref, row in rows(database).items() if row.status == "requested"} == set(family)
    with serving(database, read_only=True), reading() as desk:
        said = {row.person_id: row for row in desk.session.scalars(select(Consent)) if row.decision == "yes"}
        assert (said[father].given_by, said[father].how) == ("self", "verbal_witness")
        assert {said[child].given_by for child in children} == {"guardian"}


def test_the_shelter_page_ticks_everybody_and_keeps_what_was_chosen(
    database: Database, caso: Identity, family: Family, sign_in: SignIn
) -> None:
    mother, father, boy, *_ = family
    need = note_need(database, caso, mother, "SHELTER_TONIGHT")
    agree(database, caso, father, "CAFEMIN")
    browser = sign_in(caso)
    address = f"/personas/{mother}/necesidades/{need}/puertas/{service(database, 'CAFEMIN')}"
    assert len(browser.get(address).form()["also"]) == 4
    wrong = browser.fill(
        address, {"consent": "yes", "consent_how": "verbal_witness", "also": [str(boy)], "note": "llegan hoy"}
    )
    assert wrong.status == 422
    assert "se quedaría sin lugar Wilner Joseph, Esther Joseph, Samuel Joseph" in wrong.text
    assert (wrong.form()["also"], wrong.form()["note"]) == ([str(boy)], ["llegan hoy"])
    assert browser.post(address, {**wrong.form(), "also": ["nada"]}).status == 422
    done = browser.post(address, {**wrong.form(), "also": [str(ref) for ref in family[1:]]})
    assert done.status == 303, done.text


def test_whom_the_service_does_not_take_is_said_before_saving(
    database: Database, caso: Identity, family: Family, sign_in: SignIn
) -> None:
    mother, father, boy, *_ = family
    agree(database, caso, father, "SEGURO_DESEMPLEO")
    need = note_need(database, caso, mother, "WORK_UNEMP")
    browser = sign_in(caso)
    address = f"/personas/{mother}/necesidades/{need}/puertas/{service(database, 'SEGURO_DESEMPLEO')}"
    page = browser.get(address)
    assert [box.get("value") for box in page.all("input", name="also")] == [str(father)]
    said = page.text.replace("Joseph:", "Joseph :")
    assert "Woodley Joseph : el servicio no le recibe: " in said
    assert "18" in said.split("Woodley Joseph : el servicio no le recibe: ")[1][:80]
    sent = {"consent": "yes", "consent_how": "verbal_witness", "also": [str(father)]}
    assert browser.post(address, {**page.form(), **sent, "also": [str(boy)]}).status == 422
    assert rows(database) == {}
    assert browser.fill(address, sent).status == 303
    assert set(rows(database)) == {mother, father}


def test_judging_the_others_asks_five_statements_for_each(
    database: Database, caso: Identity, family: Family, sign_in: SignIn
) -> None:
    need = note_need(database, caso, family[0])
    browser = sign_in(caso)
    address = f"/personas/{family[0]}/necesidades/{need}/puertas/{service(database, 'SEDESA')}"
    browser.get(address)
    with counted(database) as three:
        assert len(browser.get(address).all("input", name="also")) == 3
    with serving(database, caso), unit_of_work("test.split") as work:
        split(work, beside=family[0], leaving=family[3:5], head=None, place=None, mistake=False)
    browser.get(address)
    with counted(database) as one:
        assert len(browser.get(address).all("input", name="also")) == 1
    assert len(three) - len(one) <= 2 * 5
