"""What stays of two files: units chosen together, the default of each, whose answer to a consent stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from referral.consent.facts import OtherBasis
from referral.duplicates.facts import Agreement, Choice, Compared, MergeOrder, Unit
from referral.kernel.names import MOST_OTHER_NAMES, PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people.facts import (
    ContactFacts,
    HealthFacts,
    IdentityFacts,
    LifeFacts,
    MobilityFacts,
    ProtectedFacts,
    StandingFacts,
)
from referral.people.rules.registration import WITHDRAWN, has_active_basis
from referral.people.rules.sections import is_answered

SHORTEST_REASON = 15  # characters
LONGEST_REASON = 500


class Reason(StrEnum):
    """Why two files are not merged, or not parted again."""

    SAME_FILE = "same_file"
    ALREADY_MERGED = "already_merged"
    REASON_TOO_SHORT = "reason_too_short"  # least
    KEEP_THE_FOLIO = "keep_the_folio"
    ANSWERS_FOR_OTHER = "answers_for_other"
    ALREADY_UNDONE = "already_undone"
    TOO_LATE = "too_late"  # days
    LATER_MERGE = "later_merge"


# The facts of a file, in the order of its page.
ROOTS: Mapping[str, type] = MappingProxyType(
    {
        "identity": IdentityFacts,
        "contact": ContactFacts,
        "mobility": MobilityFacts,
        "standing": StandingFacts,
        "health": HealthFacts,
        "protected": ProtectedFacts,
        "life": LifeFacts,
    }
)
NOTES = Unit("notes", "notes", ("",))
NAMES = "identity.names"
ADDRESS = "contact.address"
_TOGETHER: tuple[Unit, ...] = (
    Unit(NAMES, "identity", ("names", "single_name")),
    Unit("identity.birth_country", "identity", ("birth_country", "birth_state", "birth_place")),
    Unit("identity.curp", "identity", ("curp", "curp_kind", "curp_expires")),
    Unit("contact.language", "contact", ("language", "language_name")),
    Unit("contact.phone", "contact", ("phone", "whatsapp")),
    Unit("contact.safe_contact", "contact", ("safe_contact", "safe_hours")),
    Unit(ADDRESS, "contact", ("alcaldia", "place", "colonia", "street", "postcode", "residence_proof")),
    Unit("contact.contact_name", "contact", ("contact_name", "contact_relation", "contact_phone")),
    Unit("mobility.return_type", "mobility", ("return_type", "return_country", "return_date")),
    Unit("mobility.idp_state", "mobility", ("idp_state", "idp_date")),
)


def _units() -> tuple[Unit, ...]:
    together = {(unit.root, name): unit for unit in _TOGETHER for name in unit.names}
    found: dict[str, Unit] = {}
    for root, kind in ROOTS.items():
        for each in fields(kind):
            unit = together.get((root, each.name)) or Unit(f"{root}.{each.name}", root, (each.name,))
            found.setdefault(unit.key, unit)
    return (*found.values(), NOTES)


UNITS: tuple[Unit, ...] = _units()  # every fact of a file stands in one of them


def values_of(unit: Unit, facts: Any) -> tuple[Any, ...]:
    """The unit's values in the facts of its root; of the notes, their text."""
    return (facts,) if unit is NOTES else tuple(getattr(facts, name) for name in unit.names)


def compare(unit: Unit, kept: Any, other: Any, *, other_is_newer: bool) -> Compared:
    """One unit in the facts of both files. By default the fuller answer stays, then the newer; lists are joined."""
    ours, theirs = values_of(unit, kept), values_of(unit, other)
    here, there = _told(ours), _told(theirs)
    both_fit = all(isinstance(value, tuple) for value in (*ours, *theirs)) or unit is NOTES
    if ours == theirs or not (here or there):
        agreement = Agreement.SAME
    elif not there:
        agreement = Agreement.ONLY_KEPT
    elif not here:
        agreement = Agreement.ONLY_OTHER
    else:
        agreement = Agreement.DIFFERENT
    match agreement:
        case Agreement.SAME | Agreement.ONLY_KEPT:
            default = Choice.KEPT
        case Agreement.ONLY_OTHER:
            default = Choice.OTHER
        case _ if both_fit:
            default = Choice.BOTH
        case _ if here != there:
            default = Choice.OTHER if there > here else Choice.KEPT
        case _:
            default = Choice.OTHER if other_is_newer else Choice.KEPT
    return Compared(unit, ours, theirs, agreement, default, both_fit)


def chosen(compared: Compared, choice: Choice | None) -> Choice:
    """What is done with a unit: a choice counts only where there is one."""
    if (
        choice is None
        or compared.agreement is not Agreement.DIFFERENT
        or (choice is Choice.BOTH and not compared.both_fit)
    ):
        return compared.default
    return choice


