"""The reading zone: the specification's own examples, what scanners do to them, and a round trip over any person."""

from __future__ import annotations

import string
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.documents.reading import boxes, name_on_document, names, paper_suggestions, person_suggestions
from referral.documents.rules import origins
from referral.documents.rules.mrz import Check, MrzRead, NotMrz, Unreadable, check_digit, read
from referral.documents.rules.mrz_layouts import Shape
from referral.documents.rules.origins import Origin
from tests.documents import mrz_writer as write

TODAY = date(2026, 11, 20)
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
LONG_TD1 = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
LONG_TD2 = "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8"
GERMAN = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4"
VISA = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"
HAITI: dict[str, Any] = {
    "issuer": "HTI", "surnames": "JOSEPH", "given": "MARIE ANGE", "number": "PP1234567", "nationality": "HTI",
    "birth": date(1994, 3, 27), "sex": "F", "expires": date(2031, 5, 1),
}  # fmt: skip


def zone(**changed: Any) -> MrzRead:
    return read("\n".join(write.td3(**{**HAITI, **changed})), TODAY)


@pytest.mark.parametrize(("text", "shape"), [(TD3, Shape.TD3), (TD2, Shape.TD2), (TD1, Shape.TD1)])
def test_the_examples_of_the_specification(text: str, shape: Shape) -> None:
    found = read(text, TODAY)
    assert found.shape is shape
    assert (found.surnames, found.given, found.issuer, found.nationality) == ("ERIKSSON", "ANNA MARIA", "UTO", "UTO")
    assert found.number == ("L898902C3" if shape is Shape.TD3 else "D23145890")
    assert found.birth is not None
    assert (found.birth.exact, found.sex, found.expires) == (date(1974, 8, 12), "M", date(2012, 4, 15))
    assert (found.failed, found.repaired) == (frozenset(), frozenset())


def test_the_digit_of_the_specification() -> None:
    assert (check_digit("D23145890734"), check_digit("340712"), check_digit("950712")) == ("9", "7", "2")
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"


@pytest.mark.parametrize("text", [LONG_TD1, LONG_TD2])
def test_a_number_too_long_for_its_place_goes_on_in_the_optional_data(text: str) -> None:
    found = read(text, TODAY)
    assert (found.number, found.sex, found.failed) == ("D23145890734", "H", frozenset())
    spoiled = read(text.replace("734", "743"), TODAY)
    assert Check.NUMBER in spoiled.failed


def test_germany_has_one_letter() -> None:
    found = read(GERMAN, TODAY)
    assert (found.issuer, found.nationality, found.failed) == ("D", "D", frozenset())
    assert origins.place(found.issuer) == "DE"
    assert name_on_document(found) == "Erika Mustermann"


def test_a_visa_is_read_without_a_digit_over_the_whole() -> None:
    found = read(VISA, TODAY)
    assert (found.shape, found.number, found.failed) == (Shape.MRV_A, "L8988901C", frozenset())
    assert origins.origin(found.nationality) is Origin.UNSPECIFIED
    assert origins.document_kind(found) == ""


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda text: text.replace("\n", ""),
        lambda text: text.replace("\n", "\r\n") + "\r\n",
        lambda text: text.replace("<", " "),
        lambda text: text.replace("<<", "«"),
        lambda text: text.replace("\n", "\n\n  \n"),
        lambda text: "\n".join(
            line.rstrip("<") if number == 0 else line for number, line in enumerate(text.split("\n"))
        ),
        lambda text: "Pasaporte\n" + text,
        lambda text: "".join(f"{mark} " for mark in text.split("\n")[0]) + "\n" + text.split("\n")[1],
        lambda text: text[:50] + "\n" + text[50:],
    ],
)
def test_what_scanners_and_people_do_to_the_lines(change: Any) -> None:
    found = read(change(TD3), TODAY)
    assert (found.number, found.surnames, found.given, found.failed) == (
        "L898902C3", "ERIKSSON", "ANNA MARIA", frozenset(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("was", "wrong", "check"),
    [
        ("7408122F", "74O8I2ZF", Check.BIRTH),
        ("1204159", "IZO4I59", Check.EXPIRES),
        ("1204159", "12O4159", Check.EXPIRES),
        ("7408122F", "740B122F", Check.BIRTH),
        ("L898902C36", "L898902C3G", Check.NUMBER),
    ],
)
def test_a_letter_for_a_digit_is_put_right_where_the_digit_then_holds(was: str, wrong: str, check: Check) -> None:
    assert was in TD3
    found = read(TD3.replace(was, wrong), TODAY)
    assert check in found.repaired
    assert found.failed == frozenset()
    assert found.birth is not None
    assert (found.number, found.birth.exact, found.expires) == ("L898902C3", date(1974, 8, 12), date(2012, 4, 15))


def test_nothing_is_put_right_where_either_could_stand() -> None:
    found = read(TD3.replace("L898902C3", "L8989O2C3"), TODAY)
    assert found.number == "L8989O2C3"
    assert {Check.NUMBER, Check.COMPOSITE} <= found.failed
    assert Check.NUMBER not in found.repaired
    named = read(TD3.replace("ERIKSSON", "ER1KSSON"), TODAY)
    assert named.surnames == "ER1KSSON"
    assert named.failed == {Check.NAMES}
    placed = read(TD3.replace("36UTO", "36UT0"), TODAY)
    assert placed.failed == {Check.COUNTRY}


def test_each_digit_that_does_not_hold_is_named() -> None:
    assert read(TD3.replace("7408122F", "7408132F"), TODAY).failed == {Check.BIRTH, Check.COMPOSITE}
    assert read(TD3.replace("1204159", "1204169"), TODAY).failed == {Check.EXPIRES, Check.COMPOSITE}
    assert read(TD3.replace("ZE184226B", "ZE184226C"), TODAY).failed == {Check.OPTIONAL, Check.COMPOSITE}
    assert read(TD3[:-1] + "1", TODAY).failed == {Check.COMPOSITE}
    assert read(TD3.replace("2F12", "2Q12"), TODAY).failed == {Check.SEX}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Unreadable.NOTHING),
        (" \n ", Unreadable.NOTHING),
        ("hola", Unreadable.NOT_A_ZONE),
        (TD3[:60], Unreadable.NOT_A_ZONE),
        ("P" * 44 + "\n" + "7" * 44, Unreadable.NOT_A_ZONE),
        (TD3.replace("ERIKSSON", "ERIKSÓÑ!"), Unreadable.ODD_CHARACTERS),
        ("ß" * 44 + "\n" + "x" * 44, Unreadable.NOT_A_ZONE),
    ],
)
def test_what_is_no_zone_says_why(text: str, problem: Unreadable) -> None:
    with pytest.raises(NotMrz) as no:
        read(text, TODAY)
    assert no.value.problem is problem


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text, TODAY)
    except NotMrz:
        return


