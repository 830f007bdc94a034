"""One value of a package brought to the form the standard asks for, or left out with the reason. Used by cleaning."""

from __future__ import annotations

import html
import math
import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from referral.hsds.rules.reasons import Reason

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The value to keep (None: nothing known) and why it differs from what was given."""

    value: Value
    reason: Reason | None = None


_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK = re.compile(r"<(?:br|/p|/li|/div)\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6});")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_TWICE_ENCODED = re.compile("[\u00c3\u00c2\u00e2][\u0080-\u00bf\u20ac\u2020-\u203a\u0152-\u0178]")
_NOTHING = {"null", "\\n", "none.", "nan"}
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_MONTHS = {
    name[:3]: number
    for names in (
        "january february march april may june july august september october november december",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(names.split(), 1)
}
_OLDEST = 1800
_SPANISH = {
    "activo": "active",
    "activa": "active",
    "inactivo": "inactive",
    "inactiva": "inactive",
    "cerrado temporalmente": "temporarily closed",
    "físico": "physical",
    "física": "physical",
}


def as_text(value: Any) -> str:
    """Whatever JSON or CSV held, as text; lists of words are joined, other structures give their JSON-like form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(part, str | int | float) for part in value):
        return ", ".join(map(as_text, value))
    return str(value)


def external_id(value: Any) -> str:
    """An id as we keep it: UUIDs in small letters, very long ones by their digest."""
    text = _UNSEEN.sub("", as_text(value)).strip()
    if _UUID.fullmatch(text):
        return text.lower()
    return f"long:{sha256(text.encode()).hexdigest()[:40]}" if len(text) > 120 else text


@lru_cache(maxsize=100_000)
def entry_ref(namespace: uuid.UUID, table: str, ident: str) -> uuid.UUID:
    """Our ref for an id of a source: the id itself when it is a UUID, else always the same one."""
    return uuid.UUID(ident) if _UUID.fullmatch(ident) else uuid.uuid5(namespace, f"{table}:{ident}")


def clean_text(value: Any) -> Cleaned:
    """Text without tags, entities, invisible signs or letters that were encoded twice."""
    raw = as_text(value)
    text = _UNSEEN.sub("", raw)
    reason = Reason.BAD_LETTERS if text != raw else None
    if _TWICE_ENCODED.search(text):
        with suppress(UnicodeError):  # some other text may merely look like it
            text, reason = text.encode("cp1252").decode("utf-8"), Reason.BAD_LETTERS
    if _TAG.search(text) or _ENTITY.search(text):
        plain = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
        plain = _UNSEEN.sub("", plain)
        if plain != text:
            text, reason = plain, Reason.HTML
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return Cleaned("" if text.casefold() in _NOTHING else text, reason)


def safe_text(value: Any) -> str:
    """Our own text as it is, but for signs that no database keeps."""
    return _UNSEEN.sub("", as_text(value))


def clean_date(text: str) -> Cleaned:
    """ISO date of "2024-05-01", "2024-05-01T10:00:00Z", "31/12/2023", "May 1, 2024". Ambiguous ones are left out."""
    for form in (text, text[:10]):
        try:
            found = date.fromisoformat(form)
        except ValueError:
            continue
        return _dated(found, None if form == text and len(text) == 10 else Reason.REWRITTEN)
    if numbers := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text):
        first, second, year = map(int, numbers.groups())
        if first == second or (first > 12) != (second > 12):
            month, day = (second, first) if first > 12 else (first, second)
            return _made(year, month, day)
        return Cleaned(None, Reason.BAD_DATE)
    plain = text.casefold().replace(" de ", " ").replace(",", " ")
    if words := re.fullmatch(r"([a-z]{3,10})\.?\s+(\d{1,2})\s+(\d{4})", plain):
        return _made(int(words[3]), _MONTHS.get(words[1][:3], 0), int(words[2]))
    if words := re.fullmatch(r"(\d{1,2})\s+([a-z]{3,10})\.?\s+(\d{4})", plain):
        return _made(int(words[3]), _MONTHS.get(words[2][:3], 0), int(words[1]))
    return Cleaned(None, Reason.BAD_DATE)


def _made(year: int, month: int, day: int) -> Cleaned:
    try:
        return _dated(date(year, month, day), Reason.REWRITTEN)
    except ValueError:
        return Cleaned(None, Reason.BAD_DATE)


