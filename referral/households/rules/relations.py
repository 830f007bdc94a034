"""What members are to the head: relations turned round when the head changes, and rows that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from referral.households.facts import MOST_MEMBERS, Kind, Place
from referral.households.rules.guardians import is_not_older
from referral.households.rules.reasons import Reason
from referral.kernel.codes import RELATIONS
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused

# What the old head is to the new one, from what the new one was to the old.
_INVERSE = MappingProxyType(
    {
        "partner": "partner",
        "child": "parent",
        "parent": "child",
        "sibling": "sibling",
        "grandparent": "grandchild",
        "grandchild": "grandparent",
        "aunt_uncle": "niece_nephew",
        "niece_nephew": "aunt_uncle",
        "cousin": "cousin",
        "in_law": "in_law",
        "guardian": "ward",
        "ward": "guardian",
        "friend": "friend",
        "other": "other",
    }
)
# (what the new head was, what a third was) to the old head: what the third is to the new head, where it is certain.
_THROUGH = MappingProxyType(
    {
        ("sibling", "sibling"): "sibling",
        ("sibling", "child"): "niece_nephew",
        ("child", "child"): "sibling",
        ("child", "parent"): "grandparent",
        ("child", "sibling"): "aunt_uncle",
        ("parent", "child"): "grandchild",
        ("parent", "sibling"): "child",
        ("parent", "parent"): "partner",
        ("grandparent", "sibling"): "grandchild",
    }
)
_PARENT_AND_CHILD = frozenset({"child", "parent", "grandchild", "grandparent"})


def check_relation(code: str) -> None:
    """Refused for a code that is not of the list."""
    if code and code not in RELATIONS:
        raise Refused(Reason.UNKNOWN_RELATION, field="relation", value=code)


def check_places(places: Sequence[Place]) -> None:
    """Refused unless there are members, not too many, each once, with one head who has no relation to herself."""
    if not places:
        raise Refused(Reason.NO_MEMBERS)
    if len(places) > MOST_MEMBERS:
        raise Refused(Reason.TOO_MANY_MEMBERS, most=MOST_MEMBERS)
    if len({place.person for place in places}) != len(places) or sum(place.head for place in places) != 1:
        raise Refused(Reason.HEAD_NOT_ONE, field="head")
    for place in places:
        check_relation(place.relation)


def check_births(relation: str, *, name: str, birth: PartialDate, head: PartialDate) -> None:
    """Refused when a relation contradicts two known births: a parent or grandparent not older than the child."""
    if relation not in _PARENT_AND_CHILD:
        return
    older, younger = (head, birth) if relation in {"child", "grandchild"} else (birth, head)
    if is_not_older(older, younger):
        raise Refused(Reason.PARENT_YOUNGER, field="relation", name=name)


def relation_after(relation: str, *, new_head: str, is_old_head: bool) -> str:
    """What somebody is to the new head; "" where it cannot be known and has to be asked.

    `relation` and `new_head`: what she and the new head were to the old one.
    """
    if is_old_head:
        return _INVERSE.get(new_head, "")
    return _THROUGH.get((new_head, relation), "")


def guardian_kind(relation: str, gender: str) -> Kind | None:
    """What the head, of this gender, is to a child of this relation; None when it has to be asked."""
    match relation:
        case "child":
            return {"women": Kind.MOTHER, "men": Kind.FATHER}.get(gender)
        case "ward":
            return Kind.GUARDIAN
        case "sibling" | "grandchild" | "niece_nephew" | "cousin" | "in_law":
            return Kind.OTHER_RELATIVE
        case "friend" | "other":
            return Kind.UNRELATED_ADULT
    return None


def first_twice(names: Iterable[tuple[str, PartialDate]]) -> str | None:
    """The first name that stands twice with the same birth: a row typed twice."""
    seen: set[tuple[str, PartialDate]] = set()
    for name, birth in names:
        key = (name.casefold(), birth)
        if key in seen:
            return name
        seen.add(key)
    return None