@settings(max_examples=60)
@given(st.text(alphabet="<0123456789ABCDEFPV \n", min_size=60, max_size=140))
def test_anything_like_a_zone_is_read_or_refused(text: str) -> None:
    try:
        read("P<" + text, TODAY)
    except NotMrz:
        return


def test_a_birth_is_never_to_come_and_an_expiry_is_the_nearest() -> None:
    born = zone(birth=date(2026, 11, 19)).birth
    assert born is not None
    assert born.exact == date(2026, 11, 19)
    tomorrow = zone(birth=date(2026, 11, 21)).birth
    assert tomorrow is not None
    assert tomorrow.exact == date(1926, 11, 21)
    assert zone(expires=date(2076, 1, 1)).expires == date(2076, 1, 1)
    assert zone(expires=date(1977, 1, 1)).expires == date(1977, 1, 1)
    assert zone(expires=None).expires is None


def test_a_birth_of_which_only_part_is_known() -> None:
    for text, known in (("94<<<<", "1994"), ("9403<<", "1994-03"), ("30<<<<", "1930"), ("26<<<<", "2026")):
        line = write.td3(**HAITI)[1]
        middle = text + write.digit(text)
        changed = line[:13] + middle + line[20:43]
        whole = changed[:10] + changed[13:20] + changed[21:43]
        found = read(write.td3(**HAITI)[0] + "\n" + changed + write.digit(whole), TODAY)
        assert found.birth is not None
        assert (found.birth.to_text(), found.failed) == (known, frozenset())
    impossible = zone().birth
    assert impossible is not None


def test_a_date_that_does_not_exist_is_named_though_its_digit_holds() -> None:
    line = write.td3(**HAITI)[1]
    middle = "941332" + write.digit("941332")
    changed = line[:13] + middle + line[20:43]
    whole = changed[:10] + changed[13:20] + changed[21:43]
    found = read(write.td3(**HAITI)[0] + "\n" + changed + write.digit(whole), TODAY)
    assert found.birth is None
    assert found.failed == {Check.BIRTH}


@pytest.mark.parametrize(("mark", "code"), [("F", "M"), ("M", "H"), ("X", "X"), ("<", "X")])
def test_the_sexes(mark: str, code: str) -> None:
    assert zone(sex=mark).sex == code


def test_names_too_long_are_told_to_be_cut() -> None:
    cut = zone(surnames="VAN DER WOLDE GONZALEZ RAMIREZ", given="MARIA FERNANDA")
    assert cut.names_cut
    assert not zone().names_cut
    assert not zone(surnames="NGUYEN", given="").names_cut


