"""Judgement of the staff room: passwords that may be used, sessions that still live, sign-ins that must wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from referral.access.identity import Role
from referral.kernel.refusal import Refused

PASSWORD_MIN, PASSWORD_MAX = 15, 128
FAILURES_PER_ACCOUNT, FAILURES_PER_SOURCE = 5, 30  # in one minute (shared controls A4)
FAILURE_WINDOW = timedelta(minutes=1)
TOUCH_EVERY = timedelta(minutes=1)

# Words that make a long password easy to guess at this desk; compared without spaces, digits and case.
_COMMON = (
    "password",
    "contrasena",
    "contraseña",
    "ventanilla",
    "qwertyuiop",
    "migrante",
    "padron",
    "sibiso",
    "administrador",
)


class Reason(StrEnum):
    """Why the staff room says no."""

    PASSWORD_SHORT = "password_short"  # noqa: S105  a reason
    PASSWORD_LONG = "password_long"  # noqa: S105  a reason
    PASSWORD_COMMON = "password_common"  # noqa: S105  a reason
    USERNAME_TAKEN = "username_taken"
    DESK_MISSING = "desk_missing"
    ORGANIZATION_MISSING = "organization_missing"
    SIGN_IN_FAILED = "sign_in_failed"


def check_password(password: str) -> None:
    """Refused unless it is 15 to 128 characters long and more than a common word with additions."""
    if len(password) < PASSWORD_MIN:
        raise Refused(Reason.PASSWORD_SHORT, minimum=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        raise Refused(Reason.PASSWORD_LONG, maximum=PASSWORD_MAX)
    letters = "".join(character for character in password.casefold() if character.isalpha())
    for word in _COMMON:
        letters = letters.replace(word, "")
    if len(set(letters)) < 5:
        raise Refused(Reason.PASSWORD_COMMON)


def check_place(role: Role, *, has_desk: bool, has_organization: bool) -> None:
    """Caseworkers and supervisors work at a desk; partner users belong to an organisation."""
    if role in {Role.CASEWORKER, Role.SUPERVISOR} and not has_desk:
        raise Refused(Reason.DESK_MISSING)
    if role is Role.PARTNER and not has_organization:
        raise Refused(Reason.ORGANIZATION_MISSING)


def session_lives(
    *, started_at: datetime, seen_at: datetime, now: datetime, idle: timedelta, longest: timedelta
) -> bool:
    """Whether a session is within its idle and absolute limits; a clock set back never lengthens it."""
    return seen_at <= now + TOUCH_EVERY and now - seen_at <= idle and now - started_at <= longest


def must_wait(*, account_failures: int, source_failures: int) -> bool:
    """Whether sign-in is refused unread because of recent failures; no outsider can lock an account for long."""
    return account_failures >= FAILURES_PER_ACCOUNT or source_failures >= FAILURES_PER_SOURCE
