"""What a row says: its cells read one by one, each fault named at its cell. Pure; for opened.py and the command."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email

from referral.intake.facts import LEADER, LONGEST_CELL, NO, NOT_ASKED, YES, RowFacts, Wrong
from referral.intake.rules.columns import SEVERAL, code_of, columns
from referral.intake.rules.reasons import Problem
from referral.kernel.date_boxes import age_from_box, date_from_boxes
from referral.kernel.names import PersonNames, normalise
from referral.kernel.partial_dates import PartialDate
from referral.kernel.phones import e164
from referral.kernel.refusal import Refused
from referral.people.facts import ContactFacts, IdentityFacts, NewPerson
from referral.people.rules import registration
from referral.people.rules.curp import clean_curp
from referral.people.rules.languages import language_told
from referral.visits.facts import FirstAnswer

FORMULA = "\ue000"  # stands in a cell whose formula has no result; never in anybody's name
TWO_WAYS = "M?"  # an M in a sheet that also says F: woman or male
SHARED = ("phone", "email", "alcaldia", "housing", "place", "contact_name", "contact_phone", "will_return")
TICKS = ("interpreter", "will_return", "single_name")
_EXPRESS = frozenset({"signed", "thumbprint"})
_TOLD_HOW = _EXPRESS | {"verbal"}
_YES = frozenset({"si", "yes", "x", "1", "true", "verdadero", "s", "y"})
_NO = frozenset({"no", "0", "false", "falso", "n"})
_NOT_KNOWN = frozenset({"no sabe", "no se sabe", "desconocida", "unknown", "does not know", "sin dato", "nd", "n d"})
_AGE = re.compile(r"(\d{1,3})\s*(?:anos?|years?(?: old)?)")
_BETWEEN = re.compile(r"[\s/.\-,]+")
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPLIT = re.compile(r"[;|\n]+")


@dataclass(slots=True)
class _Reader:
    """One row while it is read; what cannot be is noted at its column."""

    cells: Mapping[str, str]
    told_on: date
    wrong: list[Wrong] = field(default_factory=list)

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def fault(self, column: str, problem: Problem, **values: object) -> None:
        self.wrong.append(Wrong(column, "intake", problem.value, {name: str(value) for name, value in values.items()}))

    def refused(self, no: Refused, column: str) -> None:
        """A rule of another room: its own sentence, at this column."""
        self.wrong.append(refusal_as_wrong(no, column))

    def code(self, column: str) -> str:
        word = self.text(column)
        if not word:
            return ""
        if column == "sex_document" and word == TWO_WAYS:
            self.fault(column, Problem.SEX_TWO_WAYS)
            return ""
        found = code_of(column, word)
        if found is None:
            self.fault(column, Problem.UNKNOWN_WORD, word=word)
        return found or ""

    def codes(self, column: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        whole = self.text(column)
        known = code_of(column, whole) if whole else None
        parts = [whole] if known else _SPLIT.split(whole)
        for word in filter(None, (part.strip() for part in parts)):
            # Labels of needs hold commas, so a comma only parts words when the whole is not one of them.
            some = [word] if code_of(column, word) else [each.strip() for each in word.split(",") if each.strip()]
            for each in some:
                code = code_of(column, each)
                if code is None:
                    self.fault(column, Problem.UNKNOWN_WORD, word=each)
                else:
                    found[code] = None
        return tuple(found)

    def tick(self, column: str) -> bool:
        word = normalise(self.text(column))
        if word and word not in _YES and word not in _NO:
            self.fault(column, Problem.YES_OR_NO, word=self.text(column))
        return word in _YES

    def phone(self, column: str) -> str:
        text = self.text(column)
        found = e164(text) if text else ""
        if found is None:
            self.fault(column, Problem.PHONE, word=text)
        return found or ""

    def email(self) -> str:
        text = self.text("email")
        if not text:
            return ""
        try:
            return str(validate_email(text, check_deliverability=False).normalized)
        except EmailNotValidError:
            self.fault("email", Problem.EMAIL, word=text)
            return ""

    def language(self) -> tuple[str, str]:
        code, name = self.code("language"), self.text("language_name")
        try:
            return language_told(code, name)
        except Refused as no:
            self.refused(no, "language_name")
            return code, ""

    def birth(self) -> PartialDate:
        text, age = self.text("birth"), self.text("age")
        try:
            found = read_birth(text, told_on=self.told_on)
        except Refused as no:
            if no.reason is Problem.DATE_UNREADABLE or no.reason is Problem.ORDER_OF_DATE:
                self.fault("birth", Problem(no.reason), word=text)
            else:
                self.refused(no, "birth")
            return PartialDate.unknown()
        if found.is_known or not age:
            return found
        match = _AGE.fullmatch(normalise(age))
        try:
            return age_from_box(match.group(1) if match else age, told_on=self.told_on)
        except Refused as no:
            self.refused(no, "age")
            return PartialDate.unknown()


def read_birth(text: str, *, told_on: date) -> PartialDate:
    """A birth as people write it: a day (day before month, or ISO), a month, a year, an age in words, or not known."""
    plain = normalise(text)
    if not plain or plain in _NOT_KNOWN:
        return PartialDate.unknown()
    if (age := _AGE.fullmatch(plain)) is not None:
        return age_from_box(age.group(1), told_on=told_on)
    parts = [part for part in _BETWEEN.split(text.strip()) if part and normalise(part) not in {"de", "del", "of"}]
    if len(parts) > 1 and len(parts[0]) == 4 and parts[0].isdecimal():
        parts.reverse()
    if not 1 <= len(parts) <= 3 or not any(part.isdecimal() for part in parts):
        raise Refused(Problem.DATE_UNREADABLE, field="birth")
    if len(parts) == 3 and not parts[0].isdecimal():  # "marzo 27, 1994"
        parts[0], parts[1] = parts[1], parts[0]
    day, month, year = [""] * (3 - len(parts)) + parts
    if month.isdecimal() and 12 < int(month[:4]) <= 31 and day.isdecimal() and 1 <= int(day[:4]) <= 12:
        raise Refused(Problem.ORDER_OF_DATE, field="birth")
    return date_from_boxes(day, month, year, today=told_on)


def read_row(
    cells: Mapping[str, str], *, told_on: date, notice_given: bool, from_leader: Mapping[str, str]
) -> RowFacts:
    """What a row says. `told_on`: the day of the list, on which an age was told.

    `from_leader`: cells of the reference person of her family, whose contact and language she shares when she gives
    none of her own.
    """
    kept = shared(cells, from_leader)
    reader = _Reader({column: _readable(text) for column, text in kept.items()}, told_on)
    _check_texts(reader, kept)
    identity = _identity(reader)
    contact = _contact(reader)
    person = None
    if identity is not None:
        person = _checked(reader, NewPerson(identity, contact))
    relation = reader.code("relation")
    if relation and not reader.text("family"):
        reader.fault("family", Problem.RELATION_WITHOUT_FAMILY)
    needs, first = reader.codes("needs"), reader.codes("first")
    profile = reader.code("profile")
    care, sensitive_how = _consents(reader, identity, profile, notice_given)
    return RowFacts(
        person=None if reader.wrong else person,
        wrong=tuple(reader.wrong),
        family=reader.text("family"),
        leads=relation == LEADER,
        relation="" if relation == LEADER else relation,
        needs=needs,
        first=tuple(FirstAnswer(code) for code in first),
        profile=profile,
        sensitive_how=sensitive_how,
        care=care,
        care_how=reader.code("care_how") if care else "",
        asked_by=reader.text("asked_by"),
    )


def refusal_as_wrong(no: Refused, column: str = "") -> Wrong:
    """A refusal as it is kept beside a row: which room's reason, and its values as text."""
    source = f"{type(no.reason).__module__}.{type(no.reason).__name__}"
    return Wrong(column, source, no.reason.value, {name: str(value) for name, value in no.values.items()})


