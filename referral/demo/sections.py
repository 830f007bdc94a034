"""What an invented person answers in the sections of her file beyond the first day. Pure; for window.py.

Drawn apart from the rest of her: adding a question here changes nobody's story.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from referral.demo.facts import Guest
from referral.kernel.clock import local_day
from referral.people.facts import DoNotTell, FunctionAnswer, Section, SpokenLanguage

Answers = dict[str, Any]
_TRADES = ("Albañilería", "Cocina", "Costura", "Comercio", "Trabajo del hogar", "Mecánica", "Enfermería", "Docencia")
_CAUSES = ("GEN_VIOLENCE", "THREAT", "CONFLICT")


def sections_of(guest: Guest) -> Iterator[tuple[Section, Answers]]:
    """Sections with their answers, those that need her permission for sensitive data only when she gave it."""
    chance = Random(f"{guest.household}|{guest.arrives.isoformat()}")
    ages = guest.new.identity.birth.age_on(local_day(guest.arrives))
    age = ages.low if ages else 30
    yield (
        Section.REGISTRY,
        {"life.channel": chance.choice(("in_person", "in_person", "in_person", "outreach", "phone"))},
    )
    if chance.random() < 0.55:
        yield Section.WORK, _work(chance, age)
    if chance.random() < 0.5:
        marital = chance.choice(("single", "free_union", "married", "separated")) if age >= 18 else "single"
        yield Section.FAMILY, {"life.marital": marital}
    if chance.random() < 0.15:
        yield Section.CONTACT, _contact(chance, guest)
    if guest.answers.sensitive == "yes":
        yield from _sensitive(chance, guest, age)


def _work(chance: Random, age: int) -> Answers:
    if age < 16:
        return {"life.in_school": chance.choice(("yes", "no")), "life.schooling": "primary" if age >= 6 else ""}
    return {
        "life.schooling": chance.choice(("primary", "lower_secondary", "upper_secondary", "technical", "degree")),
        "life.work_situation": chance.choice(
            ("informal", "own_account", "seeking", "seeking", "formal", "not_seeking")
        ),
        "life.occupation": chance.choice(_TRADES),
        "life.social_security": chance.choice(("none", "none", "imss", "unknown")),
    }


def _contact(chance: Random, guest: Guest) -> Answers:
    found: Answers = {"contact.safe_hours": chance.choice(("Por la tarde", "Sábados por la mañana", "Antes de las 9"))}
    if guest.language == "es" and guest.new.contact.language != "es":
        found["contact.languages"] = (SpokenLanguage("es", chance.choice(("little", "enough"))),)
    if chance.random() < 0.3:
        found["contact.do_not_tell"] = (DoNotTell("Su expareja", "Llama a los albergues"),)
        found["contact.protected_address"] = True
    return found


def _sensitive(chance: Random, guest: Guest, age: int) -> Iterator[tuple[Section, Answers]]:
    if guest.mobility.idp_state and "IDP" in guest.mobility.profiles:
        cause, place = chance.choice(_CAUSES), "Municipio de ejemplo"
        yield Section.MOBILITY, {"protected.idp_cause": cause, "protected.idp_municipality": place}
    if guest.health.difficulties:
        levels = tuple(FunctionAnswer(code, "much") for code in guest.health.difficulties)
        yield Section.DISABILITY, {"health.functions": levels, "health.difficulties": guest.health.difficulties}
    if chance.random() < 0.2:
        normal = ("LP-ND",) if not guest.papers_now else ("LP-BN",)
        guarded = ("LP-RR",) if "ASYLUM_SEEKER" in guest.mobility.profiles and chance.random() < 0.3 else ()
        yield Section.ATTENTION, {"standing.attention": normal, "protected.attention": guarded}
    if age >= 18 and chance.random() < 0.3:
        groups = (chance.choice(("AFRO", "LGBTTTI", "INDIGENA")),) if chance.random() < 0.3 else ()
        yield Section.GROUPS, {"protected.groups": groups, "protected.groups_asked": True}
