"""Writes machine-readable zones for tests, from the layout's description and with a check digit of its own making."""

from __future__ import annotations

from datetime import date

_MARKS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digit(text: str) -> str:
    """Sum of value times 7, 3, 1 in turn, modulo ten."""
    total = 0
    for place, mark in enumerate(text):
        value = 0 if mark == "<" else _MARKS.index(mark)
        total += value * [7, 3, 1][place % 3]
    return str(total % 10)


def pad(text: str, width: int) -> str:
    """Spaces as fillers, cut or filled to the width."""
    return text.replace(" ", "<")[:width].ljust(width, "<")


def day(value: date | None) -> str:
    """YYMMDD."""
    return value.strftime("%y%m%d") if value else "<<<<<<"


def names(surnames: str, given: str, width: int) -> str:
    """Surnames, two fillers, given names."""
    return pad(f"{surnames}<<{given}" if given else surnames, width)


def td3(
    *, issuer: str, surnames: str, given: str, number: str, nationality: str, birth: date, sex: str,
    expires: date | None, personal: str = "", code: str = "P",
) -> list[str]:  # fmt: skip
    """A passport's two lines of 44."""
    first = pad(code, 2) + pad(issuer, 3) + names(surnames, given, 39)
    number_, birth_, expires_, personal_ = pad(number, 9), day(birth), day(expires), pad(personal, 14)
    head, middle, tail = number_ + digit(number_), birth_ + digit(birth_), expires_ + digit(expires_)
    end = personal_ + (digit(personal_) if personal else "<")
    return [first, head + pad(nationality, 3) + middle + sex + tail + end + digit(head + middle + tail + end)]


def td2(
    *, issuer: str, surnames: str, given: str, number: str, nationality: str, birth: date, sex: str,
    expires: date | None, code: str = "I",
) -> list[str]:  # fmt: skip
    """A card's two lines of 36."""
    first = pad(code, 2) + pad(issuer, 3) + names(surnames, given, 31)
    number_, rest = _number(number, 7)
    birth_, expires_ = day(birth), day(expires)
    middle, tail = birth_ + digit(birth_), expires_ + digit(expires_) + rest
    return [first, number_ + pad(nationality, 3) + middle + sex + tail + digit(number_ + middle + tail)]


def td1(
    *, issuer: str, surnames: str, given: str, number: str, nationality: str, birth: date, sex: str,
    expires: date | None, code: str = "I",
) -> list[str]:  # fmt: skip
    """A card's three lines of 30."""
    number_, rest = _number(number, 15)
    birth_, expires_ = day(birth), day(expires)
    middle, tail, other = birth_ + digit(birth_), expires_ + digit(expires_), pad("", 11)
    whole = number_ + rest + middle + tail + other
    second = middle + sex + tail + pad(nationality, 3) + other + digit(whole)
    return [pad(code, 2) + pad(issuer, 3) + number_ + rest, second, names(surnames, given, 30)]


def _number(number: str, width: int) -> tuple[str, str]:
    """The number with its digit, and the optional data: a long number goes on there."""
    if len(number) <= 9:
        return pad(number, 9) + digit(pad(number, 9)), pad("", width)
    return number[:9] + "<", pad(number[9:] + digit(number), width)