def settled(compared: Compared, choice: Choice) -> dict[str, Any]:
    """The values that the kept file takes, by name. Of two names, the one not chosen stays among her other names."""
    unit = compared.unit
    taken = compared.other if choice is Choice.OTHER else compared.kept
    if choice is Choice.BOTH:
        taken = tuple(_joined(*pair) for pair in zip(compared.kept, compared.other, strict=True))
    values = dict(zip(unit.names, taken, strict=True))
    if isinstance(values.get("names"), PersonNames):
        left = compared.kept[0] if choice is Choice.OTHER else compared.other[0]
        values["names"] = _with_other_names(values["names"], left)
    return values


def protected_address(kept: ContactFacts, other: ContactFacts, *, other_is_newer: bool) -> Choice | None:
    """Whose address stays when one is protected; None when none is. Never chosen on a page: nobody sees it there."""
    if not (kept.protected_address or other.protected_address):
        return None
    if kept.protected_address and other.protected_address:
        return Choice.OTHER if other_is_newer else Choice.KEPT
    return Choice.KEPT if kept.protected_address else Choice.OTHER


def _joined(ours: Any, theirs: Any) -> Any:
    if isinstance(ours, str):
        return ours if theirs in ours else f"{ours}\n\n{theirs}"
    return tuple(dict.fromkeys((*ours, *theirs)))


def _told(values: Sequence[Any]) -> int:
    """How much is told, in no unit: more parts of a name or a date, more answers."""
    return sum(map(_told_in, values))


def _told_in(value: Any) -> int:
    match value:
        case PersonNames():
            return sum(bool(getattr(value, each.name)) for each in fields(value) if each.name != "others")
        case PartialDate():
            return len(value.to_text()) if value.is_known else 0
        case _:
            return int(is_answered(value))


def _with_other_names(names: PersonNames, left: PersonNames) -> PersonNames:
    known = {names.document_name, names.chosen, names.native, ""}
    more = (left.document_name, left.chosen, left.native, *left.others)
    others = tuple(dict.fromkeys((*names.others, *(one for one in more if one not in known))))
    return replace(
        names,
        chosen=names.chosen or left.chosen,
        native=names.native or left.native,
        others=others[:MOST_OTHER_NAMES],
    )


@dataclass(frozen=True, slots=True)
class Said:
    """An answer to a question of consent: a code of Decision, when it was given, when it was taken back."""

    decision: str
    at: datetime
    withdrawn_at: datetime | None

    @property
    def strictness(self) -> int:
        if self.decision == "no" or self.withdrawn_at is not None:
            return 2
        return 0 if self.decision == "yes" else 1

    @property
    def moment(self) -> datetime:
        return self.withdrawn_at or self.at


def stands(one: Said, other: Said) -> bool:
    """Whether `one` stands of two answers to the same question. The stricter does, unless the other is a yes that was
    given after it; of two alike, the newer.
    """
    if one.strictness == other.strictness:
        return one.moment >= other.moment
    stricter, milder = (one, other) if one.strictness > other.strictness else (other, one)
    winner = milder if milder.strictness == 0 and milder.moment > stricter.moment else stricter
    return winner is one


def basis_together(kept: str | None, other: str | None, *, answer: bool | None) -> str | None:
    """On what sensitive facts of the joined file rest. `answer`: what stands of her own word (None: never asked).

    Against a no only the protection of a child stands; a basis that ended stays closed.
    """
    if answer:
        return "consent"
    active = [basis for basis in (kept, other) if has_active_basis(basis) and basis != "consent"]
    if answer is False:
        active = [basis for basis in active if basis == OtherBasis.CHILD_PROTECTION]
    if active:
        return active[0]
    return WITHDRAWN if kept or other else None


def check_order(order: MergeOrder) -> None:
    """Refused for a file with itself, or without a reason that says something."""
    if order.kept == order.other:
        raise Refused(Reason.SAME_FILE)
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise Refused(Reason.REASON_TOO_SHORT, field="reason", least=SHORTEST_REASON)


def check_inscriptions(*, kept_inscribed: bool, kept_in_force: bool, other_in_force: bool) -> None:
    """Refused when the folio in force is that of the file that would go: it is that file that stays."""
    if other_in_force and kept_inscribed and not kept_in_force:
        raise Refused(Reason.KEEP_THE_FOLIO)


def check_undo(*, at: datetime, now: datetime, days: int, undone: bool, later: bool) -> None:
    """Refused when it was undone, its time is over, or a later merge stands on it."""
    if undone:
        raise Refused(Reason.ALREADY_UNDONE)
    if now > undo_until(at, days):
        raise Refused(Reason.TOO_LATE, days=days)
    if later:
        raise Refused(Reason.LATER_MERGE)


def undo_until(at: datetime, days: int) -> datetime:
    """The last instant at which a merge can be undone."""
    return at + timedelta(days=days)
