"""Partial dates: what is known is kept, intervals hold every date they can be, ages never claim more than is known."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from referral.kernel.partial_dates import OLDEST_AGE, AgeRange, PartialDate, Precision

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
PARTIALS = st.one_of(
    DAYS.map(PartialDate.of_day),
    DAYS.map(lambda day: PartialDate.of_month(day.year, day.month)),
    DAYS.map(lambda day: PartialDate.of_year(day.year)),
    st.builds(PartialDate.of_age, st.integers(0, OLDEST_AGE), DAYS),
    st.just(PartialDate.unknown()),
)


def completed_years(born: date, on: date) -> int:
    """Counted birthday by birthday, unlike the code under test."""
    years = 0
    while True:
        try:
            birthday = born.replace(year=born.year + years + 1)
        except ValueError:
            birthday = date(born.year + years + 1, 3, 1)
        if birthday > on:
            return years
        years += 1


@pytest.mark.parametrize(
    ("partial", "text"),
    [
        (PartialDate.of_day(date(1994, 3, 27)), "1994-03-27"),
        (PartialDate.of_month(1994, 3), "1994-03"),
        (PartialDate.of_year(1994), "1994"),
        (PartialDate.of_age(32, date(2026, 11, 21)), "age:32@2026-11-21"),
        (PartialDate.of_age(0, date(2026, 11, 21)), "age:0@2026-11-21"),
        (PartialDate.unknown(), "unknown"),
    ],
)
def test_stored_text(partial: PartialDate, text: str) -> None:
    assert partial.to_text() == text
    assert str(partial) == text
    assert PartialDate.from_text(text) == partial


@given(PARTIALS)
def test_text_goes_there_and_back(partial: PartialDate) -> None:
    assert PartialDate.from_text(partial.to_text()) == partial


@pytest.mark.parametrize(
    "text", ["", "94", "1994-3", "1994-13", "1994-02-30", "0999", "age:32", "age:032@2026-11-21", "age:126@2026-11-21",
             "1994 ", "1994\n", "١٩٩٤", "Unknown", "age:-1@2026-11-21"],
)  # fmt: skip
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        PartialDate.from_text(text)


@given(st.text(max_size=30))
def test_reading_any_text_gives_the_same_text_or_a_value_error(text: str) -> None:
    try:
        partial = PartialDate.from_text(text)
    except ValueError:
        return
    assert partial.to_text() == text


@given(PARTIALS)
def test_interval_is_in_order_and_as_wide_as_the_precision(partial: PartialDate) -> None:
    first, last = partial.earliest(), partial.latest()
    if partial.precision is Precision.UNKNOWN:
        assert (first, last, partial.birth_year_guess) == (None, None, None)
        return
    assert first is not None
    assert last is not None
    widest = {Precision.DAY: 1, Precision.MONTH: 31, Precision.YEAR: 366, Precision.AGE: 366}[partial.precision]
    assert 1 <= (last - first).days + 1 <= widest
    assert partial.birth_year_guess in {first.year, last.year}


@given(st.dates(date(1920, 1, 1), date(2030, 1, 1)), DAYS, DAYS)
def test_told_age_is_compatible_with_the_true_birth_date(born: date, told_on: date, on: date) -> None:
    assume(timedelta() <= told_on - born < timedelta(days=365 * OLDEST_AGE))
    partial = PartialDate.of_age(completed_years(born, told_on), told_on)
    first, last = partial.earliest(), partial.latest()
    assert first is not None
    assert last is not None
    assert first <= born <= last
    if on >= born:
        ages = partial.age_on(on)
        assert ages is not None
        assert ages.low <= completed_years(born, on) <= ages.high
        assert ages.high - ages.low <= 1


@given(st.integers(0, OLDEST_AGE), DAYS)
def test_told_age_is_that_age_on_the_day_it_was_told(age: int, told_on: date) -> None:
    assert PartialDate.of_age(age, told_on).age_on(told_on) == AgeRange(age, age)


@given(st.dates(date(1920, 1, 1), date(2030, 1, 1)), st.dates(date(2030, 1, 1), date(2060, 1, 1)))
def test_less_precise_dates_never_exclude_the_true_age(born: date, on: date) -> None:
    age = completed_years(born, on)
    assert PartialDate.of_day(born).age_on(on) == AgeRange(age, age)
    for partial in (PartialDate.of_month(born.year, born.month), PartialDate.of_year(born.year)):
        ages = partial.age_on(on)
        assert ages is not None
        assert ages.low <= age <= ages.high <= ages.low + 1
        assert partial.is_minor(on) in {age < 18, None}


def test_minor_until_the_eighteenth_birthday() -> None:
    born = PartialDate.of_day(date(2008, 11, 22))
    assert born.is_minor(date(2026, 11, 21)) is True
    assert born.is_minor(date(2026, 11, 22)) is False


def test_minor_born_on_29_february_grows_up_on_1_march() -> None:
    born = PartialDate.of_day(date(2008, 2, 29))
    assert born.is_minor(date(2026, 2, 28)) is True
    assert born.is_minor(date(2026, 3, 1)) is False


def test_minority_is_unknown_when_what_is_known_allows_both() -> None:
    assert PartialDate.of_year(2008).is_minor(date(2026, 6, 1)) is None
    assert PartialDate.of_age(17, date(2026, 1, 10)).is_minor(date(2026, 6, 1)) is None
    assert PartialDate.of_age(17, date(2026, 1, 10)).is_minor(date(2027, 1, 10)) is False
    assert PartialDate.unknown().is_minor(date(2026, 6, 1)) is None


def test_age_before_birth_is_zero() -> None:
    assert PartialDate.of_year(2026).age_on(date(2026, 1, 1)) == AgeRange(0, 0)


def test_exact_only_for_days() -> None:
    assert PartialDate.of_day(date(1994, 3, 27)).exact == date(1994, 3, 27)
    assert PartialDate.of_month(1994, 3).exact is None
    assert not PartialDate.unknown().is_known


@pytest.mark.parametrize(
    ("build", "arguments"),
    [
        (PartialDate.of_month, (1994, 0)),
        (PartialDate.of_year, (94,)),
        (PartialDate.of_age, (-1, date(2026, 1, 1))),
        (PartialDate.of_age, (OLDEST_AGE + 1, date(2026, 1, 1))),
        (PartialDate.of_age, (50, date(1020, 1, 1))),
    ],
)
def test_impossible_values_are_refused(build: object, arguments: tuple[object, ...]) -> None:
    assert callable(build)
    with pytest.raises(ValueError):
        build(*arguments)
