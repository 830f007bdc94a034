"""What a registration needs and what deserves a second look: rules without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people.drawers import (
    contact_document,
    contact_facts,
    identity_document,
    identity_facts,
    mobility_document,
    mobility_facts,
)
from referral.people.facts import ContactFacts, IdentityFacts, MobilityFacts, NewDocument, NewPerson
from referral.people.rules.curp import CurpDoubt, check_digit, clean_curp, curp_doubts
from referral.people.rules.registration import (
    MOST_DOCUMENTS,
    WITHDRAWN,
    Doubt,
    Reason,
    basis_after,
    check_contact,
    check_document,
    check_mobility,
    check_registration,
    contact_doubts,
    document_doubts,
    has_active_basis,
    identity_doubts,
    ways_back,
)

TODAY = date(2026, 11, 20)
LUZ = IdentityFacts(PersonNames(chosen="Luz"))
UNKNOWN = PartialDate.unknown()


@pytest.mark.parametrize(
    ("contact", "way"),
    [
        (ContactFacts(phone="+525555550123"), "phone"),
        (ContactFacts(email="a@example.org"), "email"),
        (ContactFacts(alcaldia="09015"), "alcaldia"),
        (ContactFacts(place="La plaza"), "place"),
        (ContactFacts(colonia="Centro"), "place"),
        (ContactFacts(contact_name="Rose"), "contact_name"),
        (ContactFacts(contact_phone="+525555550123"), "contact_name"),
        (ContactFacts(will_return=True), "will_return"),
    ],
)
def test_one_way_back_is_enough(contact: ContactFacts, way: str) -> None:
    check_registration(NewPerson(LUZ, contact))
    assert ways_back(contact) == (way,)


def test_speaking_a_language_is_no_way_back() -> None:
    with pytest.raises(Refused) as refused:
        check_contact(ContactFacts(language="ht", interpreter=True, housing="street", reads="no"))
    assert refused.value.reason is Reason.NO_WAY_BACK


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        (ContactFacts(will_return=True, language="klingon"), "language"),
        (ContactFacts(will_return=True, housing="palace"), "housing"),
        (ContactFacts(alcaldia="15"), "alcaldia"),
        (ContactFacts(will_return=True, safe_contact="maybe"), "safe_contact"),
        (ContactFacts(place="x" * 201), "place"),
    ],
)
def test_what_no_list_holds_is_refused_on_its_box(contact: ContactFacts, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check_contact(contact)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("basis", "active"), [(None, False), (WITHDRAWN, False), ("consent", True), ("vital_interest", True)]
)
def test_sensitive_facts_need_an_active_basis(basis: str | None, active: bool) -> None:
    assert has_active_basis(basis) is active
    if active:
        check_mobility(MobilityFacts(("TRANSIT",)), basis=basis)
        return
    with pytest.raises(Refused):
        check_mobility(MobilityFacts(), basis=basis)


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        ("consent", None, "consent"),
        ("consent", WITHDRAWN, "consent"),
        (None, "consent", WITHDRAWN),
        (None, WITHDRAWN, WITHDRAWN),
        (None, None, None),
    ],
)
def test_an_ended_basis_is_remembered(asked: str | None, before: str | None, after: str | None) -> None:
    assert basis_after(asked, before=before) == after


@pytest.mark.parametrize(
    ("birth", "company", "doubts"),
    [
        ("1994-03-27", "", ()),
        ("1994-03-27", "alone", ()),
        ("2012", "", (Doubt.MINOR_COMPANY_UNKNOWN,)),
        ("2012", "mother", ()),
        ("2012", "alone", (Doubt.MINOR_ALONE,)),
        ("2012", "unrelated_adult", (Doubt.MINOR_WITH_UNRELATED,)),
        ("2008", "alone", (Doubt.MINOR_ALONE,)),  # 17 or 18: treated as a child
        ("2008", "", (Doubt.AGE_UNKNOWN,)),
        ("unknown", "", (Doubt.AGE_UNKNOWN,)),
        ("unknown", "alone", (Doubt.MINOR_ALONE,)),
        ("age:16@2026-11-20", "alone", (Doubt.MINOR_ALONE,)),
    ],
)
def test_a_child_alone_is_seen_also_when_the_age_is_not_sure(
    birth: str, company: str, doubts: tuple[Doubt, ...]
) -> None:
    identity = replace(LUZ, birth=PartialDate.from_text(birth), accompaniment=company)
    assert identity_doubts(identity, today=TODAY) == doubts


def test_a_number_on_file_although_no_way_is_safe() -> None:
    unsafe = ContactFacts(phone="+525555550123", safe_contact="none")
    assert contact_doubts(unsafe) == (Doubt.NO_SAFE_CONTACT,)
    assert contact_doubts(replace(unsafe, phone="")) == ()


def test_papers_are_noted_whatever_their_date_and_name() -> None:
    identity = IdentityFacts(PersonNames("Marie-Ange", "Joseph"))
    paper = NewDocument("PASSPORT", expires=date(2020, 1, 1), name_on_document="JOSEPH MARIE ANGE")
    check_document(paper, already=0)
    assert document_doubts(paper, identity, today=TODAY) == (Doubt.DOCUMENT_EXPIRED,)
    other = replace(paper, expires=TODAY, name_on_document="Rose Joseph")
    assert document_doubts(other, identity, today=TODAY) == (Doubt.DOCUMENT_NAME_DIFFERS,)
    for wrong, already in ((NewDocument("LIBRARY_CARD"), 0), (NewDocument(""), 0), (paper, MOST_DOCUMENTS)):
        with pytest.raises(Refused):
            check_document(wrong, already=already)


VALID = ("BOXW310820HNERXN09", "HEGG560427MVZRRL04", "GAVA751231MNERRR07", "LOPB920715HJCRRR05", "MARP800101MDFRTR03")


@pytest.mark.parametrize("curp", VALID)
def test_known_curps_raise_no_doubt(curp: str) -> None:
    assert check_digit(curp[:17]) == curp[17]
    assert curp_doubts(curp, UNKNOWN, "") == ()


@pytest.mark.parametrize(
    ("curp", "birth", "sex", "doubts"),
    [
        ("BOXW310820HNERXN08", "unknown", "", (CurpDoubt.CHECK_DIGIT,)),
        ("BOXW310820HNERXN0", "unknown", "", (CurpDoubt.SHAPE,)),
        ("XEXX010101HNEXXXA4", "unknown", "", (CurpDoubt.GENERIC,)),
        ("HEGG560427MVZRRL04", "1956-04-27", "M", ()),
        ("HEGG560427MVZRRL04", "1956", "", ()),
        ("HEGG560427MVZRRL04", "1957", "", (CurpDoubt.BIRTH_DIFFERS,)),
        ("HEGG560427MVZRRL04", "1956-05", "", (CurpDoubt.BIRTH_DIFFERS,)),
        ("HEGG560427MVZRRL04", "age:70@2026-11-20", "", ()),
        ("HEGG560427MVZRRL04", "unknown", "H", (CurpDoubt.SEX_DIFFERS,)),
        ("", "1956", "H", ()),
    ],
)
def test_a_curp_that_does_not_fit(curp: str, birth: str, sex: str, doubts: tuple[CurpDoubt, ...]) -> None:
    assert curp_doubts(curp, PartialDate.from_text(birth), sex) == doubts


def test_sex_x_is_a_curp_like_any_other() -> None:
    first = "HEGG560427XVZRRL0"
    assert curp_doubts(first + check_digit(first), UNKNOWN, "X") == ()


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_curp(text: str) -> None:
    curp_doubts(clean_curp(text), UNKNOWN, "H")


def test_a_drawer_gives_back_what_was_put_in() -> None:
    identity = IdentityFacts(
        PersonNames("A", chosen="B", others=("C", "D")), PartialDate.of_month(1990, 5), ("HT", "CU")
    )
    contact = ContactFacts(interpreter=True, city_since=PartialDate.of_year(2024), postcode="06000")
    mobility = MobilityFacts(("TRANSIT",), entry=PartialDate.of_age(3, TODAY), idp_state="12")
    assert identity_facts(identity_document(identity)) == identity
    assert contact_facts(contact_document(contact)) == contact
    assert mobility_facts(mobility_document(mobility)) == mobility
    assert contact_facts({}) == ContactFacts()
