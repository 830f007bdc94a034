"""What the fields of one row say together: phones, hours, ages, coordinates, languages. Used by cleaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from referral.hsds.facts import Values
from referral.hsds.rules.hours import day_code, read_days, read_hours
from referral.hsds.rules.reasons import Reason
from referral.kernel.codes import ALCALDIAS, LANGUAGES
from referral.kernel.names import normalise

Note = Callable[..., None]
NAMED = frozenset(("organization", "program", "service", "taxonomy", "taxonomy_term", "unit"))
# Without any of these fields a row says nothing.
ENOUGH: Mapping[str, tuple[str, ...]] = {
    "phone": ("number",),
    "url": ("url",),
    "language": ("name", "code"),
    "required_document": ("document",),
    "funding": ("source",),
    "organization_identifier": ("identifier",),
    "accessibility": ("description", "details", "url"),
    "address": ("address_1", "address_2", "city", "region", "state_province", "postal_code", "attention", "country"),
    "contact": ("name", "title", "department", "email"),
    "schedule": ("byday", "bymonthday", "opens_at", "description", "notes", "valid_from", "schedule_link", "dtstart"),
    "service_area": ("name", "description", "extent", "uri"),
    "cost_option": ("option", "amount", "amount_description"),
    "service_capacity": ("available",),
}
_EXTENSION = re.compile(r"[\s,;(]*(?:ext\.?|extensi[oó]n|x)\s*:?\s*(\d{1,8})\)?$", re.IGNORECASE)
_BYDAY = re.compile(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)")
LONGEST_BYDAY = 30


def adjusted(table: str, values: Values, note: Note) -> Values:
    """The row with what can be told from its fields together; what was changed is noted."""
    judge = _JUDGES.get(table)
    return judge(values, note) if judge else values


def _phone(values: Values, note: Note) -> Values:
    number = str(values.get("number", "")).strip(" \"'")
    found = _EXTENSION.search(number)
    if found and "extension" not in values:
        number = number[: found.start()].strip()
        values["extension"] = int(found[1])
        note(Reason.REWRITTEN, "number", str(values["number"]))
    values["number"] = number if sum(letter.isdecimal() for letter in number) >= 3 else ""
    values.setdefault("type", "voice")
    return values


def _schedule(values: Values, note: Note) -> Values:
    if values.get("byday"):
        _byday(values, note)
    elif not values.get("opens_at") and not values.get("valid_from"):
        said = str(values.get("description") or values.get("notes") or "")
        weeks = read_hours(said)
        if not weeks:
            if said:
                note(Reason.HOURS_AS_TEXT, "description", said)
            return values
        rows = [
            {**values, "freq": "WEEKLY", "byday": ",".join(one.days), "opens_at": one.opens, "closes_at": one.closes}
            for one in weeks
        ]
        note(Reason.HOURS_READ, "description", said)
        more = [{name: value for name, value in row.items() if name != "id"} for row in rows[1:]]
        return {**rows[0], "more": more} if more else rows[0]
    if values.get("byday") and not values.get("freq"):
        values["freq"] = "WEEKLY"
        note(Reason.ASSUMED, "freq", "WEEKLY")
    return values


def _byday(values: Values, note: Note) -> None:
    given = str(values["byday"])
    codes = [code for code in re.split(r"[\s,;]+", given.upper()) if code]
    if not all(_BYDAY.fullmatch(code) for code in codes):
        codes = list(read_days(given)) or list(filter(None, [day_code(given)]))
    kept = ",".join(dict.fromkeys(codes))
    if not kept or len(kept) > LONGEST_BYDAY:
        note(Reason.HOURS_AS_TEXT, "byday", given)
        del values["byday"]
        values["description"] = ". ".join(filter(None, [str(values.get("description", "")), given]))
        return
    if kept != given:
        note(Reason.REWRITTEN, "byday", given)
    values["byday"] = kept


def _service(values: Values, note: Note) -> Values:
    for name in ("minimum_age", "maximum_age"):
        if name in values and not 0 <= float(values[name]) <= 130:
            note(Reason.BAD_NUMBER, name, str(values.pop(name)))
    if values.get("minimum_age", 0) > values.get("maximum_age", 130):
        note(Reason.BAD_NUMBER, "minimum_age", f"{values.pop('minimum_age')} > {values.pop('maximum_age')}")
    return values


def _location(values: Values, note: Note) -> Values:
    latitude, longitude = values.get("latitude"), values.get("longitude")
    if latitude is None and longitude is None:
        return values
    nowhere = latitude is None or longitude is None or (latitude == 0 and longitude == 0)
    if nowhere or abs(float(latitude or 0)) > 90 or abs(float(longitude or 0)) > 180:
        note(Reason.BAD_NUMBER, "latitude", f"{values.pop('latitude', '')}, {values.pop('longitude', '')}")
    return values


def _language(values: Values, _note: Note) -> Values:
    if "code" not in values:
        code = _languages().get(normalise(str(values.get("name", ""))))
        if code:
            values["code"] = code
    return values


def _term(values: Values, note: Note) -> Values:
    if not values.get("name") and values.get("code"):
        values["name"] = values["code"]
        note(Reason.ASSUMED, "name", str(values["code"]))
    return values


def _capacity(values: Values, note: Note) -> Values:
    if "updated" not in values:  # nobody could tell how old the number is
        note(Reason.BAD_DATE, "updated", str(values.pop("available", "")))
    return values


def _cost(values: Values, note: Note) -> Values:
    currency = str(values.get("currency", ""))
    if currency and not re.fullmatch(r"[A-Za-z]{3}", currency):
        note(Reason.BAD_CODE, "currency", str(values.pop("currency")))
    return values


_JUDGES: Mapping[str, Callable[[Values, Note], Values]] = {
    "phone": _phone,
    "schedule": _schedule,
    "service": _service,
    "location": _location,
    "language": _language,
    "taxonomy_term": _term,
    "service_capacity": _capacity,
    "cost_option": _cost,
}


@cache
def _languages() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for one in LANGUAGES:
        for name in (one.es, one.en, one.extra.get("own_name", ""), one.code):
            known.setdefault(normalise(name), one.code)
    known.pop("", None)
    return known


@cache
def _alcaldias() -> Mapping[str, str]:
    return {normalise(one.es): one.code for one in ALCALDIAS}


def alcaldia_of(address: Values) -> str:
    """The alcaldía that an address of Mexico City names as its city or region; empty when it names none."""
    country = normalise(str(address.get("country", "")))
    if country not in {"", "mx", "mex", "mexico"}:
        return ""
    for name in ("region", "city"):
        plain = normalise(str(address.get(name, ""))).removeprefix("alcaldia ")
        if plain in _alcaldias():
            return _alcaldias()[plain]
    return ""
