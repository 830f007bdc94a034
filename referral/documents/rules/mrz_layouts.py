"""Where each field stands in the machine-readable zones of ICAO 9303 parts 4 to 7. Lines and columns count from 0."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """The kinds of zone: by number of lines and width."""

    TD1 = "td1"  # cards: three lines of 30
    TD2 = "td2"  # larger cards: two lines of 36
    TD3 = "td3"  # passports: two lines of 44
    MRV_A = "mrv_a"  # visas: two lines of 44
    MRV_B = "mrv_b"  # visas: two lines of 36


@dataclass(frozen=True, slots=True)
class Place:
    """Columns `start` to `end` (not included) of a line."""

    line: int
    start: int
    end: int

    def next(self) -> Place:
        """The mark right after it: its check digit."""
        return Place(self.line, self.end, self.end + 1)


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of zone. `loose`: lines that end in fillers; `summed`: what the last check digit is made over."""

    shape: Shape
    lines: int
    width: int
    first: str  # what the document's code may start with
    issuer: Place
    names: Place
    number: Place
    nationality: Place
    birth: Place
    sex: Place
    expires: Place
    optional: Place
    loose: frozenset[int]
    summed: tuple[Place, ...] = ()
    composite: Place | None = None
    optional_checked: bool = False
    number_goes_on: bool = False
    code: Place = Place(0, 0, 2)

    @property
    def checked(self) -> int:
        """How many of number, birth, expiry and the whole have a check digit."""
        return 3 if self.composite is None else 4

    def is_code(self, line: str) -> bool:
        """Whether a line may open this kind of zone."""
        return line[:1] in self.first and line[2:5].strip("<") != ""


def _two_lines(shape: Shape, width: int, first: str, optional: Place, **more: object) -> Layout:
    return Layout(
        shape=shape,
        lines=2,
        width=width,
        first=first,
        issuer=Place(0, 2, 5),
        names=Place(0, 5, width),
        number=Place(1, 0, 9),
        nationality=Place(1, 10, 13),
        birth=Place(1, 13, 19),
        sex=Place(1, 20, 21),
        expires=Place(1, 21, 27),
        optional=optional,
        **more,  # type: ignore[arg-type]
    )


LAYOUTS = (
    Layout(
        shape=Shape.TD1,
        lines=3,
        width=30,
        first="AIC",
        issuer=Place(0, 2, 5),
        number=Place(0, 5, 14),
        optional=Place(0, 15, 30),
        birth=Place(1, 0, 6),
        sex=Place(1, 7, 8),
        expires=Place(1, 8, 14),
        nationality=Place(1, 15, 18),
        names=Place(2, 0, 30),
        loose=frozenset({0, 2}),
        summed=(Place(0, 5, 30), Place(1, 0, 7), Place(1, 8, 15), Place(1, 18, 29)),
        composite=Place(1, 29, 30),
        number_goes_on=True,
    ),
    _two_lines(
        Shape.TD2,
        36,
        "AICP",
        Place(1, 28, 35),
        loose=frozenset({0}),
        summed=(Place(1, 0, 10), Place(1, 13, 20), Place(1, 21, 35)),
        composite=Place(1, 35, 36),
        number_goes_on=True,
    ),
    _two_lines(
        Shape.TD3,
        44,
        "P",
        Place(1, 28, 42),
        loose=frozenset({0}),
        summed=(Place(1, 0, 10), Place(1, 13, 20), Place(1, 21, 43)),
        composite=Place(1, 43, 44),
        optional_checked=True,
    ),
    _two_lines(Shape.MRV_A, 44, "V", Place(1, 28, 44), loose=frozenset({0, 1})),
    _two_lines(Shape.MRV_B, 36, "V", Place(1, 28, 36), loose=frozenset({0, 1})),
)
