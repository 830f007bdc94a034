"""Whether the voice on the telephone is hers, whether the glass may be broken. Pure; called by privacy.actions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people.glass_facts import Guarded
from referral.privacy.facts import SaidBy


class Reason(StrEnum):
    """Why the privacy room says no."""

    NOTHING_CHOSEN = "nothing_chosen"
    ANSWER_MISSING = "answer_missing"
    ANSWER_WRONG = "answer_wrong"
    NOTHING_TO_ASK = "nothing_to_ask"
    NOT_OPENED_IN_WRITING = "not_opened_in_writing"
    WORDS_TOO_SHORT = "words_too_short"  # least
    ALREADY_OPEN = "already_open"
    REVIEW_OVERDUE = "review_overdue"  # count
    ALREADY_REVIEWED = "already_reviewed"
    ALREADY_ASKED = "already_asked"
    ALREADY_DECIDED = "already_decided"
    OWN_ASKING = "own_asking"
    PASSWORD_WRONG = "password_wrong"  # noqa: S105  a reason


SHORTEST_WORDS = 20  # characters that say why a file is opened (assurance, C2)


def check_opening(words: str, *, already_open: bool, overdue: int) -> None:
    """Refused without words that say why, for what is open already, and while openings of the same account wait for a
    review that is late: whoever is not looked at does not go on opening.
    """
    if already_open:
        raise Refused(Reason.ALREADY_OPEN)
    if overdue:
        raise Refused(Reason.REVIEW_OVERDUE, count=overdue)
    _check_words(words)


def check_asking(words: str, *, before: Guarded | None, now: datetime) -> None:
    """Refused without words that say why, while the same account has it open, or waits for the second person."""
    if before is not None and before.is_open(now):
        raise Refused(Reason.ALREADY_OPEN)
    if before is not None and before.granted is None:
        raise Refused(Reason.ALREADY_ASKED)
    _check_words(words)


def _check_words(words: str) -> None:
    if len(words.strip()) < SHORTEST_WORDS:
        raise Refused(Reason.WORDS_TOO_SHORT, field="words", least=SHORTEST_WORDS)


def check_caller(said_by: SaidBy, answer: str, *, folio: str | None, birth: PartialDate) -> None:
    """Refused for a call whose answer is neither her year of birth nor her folio. Whoever is at the window is seen.

    A year that was only told as an age may be off by one.
    """
    if said_by is SaidBy.IN_PERSON:
        return
    year = birth.birth_year_guess if birth.is_known else None
    if year is None and folio is None:
        raise Refused(Reason.NOTHING_TO_ASK, field="said_by")
    typed = "".join(c for c in answer.upper() if c.isalnum())
    if not typed:
        raise Refused(Reason.ANSWER_MISSING, field="answer")
    slack = 0 if birth.year is not None else 1
    years = set() if year is None else {str(year + step) for step in range(-slack, slack + 1)}
    own = "".join(c for c in (folio or "").upper() if c.isalnum())
    if typed not in years and typed != (own or None):
        raise Refused(Reason.ANSWER_WRONG, field="answer")
