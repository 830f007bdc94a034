"""Who can be inscribed, what is missing, how long it holds, how it changes and ends. Pure; for padron and desk."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum

from referral.kernel.codes import PROFILES, RECORD_KINDS
from referral.kernel.refusal import Refused
from referral.padron.facts import (
    CorrectedField,
    Correction,
    EndReason,
    InscriptionLine,
    InscriptionState,
    ReopenReason,
    Term,
)
from referral.people.facts import IdentityFacts

REGISTER_KIND = "padron"  # the code of RECORD_KINDS whose people may be inscribed


class Eligibility(StrEnum):
    """Whether the register is for this person. Whoever is not inscribed is served all the same."""

    OPEN = "open"
    CONFIRM = "confirm"  # the rules of the register do not say: the authority does
    SERVED_ONLY = "served_only"
    OTHER_KIND = "other_kind"  # her file was opened for service only; the kind of record can be changed


class Missing(StrEnum):
    """What an inscription still lacks, in the order in which the desk asks for it."""

    CARE_CONSENT = "care_consent"
    NAME = "name"


class Reason(StrEnum):
    """Why somebody is not inscribed or an inscription not renewed."""

    NOT_READY = "not_ready"  # missing
    SERVED_NOT_INSCRIBED = "served_not_inscribed"
    CONFIRMATION_MISSING = "confirmation_missing"
    ALREADY_INSCRIBED = "already_inscribed"  # folio
    NOT_INSCRIBED = "not_inscribed"
    ENDED = "ended"
    TOO_EARLY = "too_early"  # days
    ALREADY_ENDED = "already_ended"
    END_REASON_UNKNOWN = "end_reason_unknown"
    NOT_ENDED = "not_ended"
    STAYS_ENDED = "stays_ended"
    NOTHING_CHANGED = "nothing_changed"
    KIND_UNKNOWN = "kind_unknown"
    KIND_OF_INSCRIBED = "kind_of_inscribed"


def eligibility(profiles: Collection[str], *, record_kind: str = REGISTER_KIND) -> Eligibility:
    """From the codes of PROFILES told. One profile that opens the register is enough; none told opens it too."""
    if record_kind != REGISTER_KIND:
        return Eligibility.OTHER_KIND
    answers = {PROFILES[code].registrable for code in profiles if code in PROFILES}
    if not answers or "yes" in answers:
        return Eligibility.OPEN
    return Eligibility.CONFIRM if "confirm" in answers else Eligibility.SERVED_ONLY


def missing_for_inscription(*, has_care_consent: bool, has_name: bool) -> tuple[Missing, ...]:
    """What is missing; empty when the person can be inscribed. Papers and migration status are no conditions."""
    conditions = ((Missing.CARE_CONSENT, has_care_consent), (Missing.NAME, has_name))
    return tuple(missing for missing, met in conditions if not met)


def check_inscribe(
    *, missing: Sequence[Missing], eligible: Eligibility, confirmed: bool, current_folio: str | None
) -> None:
    """Refused unless the person can be inscribed now."""
    if current_folio is not None:
        raise Refused(Reason.ALREADY_INSCRIBED, folio=current_folio)
    if eligible in {Eligibility.SERVED_ONLY, Eligibility.OTHER_KIND}:
        raise Refused(Reason.SERVED_NOT_INSCRIBED)
    if missing:
        raise Refused(Reason.NOT_READY, missing=tuple(missing))
    if eligible is Eligibility.CONFIRM and not confirmed:
        raise Refused(Reason.CONFIRMATION_MISSING, field="confirmed")


def check_renew(inscription: InscriptionLine | None, *, today: date, term: Term, has_care_consent: bool) -> date:
    """The new last day, counted from the end of a term still running, so that nobody loses days by coming early.

    Refused when there is nothing to renew or it is not time yet (TOO_EARLY, with the first day on which it is).
    """
    if inscription is None:
        raise Refused(Reason.NOT_INSCRIBED)
    if inscription.state(today) is InscriptionState.ENDED:
        raise Refused(Reason.ENDED)
    if not has_care_consent:
        raise Refused(Reason.NOT_READY, missing=(Missing.CARE_CONSENT,))
    first = renewable_from(inscription, term)
    if today < first:
        raise Refused(Reason.TOO_EARLY, days=(first - today).days)
    return last_day(max(today, inscription.valid_to), term.months)


def renewable_from(inscription: InscriptionLine, term: Term) -> date:
    """The first day on which it may be renewed."""
    return inscription.valid_to - timedelta(days=term.renew_from_days)


def check_end(inscription: InscriptionLine | None, reason: EndReason, *, today: date) -> InscriptionLine:
    """The inscription to end. Refused when there is none or it ended before."""
    if inscription is None:
        raise Refused(Reason.NOT_INSCRIBED)
    if inscription.state(today) is InscriptionState.ENDED:
        raise Refused(Reason.ALREADY_ENDED)
    if reason is EndReason.CARE_WITHDRAWN:
        raise Refused(Reason.END_REASON_UNKNOWN, field="reason")
    return inscription


# After these nobody comes back: only a mistake can be undone.
_FINAL = frozenset({EndReason.DIED, EndReason.DUPLICATE, EndReason.IN_ERROR})


def check_reopen(
    inscription: InscriptionLine | None, reason: ReopenReason, *, today: date, has_care_consent: bool
) -> InscriptionLine:
    """The inscription to open again. Refused when it did not end, nobody can have come back, or consent is lacking."""
    if inscription is None:
        raise Refused(Reason.NOT_INSCRIBED)
    if inscription.state(today) is not InscriptionState.ENDED:
        raise Refused(Reason.NOT_ENDED)
    if reason is ReopenReason.CAME_BACK and inscription.end_reason in _FINAL:
        raise Refused(Reason.STAYS_ENDED, field="reopen_reason")
    if not has_care_consent:
        raise Refused(Reason.NOT_READY, missing=(Missing.CARE_CONSENT,))
    return inscription


def changes_of(identity: IdentityFacts, correction: Correction) -> dict[CorrectedField, tuple[str, str]]:
    """What a correction changes: field -> (before, after), dates as PartialDate.to_text() writes them."""
    before, after = identity.names, correction.names(identity.names)
    pairs = {
        CorrectedField.GIVEN: (before.given, after.given),
        CorrectedField.SURNAME1: (before.surname1, after.surname1),
        CorrectedField.SURNAME2: (before.surname2, after.surname2),
        CorrectedField.BIRTH: (birth_text(identity), correction.birth.to_text() if correction.birth.is_known else ""),
    }
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def birth_text(identity: IdentityFacts) -> str:
    """The date of birth on file as text; empty when it is not known."""
    return identity.birth.to_text() if identity.birth.is_known else ""


def check_correction(
    inscription: InscriptionLine | None, changes: dict[CorrectedField, tuple[str, str]]
) -> InscriptionLine:
    """The inscription that a correction belongs to. Refused when there is none or nothing would change."""
    if inscription is None:
        raise Refused(Reason.NOT_INSCRIBED)
    if not changes:
        raise Refused(Reason.NOTHING_CHANGED, field="given")
    return inscription


def check_kind(kind: str, inscription: InscriptionLine | None, *, today: date) -> None:
    """Refused for a kind that is not of the list, and for taking off the register whoever is on it by a side door."""
    if kind not in RECORD_KINDS:
        raise Refused(Reason.KIND_UNKNOWN, field="kind")
    on_it = inscription is not None and inscription.state(today) is not InscriptionState.ENDED
    if on_it and kind != REGISTER_KIND:
        raise Refused(Reason.KIND_OF_INSCRIBED)


def last_day(start: date, months: int) -> date:
    """The same day `months` later, or that month's last when it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def next_month(day: date) -> date:
    """The first day of the month after this one."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def months_ahead(today: date, how_many: int) -> tuple[date, ...]:
    """The first days of this month and those after it, as the list of terms about to end offers them."""
    months = [today.replace(day=1)]
    while len(months) < how_many:
        months.append(next_month(months[-1]))
    return tuple(months)


def month_from(text: str) -> date | None:
    """The month that an address names as 2026-12; None when it names none."""
    year, _, month = text.partition("-")
    if not (len(year) == 4 and len(month) == 2 and text.isascii() and (year + month).isdigit()):
        return None
    good = 1 <= int(month) <= 12 and 2000 <= int(year) < 2200
    return date(int(year), int(month), 1) if good else None
