"""Reads the machine-readable zone of a travel document (ICAO 9303): cards TD1 and TD2, passports TD3, visas.

`read(text, today)` takes what a scanner types or somebody pastes and answers an MrzRead: each field with what its
check digit says of it. Nothing is guessed: a letter typed for a digit (O for 0) is put right only where the field
takes digits and its check digit then holds. Called by documents.reading. The layouts are in mrz_layouts.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from referral.documents.rules.mrz_layouts import LAYOUTS, Layout, Place, Shape
from referral.kernel.partial_dates import PartialDate

_VALUES = {mark: place for place, mark in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_WEIGHTS = (7, 3, 1)
_DIGITS_FOR = str.maketrans("OQDILZSGB", "000112568")
_ODD = re.compile(r"[^0-9A-Z<]")
_SHORTEST_LINE = 20
LONGEST_TEXT = 400


class Unreadable(StrEnum):
    """Why a text is not read as a zone at all."""

    NOTHING = "nothing"
    NOT_A_ZONE = "not_a_zone"
    ODD_CHARACTERS = "odd_characters"


class Check(StrEnum):
    """What did not hold: a check digit of a field, or a field that says nothing that exists."""

    NUMBER = "number"
    BIRTH = "birth"
    EXPIRES = "expires"
    OPTIONAL = "optional"
    COMPOSITE = "composite"
    SEX = "sex"
    NAMES = "names"
    COUNTRY = "country"


class NotMrz(Exception):
    """The text is not a machine-readable zone; `problem` says why."""

    def __init__(self, problem: Unreadable) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class MrzRead:
    """What the zone says. Country codes are the zone's own three letters; `failed` and `repaired` name fields."""

    shape: Shape
    code: str  # "P", "I", "AC", "V"...
    issuer: str
    number: str
    surnames: str
    given: str
    names_cut: bool  # the zone had no room for the whole name
    nationality: str
    birth: PartialDate | None
    sex: str  # a code of SEXES_ON_DOCUMENT, or "" when it cannot be read
    expires: date | None
    optional: str
    failed: frozenset[Check] = field(default_factory=frozenset)
    repaired: frozenset[Check] = field(default_factory=frozenset)


def check_digit(text: str) -> str:
    """The digit for these marks: weights 7, 3, 1 over and over, letters from 10 on, fillers nothing."""
    return str(sum(_VALUES[mark] * _WEIGHTS[place % 3] for place, mark in enumerate(text)) % 10)


def read(text: str, today: date) -> MrzRead:
    """The zone in this text. NotMrz when there is none; what does not hold is named in the answer, never refused."""
    if not text.strip():
        raise NotMrz(Unreadable.NOTHING)
    found = [_read(layout, lines, today) for layout, lines in _candidates(_marks(text[:LONGEST_TEXT]))]
    if not found:
        odd = _ODD.search(re.sub(r"\s", "", _marks(text)))
        raise NotMrz(Unreadable.ODD_CHARACTERS if odd else Unreadable.NOT_A_ZONE)
    best = min(found, key=lambda each: (len(each.failed), len(each.repaired)))
    if len(best.failed & {Check.NUMBER, Check.BIRTH, Check.EXPIRES, Check.COMPOSITE}) >= _layout(best.shape).checked:
        raise NotMrz(Unreadable.NOT_A_ZONE)  # nothing in it holds: it only has the length of one
    return best


# Lines -----------------------------------------------------------------------------------------------------------


