"""From a reading zone or a CURP to what a form would hold: proposals, each with how far it can be trusted.

Called by documents.views and by whoever else shows templates/documents/_mrz.html. Nothing here is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from referral.documents.facts import Suggestion
from referral.documents.labels import DOUBTFUL, RETOUCHED, TRUSTED, UNCHECKED
from referral.documents.rules import origins
from referral.documents.rules.mrz import Check, MrzRead
from referral.kernel.partial_dates import PartialDate
from referral.people.facts import IdentityFacts
from referral.people.rules.curp import CurpFacts, read_curp

# Where two surnames are the custom, two words are two surnames.
_TWO_SURNAMES = frozenset("AR BO CL CO CR CU DO EC ES GT HN MX NI PA PE PY SV UY VE".split())
_PARTICLES = frozenset("De Del La Las Los Da Das Do Dos Du Des Le Van Von Y E".split())
_LONGEST_NAME = 128
_OF_THE_ZONE = frozenset({"mrz", "mrz_over"})


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with suggestions laid over what was typed. `kept`: boxes where something else was typed, and stays."""

    boxes: dict[str, list[str]]
    read: tuple[Suggestion, ...]
    kept: tuple[Suggestion, ...]


def fill(typed: Mapping[str, list[str]], suggestions: Iterable[Suggestion], *, over: bool) -> Filled:
    """Fill the empty boxes of a form as it was sent, or every box when `over`. The lines themselves are left out."""
    found = {name: values for name, values in typed.items() if name not in _OF_THE_ZONE}
    read: list[Suggestion] = []
    kept: list[Suggestion] = []
    for each in suggestions:
        said = _boxes(each.box, each.value)
        stands = {name for name in found if (name == each.box or name.startswith(f"{each.box}-")) and any(found[name])}
        differs = any(found[name][0] != said.get(name, "") for name in stands)
        (kept if differs and not over else read).append(each)
        if over or not differs:
            for name in stands:
                del found[name]
            found.update((name, [text]) for name, text in said.items())
    return Filled(found, tuple(read), tuple(kept))


def for_paper_of(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Suggestions for a paper, named as the boxes of a form that is about a person and has a paper among the rest."""
    return tuple(replace(each, box=f"paper_{each.box}") for each in suggestions)


def paper_suggestions(zone: MrzRead) -> tuple[Suggestion, ...]:
    """What the form of a paper takes from a zone, in its order."""
    found = (
        Suggestion("kind", origins.document_kind(zone), UNCHECKED),
        Suggestion("number", zone.number, _trust(zone, Check.NUMBER)),
        Suggestion("country", origins.place(zone.issuer), UNCHECKED),
        Suggestion("expires", zone.expires, _trust(zone, Check.EXPIRES)),
        Suggestion("name_on_document", name_on_document(zone), UNCHECKED),
    )
    return tuple(each for each in found if each.value)


def person_suggestions(zone: MrzRead) -> tuple[Suggestion, ...]:
    """What the form of a person takes from a zone: names as the paper writes them, birth, sex, nationality."""
    given, first, second = names(zone)
    found = (
        Suggestion("given", given, UNCHECKED),
        Suggestion("surname1", first, UNCHECKED),
        Suggestion("surname2", second, UNCHECKED),
        Suggestion("birth", zone.birth, _trust(zone, Check.BIRTH)),
        Suggestion("sex_document", zone.sex, DOUBTFUL if Check.SEX in zone.failed else UNCHECKED),
        Suggestion("nationality", origins.nationality(zone.nationality), UNCHECKED),
    )
    return tuple(each for each in found if each.value)


def names(zone: MrzRead) -> tuple[str, str, str]:
    """Given names and both surnames; a single name is a given name. Which word is which surname is a guess to check."""
    surnames = _name(zone.surnames)
    if not zone.given:
        return surnames, "", ""
    words = surnames.split()
    if len(words) == 2 and words[0] not in _PARTICLES and origins.place(zone.issuer) in _TWO_SURNAMES:
        return _name(zone.given), words[0], words[1]
    return _name(zone.given), surnames, ""


def name_on_document(zone: MrzRead) -> str:
    """The whole name in the order in which people say it."""
    return " ".join(part for part in (_name(zone.given), _name(zone.surnames)) if part)


def curp_suggestions(identity: IdentityFacts) -> tuple[Suggestion, ...]:
    """What the CURP on file says and the file does not: birth, sex, state of birth. None for one that does not hold."""
    read = read_curp(identity.curp)
    return () if read is None else tuple(_missing(read, identity))


def boxes(suggestions: tuple[Suggestion, ...]) -> dict[str, str]:
    """Suggestions as the boxes of a form that is sent: a date becomes its three."""
    found: dict[str, str] = {}
    for each in suggestions:
        found.update(_boxes(each.box, each.value))
    return found


def _missing(read: CurpFacts, identity: IdentityFacts) -> list[Suggestion]:
    told: Mapping[str, tuple[bool, Any]] = {
        "birth": (identity.birth.exact is not None, PartialDate.of_day(read.birth)),
        "sex_document": (bool(identity.sex_document), read.sex),
        "birth_state": (bool(identity.birth_state), read.state),
    }
    return [Suggestion(box, value, TRUSTED) for box, (known, value) in told.items() if value and not known]


def _boxes(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, (PartialDate, date)):
        return {name: str(value)}
    parts = {"day": value.day, "month": value.month, "year": value.year}
    return {f"{name}-{part}": "" if told is None else str(told) for part, told in parts.items()}


def _trust(zone: MrzRead, check: Check) -> str:
    if check in zone.failed:
        return DOUBTFUL
    return RETOUCHED if check in zone.repaired else TRUSTED


def _name(text: str) -> str:
    """As people write names: MARIA DE LA CRUZ becomes Maria de la Cruz. Accents the zone does not have."""
    words = [word.capitalize() for word in text.split()]
    return " ".join(word.lower() if place and word in _PARTICLES else word for place, word in enumerate(words))[
        :_LONGEST_NAME
    ]
