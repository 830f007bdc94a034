"""What recorded codes and open needs tell about a person, so that nothing is asked twice. Used by offers and person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from referral.kernel.partial_dates import AgeRange
from referral.routing.facts import UNKNOWN, Circumstance, Fact, Known, PersonFacts

_SAID_BY_NEED: Mapping[str, Circumstance] = {
    "MIGR_ASYLUM": Circumstance.FEARS_RETURN,
    "PROTECT_GBV": Circumstance.GENDER_VIOLENCE,
    "SHELTER_SAFE": Circumstance.GENDER_VIOLENCE,
    "HEALTH_RAPE": Circumstance.GENDER_VIOLENCE,
    "PROTECT_TRAFF": Circumstance.TRAFFICKING,
    "PROTECT_TORTURE": Circumstance.TORTURE,
    "LEGAL_MISSING": Circumstance.RELATIVE_MISSING,
    "RIGHTS_DISCR": Circumstance.DISCRIMINATED,
    "RIGHTS_DENIED": Circumstance.SERVICE_REFUSED,
}
_IN_PROCEDURE = frozenset(
    {"pre_registered", "constancia", "interview", "recognised", "complementary", "refused", "appeal"}
)


def told_by_needs(person: PersonFacts, needs: Collection[str]) -> PersonFacts:
    """The person's facts with what the open needs tell; what was already known stays."""
    told: dict[Circumstance, Fact[bool]] = dict(person.circumstances)
    for code in needs:
        said = _SAID_BY_NEED.get(code)
        if said is not None and not isinstance(told.get(said), Known):
            told[said] = Known(True)
    if "IDENT_CURP" in needs and not isinstance(person.has_curp, Known):
        person = replace(person, has_curp=Known(value=False))  # who asks for one has none yet that serves
    if told != person.circumstances:
        person = replace(person, circumstances=MappingProxyType(told))
    if "PROTECT_UASC" not in needs:
        return person
    alone = person.accompaniment if isinstance(person.accompaniment, Known) else Known("alone")
    age = person.age if isinstance(person.age, Known) else Known(AgeRange(0, 17))
    return replace(person, accompaniment=alone, age=age)


def gender_of(gender_identity: str | None, sex_document: str | None) -> Fact[str]:
    """Codes of GENDER_IDENTITIES and SEXES_ON_DOCUMENT as routing's gender: what the person says, else the document."""
    said = {"woman": "women", "man": "men", "non_binary": "other", "other": "other"}.get(gender_identity or "")
    written = {"M": "women", "H": "men", "X": "other"}.get(sex_document or "")
    found = said or written
    return Known(found) if found else UNKNOWN


def accompaniment_of(child_accompaniment: str | None, specific_needs: Collection[str] = ()) -> Fact[str]:
    """A code of CHILD_ACCOMPANIMENT, from the answer or from what was noted about a child alone or separated."""
    if child_accompaniment:
        return Known(child_accompaniment)
    if "SC-UC" in specific_needs:
        return Known("alone")
    return Known("other_relative") if "SC-SC" in specific_needs else UNKNOWN


def circumstances_of(
    *,
    specific_needs: Collection[str] = (),
    asylum_stage: str | None = None,
    status_self: str | None = None,
    work_situation: str | None = None,
    social_security: str | None = None,
) -> Mapping[Circumstance, Fact[bool]]:
    """Circumstances that recorded codes tell. What they leave open is left out, never taken as no."""
    told: dict[Circumstance, Fact[bool]] = {}
    for prefix, circumstance in _BY_SPECIFIC_NEED.items():
        if any(code.startswith(prefix) for code in specific_needs):
            told[circumstance] = Known(True)
    if asylum_stage in _IN_PROCEDURE:
        told[Circumstance.FEARS_RETURN] = Known(True)
    if status_self in {"regular", "irregular"}:
        told[Circumstance.REGULAR_STAY] = Known(status_self == "regular")
    if work_situation:
        told[Circumstance.FORMAL_JOB] = Known(work_situation == "formal")
    if social_security and social_security != "unknown":
        told[Circumstance.SOCIAL_SECURITY] = Known(social_security != "none")
    return MappingProxyType(told)


_BY_SPECIFIC_NEED: Mapping[str, Circumstance] = {
    "LOC-TRAFF": Circumstance.TRAFFICKING,
    "SV-": Circumstance.GENDER_VIOLENCE,
    "TR-": Circumstance.TORTURE,
    "LP-RR": Circumstance.FEARS_RETURN,
    "LP-DA": Circumstance.DETAINED,
    "LP-WP": Circumstance.CRIME_VICTIM,
}
