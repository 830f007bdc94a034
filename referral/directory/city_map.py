"""The schematic map of the city, a number and a link in each alcaldía. Called by views and public_pages."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from flask_babel import ngettext

from referral.directory.browse_facts import Asked, Found
from referral.directory.filters import address_of
from referral.directory.rules.places import Tile, hexagon, map_size, shade, tiles
from referral.infra.web.formats import code_label


@dataclass(frozen=True, slots=True)
class TileLink:
    """One alcaldía to draw: its corners, how dark, where it leads, and all of it in words."""

    tile: Tile
    name: str
    count: int
    shade: int
    corners: str
    href: str
    here: bool
    words: str


@dataclass(frozen=True, slots=True)
class CityMap:
    """What templates/directory/_map.html draws. `everywhere` leads back to the whole city."""

    tiles: tuple[TileLink, ...]
    width: int
    height: int
    nowhere: int
    everywhere: str


def city_map(endpoint: str, asked: Asked, found: Found, **kept: str) -> CityMap:
    """The map for what was found; each tile leads to the same filters there. `kept` stays in each address."""
    most = max(found.counts.values(), default=0)
    width, height = map_size()
    return CityMap(
        tiles=tuple(_link(endpoint, asked, tile, found.counts.get(tile.code, 0), most, kept) for tile in tiles()),
        width=width,
        height=height,
        nowhere=found.nowhere,
        everywhere=_address(endpoint, {**address_of(asked, alcaldia="", km=""), **kept}),
    )


def _link(endpoint: str, asked: Asked, tile: Tile, count: int, most: int, kept: dict[str, str]) -> TileLink:
    name = code_label(tile.code, "alcaldias")
    return TileLink(
        tile=tile,
        name=name,
        count=count,
        shade=shade(count, most),
        corners=hexagon(tile),
        href=_address(endpoint, {**address_of(asked, alcaldia=tile.code, km=""), **kept}),
        here=asked.alcaldia == tile.code,
        words=ngettext("%(name)s: %(num)s servicio", "%(name)s: %(num)s servicios", count, name=name),
    )


def _address(endpoint: str, query: dict[str, str]) -> str:
    return f"{url_for(endpoint)}?{urlencode(query)}" if query else url_for(endpoint)
