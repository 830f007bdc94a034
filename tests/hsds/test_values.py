"""Values brought to the standard's form, or left out with a reason."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.hsds.rules import values
from referral.hsds.rules.reasons import Reason
from referral.hsds.rules.values import Cleaned


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2024-05-01T10:00:00Z", "2024-05-01"),
        ("31/12/2023", "2023-12-31"),
        ("12/31/2023", "2023-12-31"),
        ("05/05/2023", "2023-05-05"),
        ("May 1, 2024", "2024-05-01"),
        ("1 de mayo de 2024", "2024-05-01"),
        ("03/04/2023", None),  # March or April?
        ("January 01, 0001", None),
        ("2024-02-30", None),
        ("pronto", None),
    ],
)
def test_dates(text: str, kept: str | None) -> None:
    found = values.clean_date(text)
    assert found.value == kept
    assert (found.reason is Reason.BAD_DATE) is (kept is None)


@given(st.dates(min_value=date(1800, 1, 1)))
def test_an_iso_date_is_kept(day: date) -> None:
    assert values.clean_date(day.isoformat()) == Cleaned(day.isoformat())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("9:00", "09:00"),
        ("09:00:00", "09:00"),
        ("9am", "09:00"),
        ("4:00 PM", "16:00"),
        ("12 p.m.", "12:00"),
        ("12am", "00:00"),
        ("16h", "16:00"),
        ("24:00", "23:59"),
        ("18:30-06:00", "18:30"),
        ("9", None),
        ("25:00", None),
        ("13pm", None),
        ("mediodía", None),
    ],
)
def test_times(text: str, kept: str | None) -> None:
    assert values.clean_time(text).value == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [("18", 18), ("19.4", 19.4), ("12 años", 12), ("1,5", None), ("de 3 a 5", None), ("1e400", None), ("-1", -1)],
)
def test_numbers(text: str, kept: float | None) -> None:
    assert values.clean_number(text).value == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("www.example.org", "https://www.example.org"),
        ("casa.org.mx/ayuda", "https://casa.org.mx/ayuda"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://", None),
        ("http://a b.org", None),
        ("http://[", None),
        ("no tiene", None),
    ],
)
def test_addresses_on_the_web(text: str, kept: str | None) -> None:
    assert values.clean_url(text).value == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a@example.org", "a@example.org"), ("mailto:a@example.org", "a@example.org"), ("a@b", None), ("a y b", None)],
)
def test_mail(text: str, kept: str | None) -> None:
    assert values.clean_email(text).value == kept


@pytest.mark.parametrize(
    ("text", "kept", "reason"),
    [
        ("  Comedor\r\nabierto ", "Comedor\nabierto", None),
        ("<p>Comedor<br>abierto</p>", "Comedor\nabierto", Reason.HTML),
        ("Ni&ntilde;as", "Niñas", Reason.HTML),
        ("menos de < 18 > años", "menos de < 18 > años", None),
        ("NiÃ±as y niÃ±os", "Niñas y niños", Reason.BAD_LETTERS),
        ("a\x00b\ud800", "ab", Reason.BAD_LETTERS),
        ("NULL", "", None),
        (None, "", None),
        (["a", "b"], "a, b", None),
        (True, "true", None),
    ],
)
def test_text(text: object, kept: str, reason: Reason | None) -> None:
    found = values.clean_text(text)
    assert found.value == kept
    assert found.reason is reason


@given(st.text())
def test_no_text_keeps_what_a_database_refuses(text: str) -> None:
    kept = str(values.clean_text(text).value)
    assert "\x00" not in kept
    kept.encode()  # no half signs
    assert not re.search(r"</?[a-zA-Z][^<>]*>", text) or kept != text


@given(st.text(max_size=40))
def test_no_cleaner_ever_fails(text: str) -> None:
    for clean in values.CLEANERS.values():
        found = clean(text)
        assert found.value is not None or found.reason is not None


def test_refs_are_always_the_same() -> None:
    space = uuid.uuid4()
    assert values.entry_ref(space, "service", "7") == values.entry_ref(space, "service", "7")
    assert values.entry_ref(space, "service", "7") != values.entry_ref(space, "location", "7")
    ident = str(uuid.uuid4())
    assert values.entry_ref(space, "service", values.external_id(ident.upper())) == uuid.UUID(ident)
