"""Which rows of a list go together, and whether each family has its reference person. Pure; for actions and queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from referral.households.facts import MOST_MEMBERS
from referral.households.rules.relations import check_births
from referral.intake.facts import LEADER, RowFacts, Wrong
from referral.intake.rules.columns import code_of
from referral.intake.rules.reading import read_row, refusal_as_wrong
from referral.intake.rules.reasons import Problem
from referral.kernel.names import normalise
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class Typed:
    """A row as typed. `family`: the number of its family's first row, None when alone. `led`: already registered
    people of her family include its reference person."""

    number: int
    cells: Mapping[str, str]
    family: int | None = None
    led: bool = False


def family_numbers(rows: Iterable[tuple[int, Mapping[str, str]]]) -> dict[int, int]:
    """Row number -> number of the first row with the same word in the family column; rows without one are absent."""
    first: dict[str, int] = {}
    found = {}
    for number, cells in rows:
        word = normalise(cells.get("family", ""))
        if word:
            found[number] = first.setdefault(word, number)
    return found


def read_rows(rows: Iterable[Typed], *, told_on: date, notice_given: bool) -> dict[int, RowFacts]:
    """What each row says, read beside those of its family; the rows given hold all of a family that still counts."""
    groups: defaultdict[int, list[Typed]] = defaultdict(list)
    for row in rows:
        groups[row.number if row.family is None else row.family].append(row)
    found: dict[int, RowFacts] = {}
    for group in groups.values():
        leader = next((row.cells for row in group if _leads(row)), {})
        read = {
            row.number: read_row(
                row.cells,
                told_on=told_on,
                notice_given=notice_given,
                from_leader={} if row.cells is leader else leader,
            )
            for row in group
        }
        if group[0].family is not None:
            read = _checked(group, read)
        found |= read
    return found


def _leads(row: Typed) -> bool:
    return row.family is not None and code_of("relation", row.cells.get("relation", "")) == LEADER


def _checked(group: list[Typed], read: dict[int, RowFacts]) -> dict[int, RowFacts]:
    leaders = [number for number, facts in read.items() if facts.leads]
    led = any(row.led for row in group)
    family = group[0].cells.get("family", "")
    first = group[0].number
    faults: dict[int, Wrong] = {}
    if len(leaders) + led > 1:
        faults = {number: _wrong("relation", Problem.TWO_LEADERS, family=family) for number in leaders}
    elif not leaders and not led:
        faults[first] = _wrong("relation", Problem.NO_LEADER, family=family)
    if len(group) > MOST_MEMBERS:
        faults[first] = _wrong("family", Problem.FAMILY_TOO_LARGE, most=MOST_MEMBERS)
    head = read[leaders[0]].person if leaders and not led else None
    for number, facts in read.items():
        fault = faults.get(number)
        if fault is None and not facts.leads and not facts.relation and (leaders or led):
            said = any(one.column == "relation" for one in facts.wrong)
            fault = None if said else _wrong("relation", Problem.RELATION_MISSING)
        if fault is None and head is not None and facts.person is not None and facts.relation:
            fault = _births(facts, head.identity.birth)
        if fault is not None:
            read[number] = replace(facts, person=None, wrong=(*facts.wrong, fault))
    return read


def _births(facts: RowFacts, head: PartialDate) -> Wrong | None:
    assert facts.person is not None  # noqa: S101 - the caller has looked
    identity = facts.person.identity
    try:
        check_births(facts.relation, name=identity.names.display, birth=identity.birth, head=head)
    except Refused as no:
        return refusal_as_wrong(no, "birth")
    return None


def _wrong(column: str, problem: Problem, **values: object) -> Wrong:
    return Wrong(column, "intake", problem.value, {name: str(value) for name, value in values.items()})
