"""Where the fields of the registration live, how far a section is, groups that need not be asked, numbers in texts."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.kernel.codes import REGISTRATION_FIELDS, SPECIFIC_NEEDS, code_list, list_names
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people.facts import (
    ContactFacts,
    DatedProfile,
    FunctionAnswer,
    HealthFacts,
    IdentityFacts,
    LifeFacts,
    MobilityFacts,
    PersonCard,
    PersonRecord,
    ProtectedFacts,
    Section,
    StandingFacts,
)
from referral.people.rules import registration as checks
from referral.people.rules.free_text import Number, numbers_in
from referral.people.rules.groups import Source, derived_groups, groups_of
from referral.people.rules.registration import Reason
from referral.people.rules.sections import (
    DRAWERS,
    QUESTIONS,
    SENSITIVE,
    TWO_DRAWERS,
    Elsewhere,
    home_of,
    is_open,
    never_asked,
    open_questions,
    readable_sections,
    state_of,
    value_of,
)

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)


def record(**changes: object) -> PersonRecord:
    """A file with a name and nothing else, with consent and for a reader who may see all of it."""
    identity = changes.pop("identity", None) or IdentityFacts(PersonNames(given="Ana"))
    assert isinstance(identity, IdentityFacts)
    card = PersonCard(
        uuid.uuid4(), "Ana", "Ana", identity.birth, (), "", False, None, uuid.uuid4(), "Mesa", NOW, None
    )  # fmt: skip
    bare = PersonRecord(
        card=card,
        identity=identity,
        contact=ContactFacts(),
        mobility=MobilityFacts(),
        health=HealthFacts(),
        notes="",
        documents=(),
        record_kind="padron",
        sensitive_basis="consent",
        created_at=NOW,
        version=1,
        identity_version=1,
        contact_version=1,
        mobility_version=1,
        reads_protected=True,
        reads_guarded=changes.get("reads_protected") is not False,
    )
    return replace(bare, **changes)  # type: ignore[arg-type]


def test_each_of_the_89_fields_lives_somewhere() -> None:
    homes = {field.code: home_of(field.code) for field in REGISTRATION_FIELDS}
    assert len(homes) == 89
    assert homes["narrative"] is Section.ACCOUNT
    assert homes["specific_needs"] is Section.ATTENTION
    assert homes["birth_precision"] is Section.IDENTITY
    assert homes["guardian_consent"] is Elsewhere.CONSENT
    with pytest.raises(KeyError):
        home_of("nothing")


def test_every_question_quotes_a_field_a_list_and_an_attribute_of_the_record() -> None:
    bare = record()
    assert set(QUESTIONS) == set(Section)
    for questions in QUESTIONS.values():
        for question in questions:
            assert question.field in REGISTRATION_FIELDS
            assert not question.list_of or question.list_of in list_names()
            value_of(bare, question)
            assert question.root in DRAWERS or question.path in TWO_DRAWERS


def test_what_the_data_call_sensitive_waits_for_consent() -> None:
    """c3 status, c4 health, c5 belonging and violence: each in a drawer that is never filled without a basis."""
    for questions in QUESTIONS.values():
        for question in questions:
            guarded = REGISTRATION_FIELDS[question.field].sensitivity in {"c3", "c4", "c5"}
            if question.path not in TWO_DRAWERS:
                assert (question.root in SENSITIVE) == guarded, question.path
            if REGISTRATION_FIELDS[question.field].sensitivity == "c5" and question.path not in TWO_DRAWERS:
                assert question.root == "protected", question.path


def test_every_field_says_why_it_is_asked() -> None:
    said = [field.why("es") for field in REGISTRATION_FIELDS]
    assert all(words and not words.endswith(".") and len(words) < 90 for words in said)
    assert len(set(said)) == len(said)
    assert all(field.why("en") != field.why("es") for field in REGISTRATION_FIELDS)


def test_a_section_counts_the_questions_that_apply() -> None:
    bare = record()
    assert state_of(bare, Section.WORK, TODAY).answered == 0
    adult = record(identity=IdentityFacts(PersonNames(given="Ana"), PartialDate.of_year(1990)))
    assert state_of(bare, Section.WORK, TODAY).total == state_of(adult, Section.WORK, TODAY).total + 1  # in_school
    some = replace(adult, life=LifeFacts(schooling="primary", skills=("Costura",)))
    assert (state_of(some, Section.WORK, TODAY).answered, state_of(some, Section.WORK, TODAY).total) == (2, 6)
    six = replace(adult, health=HealthFacts(functions=(FunctionAnswer("LOC-DIS-SEE", "none"),)))
    assert (state_of(six, Section.DISABILITY, TODAY).answered, state_of(six, Section.DISABILITY, TODAY).total) == (1, 6)


def test_displacement_counts_for_who_was_displaced() -> None:
    plain, displaced = record(), record(mobility=MobilityFacts(profiles=("IDP",)))
    before = record(mobility=MobilityFacts(history=(DatedProfile("IDP", until=PartialDate.of_year(2020)),)))
    totals = [state_of(one, Section.MOBILITY, TODAY).total for one in (plain, displaced, before)]
    assert totals[1] == totals[2] == totals[0] + 4


def test_without_consent_a_sensitive_section_is_closed_and_a_mixed_one_is_shorter() -> None:
    closed = record(sensitive_basis=None)
    assert [part for part in Section if state_of(closed, part, TODAY).closed] == [
        Section.MOBILITY, Section.GROUPS, Section.ATTENTION, Section.DISABILITY, Section.HEALTH,
    ]  # fmt: skip
    assert state_of(closed, Section.WORK, TODAY).total == state_of(record(), Section.WORK, TODAY).total - 1


@pytest.mark.parametrize("reads", [True, False])
@pytest.mark.parametrize("basis", ["consent", None])
@pytest.mark.parametrize(
    "told",
    [
        {},
        {"life": LifeFacts(schooling="primary")},
        {"health": HealthFacts(functions=(FunctionAnswer("LOC-DIS-SEE", "none"),))},
        {"contact": ContactFacts(interpreter=True)},
        {"mobility": MobilityFacts(profiles=("IDP",))},
    ],
)
def test_a_section_nobody_asked_is_one_that_counts_questions_and_no_answer(
    told: dict[str, object], basis: str | None, reads: bool
) -> None:
    one = record(sensitive_basis=basis, reads_protected=reads, **told)
    states = [state_of(one, part, TODAY) for part in Section]
    unasked = [state.section for state in states if state.total and not state.answered]
    assert [part for part in Section if never_asked(one, part, TODAY)] == unasked
    assert unasked


def test_who_oversees_the_desk_reads_who_she_is_and_not_what_may_harm_her() -> None:
    other = record(reads_protected=False)
    assert readable_sections(other) == (
        Section.REGISTRY, Section.IDENTITY, Section.FAMILY, Section.WORK, Section.FOLLOW_UP,
    )  # fmt: skip
    assert readable_sections(record()) == tuple(QUESTIONS)
    names = [one.name for one in open_questions(other, Section.WORK, TODAY)]
    assert "schooling" in names
    assert "work_permission" not in names


@pytest.mark.parametrize(
    ("changes", "group", "source"),
    [
        ({"identity": IdentityFacts(PersonNames(given="A"), sex_document="M")}, "MUJERES", Source.SEX_ON_DOCUMENT),
        ({"protected": ProtectedFacts(gender_identity="woman")}, "MUJERES", Source.GENDER),
        ({"identity": IdentityFacts(PersonNames(given="A"), PartialDate.of_year(2015))}, "NNA", Source.AGE),
        ({"identity": IdentityFacts(PersonNames(given="A"), PartialDate.of_year(2000))}, "JOVENES", Source.AGE),
        ({"identity": IdentityFacts(PersonNames(given="A"), PartialDate.of_year(1950))}, "MAYORES", Source.AGE),
        ({"mobility": MobilityFacts(profiles=("TRANSIT",))}, "MIGRANTES", Source.PROFILE),
        ({"contact": ContactFacts(housing="street")}, "CALLE", Source.HOUSING),
        ({"contact": ContactFacts(housing="shelter")}, "ASIST_SOCIAL", Source.HOUSING),
        (
            {"health": HealthFacts(functions=(FunctionAnswer("LOC-DIS-SEE", "cannot"),))},
            "DISCAPACIDAD",
            Source.FUNCTIONS,
        ),
        ({"protected": ProtectedFacts(indigenous="Mixteco")}, "INDIGENA", Source.INDIGENOUS),
    ],
)
def test_a_group_the_file_tells_is_not_asked(changes: dict[str, object], group: str, source: Source) -> None:
    assert (group, source) in [(one.code, one.source) for one in derived_groups(record(**changes), TODAY)]


def test_what_somebody_says_of_herself_comes_before_the_paper() -> None:
    paper = IdentityFacts(PersonNames(given="Juan", chosen="Luz"), sex_document="H")
    said = record(identity=paper, protected=ProtectedFacts(gender_identity="woman"))
    assert "MUJERES" in groups_of(said, TODAY)
    other = record(identity=replace(paper, sex_document="M"), protected=ProtectedFacts(gender_identity="non_binary"))
    assert "MUJERES" not in groups_of(other, TODAY)


def test_belonging_is_never_guessed() -> None:
    told = record(
        identity=IdentityFacts(PersonNames(given="Juan", chosen="Luz"), sex_document="H", pronouns="ella"),
        health=HealthFacts(functions=(FunctionAnswer("LOC-DIS-SEE", "some"),)),
        contact=ContactFacts(language="nah"),
    )
    assert groups_of(told, TODAY).isdisjoint(
        {"LGBTTTI", "AFRO", "INDIGENA", "MINORIAS_REL", "VICTIMAS", "DISCAPACIDAD"}
    )
    assert groups_of(replace(told, protected=ProtectedFacts(groups=("AFRO",))), TODAY) >= {"AFRO", "MUJERES"}


def test_an_age_that_may_be_either_gives_no_group_that_hangs_on_it() -> None:
    doubtful = record(identity=IdentityFacts(PersonNames(given="A"), PartialDate.of_year(2008)))
    assert groups_of(doubtful, TODAY) == {"JOVENES"}  # 17 or 18: young for certain, a child perhaps


def test_confidential_needs_of_attention_stay_in_their_drawer() -> None:
    for need in SPECIFIC_NEEDS:
        held = StandingFacts(attention=(need.code,))
        if need.confidentiality == "normal":
            checks.check_standing(held, basis="consent")
        else:
            with pytest.raises(Refused):
                checks.check_standing(held, basis="consent")
        checks.check_protected(ProtectedFacts(attention=(need.code,)), basis="consent")


def test_a_health_need_that_tells_of_violence_stays_in_the_protected_drawer() -> None:
    with pytest.raises(Refused):
        checks.check_health(HealthFacts(health_needs=("HEALTH_RAPE",)), basis="consent")
    checks.check_health(HealthFacts(health_needs=("HEALTH_PREG",)), basis="consent")
    checks.check_protected(ProtectedFacts(health_needs=("HEALTH_RAPE",)), basis="consent")
    with pytest.raises(Refused):
        checks.check_protected(ProtectedFacts(health_needs=("WORK_PLACE",)), basis="consent")
    [question] = [one for one in QUESTIONS[Section.HEALTH] if one.name == "health_needs"]
    told = record(
        health=HealthFacts(health_needs=("HEALTH_PREG",)), protected=ProtectedFacts(health_needs=("HEALTH_RAPE",))
    )
    assert value_of(told, question) == ("HEALTH_PREG", "HEALTH_RAPE")
    assert not is_open(replace(told, sensitive_basis=None), question)
    assert not is_open(replace(told, reads_protected=False), question)


@pytest.mark.parametrize(
    ("check", "facts"),
    [
        (checks.check_standing, StandingFacts(work_permission="perhaps")),
        (checks.check_protected, ProtectedFacts(idp_cause="WAR")),
        (checks.check_protected, ProtectedFacts(groups=("EVERYBODY",))),
        (checks.check_health, HealthFacts(functions=(FunctionAnswer("LOC-DIS-SEE", "very"),))),
        (checks.check_health, HealthFacts(health_needs=("WORK_PLACE",))),
        (checks.check_mobility, MobilityFacts(history=(DatedProfile("TOURIST"),))),
    ],
)
def test_a_code_that_is_not_of_its_list_is_refused(check: object, facts: object) -> None:
    with pytest.raises(Refused) as refused:
        check(facts, basis="consent")  # type: ignore[operator]
    assert refused.value.reason is Reason.UNKNOWN_CODE
    with pytest.raises(Refused) as refused:
        check(facts, basis=None)  # type: ignore[operator]
    assert refused.value.reason is Reason.SENSITIVE_CONSENT_MISSING


def test_a_profile_does_not_end_before_it_begins() -> None:
    crossed = DatedProfile("TRANSIT", PartialDate.of_year(2026), PartialDate.of_month(2025, 3))
    with pytest.raises(Refused) as refused:
        checks.check_mobility(MobilityFacts(history=(crossed,)), basis="consent")
    assert (refused.value.reason, refused.value.field) == (Reason.DATES_CROSSED, "until_TRANSIT")
    same_year = DatedProfile("TRANSIT", PartialDate.of_month(2026, 5), PartialDate.of_year(2026))
    checks.check_mobility(MobilityFacts(history=(same_year,)), basis="consent")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Su CURP es HEGG560427MVZRRL04.", (Number.CURP,)),
        ("curp hegg 560427 mvzrrl 04", (Number.CURP,)),
        ("Llamar al 55 5555 0123 por la tarde", (Number.PHONE,)),
        ("+52 (55) 5555-0123", (Number.PHONE,)),
        ("Pasaporte RD4455667", (Number.PASSPORT,)),
        ("Tel. 5555550123 y pasaporte A 12345678", (Number.PHONE, Number.PASSPORT)),
        ("Llegó el 12/03/2024 con 2 hijas de 4 y 7 años; paga 3500 de renta.", ()),
        ("Salió de la casa 120, vive en el edificio B-12 desde 2019.", ()),
        ("", ()),
    ],
)
def test_numbers_that_identify_are_seen_in_a_text(text: str, found: tuple[Number, ...]) -> None:
    assert numbers_in(text) == found


@given(st.text(max_size=400))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert set(numbers_in(text)) <= set(Number)


def test_the_six_questions_are_the_six_codes() -> None:
    assert code_list("functional_question").codes() == code_list("functional_difficulties").codes()