def clean_cell(text: str) -> str:
    """One line, NFC, with single spaces; the apostrophe that keeps a spreadsheet from computing is taken away."""
    cleaned = " ".join(unicodedata.normalize("NFC", text).split())
    return cleaned[1:] if cleaned[:1] == "'" and cleaned[1:2] in {"=", "+", "-", "@", "|"} else cleaned


def _readable(text: str) -> str:
    return "" if text == FORMULA or len(text) > LONGEST_CELL else _HIDDEN.sub("", text)


def _check_texts(reader: _Reader, cells: Mapping[str, str]) -> None:
    for column, text in cells.items():
        if text == FORMULA:
            reader.fault(column, Problem.FORMULA)
        elif len(text) > LONGEST_CELL:
            reader.fault(column, Problem.TOO_LONG, limit=LONGEST_CELL)
        elif _HIDDEN.search(text):
            reader.fault(column, Problem.UNSEEN)


def shared(cells: Mapping[str, str], leader: Mapping[str, str]) -> dict[str, str]:
    """Cells with the contact and the language of the family's reference person where there is none."""
    own = dict(cells)
    if leader and not any(own.get(column) for column in SHARED):
        own |= {column: leader[column] for column in SHARED if leader.get(column)}
    if leader and not own.get("language"):
        own |= {column: leader[column] for column in ("language", "language_name", "interpreter") if leader.get(column)}
    return own


