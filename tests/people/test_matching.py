"""How likely two files are one person: strength, reasons and what must never interrupt."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.people.rules.keys import ExactId, ExactKind
from referral.people.rules.matching import Candidate, Match, MatchReason, Query, Strength, rank, score
from referral.people.rules.rarity import Rarity
from referral.people.rules.search_box import query_keys

TODAY = date(2026, 11, 21)
RARITY = Rarity(people=5_000, carriers={"maria": 400, "ernand": 300, "rosa": 90, "xab": 60})
NAMES = st.builds(
    PersonNames,
    given=st.text(alphabet="abcdeilmnorsz ", min_size=1, max_size=20).filter(str.strip),
    surname1=st.text(alphabet="abcdeilmnorsz", max_size=12),
    surname2=st.text(alphabet="abcdeilmnorsz", max_size=12),
)


def day(text: str) -> PartialDate:
    return PartialDate.from_text(text)


def person(full: str, birth: str = "unknown", *exact: ExactId, **more: object) -> tuple[Query, Candidate]:
    """ "Rosa María/Hernández/Cruz": given names, surnames."""
    parts = [*full.split("/"), "", ""]
    names = PersonNames(given=parts[0], surname1=parts[1], surname2=parts[2], **more)  # type: ignore[arg-type]
    keys = frozenset(identifier.key for identifier in exact)
    return Query.of_person(names, day(birth), exact), Candidate(UUID(int=1), names, day(birth), keys)


def compare(one: tuple[str, str], other: tuple[str, str]) -> Match:
    return score(person(*one)[0], person(*other)[1], RARITY)


def kinds(match: Match) -> set[MatchReason]:
    return {because.reason for because in match.reasons}


ROSA = ("Rosa María/Chávez/Hernández", "1994-03-27")

SAME_PERSON = [
    (ROSA, {MatchReason.SAME_NAME, MatchReason.SAME_BIRTH_DATE}),
    (("Rosa María/Hernández/Chávez", "1994-03-27"), {MatchReason.SAME_NAME, MatchReason.SURNAMES_SWAPPED}),
    (("Rosa María/Chaves/Ernández", "1994-03-27"), {MatchReason.SOUNDS_ALIKE}),
    (("Rosa/Chávez", "1994-03-27"), {MatchReason.SURNAME_MISSING, MatchReason.GIVEN_MISSING}),
    (("Roza María/Chávez/Hernández", "1994"), {MatchReason.SOUNDS_ALIKE, MatchReason.SAME_BIRTH_YEAR}),
    (("Rosa María/Chálvez/Hernández", "1994-03-27"), {MatchReason.ONE_LETTER_OFF}),
    (("Rosa/María Chávez/Hernández", "1994-03-27"), {MatchReason.GIVEN_AS_SURNAME}),
    (("Rosa M./Chávez/Hernández", "1994-03-27"), {MatchReason.SAME_INITIAL}),
    (("Rosa María/Chávez/Hernández", "1994-03-28"), {MatchReason.BIRTH_ONE_DIGIT_OFF}),
    (("Rosa María/Chávez/Hernández", "1995-03-27"), {MatchReason.BIRTH_ONE_DIGIT_OFF}),
    (("Rosa María/Chávez/Hernández", "1994-03"), {MatchReason.SAME_BIRTH_MONTH}),
    (("Rosa María/Chávez/Hernández", "age:32@2026-11-21"), {MatchReason.AGE_NEAR}),
]


@pytest.mark.parametrize(("written", "reasons"), SAME_PERSON)
def test_the_same_person_written_otherwise_interrupts_and_says_why(
    written: tuple[str, str], reasons: set[MatchReason]
) -> None:
    match = compare(written, ROSA)
    assert match.strength is Strength.STRONG
    assert reasons <= kinds(match)


NOT_TO_INTERRUPT = [
    ("a sister", ("Guadalupe/Chávez/Hernández", "1999-10-02")),
    ("a twin", ("Guadalupe/Chávez/Hernández", "1994-03-27")),
    ("a daughter of the same name", ("Rosa/Hernández/Pineda", "2018-06-11")),
    ("a namesake with an ordinary name", ("María/Hernández", "1971-12-05")),
    ("born the same day", ("Wilner/Étienne", "1994-03-27")),
]


@pytest.mark.parametrize(("who", "written"), NOT_TO_INTERRUPT)
def test_relatives_and_namesakes_do_not_interrupt(who: str, written: tuple[str, str]) -> None:
    assert compare(written, ROSA).strength is not Strength.STRONG, who


def test_day_and_month_changed_over() -> None:
    match = compare(("Jean/Pierre", "1990-04-03"), ("Jean/Pierre", "1990-03-04"))
    assert MatchReason.DAY_MONTH_SWAPPED in kinds(match)


def test_a_shared_birth_on_the_first_of_january_says_little() -> None:
    known = compare(("Jean/Pierre", "1990-01-02"), ("Jean/Pierre", "1990-01-02"))
    placeholder = compare(("Jean/Pierre", "1990-01-01"), ("Jean/Pierre", "1990-01-01"))
    assert known.score - placeholder.score > 5


def test_a_haitian_name_heard_in_spanish() -> None:
    match = compare(("Yan Baptist/Fransua", "1988-07-14"), ("Jean-Baptiste/François", "1988-07-14"))
    assert match.strength is Strength.STRONG
    sounds = [because.values for because in match.reasons if because.reason is MatchReason.SOUNDS_ALIKE]
    assert {"asked": "Fransua", "found": "François"} in sounds


def test_a_chosen_name_is_as_good_as_the_document_name_and_is_named_as_a_reason() -> None:
    _, registered = person("Carlos/Zelaya/Funes", "2001-05-05", chosen="Karla Zelaya")
    query, _ = person("Karla/Zelaya", "2001-05-05")
    match = score(query, registered, RARITY)
    assert match.strength is Strength.STRONG
    assert MatchReason.OTHER_NAME in kinds(match)


@pytest.mark.parametrize(
    ("kind", "value", "strength"),
    [
        (ExactKind.CURP, "LOPB920715HJCRRR05", Strength.STRONG),
        (ExactKind.DOCUMENT, "G12345678", Strength.STRONG),
        (ExactKind.PHONE, "5555550123", Strength.WEAK),
    ],
)
def test_a_shared_identifier_under_another_name(kind: ExactKind, value: str, strength: Strength) -> None:
    query, _ = person("Ana/Lobo", "1980-02-02", ExactId(kind, value))
    _, registered = person("Marie/Exantus", "1999-09-09", ExactId(kind, value))
    assert score(query, registered, RARITY).strength is strength


def test_rare_names_say_more_than_common_ones() -> None:
    common = compare(("María/Hernández", "unknown"), ("María/Hernández", "unknown"))
    rare = compare(("Oneyda/Urdaneta", "unknown"), ("Oneyda/Urdaneta", "unknown"))
    assert rare.score > common.score + 5


def test_an_empty_padron_has_sensible_rarities() -> None:
    empty = Rarity()
    assert 3 < empty.bits("maria") < 6 < empty.bits("urdaneta") < 12


def test_a_search_ranks_the_person_first_and_leaves_out_those_with_nothing_in_common() -> None:
    people = [
        Candidate(UUID(int=number), person(name)[1].names, day(birth))
        for number, (name, birth) in enumerate(
            [ROSA, ("Rosa/Pineda", "1994-08-08"), ("María/Hernández", "1960"), ("Wilner/Dorvil", "2001")]
        )
    ]
    for text in ("hernandes rosa 1994", "chavez rosa", "rosa maria cha", "27/03/1994 rosa"):
        found = rank(query_keys(text, today=TODAY).query, people, RARITY)
        assert found[0].ref == UUID(int=0), text
        assert UUID(int=3) not in {match.ref for match in found}
    assert rank(query_keys("", today=TODAY).query, people, RARITY) == []


@given(NAMES, NAMES)
def test_swapping_the_surnames_never_changes_the_score(one: PersonNames, other: PersonNames) -> None:
    birth = PartialDate.of_year(1990)
    turned = PersonNames(given=one.given, surname1=one.surname2, surname2=one.surname1)
    candidate = Candidate(UUID(int=1), other, birth)
    plain = score(Query.of_person(one, birth), candidate, RARITY)
    assert score(Query.of_person(turned, birth), candidate, RARITY).score == plain.score


@given(NAMES)
def test_nobody_matches_better_than_oneself(names: PersonNames) -> None:
    birth = PartialDate.of_day(date(1990, 5, 6))
    match = score(Query.of_person(names, birth), Candidate(UUID(int=1), names, birth), RARITY)
    assert match.score > 0
    assert MatchReason.SAME_NAME in kinds(match)


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_text_can_be_scored(text: str, other: str) -> None:
    letters = "a" + "".join(c for c in other if c.isalpha() or c == " ")
    candidate = Candidate(UUID(int=1), PersonNames(given=letters[:128], others=(letters[:100],)), day("1990"))
    match = score(query_keys(text, today=TODAY).query, candidate, RARITY)
    assert -200 < match.score < 200
