"""What the zone's three letters mean for the desk: its own code of a country, and the document it most likely is. Pure.

Besides countries, ICAO 9303 part 3 gives letters to people without a nationality, to refugees and to organisations.
"""

from __future__ import annotations

from enum import StrEnum

from referral.documents.rules.mrz import MrzRead
from referral.kernel.codes import COUNTRIES, PLACES


class Origin(StrEnum):
    """What a code that is no country stands for."""

    COUNTRY = "country"
    STATELESS = "stateless"
    REFUGEE = "refugee"
    UNSPECIFIED = "unspecified"
    ORGANISATION = "organisation"
    SPECIMEN = "specimen"  # the invented state of sample documents
    NOT_KNOWN = "not_known"


_OTHERS = {
    "XXA": Origin.STATELESS,
    "XXB": Origin.REFUGEE,
    "XXC": Origin.REFUGEE,
    "XXX": Origin.UNSPECIFIED,
    "UTO": Origin.SPECIMEN,
    **dict.fromkeys(
        ("UNO", "UNA", "UNK", "EUE", "XOM", "XPO", "XBA", "XIM", "XCC", "XCE", "XCO", "XEC", "XES", "XMP", "XDC"),
        Origin.ORGANISATION,
    ),
}
# Letters that are not those of ISO 3166, or are no longer.
_COUNTRY_OF = {
    "D": "DE", "GBD": "GB", "GBN": "GB", "GBO": "GB", "GBP": "GB", "GBS": "GB", "ROM": "RO", "ZAR": "CD", "TMP": "TL",
}  # fmt: skip
_STATELESS, _TO_BE_TOLD = "XA", "XX"


def origin(code: str) -> Origin:
    """What these letters stand for. Kosovo's (RKS, XKX) are none of our list's: not known, and said so."""
    if code in _OTHERS:
        return _OTHERS[code]
    return Origin.COUNTRY if place(code) else Origin.NOT_KNOWN


def place(code: str) -> str:
    """Our code of a country, for where a document was issued; empty when the letters are not one's."""
    if code in _COUNTRY_OF:
        return _COUNTRY_OF[code]
    return next((country.code for country in PLACES if country.alpha3 == code), "")


def nationality(code: str) -> str:
    """Our code of a nationality: also for nobody's nationals and for those still to be told."""
    known = {Origin.STATELESS: _STATELESS, Origin.REFUGEE: _TO_BE_TOLD, Origin.UNSPECIFIED: _TO_BE_TOLD}
    found = known.get(origin(code)) or place(code)
    return found if found in COUNTRIES else ""


def document_kind(zone: MrzRead) -> str:
    """A code of IDENTITY_DOCUMENTS that fits, or "" when the desk must say."""
    if zone.code.startswith("V"):
        return ""
    if zone.code.startswith("P"):
        if origin(zone.nationality) in {Origin.STATELESS, Origin.REFUGEE}:
            return "TRAVEL_DOC"
        return "PASSPORT_MX" if zone.issuer == "MEX" else "PASSPORT"
    if zone.issuer == "MEX":  # its cards are several: the voter's says so itself
        return "INE" if zone.code == "ID" and zone.nationality == "MEX" else ""
    return "FOREIGN_ID"