def _identity(reader: _Reader) -> IdentityFacts | None:
    birth = reader.birth()
    nationalities = (reader.code("nationality"), reader.code("nationality2"))
    facts: dict[str, Any] = {
        "birth": birth,
        "nationalities": tuple(dict.fromkeys(code for code in nationalities if code)),
        "sex_document": reader.code("sex_document"),
        "curp": clean_curp(reader.text("curp")),
        "accompaniment": reader.code("accompaniment"),
        "single_name": reader.tick("single_name"),
    }
    try:
        names = PersonNames(
            given=reader.text("given"),
            surname1=reader.text("surname1"),
            surname2=reader.text("surname2"),
            chosen=reader.text("chosen"),
        )
    except Refused as no:
        reader.refused(no, no.field or "given")
        return None
    return IdentityFacts(names, **facts)


def _contact(reader: _Reader) -> ContactFacts:
    language, name = reader.language()
    return ContactFacts(
        language=language,
        language_name=name,
        interpreter=reader.tick("interpreter"),
        phone=reader.phone("phone"),
        email=reader.email(),
        alcaldia=reader.code("alcaldia"),
        housing=reader.code("housing"),
        place=reader.text("place"),
        contact_name=reader.text("contact_name"),
        contact_phone=reader.phone("contact_phone"),
        will_return=reader.tick("will_return"),
    )


def _checked(reader: _Reader, person: NewPerson) -> NewPerson:
    checks: tuple[Callable[[], None], ...] = (
        lambda: registration.check_identity(person.identity),
        lambda: registration.check_contact(person.contact),
    )
    for check in checks:
        try:
            check()
        except Refused as no:
            if no.reason is registration.Reason.NO_WAY_BACK:
                # A telephone that cannot be read has its sentence already: the way back is there.
                if not any(one.column in SHARED for one in reader.wrong):
                    reader.fault("phone", Problem.NO_WAY_BACK)
            else:
                reader.refused(no, no.field if no.field is not None and no.field in columns() else "")
    return person


def _consents(reader: _Reader, identity: IdentityFacts | None, profile: str, notice_given: bool) -> tuple[str, str]:
    """What she answered to keeping her data, and how to keeping the sensitive ones. Nothing said is nothing asked."""
    care, how = reader.code("care"), reader.code("care_how")
    sensitive = reader.code("sensitive_how")
    if care == NO:
        reader.fault("care", Problem.SAID_NO)
    if care == YES:
        if how not in _TOLD_HOW:
            reader.fault("care_how", Problem.HOW_MISSING)
        if not reader.text("asked_by"):
            reader.fault("asked_by", Problem.ASKED_BY_MISSING)
        _check_yes(reader, "care", identity, notice_given)
    if profile and sensitive in {"", NO, NOT_ASKED} and not any(one.column == "sensitive_how" for one in reader.wrong):
        reader.fault("sensitive_how", Problem.PROFILE_WITHOUT_CONSENT)
    elif sensitive in _EXPRESS:
        _check_yes(reader, "sensitive_how", identity, notice_given)
    elif sensitive not in {"", NO, NOT_ASKED}:
        reader.fault("sensitive_how", Problem.CONSENT_NOT_EXPRESS)
    return care if care == YES else "", "" if sensitive == NOT_ASKED else sensitive


def _check_yes(reader: _Reader, column: str, identity: IdentityFacts | None, notice_given: bool) -> None:
    if not notice_given:
        reader.fault(column, Problem.CONSENT_WITHOUT_NOTICE)
    elif identity is not None and identity.birth.is_minor(reader.told_on) is True:
        reader.fault(column, Problem.CONSENT_OF_MINOR)


def canonical(cells: Mapping[str, str]) -> dict[str, str]:
    """Cells with every word of a list written as its code where it can be read: what the page for a row shows."""
    found = {}
    for column, text in cells.items():
        if column in TICKS and text:
            word = normalise(text)
            found[column] = "si" if word in _YES else "no" if word in _NO else text
            continue
        if text == FORMULA:
            continue
        listed = columns()[column].list_name and column not in SEVERAL
        found[column] = (code_of(column, text) or text) if listed and text else text
    return found
