"""Dates, ages, numbers and code words in the page's language: the template filters. Registered by pages.py.

Each takes the language it speaks, which is the page's when not told: templates are told it once (see filters_in), for
asking it again at each word is a twentieth of a long list.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, partial

import phonenumbers
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from flask import g, has_app_context
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from referral.kernel.clock import LOCAL_ZONE
from referral.kernel.codes import code_list
from referral.kernel.partial_dates import AgeRange, PartialDate, Precision

# The words are "es" and "en"; the shapes of dates and numbers are those of Mexico and, for English, day before month.
_SHAPES = {"es": Locale("es", "MX"), "en": Locale("en", "GB")}


def page_locale() -> Locale | None:
    """What flask_babel.get_locale answers, at half the price: it is asked for each word and each date of a page."""
    # Where flask_babel keeps it, and force_locale puts another.
    held = g.get("_flask_babel") if has_app_context() else None
    chosen: Locale | None = getattr(held, "babel_locale", None)
    return get_locale() if chosen is None else chosen


def page_language() -> str:
    """Language of the page being drawn: es or en."""
    locale = page_locale()
    return "en" if locale is not None and locale.language == "en" else "es"


def page_direction() -> str:
    """Direction of its writing, ltr or rtl, for <html dir>."""
    locale = page_locale()
    return str(locale.text_direction) if locale is not None else "ltr"


@lru_cache(maxsize=4096)  # a work list shows the same few dates over and over; Babel takes 30 µs for each
def _date_text(day: date, language: str, pattern: str) -> str:
    return str(format_date(day, pattern, locale=_SHAPES[language]))


def _local_day(value: date) -> date:
    return value.astimezone(LOCAL_ZONE).date() if isinstance(value, datetime) else value


def date_long(value: date | None, language: str | None = None) -> str:
    """As in: 21 de noviembre de 2026. Empty for None."""
    return "" if value is None else _date_text(_local_day(value), language or page_language(), "long")


def date_short(value: date | None, language: str | None = None) -> str:
    """As in: 21 nov 2026. Empty for None."""
    return "" if value is None else _date_text(_local_day(value), language or page_language(), "d MMM y")


def datetime_short(value: datetime | None, language: str | None = None) -> str:
    """As in: 21 nov 2026, 16:40 (city time). Empty for None."""
    if value is None:
        return ""
    local = value.astimezone(LOCAL_ZONE)
    return f"{_date_text(local.date(), language or page_language(), 'd MMM y')}, {local.hour:02}:{local.minute:02}"


def time_short(value: datetime | None) -> str:
    """As in: 16:40 (city time), where the day is plain. Empty for None."""
    return "" if value is None else f"{value.astimezone(LOCAL_ZONE):%H:%M}"


def number(value: float | None, digits: int | None = None, language: str | None = None) -> str:
    """A number with thousands marked; `digits` decimals for fractions. Empty for None."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"  # the same in es-MX and en-GB, and a tenth of Babel's cost
    pattern = "#,##0." + ("#" * 3 if digits is None else "0" * digits)
    return str(format_decimal(value, pattern.rstrip("."), locale=_SHAPES[language or page_language()]))


def partial_date(value: PartialDate | None, language: str | None = None) -> str:
    """A date as it is known: "27 de marzo de 1994", "marzo de 1994", "1994", "hacia 1994", or "sin dato"."""
    if value is None:
        return _("sin dato")
    match value.precision:
        case Precision.DAY:
            day = date(value.year or 1, value.month or 1, value.day or 1)
            return _date_text(day, language or page_language(), "long")
        case Precision.MONTH:
            spoken = language or page_language()
            words = "MMMM 'de' y" if spoken == "es" else "MMMM y"
            return _date_text(date(value.year or 1, value.month or 1, 1), spoken, words)
        case Precision.YEAR:
            return str(value.year)
        case Precision.AGE:
            return _("hacia %(year)s", year=value.birth_year_guess)
        case Precision.UNKNOWN:
            return _("sin dato")


def age_words(
    value: PartialDate | AgeRange | None, today: date | None = None, language: str | None = None, *, told: bool = False
) -> str:
    """The age: "32 años", "31 o 32 años", "entre 15 y 18 años", "edad no conocida"; "unos 32 años" when it is as told.

    A PartialDate needs `today` and says itself whether it was told.
    """
    told = told or (isinstance(value, PartialDate) and value.precision is Precision.AGE)
    ages = value.age_on(today) if isinstance(value, PartialDate) and today is not None else value
    if not isinstance(ages, AgeRange):
        return _("edad no conocida")
    return _age_text(ages.low, ages.high, told, language or page_language())


@lru_cache(maxsize=1024)  # each language has its own words, which gettext finds by the page it is asked from
def _age_text(low: int, high: int, told: bool, _language: str) -> str:
    if told:
        return ngettext("cerca de %(num)s año", "unos %(num)s años", low) if low else _("menos de un año")
    if low == high:
        return ngettext("%(num)s año", "%(num)s años", low) if low else _("menos de un año")
    if high - low == 1:
        return _("%(low)s o %(high)s años", low=low, high=high)
    return _("entre %(low)s y %(high)s años", low=low, high=high)


def phone(value: str | None) -> str:
    """A stored number the way it is read aloud: "+52 55 5555 0141". What is no E.164 number stays as it was typed."""
    if not value or not value.startswith("+"):
        return value or ""
    try:
        parsed = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return value
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def code_label(code: str | None, name: str, language: str | None = None) -> str:
    """The words of a code of the list `name` (see kernel.codes); empty for None, the code itself when unknown."""
    if not code:
        return ""
    entry = code_list(name).get(code)
    return code if entry is None else entry.label(language or page_language())


_SPEAKING = (date_long, date_short, datetime_short, number, partial_date, age_words, code_label)


def filters_in(language: str | None) -> dict[str, Callable[..., str]]:
    """The template filters by name; they speak `language`, or ask the page each time."""
    return {
        "phone": phone,
        "time_short": time_short,
        **{each.__name__: partial(each, language=language) for each in _SPEAKING},
    }
