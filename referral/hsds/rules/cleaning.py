"""Rows of a package judged one by one: what is kept, put right, left out, and why. Used by preparing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from referral.hsds.facts import Finding, RawRow, Values
from referral.hsds.rules.nesting import MADE
from referral.hsds.rules.reasons import Reason, grade
from referral.hsds.rules.rows import ENOUGH, NAMED, adjusted
from referral.hsds.rules.standard import FIELDS, LINKS, TABLES, Field
from referral.hsds.rules.values import CLEANERS, Cleaned, as_text, clean_code, clean_text, external_id, safe_text

# Our own fields that anybody's package may fill; the others are taken only from our own export.
OPEN_FIELDS = frozenset(
    ("x_name_en", "x_description_en", "x_eligibility_description_en", "x_alert_en", "x_closed", "x_alcaldia")
)
# The one parent a row belongs to, where the standard leaves the column open in tables.
_OWNERS = {
    "address": "location_id",
    "accessibility": "location_id",
    "required_document": "service_id",
    "taxonomy_term": "taxonomy_id",
}
_ONCE = {
    "service_at_location": ("service_id", "location_id"),
    "language": ("service_id", "code"),
    "attribute": ("taxonomy_term_id", "link_id"),
}
_DEFAULTS = {
    ("service", "status"): "active",
    ("location", "location_type"): "physical",
    ("address", "address_type"): "physical",
}
Tell = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What our tables can hold: longest texts and whole numbers by (table, field); by table our own fields, and those
    of the standard that have a column.
    """

    longest: Mapping[tuple[str, str], int]
    whole: frozenset[tuple[str, str]]
    own: Mapping[str, frozenset[str]]
    kept: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class CleanRow:
    """A row to keep. References are ids of the source; `digest` tells whether it changed since the last import."""

    file: str
    line: int
    table: str
    ident: str
    values: Values
    digest: str


