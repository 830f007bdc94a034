"""The catalogue as files: content/organizations.csv and content/services.csv as plain values. Used by actions."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from referral.directory.facts import Requirements, Words

Row = Mapping[str, str]

_FORM = "2"  # raised when the same entry is kept in other rows than before, so that the next load rewrites it


@dataclass(frozen=True, slots=True)
class CatalogueOrganization:
    """One institution of the catalogue."""

    key: str
    level: str
    parent: str
    name: Words


@dataclass(frozen=True, slots=True)
class CatalogueService:
    """One entry of the catalogue. `texts` holds name, gives, serves, bring, note and place in both languages."""

    key: str
    organization: str
    kind: str
    referrable: str
    status: str
    needs: tuple[str, ...]
    requirements: Requirements
    texts: Mapping[str, Words]
    languages: tuple[str, ...]
    phone: str
    alcaldia: str
    confidential: bool
    since: str
    as_of: str
    source: str
    digest: str


def organizations() -> tuple[CatalogueOrganization, ...]:
    """Institutions, parents before their children."""
    return tuple(
        CatalogueOrganization(row["key"], row["level"], row["parent"], Words(row["name_es"], row["name_en"]))
        for row in _rows("organizations.csv")
    )


def services() -> tuple[CatalogueService, ...]:
    """Every entry, referrable or not, in file order."""
    return tuple(_service(row) for row in _rows("services.csv"))


def requirements_to_json(requirements: Requirements) -> dict[str, object]:
    """The compact form kept in a service's card, as JSON gives it back: what is not asked is left out."""
    empty = Requirements()
    return {
        name: _lists(value)
        for name in Requirements.__slots__
        if (value := getattr(requirements, name)) != getattr(empty, name)
    }


def requirements_from_json(kept: Mapping[str, object]) -> Requirements:
    """The inverse; JSON gives lists where we keep tuples."""
    values = {name: _tuples(value) for name, value in kept.items()}
    return Requirements(**values)  # type: ignore[arg-type]


def _lists(value: object) -> object:
    return [_lists(item) for item in value] if isinstance(value, tuple) else value


def _tuples(value: object) -> object:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _rows(name: str) -> list[Row]:
    text = files("referral.directory").joinpath("content", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _service(row: Row) -> CatalogueService:
    return CatalogueService(
        key=row["key"],
        organization=row["organization"],
        kind=row["kind"],
        referrable=row["referrable"],
        status=row["status"],
        needs=_codes(row["needs"]),
        requirements=Requirements(
            age_min=int(row["age_min"]) if row["age_min"] else None,
            age_max=int(row["age_max"]) if row["age_max"] else None,
            gender=row["gender"],
            nationality=row["nationality"],
            profiles=_codes(row["profiles"]),
            also=_codes(row["also"]),
            groups=_codes(row["groups"]),
            takes=_codes(row["takes"]),
            conditions=_codes(row["conditions"]),
            lives_in_city=row["lives_in_city"] == "yes",
            documents=tuple(tuple(group.split("|")) for group in _codes(row["documents"])),
        ),
        texts={
            name: Words(row[f"{name}_es"], row[f"{name}_en"])
            for name in ("name", "gives", "serves", "bring", "note", "place")
        },
        languages=_codes(row["languages"]),
        phone=row["phone"],
        alcaldia=row["alcaldia"],
        confidential=row["confidential"] == "yes",
        since=row["since"],
        as_of=row["as_of"],
        source=row["source"],
        digest=hashlib.sha256((_FORM + json.dumps(row, sort_keys=True)).encode()).hexdigest(),
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)
