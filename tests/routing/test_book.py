# ruff: noqa: E501  a table reads best with one case to a line
"""Each rule of the book by its id: a person and need it applies to, and one change that turns it off."""

from __future__ import annotations

import pytest

from referral.directory import catalogue
from referral.kernel.codes import NEEDS
from referral.routing.facts import NeedFacts
from referral.routing.rules.book import Effect, rule_book
from referral.routing.rules.offers import read_rules
from referral.routing.rules.truth import BadCondition, Truth, read_term
from tests.routing.test_cases import person_of

# rule, facts, need, doors it names, facts and need for which it must be silent
APPLIES = [
    ("R01", "age=17; with=alone", "BASIC_FOOD", "PROC_NNA DIF", "age=18; with=alone", "BASIC_FOOD"),
    ("R02", "age=17; with=other_relative", "BASIC_FOOD", "PROC_NNA DIF", "age=17; with=mother", "BASIC_FOOD"),
    ("R03", "age=17; with=guardian", "HEALTH_VACC", "SEDESA", "age=17; with=alone", "HEALTH_VACC"),
    ("R04", "age=17", "EDUC_BASIC", "AEFCM", "age=18", "EDUC_BASIC"),
    ("R05", "age=15", "EDUC_ADULT", "INEA PILARES", "age=14", "EDUC_ADULT"),
    ("R06", "age=17", "PROTECT_TRAFF", "FGJCDMX PROC_NNA LNCTP", "is_not=TRAFFICKING", "PROTECT_THREAT"),
    ("R06", "age=18; is=TRAFFICKING", "LEGAL_CRIME", "FGJCDMX LNCTP", "is=TRAFFICKING", "BASIC_FOOD"),
    ("R07", "", "PROTECT_GBV", "SEMUJERES_BIENESTAR SOS_MUJERES FGJCDMX SEDESA", "", "PROTECT_IDP"),
    ("R08", "is=CRIME_VICTIM", "MIGR_TVRH", "FGJCDMX UIDPM INM", "is_not=CRIME_VICTIM", "MIGR_TVRH"),
    ("R09", "", "FAMILY_DEATH", "MAEBI UIDPM", "", "FAMILY_CARE"),
    ("R10", "", "MIGR_ASYLUM", "COMAR ACNUR SIN_FRONTERAS", "is_not=FEARS_RETURN", "MIGR_REGUL"),
    ("R10", "is=FEARS_RETURN; profiles=TRANSIT", "LEGAL_ASYLUM", "COMAR ACNUR SIN_FRONTERAS", "is=FEARS_RETURN; profiles=REFUGEE", "LEGAL_ASYLUM"),
    ("R11", "profiles=ASYLUM_SEEKER", "IDENT_CURP", "RENAPO", "profiles=REFUGEE", "IDENT_CURP"),
    ("R12", "profiles=COMPL_PROT", "BASIC_FOOD", "CONSULADOS", "profiles=TRANSIT; is_not=FEARS_RETURN", "BASIC_FOOD"),
    ("R12", "profiles=TRANSIT; is=FEARS_RETURN", "IDENT_CONSUL", "CONSULADOS", "profiles=RETURN_VOL; is_not=FEARS_RETURN", "IDENT_CONSUL"),
    ("R13", "", "BASIC_FOOD", "INM", "", ""),
    ("R14", "curp=no; documents=none", "WORK_PLACE", "RENAPO PADRON", "curp=yes", "WORK_PLACE"),
    ("R15", "documents=CURP_TEMP", "WORK_PLACE", "TRABAJO_DIGNO ABRIENDO_ESPACIOS SNE STYFE_OSC", "curp=no; documents=PASSPORT", "WORK_PLACE"),
    ("R16", "curp=no; documents=PASSPORT", "WORK_TRAIN", "ICAT PILARES SEDECO_CURSOS", "curp=yes", "WORK_TRAIN"),
    ("R17", "age=29", "EDUC_UPPER", "JUVENTUSMX INJUVE PILARES", "age=30", "EDUC_UPPER"),
    ("R17", "age=18", "WORK_PLACE", "JUVENTUSMX INJUVE PILARES", "age=17", "WORK_PLACE"),
    ("R18", "is=LOST_FORMAL_JOB", "ECON_CASH", "SEGURO_DESEMPLEO", "is_not=LOST_FORMAL_JOB", "ECON_CASH"),
    ("R19", "", "SHELTER_TEMP", "ALBERGUES_TEMP", "", "SHELTER_RENT"),
    ("R20", "", "SHELTER_SOCIAL", "INFONAVIT", "", "SHELTER_RENT"),
    ("R21", "", "HEALTH_SUICIDE", "SEDESA", "", "HEALTH_VACC"),
    ("R22", "", "HEALTH_VACC", "SEDESA", "", "LEGAL_ADVICE"),
    ("R23", "", "BASIC_FOOD", "COMEDORES", "", "BASIC_COMM"),
    ("R24", "is=DISCRIMINATED", "RIGHTS_ABUSE", "COPRED CONAPRED CDHCM CNDH", "is_not=DISCRIMINATED", "RIGHTS_ABUSE"),
    ("R25", "", "RIGHTS_DENIED", "COPRED CDHCM", "is_not=SERVICE_REFUSED", "RIGHTS_ABUSE"),
    ("R26", "is=DETAINED", "LEGAL_ADVICE", "IFDP", "is_not=DETAINED", "LEGAL_ADVICE"),
    ("R27", "profiles=RETURN_DEP", "IDENT_LOST", "INE_CARD RENAPO", "profiles=TRANSIT", "IDENT_LOST"),
    ("R28", "profiles=NATIVE_ABROAD", "FAMILY_TRACE", "SIBISO_IDENT SRE MAEBI", "profiles=TRANSIT", "FAMILY_TRACE"),
    ("R29", "profiles=IDP; age=40", "SHELTER_SAFE", "ALBERGUES_TEMP", "profiles=INTERNAL_MIGRANT", "SHELTER_SAFE"),
    ("R30", "language=ht; reads=yes", "BASIC_FOOD", "", "language=en; reads=with_help", "BASIC_FOOD"),
    ("R30", "language=es; reads=no", "BASIC_FOOD", "", "language=es; reads=yes", "BASIC_FOOD"),
    ("R31", "nationalities=VE", "ECON_BANK", "", "nationalities=VE MX", "ECON_BANK"),
    ("R32", "", "ECON_BUSINESS", "SEDECO_CURSOS FONDESO ECON_SOCIAL", "", "ECON_COOP"),
    ("R33", "", "IDENT_PADRON", "PADRON", "", "IDENT_CURP"),
    ("R34", "", "IDENT_CONSUL", "CONSULADOS", "", "IDENT_LOST"),
    ("R35", "", "EMERG_ABROAD", "LINEAS_EMERG SRE", "", "EMERG_PREP"),
    ("R36", "groups=LGBTTTI", "PROTECT_THREAT", "DGDS COPRED ALBERGUES_TEMP", "groups=AFRO", "PROTECT_THREAT"),
    ("R37", "age=60", "WORK_PLACE", "ABRIENDO_ESPACIOS", "age=59; groups=none", "WORK_PLACE"),
    ("R38", "is=TORTURE", "HEALTH_MENTAL", "SEDESA INP ACNUR", "is_not=TORTURE", "HEALTH_MENTAL"),
    ("R39", "profiles=TRANSIT", "BASIC_FOOD", "COMEDORES", "profiles=INT_MIGRANT", "BASIC_FOOD"),
    ("R40", "is=CARD_EXPIRING", "BASIC_FOOD", "", "is_not=CARD_EXPIRING", "BASIC_FOOD"),
]  # fmt: skip


