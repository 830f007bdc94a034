"""Which of our tables and columns hold what the standard names, and what we add to it (`x_...`). Used both ways."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, Integer, String, Table, Uuid

from referral.directory import models
from referral.hsds.rules.cleaning import Limits
from referral.hsds.rules.standard import FIELDS, TABLES
from referral.infra.db import Keyed, UtcDateTime

_MODELS: Mapping[str, type[Keyed]] = {
    "organization": models.Organization,
    "organization_identifier": models.OrganizationIdentifier,
    "program": models.Program,
    "unit": models.Unit,
    "taxonomy": models.Taxonomy,
    "taxonomy_term": models.TaxonomyTerm,
    "service": models.Service,
    "location": models.Location,
    "service_at_location": models.ServiceAtLocation,
    "contact": models.Contact,
    "phone": models.Phone,
    "address": models.Address,
    "accessibility": models.Accessibility,
    "schedule": models.Schedule,
    "service_area": models.ServiceArea,
    "language": models.Language,
    "required_document": models.RequiredDocument,
    "cost_option": models.CostOption,
    "funding": models.Funding,
    "service_capacity": models.ServiceCapacity,
    "url": models.Url,
    "attribute": models.Attribute,
    "metadata": models.Metadata,
}
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "organization": {"name": "name_es", "description": "description_es"},
    "program": {"name": "name_es", "description": "description_es"},
    "service": {
        "name": "name_es",
        "description": "gives_es",
        "eligibility_description": "eligibility_description_es",
        "alert": "alert_es",
    },
    "location": {"description": "description_es"},
    "taxonomy": {"name": "title"},
    "taxonomy_term": {"name": "name_es"},
}
_BOTH = {"x_name_en": "name_en", "x_description_en": "description_en"}
_SAME_SERVICE = (
    "key kind referrable name_en eligibility_description_en bring_es bring_en alert_en since source as_of confidential "
    "referral_method referral_target next_step_es next_step_en answer_days gives_feedback origin"
)
_OWN: Mapping[str, Mapping[str, str]] = {
    "organization": {**_BOTH, "x_key": "key", "x_level": "level", "x_origin": "origin"},
    "program": {**_BOTH, "x_key": "key"},
    "service": {"x_description_en": "gives_en", **{f"x_{name}": name for name in _SAME_SERVICE.split()}},
    "location": {
        "x_description_en": "description_en",
        "x_key": "key",
        "x_alcaldia": "alcaldia",
        "x_provenance": "provenance",
    },
    "phone": {"x_provenance": "provenance"},
    "schedule": {"x_closed": "closed", "x_provenance": "provenance"},
    "language": {"x_position": "position"},
    "required_document": {"x_position": "position"},
    "attribute": {"x_position": "position"},
    "taxonomy": {"x_key": "name"},
    "taxonomy_term": {"x_name_en": "name_en", "x_code": "code"},
}
BLANKS = "x_blank"  # names the fields the standard wants filled and we do not know: what stands there is a stopgap
_TRUE = {"true", "1", "yes"}


@dataclass(frozen=True, slots=True)
class Spec:
    """One table both ways: `columns` maps the standard's fields, `own` our `x_` fields, to attributes of `model`."""

    table: str
    model: type[Keyed]
    columns: Mapping[str, str]
    own: Mapping[str, str]

    @property
    def rows(self) -> Table:
        """The table itself."""
        found = self.model.__table__
        assert isinstance(found, Table)  # noqa: S101  no model of ours is a join
        return found

    def column(self, attribute: str) -> Column[Any]:
        """The column of an attribute (they bear the same name)."""
        return self.rows.c[attribute]


def _spec(table: str) -> Spec:
    model, renamed = _MODELS[table], _RENAMED.get(table, {})
    names = {field: renamed.get(field, field) for field in FIELDS[table]}
    kept = model.__table__.columns.keys()
    return Spec(table, model, {field: name for field, name in names.items() if name in kept}, _OWN.get(table, {}))


SPECS: Mapping[str, Spec] = {table: _spec(table) for table in TABLES}
# Fields that we fill from others on the way out and leave out on the way in.
DERIVED = {("taxonomy_term", "taxonomy")}


def limits() -> Limits:
    """What our columns can hold, for the rules that clean a package."""
    longest: dict[tuple[str, str], int] = {}
    whole: set[tuple[str, str]] = set()
    for table, spec in SPECS.items():
        for field, attribute in (*spec.columns.items(), *spec.own.items()):
            kind = spec.column(attribute).type
            if isinstance(kind, String) and kind.length:
                longest[table, field] = kind.length
            if isinstance(kind, Integer):
                whole.add((table, field))
    return Limits(
        longest=longest,
        whole=frozenset(whole),
        own={table: frozenset((*spec.own, BLANKS)) for table, spec in SPECS.items()},
        kept={
            table: frozenset(field for field in FIELDS[table] if field in spec.columns or (table, field) in DERIVED)
            for table, spec in SPECS.items()
        },
    )


def stored(column: Column[Any], value: Any) -> Any:
    """A cleaned value as the column takes it; None and empty text become what the column means by unknown."""
    kind = column.type
    if value in (None, "") and not isinstance(value, bool):
        return None if column.nullable else _EMPTY.get(type(kind), "")
    if isinstance(kind, Uuid):
        return value
    if isinstance(kind, String):
        return str(value)
    if isinstance(kind, Boolean):
        return str(value).casefold() in _TRUE
    if isinstance(kind, Date):
        return date.fromisoformat(str(value))
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(str(value))
    return int(value) if isinstance(kind, Integer) else float(value)


_EMPTY: Mapping[type, Any] = {Boolean: False, Integer: 0, Float: 0.0}


def told(value: Any) -> Any:
    """A stored value as packages write it: text, number or None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
