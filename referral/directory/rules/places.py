"""How far places are from each other, and where alcaldías stand on our own schematic map. Used by browsing, views,
routing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt

from referral.kernel.codes import ALCALDIAS

_EARTH_KM = 6371.0
_SOUTH, _NORTH, _WEST, _EAST = 18.9, 19.7, -99.5, -98.8  # outside of this, coordinates are a typing error


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """As the crow flies between two points (latitude, longitude)."""
    (lat1, lon1), (lat2, lon2) = (map(radians, point) for point in (one, other))
    step = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(step))


@cache
def between(one: str, other: str) -> int:
    """Whole kilometres from the middle of one alcaldía to the middle of another. KeyError for a code that is none."""
    return round(kilometres(ALCALDIAS[one].centre, ALCALDIAS[other].centre))


def point_of(alcaldia: str, latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """Where a place is: its coordinates if they can be right, else the middle of its alcaldía; None when unknown."""
    if latitude is not None and longitude is not None and _SOUTH < latitude < _NORTH and _WEST < longitude < _EAST:
        return latitude, longitude
    return ALCALDIAS[alcaldia].centre if alcaldia in ALCALDIAS else None


def distance_from(alcaldia: str, points: Iterable[tuple[float, float] | None]) -> int | None:
    """Whole kilometres from the middle of `alcaldia` to the nearest of some points; None when none is known."""
    near = [kilometres(ALCALDIAS[alcaldia].centre, point) for point in points if point is not None]
    return round(min(near)) if near else None


@dataclass(frozen=True, slots=True)
class Tile:
    """One alcaldía of the schematic map. `x` and `y` are the middle of its hexagon; `lines` its name as it fits."""

    code: str
    x: float
    y: float
    lines: tuple[str, ...]


WIDTH, SIDE = 96.0, 56.0  # of a hexagon standing on a corner, edge to edge and along one side
_GAP = 4.0
# Who is beside whom, drawn by us: rows from north to south, columns from west to east, every other row half a tile off.
_ROWS: tuple[tuple[float, tuple[tuple[str, str], ...]], ...] = (
    (1.0, (("09002", "Azcapotzalco"), ("09005", "Gustavo A.|Madero"))),
    (0.5, (("09016", "Miguel|Hidalgo"), ("09015", "Cuauhtémoc"), ("09017", "Venustiano|Carranza"))),
    (
        0.0,
        (
            ("09004", "Cuajimalpa|de Morelos"),
            ("09010", "Álvaro|Obregón"),
            ("09014", "Benito|Juárez"),
            ("09006", "Iztacalco"),
        ),
    ),
    (0.5, (("09008", "Magdalena|Contreras"), ("09003", "Coyoacán"), ("09007", "Iztapalapa"))),
    (1.0, (("09012", "Tlalpan"), ("09013", "Xochimilco"), ("09011", "Tláhuac"))),
    (2.5, (("09009", "Milpa|Alta"),)),
)


@cache
def tiles() -> tuple[Tile, ...]:
    """The sixteen alcaldías in reading order."""
    return tuple(
        Tile(
            code,
            _GAP + WIDTH / 2 + (start + column) * (WIDTH + _GAP),
            _GAP + SIDE + row * (SIDE * 1.5 + _GAP),
            tuple(name.split("|")),
        )
        for row, (start, names) in enumerate(_ROWS)
        for column, (code, name) in enumerate(names)
    )


@cache
def map_size() -> tuple[int, int]:
    """Width and height that hold every tile."""
    across = max(tile.x for tile in tiles()) + WIDTH / 2 + _GAP
    down = max(tile.y for tile in tiles()) + SIDE + _GAP
    return round(across), round(down)


def hexagon(tile: Tile) -> str:
    """The corners of a tile as SVG takes them."""
    half, side = WIDTH / 2, SIDE
    corners = ((0, -side), (half, -side / 2), (half, side / 2), (0, side), (-half, side / 2), (-half, -side / 2))
    return " ".join(f"{tile.x + dx:g},{tile.y + dy:g}" for dx, dy in corners)


def shade(count: int, most: int) -> int:
    """How dark a tile is, 0 (none) to 4: the number stands in it anyway."""
    return 0 if count <= 0 else min(4, 1 + (4 * (count - 1)) // max(1, most))
