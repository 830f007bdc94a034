"""The papers an invented person has on her and those she brings later. Pure; for population.py."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from referral.people.facts import NewDocument

_OF_PROFILE = {
    "ASYLUM_SEEKER": ("COMAR_CONST", "PASSPORT", "FOREIGN_ID"),
    "REFUGEE": ("COMAR_RES", "TRP", "CURP_TEMP"),
    "COMPL_PROT": ("COMAR_RES", "TRP"),
    "TRANSIT": ("PASSPORT", "FOREIGN_ID", "FOREIGN_ID"),
    "INT_MIGRANT": ("PASSPORT", "TRT", "TVRH", "CONSULAR_ID"),
    "RETURN_VOL": ("PASSPORT_MX", "INE", "MATRICULA", "RETURN_REG"),
    "RETURN_DEP": ("REPAT_CONST", "REMOVAL_DOC", "MATRICULA"),
    "IDP": ("INE", "ANY_PHOTO_ID"),
    "INTERNAL_MIGRANT": ("INE",),
    "FAMILY_MEMBER": ("PASSPORT", "BIRTH_CERT"),
}
_RESIDENCE = ("RES_DECL", "RES_DECL", "SHELTER_LETTER", "UTILITY")
_MEXICAN = frozenset(
    ("PASSPORT_MX", "INE", "REPAT_CONST", "RETURN_REG", "COMAR_CONST", "COMAR_RES", "TRT", "TRP", "TVRH", "CURP_TEMP")
)


def papers_of(
    chance: Random, profile: str, *, minor: bool, country: str, name: str, today: date
) -> tuple[tuple[NewDocument, ...], tuple[NewDocument, ...]]:
    """(on her, brought later). Some people have none, some papers have run out."""
    kinds = _OF_PROFILE.get(profile, ("PASSPORT",))
    now, then = [], []
    if minor and chance.random() < 0.75:
        now.append(_paper(chance, "BIRTH_CERT", country, name, today))
    elif chance.random() < 0.78:
        now.append(_paper(chance, chance.choice(kinds), country, name, today))
    elif chance.random() < 0.6:
        then.append(_paper(chance, chance.choice(kinds), country, name, today))
    if chance.random() < 0.72:
        residence = _paper(chance, chance.choice(_RESIDENCE), "", "", today)
        (now if chance.random() < 0.35 else then).append(residence)
    return tuple(now), tuple(then)


def _paper(chance: Random, kind: str, country: str, name: str, today: date) -> NewDocument:
    dated = kind in {"PASSPORT", "PASSPORT_MX", "INE", "TRT", "TVRH", "MATRICULA", "COMAR_CONST"}
    return NewDocument(
        kind=kind,
        number=f"DEMO{chance.randrange(10**6):06d}" if name else "",
        country="" if not name else "MX" if kind in _MEXICAN else country,
        expires=today + timedelta(days=chance.randint(-500, 2500)) if dated else None,
        name_on_document=name,
        seen=chance.choices(("original", "copy", "photo"), (70, 20, 10))[0],
    )