def _marks(text: str) -> str:
    """Upper case, wide and styled signs made plain, look-alikes of the filler as fillers."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[«≪]", "<<", re.sub(r"[‹﹤＜]", "<", plain))


def _candidates(text: str) -> Iterator[tuple[Layout, tuple[str, ...]]]:
    """Every layout that these lines fit, with spaces read as fillers and with spaces taken out."""
    seen: set[tuple[Shape, tuple[str, ...]]] = set()
    for filler in ("<", ""):
        rows = [re.sub(r"[ \t\u00a0]", filler, row.strip("\r\n" if filler else None)) for row in text.splitlines()]
        rows = [row.rstrip("<") if not row.strip("<") else row for row in rows]
        rows = [row for row in rows if row]
        for layout in LAYOUTS:
            for lines in _fitting(layout, rows):
                key = (layout.shape, lines)
                if key not in seen and not any(_ODD.search(line) for line in lines):
                    seen.add(key)
                    yield layout, lines


def _fitting(layout: Layout, rows: list[str]) -> Iterator[tuple[str, ...]]:
    count, width = layout.lines, layout.width
    whole = "".join(rows)
    if len(rows) != count and len(whole) == count * width:  # run together, or broken elsewhere
        pieces = tuple(whole[place : place + width] for place in range(0, len(whole), width))
        if layout.is_code(pieces[0]):
            yield pieces
    long_rows = [row for row in rows if len(row) >= _SHORTEST_LINE]
    for start in range(len(long_rows) - count + 1):
        group = [
            _to_width(row, width, loose=number in layout.loose)
            for number, row in enumerate(long_rows[start : start + count])
        ]
        lines = tuple(row for row in group if row is not None)
        if len(lines) == count and layout.is_code(lines[0]):
            yield lines


def _to_width(row: str, width: int, *, loose: bool) -> str | None:
    """A line of the right width: fillers lost or gained at the end do no harm where no check digit stands there."""
    if len(row) > width and not row[width:].strip("<"):
        return row[:width]
    if loose and len(row) < width:
        return row.ljust(width, "<")
    return row if len(row) == width else None


# Fields ----------------------------------------------------------------------------------------------------------


class _Zone:
    """The lines of one candidate, and what was found wrong or put right in them so far."""

    def __init__(self, layout: Layout, lines: tuple[str, ...]) -> None:
        self.layout = layout
        self.lines = [list(line) for line in lines]
        self.failed: set[Check] = set()
        self.repaired: set[Check] = set()

    def text(self, place: Place) -> str:
        return "".join(self.lines[place.line][place.start : place.end])

    def put(self, place: Place, text: str) -> None:
        self.lines[place.line][place.start : place.end] = list(text)

    def checked(self, place: Place, check: Check, *, digits: bool) -> str:
        """The field, put right if that makes its check digit hold; noted as failed if nothing does."""
        digit_place = place.next()
        was, mark = self.text(place), self.text(digit_place)
        fixed = was.translate(_DIGITS_FOR) if digits else was
        for text in dict.fromkeys((was, fixed)):
            for digit in dict.fromkeys((mark, mark.translate(_DIGITS_FOR))):
                if _holds(text, digit):
                    if (text, digit) != (was, mark):
                        self.repaired.add(check)
                        self.put(place, text)
                        self.put(digit_place, digit)
                    return text
        self.failed.add(check)
        return was

    def composite(self) -> None:
        """The digit over the whole, judged after the fields were put right."""
        if self.layout.composite is None:
            return
        whole = "".join(self.text(place) for place in self.layout.summed)
        mark = self.text(self.layout.composite)
        if _holds(whole, mark):
            return
        if _holds(whole, mark.translate(_DIGITS_FOR)):
            self.repaired.add(Check.COMPOSITE)
            return
        self.failed.add(Check.COMPOSITE)


def _holds(text: str, digit: str) -> bool:
    if digit == "<":  # an empty optional field may go without
        return not text.strip("<")
    return check_digit(text) == digit


def _read(layout: Layout, lines: tuple[str, ...], today: date) -> MrzRead:
    zone = _Zone(layout, lines)
    number, optional = _number(zone)
    birth = _birth(zone, zone.checked(layout.birth, Check.BIRTH, digits=True), today)
    expires = _expires(zone, zone.checked(layout.expires, Check.EXPIRES, digits=True), today)
    if layout.optional_checked:
        zone.checked(layout.optional, Check.OPTIONAL, digits=False)
    zone.composite()
    surnames, given, cut = _names(zone)
    return MrzRead(
        shape=layout.shape,
        code=zone.text(layout.code).strip("<"),
        issuer=_country(zone, layout.issuer),
        number=number,
        surnames=surnames,
        given=given,
        names_cut=cut,
        nationality=_country(zone, layout.nationality),
        birth=birth,
        sex=_sex(zone),
        expires=expires,
        optional=optional,
        failed=frozenset(zone.failed),
        repaired=frozenset(zone.repaired),
    )


def _number(zone: _Zone) -> tuple[str, str]:
    """The number and what is left of the optional data: a long number goes on there, with its digit after it."""
    layout = zone.layout
    place, optional = layout.number, zone.text(layout.optional)
    if layout.number_goes_on and zone.text(place.next()) == "<":
        rest = optional.partition("<")[0]
        if rest:
            whole = zone.text(place) + rest[:-1]
            if not _holds(whole, rest[-1]):
                zone.failed.add(Check.NUMBER)
            return whole.strip("<"), optional[len(rest) :].replace("<", " ").strip()
    text = zone.checked(place, Check.NUMBER, digits=False)
    return text.strip("<").replace("<", ""), optional.replace("<", " ").strip()


def _country(zone: _Zone, place: Place) -> str:
    text = zone.text(place)
    code = text.rstrip("<")
    if not code.isalpha():
        zone.failed.add(Check.COUNTRY)
    return code


def _sex(zone: _Zone) -> str:
    mark = zone.text(zone.layout.sex)
    known = {"F": "M", "M": "H", "X": "X", "<": "X"}  # the zone's F is our M (mujer)
    if mark not in known:
        zone.failed.add(Check.SEX)
    return known.get(mark, "")


def _names(zone: _Zone) -> tuple[str, str, bool]:
    """Surnames, given names, and whether the line was too short for them."""
    text = zone.text(zone.layout.names)
    if any(mark.isdigit() for mark in text):
        zone.failed.add(Check.NAMES)
    cut = not text.endswith("<")
    surnames, _between, given = text.strip("<").partition("<<")
    return _words(surnames), _words(given), cut


def _words(text: str) -> str:
    return " ".join(re.sub("NXX", "Ñ", part) for part in text.split("<") if part)


def _birth(zone: _Zone, text: str, today: date) -> PartialDate | None:
    """The latest day that is not to come; a month or a day of fillers is not known."""
    year, month, day = (text[place : place + 2] for place in (0, 2, 4))
    if not text.strip("<"):
        return None
    try:
        if not month.strip("<"):
            return PartialDate.of_year(_past_year(int(year), today.year, today))
        if not day.strip("<"):
            return PartialDate.of_month(_past_year(int(year), today.year, today), int(month))
        this_century = today.year - today.year % 100 + int(year)
        for whole in (this_century, this_century - 100):
            found = _day(whole, month, day)
            if found is not None and found <= today:
                return PartialDate.of_day(found)
    except ValueError:
        pass
    zone.failed.add(Check.BIRTH)
    return None


def _past_year(year: int, this_year: int, today: date) -> int:
    whole = today.year - today.year % 100 + year
    return whole if whole <= this_year else whole - 100


def _expires(zone: _Zone, text: str, today: date) -> date | None:
    """The day nearest to today of those with these two digits; none for a paper without an end."""
    if not text.strip("<"):
        return None
    try:
        this_century = today.year - today.year % 100 + int(text[:2])
    except ValueError:
        zone.failed.add(Check.EXPIRES)
        return None
    days = [_day(year, text[2:4], text[4:6]) for year in (this_century - 100, this_century, this_century + 100)]
    known = [day for day in days if day is not None]
    if not known:
        zone.failed.add(Check.EXPIRES)
        return None
    return min(known, key=lambda day: abs((day - today).days))


def _day(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None


def _layout(shape: Shape) -> Layout:
    return next(layout for layout in LAYOUTS if layout.shape is shape)