@pytest.mark.parametrize(
    ("surnames", "given", "issuer", "told"),
    [
        ("JOSEPH", "MARIE ANGE", "HTI", ("Marie Ange", "Joseph", "")),
        ("RAMIREZ LOPEZ", "JOSE", "HND", ("Jose", "Ramirez", "Lopez")),
        ("DE LA CRUZ", "ANA", "MEX", ("Ana", "De la Cruz", "")),
        ("DE LEON", "ANA", "GTM", ("Ana", "De Leon", "")),
        ("SMITH JONES", "ANN", "USA", ("Ann", "Smith Jones", "")),
        ("NAJIBULLAH", "", "AFG", ("Najibullah", "", "")),
        ("MUNXXOZ", "PEDRO", "CHL", ("Pedro", "Muñoz", "")),
    ],
)
def test_whose_name_is_which(surnames: str, given: str, issuer: str, told: tuple[str, str, str]) -> None:
    assert names(zone(surnames=surnames, given=given, issuer=issuer)) == told


@pytest.mark.parametrize(
    ("letters", "origin", "nationality"),
    [
        ("HTI", Origin.COUNTRY, "HT"),
        ("XXA", Origin.STATELESS, "XA"),
        ("XXB", Origin.REFUGEE, "XX"),
        ("XXC", Origin.REFUGEE, "XX"),
        ("XXX", Origin.UNSPECIFIED, "XX"),
        ("UNO", Origin.ORGANISATION, ""),
        ("GBN", Origin.COUNTRY, "GB"),
        ("RKS", Origin.NOT_KNOWN, ""),
        ("UTO", Origin.SPECIMEN, ""),
        ("QQQ", Origin.NOT_KNOWN, ""),
    ],
)
def test_letters_that_are_no_country(letters: str, origin: Origin, nationality: str) -> None:
    assert (origins.origin(letters), origins.nationality(letters)) == (origin, nationality)


def test_the_document_that_it_most_likely_is() -> None:
    assert origins.document_kind(zone()) == "PASSPORT"
    assert origins.document_kind(zone(issuer="MEX", nationality="MEX")) == "PASSPORT_MX"
    assert origins.document_kind(zone(nationality="XXB")) == "TRAVEL_DOC"
    card = write.td1(**HAITI)
    assert origins.document_kind(read("\n".join(card), TODAY)) == "FOREIGN_ID"
    voter = write.td1(**{**HAITI, "issuer": "MEX", "nationality": "MEX"}, code="ID")
    assert origins.document_kind(read("\n".join(voter), TODAY)) == "INE"


def test_suggestions_say_how_far_they_can_be_trusted() -> None:
    good = {each.box: each.trust for each in (*paper_suggestions(zone()), *person_suggestions(zone()))}
    assert (good["number"], good["birth"], good["surname1"]) == ("accepted", "accepted", "closed")
    bad = read("\n".join(write.td3(**HAITI)).replace("PP1234567", "PP1234568"), TODAY)
    assert {each.box: each.trust for each in paper_suggestions(bad)}["number"] == "refused"
    sent = boxes(person_suggestions(zone()))
    assert (sent["birth-day"], sent["birth-month"], sent["birth-year"]) == ("27", "3", "1994")
    assert sent["nationality"] == "HT"


_LETTERS = st.text(string.ascii_uppercase, min_size=2, max_size=6)
_WORDS = st.lists(_LETTERS, min_size=1, max_size=2).map(" ".join)
_COUNTRY = st.sampled_from(["HTI", "HND", "VEN", "D", "XXA", "USA", "COL"])
_NUMBERS = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=9)


@given(
    writer=st.sampled_from([write.td1, write.td2, write.td3]),
    issuer=_COUNTRY,
    nationality=_COUNTRY,
    surnames=_WORDS,
    given_names=_WORDS,
    number=_NUMBERS,
    long_tail=st.text(string.digits, max_size=4),
    birth=st.dates(TODAY - timedelta(days=36_000), TODAY),
    expires=st.dates(TODAY - timedelta(days=18_000), TODAY + timedelta(days=18_000)),
    sex=st.sampled_from("FM<"),
)
def test_whatever_is_written_is_read_back(
    writer: Any, issuer: str, nationality: str, surnames: str, given_names: str, number: str, long_tail: str,
    birth: date, expires: date, sex: str,
) -> None:  # fmt: skip
    if writer is not write.td3 and len(number) == 9:
        number += long_tail
    lines = writer(
        issuer=issuer, surnames=surnames, given=given_names, number=number, nationality=nationality, birth=birth,
        sex=sex, expires=expires,
    )  # fmt: skip
    found = read("\n".join(lines), TODAY)
    assert (found.number, found.issuer, found.nationality) == (number, issuer, nationality)
    assert (found.surnames.replace("Ñ", "NXX"), found.given.replace("Ñ", "NXX")) == (surnames, given_names)
    assert found.birth is not None
    assert (found.birth.exact, found.expires) == (birth, expires)
    assert found.failed == found.repaired == frozenset()
