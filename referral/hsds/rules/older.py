"""Names of files and columns in HSDS 1.x, 2.x and Ohana packages, and what they became in 3.1. Used by upgrade."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

# File name (letters only, in the singular where both are used) -> table of 3.1, or the older one upgrade.py knows.
_NAMES: Mapping[str, str] = {
    "organization": "organization",
    "organisation": "organization",
    "organization_identifier": "organization_identifier",
    "program": "program",
    "programme": "program",
    "service": "service",
    "location": "location",
    "service_at_location": "service_at_location",
    "services_at_location": "service_at_location",
    "service_location": "service_at_location",
    "services_location": "service_at_location",
    "contact": "contact",
    "phone": "phone",
    "address": "address",
    "physical_address": "physical_address",
    "postal_address": "postal_address",
    "mail_address": "postal_address",
    "schedule": "schedule",
    "regular_schedule": "regular_schedule",
    "holiday_schedule": "holiday_schedule",
    "taxonomy": "taxonomy",
    "taxonomie": "taxonomy",
    "taxonomy_term": "taxonomy_term",
    "service_taxonomy": "service_attribute",
    "services_taxonomy": "service_attribute",
    "service_attribute": "service_attribute",
    "other_attribute": "other_attribute",
    "attribute": "attribute",
    "eligibility": "eligibility",
    "eligibilitie": "eligibility",
    "payment_accepted": "payment_accepted",
    "payments_accepted": "payment_accepted",
    "accessibility": "accessibility",
    "accessibility_for_disabilities": "accessibility",
    "accessibility_for_disabilitie": "accessibility",
    "funding": "funding",
    "language": "language",
    "service_area": "service_area",
    "required_document": "required_document",
    "cost_option": "cost_option",
    "service_capacity": "service_capacity",
    "service_capacitie": "service_capacity",
    "unit": "unit",
    "url": "url",
    "metadata": "metadata",
}

# Columns that only the older forms have, by table.
RENAMED: Mapping[str, Mapping[str, str]] = {
    "organization": {"url": "website", "date_incorporated": "year_incorporated"},
    "service": {"website": "url"},
    "location": {"website": "url"},
    "phone": {"number_type": "type"},
    "language": {"language": "name"},
    "service_area": {"service_area": "name"},
    "accessibility": {"accessibility": "description"},
    "required_document": {"required_document": "document"},
    "taxonomy_term": {"term": "name", "vocabulary": "taxonomy"},
    "cost_option": {"payment": "option"},
}
# Columns whose cell lists several things: (table, column) -> table of the rows they become, and their column.
LISTED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("service", "languages"): ("language", "name"),
    ("location", "languages"): ("language", "name"),
    ("service", "required_documents"): ("required_document", "document"),
    ("service", "service_areas"): ("service_area", "name"),
    ("service", "funding_sources"): ("funding", "source"),
    ("organization", "funding_sources"): ("funding", "source"),
    ("location", "accessibility"): ("accessibility", "description"),
}
# Columns whose cell lists terms of a taxonomy that the package does not name.
TERMS: Mapping[tuple[str, str], str] = {
    ("service", "keywords"): "keywords",
    ("service", "accepted_payments"): "accepted_payments",
}
HOURS = ("hours", "hours_of_operation", "opening_hours", "horario", "horarios", "hours_text")
_NOT_KEPT = {"meta_table_description", "meta_table_descriptions"}


def table_of(name: str, columns: Collection[str] = ()) -> str:
    """The table a file holds, by its name without folder and ending; empty when it is none we keep."""
    plain = re.sub(r"[^a-z]+", "_", name.casefold()).strip("_")
    plain = re.sub(r"_(?:full|list|sample|export|data)$", "", plain)
    if plain in _NOT_KEPT:
        return ""
    found = _NAMES.get(plain) or _NAMES.get(plain.removesuffix("s")) or _NAMES.get(plain.removesuffix("es"), "")
    if found == "taxonomy" and {"parent_id", "parent_name", "vocabulary", "taxonomy_id"} & set(columns):
        return "taxonomy_term"
    return found


def parts(cell: str) -> list[str]:
    """What a cell lists, separated by semicolons or, without any, by commas outside brackets."""
    split = cell.split(";") if ";" in cell else re.split(r",(?![^()]*\))", cell)
    return list(dict.fromkeys(part.strip() for part in split if part.strip()))
