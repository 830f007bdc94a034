"""Facts of the arrival room that travel: the first answers, an alert as it stands, what to ask on a return visit."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from referral.directory.facts import Words
from referral.people.facts import PersonName
from referral.visits.facts import FirstAnswer


@dataclass(frozen=True, slots=True)
class Triage:
    """The answers to the first questions. Nothing told is not a no: it was not asked or not answered."""

    told: tuple[FirstAnswer, ...] = ()

    @property
    def alone(self) -> bool:
        """She said, or it is seen, that she is under 18 and comes without an adult."""
        return FirstAnswer.ALONE in self.told


class AnswerCode(StrEnum):
    """How an alert was answered."""

    DONE_CALLED = "done_called"
    DONE_REFERRED = "done_referred"
    PERSON_REFUSED = "person_refused"  # an adult's to say; never for a child alone
    NOT_APPLICABLE = "not_applicable"  # with the reason in the note


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer to the alert of one rule."""

    rule: str
    answer: AnswerCode
    note: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """A rule that applies to a person now. `doubt`: it does if she is a minor, which is not known for sure.

    `basis` names what it rests on: when that changes, an answer given before no longer answers it.
    """

    rule: str
    doubt: bool
    needs: tuple[str, ...]  # codes of the open needs that raise it
    basis: str

    @property
    def same_facts(self) -> tuple[str, ...]:
        """Equal for two alerts that rest on the same, of whichever file: a need counts by its code, not its row."""
        return (self.rule, *(sorted(self.needs) or [self.basis]))


@dataclass(frozen=True, slots=True)
class Answered:
    """Who answered an alert, how and when."""

    at: datetime
    answer: AnswerCode
    staff_name: str
    note: str
    desk_name: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """Whom an alert says to call. `phones` are empty where the directory knows none."""

    key: str
    ref: uuid.UUID
    name: Words
    phones: tuple[str, ...]
    demo_phone: bool = False


@dataclass(frozen=True, slots=True)
class AsylumTerm:
    """How long somebody has to ask for refuge after entering: working days, and days that do not count as such."""

    days: int = 30
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class AsylumDeadline:
    """By when refuge should be asked for: a range, as the day of entry may be known only to the month.

    `left` counts working days from today to `first`, the cautious one; negative once it has passed.
    """

    first: date
    last: date
    left: int
    days: int  # working days of the term

    @property
    def passed(self) -> bool:
        """Whether the cautious day is over."""
        return self.left < 0


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert on a file, with whom to call. `deadline` only where the rule speaks of one and the entry is known."""

    rule: str
    doubt: bool
    answered: Answered | None
    doors: tuple[Door, ...] = ()
    deadline: AsylumDeadline | None = None


@dataclass(frozen=True, slots=True)
class AlertOnDesk:
    """An alert that nobody has answered yet, as the first page lists it."""

    person: PersonName
    rule: str
    raised_at: datetime


class Paper(StrEnum):
    """What may run out on a file."""

    INSCRIPTION = "inscription"
    CERTIFICATE = "certificate"
    CONSENT = "consent"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class RunsOut:
    """Something that ran out since the last visit or soon will. `kind` is the code of an identity document."""

    what: Paper
    on: date
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something nobody knows yet: `asks` is a value of routing's FactName or Circumstance, `doors` how many named
    services wait for it."""

    asks: str
    doors: int


@dataclass(frozen=True, slots=True)
class ReturnVisit:
    """What a return visit should look at, besides what happened to her referrals."""

    runs_out: tuple[RunsOut, ...] = ()
    questions: tuple[Question, ...] = ()
    never_asked: tuple[str, ...] = ()  # sections of the file without any answer: values of people.facts.Section
