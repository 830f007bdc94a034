"""Judgement about upkeep: which fields a listing has, hours as typed, what may be saved. Used by forms and actions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from referral.kernel.names import normalise
from referral.kernel.phones import e164
from referral.kernel.refusal import Refused
from referral.upkeep.facts import Section, Values

OTHER = "other"  # a notice about something that is no single field
ENTRY = "entry"  # the whole listing, newly added at the desk
METHODS = ("link", "email", "phone", "paper", "walk_in")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ALL_DAY = ("00:00", "23:59")
MOST_PHONES = 6
LONGEST_PHONE = 40


class Shape(StrEnum):
    """How a field's value looks."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    CODE = "code"
    CODES = "codes"
    GROUPS = "groups"
    YES_NO = "yes_no"
    PHONES = "phones"
    HOURS = "hours"
    CLOSURES = "closures"


class Reason(StrEnum):
    """Why a change is not taken."""

    AGES = "ages"
    LINK = "link"
    EMAIL = "email"
    NOTHING_CHANGED = "nothing_changed"
    ALREADY_DECIDED = "already_decided"
    REASON_MISSING = "reason_missing"
    ALREADY_LISTED = "already_listed"
    NO_NEED = "no_need"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a listing: its section and shape."""

    section: Section
    shape: Shape


def _fields() -> dict[str, Field]:
    listed: dict[Section, dict[Shape, str]] = {
        Section.WHAT: {
            Shape.LINE: "name_es name_en",
            Shape.TEXT: "gives_es gives_en alert_es alert_en",
            Shape.CODE: "kind status referrable",
            Shape.CODES: "need",
        },
        Section.WHO: {
            Shape.TEXT: "eligibility_description_es eligibility_description_en bring_es bring_en",
            Shape.NUMBER: "minimum_age maximum_age",
            Shape.CODE: "gender nationality",
            Shape.CODES: "profile circumstance condition priority_group takes residence languages",
            Shape.GROUPS: "documents",
        },
        Section.HOW: {
            Shape.CODE: "referral_method",
            Shape.LINE: "referral_target email url",
            Shape.TEXT: "next_step_es next_step_en fees_description",
            Shape.NUMBER: "answer_days",
            Shape.YES_NO: "gives_feedback",
        },
        Section.WHERE: {
            Shape.PHONES: "phones",
            Shape.LINE: "address_1 postal_code",
            Shape.CODE: "alcaldia",
            Shape.TEXT: "transportation accessibility",
            Shape.YES_NO: "confidential",
        },
        Section.WHEN: {Shape.HOURS: "hours", Shape.TEXT: "hours_said", Shape.CLOSURES: "closures"},
        Section.ORGANIZATION: {
            Shape.LINE: "org_name_es org_name_en org_email org_website",
            Shape.TEXT: "org_description_es org_description_en",
        },
    }
    return {
        name: Field(section, shape)
        for section, shapes in listed.items()
        for shape, names in shapes.items()
        for name in names.split()
    }


FIELDS: Mapping[str, Field] = _fields()
# What "esto está mal" offers, in the words of a caseworker; OTHER stands for the rest.
REPORTABLE = (
    "phones",
    "hours",
    "address_1",
    "status",
    "documents",
    "eligibility_description_es",
    "gives_es",
    "bring_es",
    "fees_description",
    "referral_method",
    "name_es",
)


def fields_of(section: Section) -> tuple[str, ...]:
    """The fields of a section."""
    return tuple(name for name, field in FIELDS.items() if field.section is section)


def changes_between(now: Values, wanted: Values) -> dict[str, Any]:
    """What `wanted` says otherwise than `now`."""
    return {name: value for name, value in wanted.items() if value != now[name]}


def check_changes(now: Values, changes: Values) -> None:
    """Refused when the listing would contradict itself: ages the wrong way round, a link that is none; or when its last
    need is taken off: without any it fits nobody, and one that only informs is found by its needs too.
    """
    after = {**now, **changes}
    if "need" in changes and not after["need"]:
        raise Refused(Reason.NO_NEED, field="need")
    youngest, oldest = after["minimum_age"], after["maximum_age"]
    if youngest is not None and oldest is not None and youngest > oldest:
        raise Refused(Reason.AGES, field="maximum_age")
    for name in ("url", "org_website"):
        if name in changes and after[name] and not is_link(after[name]):
            raise Refused(Reason.LINK, field=name)
    target = after["referral_target"]
    if target and {"referral_target", "referral_method"} & changes.keys():
        check_target(after["referral_method"], target, "referral_target")


def check_target(method: str, target: str, field: str) -> None:
    """Refused when the address does not go with the way of referring."""
    if method == "link" and not is_link(target):
        raise Refused(Reason.LINK, field=field)
    if method == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", target):
        raise Refused(Reason.EMAIL, field=field)


def is_link(text: str) -> bool:
    """Whether this is an address of the web that a browser may be sent to."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in parts.netloc and not re.search(r"[\s\"<>]", text)


def value_of_notice(field: str, right: str, now: Any) -> Any:
    """What a notice's right value would write in the field, or None when nobody can tell from the words alone."""
    if not right or field not in FIELDS:
        return None
    shape = FIELDS[field].shape
    if shape is Shape.LINE:
        return " ".join(right.split())[:200]
    if shape is Shape.TEXT:
        return right
    if shape is Shape.PHONES and len(now) <= 1 and len(right) <= LONGEST_PHONE and e164(right):
        return [right]
    return None


_TIME = r"(\d{1,2})(?:[:.hH](\d{2}))?\s*(?:h|hrs?\.?)?"
_SPAN = re.compile(rf"(?:de\s+)?{_TIME}\s*(?:-|–|—|a|to)\s*(?:las\s+)?{_TIME}", re.IGNORECASE)


def read_hours(typed: str) -> list[list[str]] | None:
    """One day's hours as typed, "9:00-14:00, 16:00 a 18:00" or "24 horas", as [["09:00", "14:00"], ...].

    None when they cannot be read in one way, or overlap. A closing time of 24:00 is kept as 23:59, as HSDS has it.
    """
    text = " ".join(typed.lower().split())
    if not text or text in {"cerrado", "closed"}:
        return []
    if text in {"24 horas", "24 h", "24h", "24 hours", "00:00-24:00"}:
        return [list(ALL_DAY)]
    spans = []
    for part in re.split(r"\s*(?:,|;|\s+y\s+|\s+and\s+)\s*", text):
        found = _SPAN.fullmatch(part)
        if found is None:
            return None
        opens, closes = _time(found[1], found[2]), _time(found[3], found[4])
        if opens is None or closes is None or opens == "23:59" or closes <= opens:
            return None
        spans.append([opens, closes])
    spans.sort()
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        return None
    return spans


def written_hours(spans: Iterable[Iterable[str]]) -> str:
    """One day's hours as a box shows them; read_hours reads them back."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in (tuple(span) for span in spans))


def _time(hour: str, minute: str | None) -> str | None:
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == (24, 0):
        return "23:59"
    return f"{hours:02d}:{minutes:02d}" if hours < 24 and minutes < 60 else None


def same_name(name: str, other: str) -> bool:
    """Whether two names of institutions are the same to a reader: accents, case and spaces aside."""
    return " ".join(normalise(name).split()) == " ".join(normalise(other).split())
