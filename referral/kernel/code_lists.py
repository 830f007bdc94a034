"""The shape of a code list: ordered codes, labels in Spanish and English, read from content/*.csv. Used by codes.py."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

from referral.kernel.names import sorting_key

Row = Mapping[str, str]

_CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class Code:
    """One entry. `extra` holds the other columns of its list as text; an entry no longer offered keeps its words."""

    code: str
    es: str
    en: str
    offered: bool = True
    extra: Row = field(default_factory=lambda: MappingProxyType({}), compare=False, repr=False)

    def label(self, locale: str) -> str:
        """The words for a locale such as "es", "es_MX" or "en": English for English, else Spanish."""
        return self.en if locale.startswith("en") else self.es

    def __str__(self) -> str:
        return self.code


C = TypeVar("C", bound=Code)


class CodeList(Generic[C]):
    """An ordered list of codes that loads on first use. Iterating gives its entries, offered or not, in file order."""

    def __init__(self, name: str, kind: type[C], load: Callable[[], Iterable[Row]], *, by_label: bool = False) -> None:
        self.name = name
        self._kind = kind
        self._load = load
        self._by_label = by_label
        self._choices: dict[bool, list[tuple[str, str]]] = {}

    @cached_property
    def _entries(self) -> dict[str, C]:
        entries: dict[str, C] = {}
        for row in self._load():
            if row["code"] in entries:
                raise ValueError(f"code list {self.name} has {row['code']} twice")
            entries[row["code"]] = self._kind(row["code"], row["es"], row["en"], row.get("offered", "") != "no", row)
        return entries

    def __getitem__(self, code: str) -> C:
        return self._entries[code]

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def __iter__(self) -> Iterator[C]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"CodeList({self.name!r})"

    def get(self, code: str | None) -> C | None:
        return None if code is None else self._entries.get(code)

    def codes(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def label(self, code: str, locale: str) -> str:
        """The words for a stored code; the code itself when it is no longer known, so that no page breaks."""
        entry = self._entries.get(code)
        return code if entry is None else entry.label(locale)

    def choices(self, locale: str) -> list[tuple[str, str]]:
        """(code, label) of the entries offered, for a form field; where sorted by label, priority ones first."""
        english = locale.startswith("en")
        if english not in self._choices:
            offered = [entry for entry in self if entry.offered]
            if self._by_label:
                offered.sort(key=lambda entry: (int(entry.extra["priority"] or 999), sorting_key(entry.label(locale))))
            self._choices[english] = [(entry.code, entry.label(locale)) for entry in offered]
        return list(self._choices[english])


@cache
def content_rows(file_name: str) -> tuple[Row, ...]:
    """Rows of one of this room's content files, as read-only mappings."""
    with (_CONTENT / file_name).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        columns = next(reader)
        return tuple(MappingProxyType(dict(zip(columns, cells, strict=True))) for cells in reader)


def answer_rows(list_name: str) -> Sequence[Row]:
    """Rows of one of the small lists that share answers.csv. KeyError for an unknown list."""
    return _answers()[list_name]


@cache
def _answers() -> Mapping[str, list[Row]]:
    by_list: dict[str, list[Row]] = {}
    for row in content_rows("answers.csv"):
        by_list.setdefault(row["list"], []).append(row)
    return by_list
