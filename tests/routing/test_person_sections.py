"""What the sections of a file tell routing: groups, gender, circumstances, a child alone. Nothing unasked counts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.people import actions
from referral.people.facts import MobilityFacts, Section
from referral.people.queries.reserved import StillReserved
from referral.routing.facts import GROUPS_OPEN, UNKNOWN, Circumstance, Known, PersonFacts
from referral.routing.person import person_facts
from tests.factories.glass import ask_guarded, break_glass, decide_guarded
from tests.factories.people import new_person, register

MakeIdentity = Callable[..., Identity]


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


def told(database: Database, caso: Identity, section: Section, answers: Mapping[str, Any], **new: Any) -> uuid.UUID:
    """Somebody with consent and one section answered."""
    ref = register(database, caso, new_person(**new))
    with serving(database, caso), unit_of_work("test.told") as work:
        actions.set_sensitive_basis(work, person=ref, basis="consent")
        actions.save_section(work, person=ref, section=section, answers=answers, version=1)
    return ref


def facts(database: Database, identity: Identity, ref: uuid.UUID) -> PersonFacts:
    with serving(database, identity, read_only=True), reading() as desk:
        return person_facts(desk.session, desk.reach(Permission.OFFERS_VIEW), ref, today=desk.today)


def test_groups_stay_open_until_they_were_gone_through(database: Database, caso: Identity) -> None:
    ref = told(database, caso, Section.GROUPS, {"protected.groups": ("AFRO",)}, birth="1950")
    assert facts(database, caso, ref).groups == Known(frozenset({"AFRO", "MAYORES", GROUPS_OPEN}))
    with serving(database, caso), unit_of_work("test.told") as work:
        asked = {"protected.groups_asked": True}
        actions.save_section(work, person=ref, section=Section.GROUPS, answers=asked, version=2)
    assert facts(database, caso, ref).groups == Known(frozenset({"AFRO", "MAYORES"}))


def test_nothing_told_is_not_known(database: Database, caso: Identity) -> None:
    ref = register(database, caso, new_person(birth="1985"))
    found = facts(database, caso, ref)
    assert (found.groups, found.gender, found.accompaniment) == (UNKNOWN, UNKNOWN, UNKNOWN)


def test_what_she_says_of_herself_is_her_gender(database: Database, caso: Identity) -> None:
    ref = told(database, caso, Section.GROUPS, {"protected.gender_identity": "woman"})
    assert facts(database, caso, ref).gender == Known("women")


@pytest.mark.parametrize(
    ("section", "answers", "circumstance", "known"),
    [
        (Section.ATTENTION, {"protected.attention": ("LOC-TRAFF",)}, Circumstance.TRAFFICKING, True),
        (Section.ATTENTION, {"protected.attention": ("SV-VF",)}, Circumstance.GENDER_VIOLENCE, True),
        (Section.WORK, {"life.work_situation": "informal"}, Circumstance.FORMAL_JOB, False),
        (Section.WORK, {"life.social_security": "imss"}, Circumstance.SOCIAL_SECURITY, True),
    ],
)
def test_answers_become_circumstances(
    database: Database,
    caso: Identity,
    section: Section,
    answers: dict[str, Any],
    circumstance: Circumstance,
    known: bool,
) -> None:
    found = facts(database, caso, told(database, caso, section, answers))
    assert found.circumstance(circumstance) == Known(known)
    assert found.circumstance(Circumstance.TORTURE) == UNKNOWN


def test_a_child_noted_as_alone_is_alone(database: Database, caso: Identity) -> None:
    ref = told(database, caso, Section.ATTENTION, {"protected.attention": ("SC-UC",)}, birth="2011")
    assert facts(database, caso, ref).accompaniment == Known("alone")


def test_a_past_profile_no_longer_opens_doors(database: Database, caso: Identity) -> None:
    ref = told(database, caso, Section.MOBILITY, {"mobility.profiles": ("REFUGEE",)})
    assert facts(database, caso, ref).profiles == Known(frozenset({"REFUGEE"}))
    with serving(database, caso), unit_of_work("test.told") as work:
        actions.save_mobility(work, person=ref, mobility=MobilityFacts(), version=2)
    assert facts(database, caso, ref).profiles == UNKNOWN


def test_who_may_not_read_what_is_reserved_judges_no_door_by_the_half_of_it(
    database: Database, caso: Identity, make_identity: MakeIdentity
) -> None:
    ref = told(database, caso, Section.ATTENTION, {"protected.attention": ("LOC-TRAFF",)})
    boss = make_identity(database, Role.SUPERVISOR, username="jefa")
    with pytest.raises(StillReserved):
        facts(database, boss, ref)
    break_glass(database, boss, ref)
    with pytest.raises(StillReserved) as no:
        facts(database, boss, ref)
    assert no.value.guarded
    second = make_identity(database, Role.DPO, username="datos")
    decide_guarded(database, second, ask_guarded(database, boss, ref))
    assert facts(database, boss, ref).circumstance(Circumstance.TRAFFICKING) == Known(value=True)