def applying(facts: str, need: str) -> dict[str, tuple[str, ...]]:
    reading = read_rules(person_of(facts), NeedFacts(need))
    return {rule.code: doors for rule, answer, doors in reading.answers if answer.truth is Truth.YES}


@pytest.mark.parametrize(("rule", "facts", "need", "doors", "not_facts", "not_need"), APPLIES, ids=lambda text: text)
def test_rule(rule: str, facts: str, need: str, doors: str, not_facts: str, not_need: str) -> None:
    assert applying(facts, need)[rule] == tuple(doors.split())
    if not_need:
        assert rule not in applying(not_facts, not_need)


def test_all_forty_rules_are_on_and_tested() -> None:
    assert list(rule_book()) == [f"R{number:02d}" for number in range(1, 41)]
    assert {case[0] for case in APPLIES} == rule_book().keys()


def test_rules_speak_both_languages_and_name_what_exists() -> None:
    keys = {entry.key for entry in catalogue.services()}
    for rule in rule_book().values():
        assert all((rule.condition.es, rule.condition.en, rule.advice.es, rule.advice.en)), rule.code
        assert {door.key for door in rule.doors} | rule.after <= keys, rule.code
        assert set(rule.opens) <= set(NEEDS.codes()), rule.code
        assert bool(rule.doors) is (rule.effect not in {Effect.NOTE, Effect.GAP}), rule.code
        assert (rule.effect is Effect.BLOCK) is bool(rule.consent), rule.code


@pytest.mark.parametrize("text", ["shoe:size", "age:old", "is:HAPPY", "is:"])
def test_a_condition_nobody_can_read_stops_the_book(text: str) -> None:
    with pytest.raises(BadCondition):
        read_term(text)