def _dated(found: date, reason: Reason | None) -> Cleaned:
    # Old systems write the year 1 for "every year"; nothing else is that old.
    return Cleaned(found.isoformat(), reason) if found.year >= _OLDEST else Cleaned(None, Reason.BAD_DATE)


def clean_datetime(text: str) -> Cleaned:
    """UTC instant in ISO form; without a zone it is taken as UTC."""
    try:
        found = datetime.fromisoformat(text)
        aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return Cleaned(None, Reason.BAD_DATE)
    if aware.year < _OLDEST:
        return Cleaned(None, Reason.BAD_DATE)
    kept = aware.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return Cleaned(kept, Reason.ASSUMED if found.tzinfo is None else None)


def clean_time(text: str) -> Cleaned:
    """ "09:00" from "9:00", "09:00:00", "9am", "4:00 PM", "16h", with or without a zone."""
    plain = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", text.casefold())
    plain = re.sub(r"(?:z|[+-]\d{2}:?\d{2})$", "", plain).strip()
    found = re.fullmatch(r"(\d{1,2})(?::?(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(am|pm|h|hrs?|horas)?", plain)
    if not found or (found[2] is None and found[3] is None):
        return Cleaned(None, Reason.BAD_TIME)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half in {"am", "pm"}:
        if not 1 <= hour <= 12:
            return Cleaned(None, Reason.BAD_TIME)
        hour = hour % 12 + (12 if half == "pm" else 0)
    if (hour, minute) == (24, 0):
        hour, minute = 23, 59
    if hour > 23 or minute > 59:
        return Cleaned(None, Reason.BAD_TIME)
    kept = f"{hour:02d}:{minute:02d}"
    return Cleaned(kept, None if text in {kept, f"{kept}:00"} else Reason.REWRITTEN)


def clean_number(text: str) -> Cleaned:
    """A number; "12 años" gives 12 when it holds only one. A comma may separate thousands or decimals: left out."""
    if _NUMBER.fullmatch(text):
        return _number(float(text), None)
    found = re.findall(r"\d+(?:[.,]\d+)*", text)
    if len(found) == 1 and _NUMBER.fullmatch(found[0]) and "-" not in text:
        return _number(float(found[0]), Reason.REWRITTEN)
    return Cleaned(None, Reason.BAD_NUMBER)


def _number(found: float, reason: Reason | None) -> Cleaned:
    if not math.isfinite(found) or abs(found) > 1e12:
        return Cleaned(None, Reason.BAD_NUMBER)
    return Cleaned(int(found) if found.is_integer() else found, reason)


def clean_url(text: str) -> Cleaned:
    """An http address; without its scheme it is completed, anything else is left out."""
    given = text
    if re.match(r"(?:www\.|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|mx|gob|gov|edu|info)(?:[/.]|$))", text, re.IGNORECASE):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
    except ValueError:
        return Cleaned(None, Reason.BAD_URL)
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or re.search(r"[\s<>\"{}|\\^`]", text):
        return Cleaned(None, Reason.BAD_URL)
    return Cleaned(text, None if text == given else Reason.REWRITTEN)


def clean_email(text: str) -> Cleaned:
    """One e-mail address; "mailto:" is taken off."""
    plain = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE).strip(" .;,<>")
    if not _EMAIL.fullmatch(plain) or ".." in plain:
        return Cleaned(None, Reason.BAD_EMAIL)
    return Cleaned(plain, None if plain == text else Reason.REWRITTEN)


def clean_code(text: str, codes: tuple[str, ...]) -> Cleaned:
    """One of `codes`, whatever its letters' size; some Spanish words for them are known."""
    if text in codes:
        return Cleaned(text)
    plain = text.casefold().strip(" .")
    plain = _SPANISH.get(plain, plain)
    found = next((code for code in codes if code.casefold() == plain), None)
    return Cleaned(found, Reason.REWRITTEN if found else Reason.BAD_CODE)


CLEANERS: Mapping[str, Callable[[str], Cleaned]] = {
    "date": clean_date,
    "datetime": clean_datetime,
    "time": clean_time,
    "number": clean_number,
    "url": clean_url,
    "email": clean_email,
}
