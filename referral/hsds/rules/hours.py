"""Hours written in words ("lunes a viernes 9 a 17 h", "Mon-Fri 9am to 5pm"): read when certain, else not at all."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = {
    "MO": "monday mon mo lunes lun",
    "TU": "tuesday tues tue tu martes mar",
    "WE": "wednesday weds wed we miercoles mie",
    "TH": "thursday thurs thur thu th jueves jue",
    "FR": "friday fri fr viernes vie",
    "SA": "saturday sat sa sabado sab",
    "SU": "sunday sun su domingo dom",
}
_DAY = {name + plural: code for code, names in _NAMES.items() for name in names.split() for plural in ("", "s")}
_WHOLE = {
    "todos los dias": DAYS,
    "diario": DAYS,
    "diariamente": DAYS,
    "daily": DAYS,
    "every day": DAYS,
    "7 days a week": DAYS,
    "dias habiles": DAYS[:5],
    "entre semana": DAYS[:5],
    "weekdays": DAYS[:5],
    "fines de semana": DAYS[5:],
    "fin de semana": DAYS[5:],
    "weekends": DAYS[5:],
    "l a v": DAYS[:5],
    "l-v": DAYS[:5],
    "m-f": DAYS[:5],
}
_ALWAYS = ("24/7", "24 horas", "24 hours", "24 hrs", "24h", "24 h")
_TIME = r"(?P<{0}h>\d{{1,2}})(?:[:.](?P<{0}m>\d{{2}}))?\s*(?P<{0}x>am|pm|hrs?|horas?|hours?|h)?(?![\d:])"
_RANGE = re.compile(_TIME.format("a") + r"\s*(?:-|to|a|hasta|until|till)\s*(?:las\s+)?" + _TIME.format("b"))
_FILLER = re.compile(r"^(?:from|de|desde|las|the|open|abierto|horario|hours|:|,|\s)+|(?:,|;|\.|\s)+$")
_TO = re.compile(r"^\s*(?:-|to|a|al|through|thru|hasta)\s*$")
_AND = re.compile(r"^\s*(?:,|y|e|and|&|/|, y|, and)\s*$")


@dataclass(frozen=True, slots=True)
class Weekly:
    """Days in the order of the week, and times as "09:00"."""

    days: tuple[str, ...]
    opens: str
    closes: str


def day_code(text: str) -> str:
    """ "MO" for "Monday", "lunes", "mon." or "1" (Monday is 1, Sunday 7 or 0); empty when it is no day."""
    plain = _plain(text).strip(" .")
    if plain.upper() in DAYS:
        return plain.upper()
    if plain.isdecimal() and len(plain) == 1 and int(plain) <= 7:
        return DAYS[(int(plain) - 1) % 7]
    return _DAY.get(plain, "")


def read_hours(text: str) -> tuple[Weekly, ...]:
    """The weekly hours a text says; empty unless every word of it is understood in only one way."""
    plain = _plain(text)
    if any(plain == always or plain in {f"{always} {days}" for days in _WHOLE} for always in _ALWAYS):
        return (Weekly(DAYS, "00:00", "23:59"),)
    found: list[Weekly] = []
    days: tuple[str, ...] = ()
    at = 0
    for match in _RANGE.finditer(plain):
        before = plain[at : match.start()]
        named = read_days(before)
        # A second pair of times belongs to the same days: "lunes 9 a 14 y 16 a 18 h".
        if not named and not (days and _AND.match(before.replace("de", " "))):
            return ()
        days = named or days
        times = _times(match)
        if times is None:
            return ()
        found.append(Weekly(days, *times))
        at = match.end()
    if not found or plain[at:].strip(" .,;"):
        return ()
    return tuple(found)


def read_days(text: str) -> tuple[str, ...]:
    """The days named by "lunes a viernes", "Mon, Wed and Fri" or "weekdays"; empty when some word is not a day."""
    plain = _FILLER.sub("", _FILLER.sub("", _plain(text)).removesuffix(" de").removesuffix(" from")).strip(" :,;.")
    if plain in _WHOLE:
        return _WHOLE[plain]
    words = list(re.finditer(r"[a-z]+\.?", plain))
    codes = [(word, _DAY.get(word.group().rstrip("."), "")) for word in words]
    chosen = [(word, code) for word, code in codes if code]
    if not chosen or plain[: chosen[0][0].start()].strip() or plain[chosen[-1][0].end() :].strip():
        return ()
    days = {chosen[0][1]}
    for (earlier, first), (later, last) in pairwise(chosen):
        between = plain[earlier.end() : later.start()]
        if _TO.match(between):
            start, end = DAYS.index(first), DAYS.index(last)
            if start >= end:
                return ()
            days |= set(DAYS[start : end + 1])
        elif not _AND.match(between):
            return ()
        days.add(last)
    return tuple(day for day in DAYS if day in days)


def _times(match: re.Match[str]) -> tuple[str, str] | None:
    opens_half, closes_half = match["ax"] or "", match["bx"] or ""
    first, second = _minutes(match["ah"], match["am"], opens_half), _minutes(match["bh"], match["bm"], closes_half)
    if first is None or second is None:
        return None
    halves = {"am", "pm"}
    if opens_half not in halves and closes_half in halves:
        afternoon = first + 720 if int(match["ah"]) < 12 else first
        if closes_half == "pm" and afternoon < second and afternoon != first:
            return None  # "1 to 5pm" may begin at night or after noon
    elif opens_half not in halves:
        sure = second > 720 or match["ah"].startswith("0") or (closes_half.startswith("h") and first >= 360)
        if not sure:
            return None  # "1 to 5" may be of the morning or of the afternoon
    elif closes_half not in halves and second <= 720:
        return None
    if second <= first:
        return None
    return f"{first // 60:02d}:{first % 60:02d}", f"{second // 60:02d}:{second % 60:02d}"


def _minutes(hour: str, minute: str | None, half: str) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if half in {"am", "pm"}:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    return hours * 60 + minutes if hours <= 23 and minutes <= 59 else None


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"[\u2010-\u2015]", "-", text)
    text = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", text)
    text = re.sub(r"\b(?:noon|mediodia)\b", "12:00pm", text)
    return re.sub(r"\s+", " ", text).strip()
