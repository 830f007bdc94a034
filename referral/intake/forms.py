"""Forms of the intake room: uploading a list, correcting a row, deciding who a row is, pressing a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast
from uuid import UUID

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field

from referral.infra.web.choice_fields import ChoiceField, TickField
from referral.infra.web.fields import TextField
from referral.infra.web.file_fields import FileField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin, VersionMixin
from referral.intake import labels
from referral.intake.facts import LARGEST_FILE, LONGEST_CELL, MOST_ROWS, NewBatch, Notice, RowShown, Table
from referral.intake.rules.columns import SEVERAL, Column, columns
from referral.intake.rules.reading import TICKS, canonical
from referral.intake.rules.reasons import Reason
from referral.intake.sheets import read_table
from referral.kernel.codes import CHANNELS, LANGUAGES
from referral.kernel.refusal import Refused

LONGEST_LABEL = 120
# Lists whose words do not say it all.
_EXPLAINED = frozenset({"relation", "profile", "sensitive_how", "care", "care_how"})


class UploadForm(OnceMixin, DeskForm):
    """A list of people to be looked at before anybody is registered."""

    marks_optional = False

    sheet = FileField(
        _l("Archivo de la lista"),
        accept=".xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        hint=_l(
            "XLSX o CSV de hasta %(megabytes)s MB y %(rows)s personas. Nadie queda registrado hasta que usted lo diga.",
            megabytes=LARGEST_FILE // (1024 * 1024),
            rows=MOST_ROWS,
        ),
    )
    label = TextField(
        _l("Nombre de la brigada o del grupo"),
        max_length=LONGEST_LABEL,
        required=True,
        hint=_l("Para reconocer la lista. Por ejemplo: Albergue de la colonia Guerrero, 20 de noviembre."),
    )
    channel = ChoiceField(
        _l("Dónde se atendió al grupo"), choices=lambda: CHANNELS.choices(page_language()), required=True
    )
    notice = ChoiceField(
        _l("Aviso de privacidad"),
        choices=list(labels.NOTICES.items()),
        required=True,
        hint=_l(
            "Queda anotado para cada persona. Lo que cada quien respondió va en las columnas de la lista; lo que no se"
            " preguntó se pregunta en la mesa."
        ),
    )
    notice_language = ChoiceField(
        _l("Lengua en que se dio el aviso"), choices=lambda: LANGUAGES.choices(page_language()), drawn="select"
    )

    def table(self) -> Table | None:
        """What the file holds; None with a sentence on its box when it cannot be read."""
        try:
            if not self.sheet.value:
                raise Refused(Reason.NO_FILE)
            return read_table(self.sheet.value[0].stream.read(LARGEST_FILE + 1))
        except Refused as no:
            self.refuse(labels.refusal(no), "sheet")
            return None

    def to_fact(self) -> NewBatch:
        return NewBatch(
            self.label.value,
            self.channel.value or "",
            Notice(self.notice.value or Notice.NOT_GIVEN),
            self.notice_language.value or "",
        )


class PressForm(DeskForm):
    """A button: compare, register, discard."""


class DiscardForm(DeskForm):
    """Deletes the rows that were not registered; asked twice."""

    sure = TickField(
        _l("Sí, borrar las filas sin registrar"),
        required=True,
        required_message=_l("Para borrar las filas sin registrar, marque la casilla que está sobre el botón."),
    )


class _PressedField(Field):
    """The value of the button that was pressed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[-1] if valuelist else ""


class DecideForm(VersionMixin, DeskForm):
    """Buttons that say who a row is: same:<person>, row:<number>, apart, skip, back."""

    do = _PressedField()

    @classmethod
    def of(cls, version: int) -> DecideForm:
        """The buttons for a row as it is now."""
        return cls(formdata=None, data={"version": str(version)})

    @property
    def person(self) -> UUID | None:
        """The person on file that was chosen."""
        try:
            return UUID(self._value("same:"))
        except ValueError:
            return None

    @property
    def other_row(self) -> int:
        """The earlier row that was chosen; 0 for none."""
        text = self._value("row:")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

    @property
    def verb(self) -> str:
        """The button, without whom it names."""
        return str(self.do.data or "").partition(":")[0]

    def _value(self, start: str) -> str:
        text = str(self.do.data or "")
        return text.removeprefix(start) if text.startswith(start) else ""


class _RowForm(VersionMixin, DeskForm):
    """A box for each column. Made by row_form, which adds the boxes."""

    marks_optional = False

    def cells(self) -> dict[str, str]:
        """What is typed, by column."""
        return {code: str(cast(Any, self[code]).value or "") for code in columns()}


def row_form(shown: RowShown) -> _RowForm:
    """The form of a row, filled as it stands and with what is wrong at each box."""
    cells = canonical(shown.cells)
    return _form_class()(data={**cells, "version": str(shown.version)})


def show_problems(form: _RowForm, shown: RowShown) -> None:
    """Put the sentences of what is wrong on their boxes."""
    for wrong in shown.facts.wrong:
        form.refuse(labels.problem(wrong), wrong.column or None)


@cache
def _form_class() -> type[_RowForm]:
    boxes = {column.code: _box(column) for column in columns().values()}
    return cast("type[_RowForm]", type("RowForm", (_RowForm,), boxes))


def _box(column: Column) -> Any:
    label = LazyString(lambda: column.label(page_language()))
    hint = LazyString(lambda: column.about(page_language())) if column.about_es else None
    if column.code in TICKS:
        yes_no: Callable[[], list[tuple[str, str]]] = lambda: [("si", _("Sí")), ("no", _("No"))]  # noqa: E731
        return ChoiceField(label, choices=yes_no, drawn="select", blank=_l("Sin dato"))
    if column.list_name and column.code not in SEVERAL:
        return ChoiceField(
            label,
            choices=lambda: column.choices(page_language()),
            drawn="select",
            blank=_l("Sin dato"),
            hint=hint if column.code in _EXPLAINED else None,
        )
    return TextField(label, max_length=LONGEST_CELL, hint=hint, spellcheck=False)


def words_of_cells(cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """(heading, word) of each cell that says something, in the page's language."""
    found = []
    for code, text in canonical(cells).items():
        column = columns()[code]
        words = dict(column.choices(page_language())).get(text, text) if column.list_name else text
        if text:
            found.append((column.label(page_language()), words))
    return found
