"""Judgement of the staff room, with facts alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from referral.access.identity import Role
from referral.kernel.refusal import Refused
from referral.staff.rules import Reason, check_password, check_place, must_wait, session_lives

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
IDLE, LONGEST = timedelta(minutes=15), timedelta(hours=10)


def _lives(*, started: timedelta, seen: timedelta) -> bool:
    return session_lives(started_at=NOW - started, seen_at=NOW - seen, now=NOW, idle=IDLE, longest=LONGEST)


@pytest.mark.parametrize(
    ("started", "seen", "lives"),
    [
        (timedelta(hours=1), timedelta(minutes=15), True),
        (timedelta(hours=1), timedelta(minutes=15, seconds=1), False),
        (timedelta(hours=10), timedelta(0), True),
        (timedelta(hours=10, seconds=1), timedelta(0), False),
        (timedelta(0), timedelta(0), True),
    ],
)
def test_a_session_ends_when_idle_and_in_any_case(started: timedelta, seen: timedelta, lives: bool) -> None:
    assert _lives(started=started, seen=seen) is lives


def test_a_clock_set_back_lengthens_nothing() -> None:
    assert not _lives(started=timedelta(0), seen=-timedelta(hours=3))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("corta", Reason.PASSWORD_SHORT),
        ("x" * 129, Reason.PASSWORD_LONG),
        ("ventanilla 2026 2026", Reason.PASSWORD_COMMON),
        ("Password12345678901", Reason.PASSWORD_COMMON),
        ("aaaaaaaaaaaaaaaaaaaa", Reason.PASSWORD_COMMON),
    ],
)
def test_passwords_that_are_refused(password: str, reason: Reason) -> None:
    with pytest.raises(Refused) as no:
        check_password(password)
    assert no.value.reason is reason


@pytest.mark.parametrize("password", ["quince letras sí", "Ñandú — ocho, tres, río", "x" * 10 + "bcdefgh" + "y" * 111])
def test_passwords_of_any_characters_pass(password: str) -> None:
    check_password(password)


def test_a_caseworker_needs_a_desk_and_a_partner_an_organisation() -> None:
    check_place(Role.AUDITOR, has_desk=False, has_organization=False)
    with pytest.raises(Refused):
        check_place(Role.CASEWORKER, has_desk=False, has_organization=True)
    with pytest.raises(Refused):
        check_place(Role.PARTNER, has_desk=True, has_organization=False)


@pytest.mark.parametrize(("account", "source", "wait"), [(4, 29, False), (5, 0, True), (0, 30, True)])
def test_who_must_wait(account: int, source: int, wait: bool) -> None:
    assert must_wait(account_failures=account, source_failures=source) is wait
