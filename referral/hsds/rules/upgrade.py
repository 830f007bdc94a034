"""Rows of older packages (HSDS 1.x and 2.x, Ohana) made rows of HSDS 3.1; rows of 3.1 pass as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from referral.hsds.facts import Values
from referral.hsds.rules.hours import day_code, read_days
from referral.hsds.rules.older import HOURS, LISTED, RENAMED, TERMS, parts
from referral.hsds.rules.values import as_text

Rows = Iterator[tuple[str, Values]]


class Upgrade:
    """Remembers, while a package is read, what one file says about rows of another.

    Give it the files in the order of `TURN`: places and eligibility before the services that need them.
    """

    def __init__(self) -> None:
        self._organizations: dict[str, str] = {}  # of each place: an Ohana service names only its place
        self._eligibility: dict[str, list[str]] = {}
        self._taxonomies: set[str] = set()
        self._terms: set[str] = set()
        self._special: Mapping[str, Callable[[Values], Rows]] = {
            "organization": self._organization,
            "service": self._service,
            "location": self._location,
            "phone": self._phone,
            "taxonomy_term": self._term,
            "service_attribute": self._service_attribute,
            "other_attribute": self._other_attribute,
            "eligibility": self._eligible,
            "payment_accepted": self._payment,
            "physical_address": lambda row: self._address(row, "physical"),
            "postal_address": lambda row: self._address(row, "postal"),
            "regular_schedule": self._regular,
            "holiday_schedule": self._holiday,
        }

    def rows(self, table: str, given: Values) -> Rows:
        """The rows of 3.1 that a row becomes; all columns as text or as JSON had them."""
        row = {name: value for name, value in given.items() if value not in (None, "")}
        for old, new in RENAMED.get(table, {}).items():
            if old in row and new not in row:
                row[new] = row.pop(old)
        if table == "taxonomy_term" and "id" not in given and "taxonomy_id" in row:
            row["id"] = row["code"] = row.pop("taxonomy_id")  # Ohana: the id of the term itself
        extra = list(self._listed(table, row))
        special = self._special.get(table)
        yield from special(row) if special else [(table, row)]
        yield from extra

    def _listed(self, table: str, row: Values) -> Rows:
        """Rows of their own for what one cell of `row` lists; the cells are taken out of it."""
        ident = as_text(row.get("id"))
        for (owner, column), (child, field) in LISTED.items():
            if owner == table and not isinstance(row.get(column), list):
                for text in parts(as_text(row.pop(column, ""))):
                    yield child, {"id": f"{table}-{ident}-{text}", f"{table}_id": ident, field: text}
        for (owner, column), taxonomy in TERMS.items():
            if owner == table and not isinstance(row.get(column), list):
                for text in parts(as_text(row.pop(column, ""))):
                    yield from self._free_term(taxonomy, text, ident)
        if table in {"service", "location"}:
            for column in HOURS:
                if text := as_text(row.pop(column, "")):
                    yield "schedule", {"id": f"{table}-{ident}", f"{table}_id": ident, "description": text}

    def _organization(self, row: Values) -> Rows:
        year = re.search(r"\b(?:1[5-9]|20)\d\d\b", as_text(row.get("year_incorporated")))
        if year:
            row["year_incorporated"] = year.group()
        yield "organization", row

    def _service(self, row: Values) -> Rows:
        ident = as_text(row.get("id"))
        told = [
            as_text(row.pop("eligibility", "")),
            as_text(row.pop("audience", "")),
            *self._eligibility.pop(ident, []),
        ]
        if any(told) and not row.get("eligibility_description"):
            row["eligibility_description"] = "\n".join(dict.fromkeys(text for text in told if text))
        place = as_text(row.pop("location_id", ""))
        if place:
            if not row.get("organization_id"):
                row["organization_id"] = self._organizations.get(place, "")
            link = {"id": f"{ident}-{place}", "service_id": ident, "location_id": place}
            yield "service_at_location", link
        for term in parts(as_text(row.pop("taxonomy_ids", ""))):
            yield "attribute", {**_applied(ident, term), "taxonomy_term_id": term}
        yield "service", row

    def _location(self, row: Values) -> Rows:
        ident = as_text(row.get("id"))
        self._organizations[ident] = as_text(row.get("organization_id"))
        short = as_text(row.pop("short_desc", ""))
        if short:
            row["description"] = "\n\n".join(dict.fromkeys(filter(None, [short, as_text(row.get("description"))])))
        if as_text(row.pop("virtual", "")).casefold() in {"true", "t", "1", "yes"}:
            row["location_type"] = "virtual"
        if email := row.pop("email", ""):
            yield "contact", {"id": f"location-{ident}", "location_id": ident, "email": email}
        yield "location", row

    def _phone(self, row: Values) -> Rows:
        said = [as_text(row.pop(name, "")) for name in ("department", "vanity_number")]
        if any(said):
            row["description"] = ", ".join(filter(None, [as_text(row.get("description")), *said]))
        prefix = as_text(row.pop("country_prefix", "")).lstrip("+")
        if prefix:
            row["number"] = f"+{prefix} {as_text(row.get('number'))}"
        ident = as_text(row.get("id"))
        if "language" in row:
            for text in parts(as_text(row.pop("language"))):
                yield "language", {"id": f"phone-{ident}-{text}", "phone_id": ident, "name": text}
        yield "phone", row

    def _term(self, row: Values) -> Rows:
        row.pop("parent_name", None)
        row.pop("taxonomy_facet", None)
        if not row.get("taxonomy_id") and "taxonomy_detail" not in row:
            name = as_text(row.get("taxonomy")) or "taxonomy"
            yield from self._taxonomy(name)
            row["taxonomy_id"] = f"named:{name}"
        yield "taxonomy_term", row

    def _taxonomy(self, name: str) -> Rows:
        if name not in self._taxonomies:
            self._taxonomies.add(name)
            yield "taxonomy", {"id": f"named:{name}", "name": name, "description": name}

    def _free_term(self, taxonomy: str, text: str, service: str) -> Rows:
        yield from self._taxonomy(taxonomy)
        ident = f"{taxonomy}:{text}"
        if ident not in self._terms:
            self._terms.add(ident)
            yield (
                "taxonomy_term",
                {
                    "id": ident,
                    "name": text,
                    "description": text,
                    "taxonomy_id": f"named:{taxonomy}",
                    "taxonomy": taxonomy,
                },
            )
        yield "attribute", {**_applied(service, ident), "taxonomy_term_id": ident}

    def _service_attribute(self, row: Values) -> Rows:
        row.pop("taxonomy_detail", None)
        service = as_text(row.pop("service_id", ""))
        term = row.pop("taxonomy_term_id", None) or row.pop("taxonomy_id", "")
        yield "attribute", {**_applied(service, as_text(term)), **row, "taxonomy_term_id": term}

    def _other_attribute(self, row: Values) -> Rows:
        term = row.pop("taxonomy_term_id", None) or row.pop("taxonomy_id", "")
        if "link_entity" not in row and "link_type" in row:
            row["link_entity"] = row.pop("link_type")
        yield "attribute", {**row, "taxonomy_term_id": term}

    def _eligible(self, row: Values) -> Rows:
        """Kept for its service, whose file comes later."""
        self._eligibility.setdefault(as_text(row.get("service_id")), []).append(as_text(row.get("eligibility")))
        return iter(())

    def left_over(self) -> Iterator[str]:
        """Ids of services that had an eligibility but never came."""
        yield from self._eligibility

    def _payment(self, row: Values) -> Rows:
        text = as_text(row.get("payment") or row.get("payment_accepted"))
        yield from self._free_term("accepted_payments", text, as_text(row.get("service_id"))) if text else ()

    def _address(self, row: Values, kind: str) -> Rows:
        more = [as_text(row.pop(name, "")) for name in ("address_2", "address_3", "address_4")]
        row["address_2"] = ", ".join(filter(None, more))
        row.setdefault("address_type", kind)
        _mark(row, kind)
        yield "address", row

    def _regular(self, row: Values) -> Rows:
        _mark(row, "regular")
        said = as_text(row.pop("weekday", ""))
        days = read_days(said) or tuple(filter(None, [day_code(said)]))
        opens, closes = as_text(row.get("opens_at")), as_text(row.get("closes_at"))
        if days and opens and closes:
            row |= {"byday": ",".join(days), "freq": "WEEKLY"}
        else:  # read once more, as words, by cleaning
            row["description"] = f"{said} {opens} - {closes}".strip(" -")
            row.pop("opens_at", None)
            row.pop("closes_at", None)
        yield "schedule", row

    def _holiday(self, row: Values) -> Rows:
        _mark(row, "holiday")
        first, last = as_text(row.pop("start_date", "")), as_text(row.pop("end_date", ""))
        closed = as_text(row.pop("closed", "")).casefold() in {"true", "t", "1", "yes", "y", "x"}
        # A year that is not one ("every year") gives no day on which anybody could rely: kept in words only.
        if re.search(r"\b(?:1[89]|20|21)\d\d\b", first) and re.search(r"\b(?:1[89]|20|21)\d\d\b", last or first):
            row |= {"valid_from": first, "valid_to": last or first, "x_closed": "true" if closed else ""}
        else:
            hours = "closed" if closed else f"{as_text(row.get('opens_at'))} - {as_text(row.get('closes_at'))}"
            row["description"] = f"{first} - {last}: {hours}"
            row.pop("opens_at", None)
            row.pop("closes_at", None)
        yield "schedule", row


# Files whose rows others need come first; then any order will do.
TURN = ("taxonomy", "taxonomy_term", "organization", "location", "eligibility")


def _applied(service: str, term: str) -> Values:
    return {"id": f"{service}-{term}", "link_id": service, "link_entity": "service"}


def _mark(row: Values, kind: str) -> None:
    """Two old files became one table: their small numbers must not meet."""
    ident = as_text(row.get("id"))
    if ident and len(ident) != 36:
        row["id"] = f"{kind}-{ident}"