@dataclass
class Cleaning:
    """Judges the tables of one package in the order of TABLES. `trusted` marks our own export: its texts stay exact."""

    limits: Limits
    tell: Tell
    trusted: bool = False
    present: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in TABLES})
    _contents: dict[str, str] = field(default_factory=dict)
    _pairs: set[tuple[str, ...]] = field(default_factory=set)
    _strange: set[tuple[str, str]] = field(default_factory=set)

    def table(self, table: str, rows: Iterator[RawRow]) -> Iterator[CleanRow]:
        """The rows of one table that can be kept."""
        self._contents.clear()
        for raw in rows:
            yield from self.row(table, raw)

    def row(self, table: str, raw: RawRow) -> Iterator[CleanRow]:
        """One row; hours in words may become several."""
        note = _Note(self.tell, raw, table, external_id(raw.values.get("id")))
        values = self._values(table, raw, note)
        if not self.trusted:
            values = adjusted(table, values, note)
        problem = self._problem(table, values)
        if problem is not None:
            note(*problem)
            return
        ident = self._ident(values, note)
        again = self._contents.get(ident)
        digest = _digest(values)
        if again is not None:
            if not raw.nested or again != digest:
                note(Reason.DIFFERS if raw.nested else Reason.REPEATED_ID)
            return
        self._links(table, values, note)
        if not self._first_of_its_kind(table, values, note):
            return
        self._contents[ident] = digest
        self.present[table].add(ident)
        more: list[Values] = values.pop("more", [])
        yield CleanRow(raw.file, raw.line, table, ident, values, _digest(values))
        for number, extra in enumerate(more, 2):
            name = f"{ident}#{number}"
            self.present[table].add(name)
            yield CleanRow(raw.file, raw.line, table, name, extra, _digest(extra))

    def _values(self, table: str, raw: RawRow, note: _Note) -> Values:
        fields = FIELDS[table]
        own = self.limits.own[table]
        values: Values = {}
        for name, given in raw.values.items():
            if name in self.limits.kept[table]:
                kept = self._value(fields[name], given, note)
                if kept not in (None, ""):
                    values[name] = kept
            elif name in own and (self.trusted or name in OPEN_FIELDS):
                text = safe_text(given) if self.trusted else str(clean_text(given).value or "")
                if text:
                    values[name] = self._fitting(table, name, text, note)
            elif as_text(given) and (raw.file, name) not in self._strange:
                self._strange.add((raw.file, name))
                note(Reason.UNKNOWN_COLUMN, name)
        self._assume(table, raw, values, note)
        return values

    def _assume(self, table: str, raw: RawRow, values: Values, note: _Note) -> None:
        """The usual value where the standard wants one and the row has none."""
        for (owner, name), default in _DEFAULTS.items():
            if owner == table and name not in values:
                # A status that nobody understands must not open a door.
                unread = name == "status" and as_text(raw.values.get(name)).strip()
                values[name] = "inactive" if unread else default
                if name in raw.values or name == "status":  # older forms have no column for the others
                    note(Reason.ASSUMED, name, values[name])

    def _value(self, known: Field, given: object, note: _Note) -> object:
        if known.kind in {"id", "ref", "link"}:
            return external_id(given)
        if self.trusted and known.kind in {"text", "url", "email", "code"}:
            return safe_text(given)
        cleaned = clean_text(given)
        text = str(cleaned.value)
        if cleaned.reason:
            note(cleaned.reason, known.name, as_text(given))
        if not text or known.kind == "text":
            return self._fitting(known.table, known.name, text, note)
        result = clean_code(text, known.codes) if known.kind == "code" else CLEANERS[known.kind](text)
        if known.kind == "number":
            result = self._whole(known, result)
        if result.reason:
            note(result.reason, known.name, text)
        return self._fitting(known.table, known.name, result.value, note)

    def _whole(self, known: Field, found: Cleaned) -> Cleaned:
        if (known.table, known.name) not in self.limits.whole or not isinstance(found.value, float | int):
            return found
        if abs(found.value) > 2_000_000_000:
            return Cleaned(None, Reason.BAD_NUMBER)
        whole = int(found.value)
        return found if whole == found.value else Cleaned(whole, Reason.REWRITTEN)

    def _fitting(self, table: str, name: str, value: object, note: _Note) -> object:
        longest = self.limits.longest.get((table, name), 0)
        if isinstance(value, str) and longest and len(value) > longest:
            note(Reason.SHORTENED, name, value)
            return value[:longest].rstrip() if not self.trusted else value[:longest]
        return value

    def _problem(self, table: str, values: Values) -> tuple[Reason, str, str] | None:
        """Why a row cannot be kept at all: nothing in it, or nothing it belongs to."""
        if table in NAMED and not values.get("name"):
            return Reason.NO_NAME, "name", ""
        if (
            table in ENOUGH
            and not self.trusted
            and not any(values.get(name) not in (None, "") for name in ENOUGH[table])
        ):
            return (Reason.NO_NUMBER if table == "phone" else Reason.NO_VALUE), ENOUGH[table][0], ""
        given = {name: known for name, known in FIELDS[table].items() if known.refers and values.get(name)}
        needed = [name for name, known in FIELDS[table].items() if known.refers and known.tabular]
        needed += [_OWNERS[table]] if table in _OWNERS else []
        for name in needed:
            if name not in given:
                return Reason.NO_PARENT, name, ""
            if values[name] not in self.present[given[name].refers]:
                return Reason.ORPHAN, name, str(values[name])
        if not needed and table in _BELONGING:
            if not given:
                return Reason.NO_PARENT, "", ""
            if all(values[name] not in self.present[known.refers] for name, known in given.items()):
                return Reason.ORPHAN, ", ".join(given), ", ".join(str(values[name]) for name in given)
        return self._linked(table, values)

    def _linked(self, table: str, values: Values) -> tuple[Reason, str, str] | None:
        """Attributes and metadata say which row they are about; the table is found when they do not name it rightly."""
        if table not in LINKS:
            return None
        link, entity = LINKS[table]
        ident = values.get(link, "")
        named = str(values.get(entity, "")).casefold().removesuffix("s")
        if ident in self.present.get(named, ()):
            values[entity] = named
            return None
        found = next((owner for owner in TABLES if ident in self.present[owner]), None)
        if not ident or found is None:
            return (Reason.ORPHAN if ident else Reason.NO_PARENT), link, str(ident)
        values[entity] = found
        return None

    def _ident(self, values: Values, note: _Note) -> str:
        ident = str(values.pop("id", ""))
        if ident and not ident.startswith(MADE):
            return ident
        if not ident:
            ident = MADE + sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:40]
        note(Reason.BLANK_ID, "id")
        return ident

    def _links(self, table: str, values: Values, note: _Note) -> None:
        """Empty the other references that lead nowhere; those inside one table are settled when it is complete."""
        for name, known in FIELDS[table].items():
            elsewhere = known.refers and known.refers != table and name in values
            if elsewhere and values[name] not in self.present[known.refers]:
                note(Reason.LOST_LINK, name, str(values.pop(name)))

    def _first_of_its_kind(self, table: str, values: Values, note: _Note) -> bool:
        if table == "taxonomy_term" and "code" in values:
            pair = (table, str(values["taxonomy_id"]), str(values["code"]))
            if pair in self._pairs:
                note(Reason.BAD_CODE, "code", str(values.pop("code")))
            self._pairs.add(pair)
        names = _ONCE.get(table)
        if names is None or not all(name in values for name in names):
            return True
        link = (table, *(str(values[name]) for name in names))
        if link in self._pairs:
            note(Reason.REPEATED_LINK, names[1], link[-1])
            return False
        self._pairs.add(link)
        return True


_BELONGING = {"contact", "phone", "schedule", "service_area", "language", "funding", "url"}


@dataclass(frozen=True, slots=True)
class _Note:
    """Tells findings about one row."""

    tell: Tell
    raw: RawRow
    table: str
    ident: str

    def __call__(self, reason: Reason, field: str = "", value: str = "") -> None:
        raw = self.raw
        shown = re.sub(r"\s+", " ", value)[:300]
        self.tell(Finding(grade(reason), reason, raw.file, raw.line, self.table, self.ident, field, shown))


def _digest(values: Values) -> str:
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]
