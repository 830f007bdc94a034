"""Dates typed in three boxes: of any precision (births, arrivals) or exact (papers, appointments). For all rooms.

Three boxes and not the browser's own date control: that one follows the browser's language and takes no partial date.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from referral.infra.web.fields import DeskField, Words
from referral.infra.work import served_today
from referral.kernel.date_boxes import DateProblem, age_from_box, date_from_boxes
from referral.kernel.partial_dates import PartialDate, Precision
from referral.kernel.refusal import Refused

_LONGEST = 20  # characters of one box: "septiembre" fits, a pasted page does not
_FUTURE_YEARS = 10  # how far ahead an appointment or an expiry may be


@dataclass(slots=True)
class TypedDate:
    """What stands in the boxes, as typed."""

    day: str = ""
    month: str = ""
    year: str = ""
    age: str = ""
    unknown: bool = False

    @property
    def has_boxes(self) -> bool:
        """True when any of the three boxes has something."""
        return bool(self.day or self.month or self.year)


class Box(NamedTuple):
    """One of the three boxes as the macros draw it."""

    part: str
    words: str
    shown: str
    width: int
    digits: bool
    wrong: bool


class _BoxedDate(DeskField):
    kind = "date"
    labelled_by_legend = True

    def __init__(self, label: Words, **options: Any) -> None:
        super().__init__(label, **options)
        self.typed = TypedDate()
        self.wrong_part: str | None = None

    @property
    def first_id(self) -> str:
        """The box with the error, else the first one: a link to the fieldset would leave the focus on the link."""
        return f"{self.id}-{self.wrong_part or 'day'}"

    @property
    def boxes(self) -> tuple[Box, Box, Box]:
        """Day, month, year. The month takes a name too, so it does not ask for the digits keyboard."""
        wrong = self.wrong_part if self.errors else None
        return (
            Box("day", _("Día"), self.typed.day, 2, True, wrong == "day"),
            Box("month", _("Mes"), self.typed.month, 5, False, wrong == "month"),
            Box("year", _("Año"), self.typed.year, 4, True, wrong == "year"),
        )

    def process(self, formdata: MultiDict[str, str] | None, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        if formdata is not None and any(key.startswith(f"{self.name}-") for key in formdata):
            day, month, year, age = (
                formdata.get(f"{self.name}-{part}", "").replace("\0", "").strip()[:_LONGEST]
                for part in ("day", "month", "year", "age")
            )
            self.typed = TypedDate(day, month, year, age, unknown=bool(formdata.get(f"{self.name}-unknown")))
            self.data = None

    def missing(self) -> str:
        if self.required_message is not None:
            return str(self.required_message)
        return _("Falta «%(label)s»: escriba la fecha.", label=self.words)

    def refused(self, refusal: Refused) -> StopValidation:
        """The sentence for a date that cannot be read, on its box."""
        return self.wrong(str(DATE_PROBLEM_LABELS[DateProblem(refusal.reason)]) % refusal.values, refusal.field)

    def wrong(self, problem: str, part: str | None) -> StopValidation:
        """What to do about this date, which it names: a form may have several, and the summary stands far from them."""
        self.wrong_part = part or "day"
        return self.stop(_("«%(label)s»: %(problem)s", label=self.words, problem=f"{problem[:1].lower()}{problem[1:]}"))


class PartialDateField(_BoxedDate):
    """A date as the person knows it: day, month or year, or approximate age, or "No sabe". `value`: a PartialDate."""

    kind = "partial_date"

    def __init__(self, label: Words, *, age: bool = True, **options: Any) -> None:
        """`age`: also offers an approximate age, which makes sense for a birth and for nothing else."""
        super().__init__(label, **options)
        self.asks_age = age

    @property
    def value(self) -> PartialDate | None:
        """The date after `validate()`; None when nothing was answered."""
        return self.data if isinstance(self.data, PartialDate) else None

    @property
    def sketch(self) -> PartialDate:
        """The date typed so far, before anything is checked; unknown while it cannot be read. Leaves no error."""
        typed = self.typed
        if typed.has_boxes + bool(typed.age) + typed.unknown != 1:
            return PartialDate.unknown()
        try:
            return self._read(typed)
        except Refused:
            return PartialDate.unknown()

    def process_data(self, value: PartialDate | None) -> None:
        self.data = value
        self.typed = _typed_from(value)

    def missing(self) -> str:
        if self.required_message is not None:
            return str(self.required_message)
        return _("Falta «%(label)s»: escriba la fecha, el año o la edad, o marque «No sabe».", label=self.words)

    def pre_validate(self, form: object) -> None:
        typed = self.typed
        ways = typed.has_boxes + bool(typed.age) + typed.unknown
        if ways == 0:
            raise self.stop(self.missing() if self.required else "")
        if ways > 1:
            raise self.wrong(_("Deje sólo una respuesta: la fecha, la edad aproximada o «No sabe»."), "day")
        try:
            self.data = self._read(typed)
        except Refused as refusal:
            raise self.refused(refusal) from None

    def _read(self, typed: TypedDate) -> PartialDate:
        if typed.unknown:
            return PartialDate.unknown()
        if typed.age:
            told_before = self.object_data  # an age already on file keeps the day on which it was told
            if isinstance(told_before, PartialDate) and typed.age == str(told_before.age):
                return told_before
            return age_from_box(typed.age, told_on=served_today())
        return date_from_boxes(typed.day, typed.month, typed.year, today=served_today())


class ExactDateField(_BoxedDate):
    """A date known to the day. `value` is a date. `future` and `past` say which side of today it may be on."""

    def __init__(
        self, label: Words, *, future: bool = False, past: bool = True, years: int = _FUTURE_YEARS, **options: Any
    ) -> None:
        """`years`: how far ahead a future date may be."""
        super().__init__(label, **options)
        self.future = future
        self.past = past
        self.years = years

    @property
    def value(self) -> date | None:
        """The date after `validate()`; None when the boxes are empty."""
        return self.data if isinstance(self.data, date) else None

    def process_data(self, value: date | None) -> None:
        self.data = value
        if value is not None:
            self.typed = TypedDate(str(value.day), str(value.month), str(value.year))

    def pre_validate(self, form: object) -> None:
        typed = self.typed
        if not typed.has_boxes:
            raise self.stop(self.missing() if self.required else "")
        today = served_today()
        limit = today + timedelta(days=366 * self.years) if self.future else today
        try:
            day = date_from_boxes(typed.day, typed.month, typed.year, today=limit).exact
        except Refused as refusal:
            if self.future and refusal.reason is DateProblem.IN_FUTURE:
                raise self.wrong(
                    _("Revise el año: la fecha puede ser hasta %(years)s años después de hoy.", years=self.years),
                    "year",
                ) from None
            if refusal.reason is not DateProblem.DAY_WITHOUT_MONTH:  # "leave the day empty too" would not help here
                raise self.refused(refusal) from None
            day = None
        if day is None:
            raise self.wrong(_("Escriba la fecha completa: día, mes y año."), "day" if typed.month else "month")
        if not self.past and day < today:
            raise self.wrong(_("Escriba la fecha de hoy o una posterior."), "day")
        self.data = day


def _typed_from(value: PartialDate | None) -> TypedDate:
    if value is None:
        return TypedDate()
    if value.precision is Precision.AGE:
        return TypedDate(age=str(value.age))
    day, month, year = ("" if part is None else str(part) for part in (value.day, value.month, value.year))
    return TypedDate(day, month, year, unknown=value.precision is Precision.UNKNOWN)


# What to do about a date that cannot be read.
DATE_PROBLEM_LABELS = {
    DateProblem.EMPTY: _l("Escriba la fecha."),
    DateProblem.DAY_UNREADABLE: _l("Escriba el día con número, del 1 al 31."),
    DateProblem.DAY_NOT_IN_MONTH: _l("Ese mes termina el día %(last_day)s. Revise el día y el mes."),
    DateProblem.DAY_WITHOUT_MONTH: _l("Falta el mes. Si no lo sabe, deje vacío también el día."),
    DateProblem.MONTH_UNREADABLE: _l("Escriba el mes con número, del 1 al 12, o con su nombre: 3 o marzo."),
    DateProblem.YEAR_MISSING: _l("Falta el año. Escríbalo con cuatro dígitos."),
    DateProblem.YEAR_UNREADABLE: _l("Escriba el año con cuatro dígitos, por ejemplo 1994."),
    DateProblem.YEAR_SHORT: _l("Escriba el año con cuatro dígitos, por ejemplo 1994."),
    DateProblem.IN_FUTURE: _l("Esa fecha todavía no llega. Revise el día, el mes y el año."),
    DateProblem.TOO_OLD: _l("Escriba un año a partir de %(oldest)s."),
    DateProblem.AGE_UNREADABLE: _l("Escriba la edad con número. Si es menor de un año, escriba 0."),
    DateProblem.AGE_TOO_HIGH: _l("Escriba una edad de hasta %(oldest)s años."),
}
