"""The facts of a person's row by root, and back into her drawers: all of them, whoever may read them. For actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from referral.duplicates.facts import Choice
from referral.duplicates.rules import ADDRESS, NOTES, ROOTS, UNITS, chosen, compare, protected_address, settled
from referral.people import drawers
from referral.people.models import Person
from referral.people.rules.sections import DRAWERS


class _Kept(NamedTuple):
    read: Callable[[Mapping[str, Any]], Any]
    write: Callable[[Any], dict[str, Any]]


def _plain(kind: type) -> _Kept:
    return _Kept(lambda document: drawers.plain_facts(kind, document), drawers.plain_document)


_KEPT: Mapping[str, _Kept] = MappingProxyType(
    {
        **{root: _plain(kind) for root, kind in ROOTS.items()},
        "identity": _Kept(drawers.identity_facts, drawers.identity_document),
        "contact": _Kept(drawers.contact_facts, drawers.contact_document),
        "mobility": _Kept(drawers.mobility_facts, drawers.mobility_document),
    }
)
NAMES = tuple(dict.fromkeys(DRAWERS.values()))  # of the drawers of a person's row


def facts_of(row: Person) -> dict[str, Any]:
    """The facts of her row, by root; under the root of the notes their text."""
    found = {root: kept.read(getattr(row, DRAWERS[root])) for root, kept in _KEPT.items()}
    return {**found, NOTES.root: row.notes.get("text", "")}


def documents_of(row: Person) -> dict[str, dict[str, Any]]:
    """Her drawers as they are sealed."""
    return {name: getattr(row, name) for name in NAMES}


def fill(kept: Person, other: Person, choices: Mapping[str, Choice], *, other_is_newer: bool) -> None:
    """Put into the kept file's drawers what stays of both. What is sensitive needs its basis on the row before."""
    ours, theirs = facts_of(kept), facts_of(other)
    taken: dict[str, dict[str, Any]] = {}
    address = protected_address(ours["contact"], theirs["contact"], other_is_newer=other_is_newer)
    for unit in UNITS:
        compared = compare(unit, ours[unit.root], theirs[unit.root], other_is_newer=other_is_newer)
        choice = chosen(compared, choices.get(unit.key))
        if unit.key == ADDRESS and address is not None:
            choice = address
        taken.setdefault(unit.root, {}).update(settled(compared, choice))
    for root, values in taken.items():
        after = values[""] if root == NOTES.root else replace(ours[root], **values)
        if after != ours[root]:
            drawer = DRAWERS[root]
            document = {"text": after} if root == NOTES.root else _KEPT[root].write(after)
            setattr(kept, drawer, getattr(kept, drawer) | document)
