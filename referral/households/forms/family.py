"""The family form: what is shared typed once, then one row for each person. Used by family_flow.

Rows are boxes named p1_given, p1_birth... p15_; the page says how many it shows, and blank rows are left out.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField

from referral.households import labels
from referral.households.facts import MOST_MEMBERS, NewFamily, NewMember
from referral.households.rules.reasons import Reason
from referral.infra.web.choice_fields import ChoiceField, TickField
from referral.infra.web.date_fields import PartialDateField
from referral.infra.web.fields import EmailField, NameField, PhoneField, TextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, ErrorLine, OnceMixin
from referral.kernel import codes
from referral.kernel.code_lists import CodeList
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people.facts import ContactFacts, IdentityFacts, NewPerson
from referral.people.forms.fields import language_name
from referral.people.rules import registration
from referral.people.rules.languages import language_told

ROWS_AT_FIRST = 3
NEW = "new"  # the answer "somebody else: register"
_PARTS = ("given", "surname1", "surname2", "single_name", "birth", "sex", "nationality", "relation", "goes_with", "use")
_TYPED = ("given", "surname1", "surname2", "sex", "nationality", "relation")


def _of(name: str) -> Callable[[], list[tuple[str, str]]]:
    known: CodeList[Any] = codes.code_list(name)
    return lambda: known.choices(page_language())


def select(label: object, name: str, blank: object = None, **options: Any) -> ChoiceField:
    """A drop-down of a code list whose first line says that nobody answered."""
    return ChoiceField(label, choices=_of(name), drawn="select", blank=blank or _l("Sin dato"), **options)


class Row:
    """The boxes of one person on the form."""

    def __init__(self, form: FamilyForm, number: int) -> None:
        self.number = number
        self._form = form

    def __getattr__(self, part: str) -> Any:
        if part not in (*_PARTS, *self._form.first_questions):
            raise AttributeError(part)
        return self._form[f"p{self.number}_{part}"]

    @property
    def blank(self) -> bool:
        """True while nothing was typed or chosen in it."""
        typed = self.birth.typed
        dated = typed.has_boxes or typed.age or typed.unknown
        return not dated and not any(
            self._form[f"p{self.number}_{part}"].data for part in (*_TYPED, *self._form.first_questions)
        )

    def identity(self, nationality: str) -> IdentityFacts:
        """Who this is; Refused for a name that cannot be kept. `nationality`: when the row names none."""
        own = self.nationality.value or nationality
        return IdentityFacts(
            PersonNames(given=self.given.value, surname1=self.surname1.value, surname2=self.surname2.value),
            self.birth.value or self.birth.sketch,
            nationalities=(own,) if own else (),
            sex_document=self.sex.value or "",
            single_name=self.single_name.value,
        )


class FamilyForm(OnceMixin, DeskForm):
    """A family to register. Made by `family_form`, which adds the rows.

    A room above may ask each person more first (`first_questions`, boxes in `row_boxes`): arrival does.
    """

    marks_optional = False  # nearly all of it is
    rows_shown: ClassVar[int] = ROWS_AT_FIRST
    first_questions: ClassVar[tuple[str, ...]] = ()
    first_shared: ClassVar[tuple[str, ...]] = ()  # the same, asked once for the whole family

    rows = HiddenField(default=str(ROWS_AT_FIRST))
    language = select(_l("Lengua en que prefieren hablar"), "languages")
    language_name = language_name()
    interpreter = TickField(_l("Necesitan intérprete"))
    phone = PhoneField(_l("Teléfono"))
    email = EmailField(_l("Correo electrónico"))
    alcaldia = select(_l("Alcaldía donde están"), "alcaldias")
    housing = select(_l("Dónde viven"), "housing")
    place = TextField(
        _l("Dónde preguntar por la familia"), max_length=200, hint=_l("Un albergue, una plaza, la casa de alguien.")
    )
    city_since = PartialDateField(_l("Están en la ciudad desde"), age=False)
    contact_name = NameField(_l("Persona de contacto"))
    contact_phone = PhoneField(_l("Teléfono de la persona de contacto"))
    will_return = TickField(_l("Vendrán a la ventanilla"))
    partner_is_parent = TickField(
        _l("Las hijas e hijos lo son también de la pareja de la primera persona"),
        hint=_l("Así quedan anotados su madre y su padre."),
    )

    into_household = False

    @property
    def people(self) -> list[Row]:
        """Every row shown."""
        return [Row(self, number) for number in range(1, self.row_count + 1)]

    @property
    def filled(self) -> list[Row]:
        """The rows that name somebody. The first row of a new family always counts: somebody has to be first."""
        return [row for row in self.people if not row.blank] or self.people[:1]

    @property
    def row_count(self) -> int:
        """How many rows the page shows."""
        return self.rows_shown

    @classmethod
    def row_boxes(cls, number: int) -> dict[str, Field]:
        """The boxes of one row, by part."""
        same = _l("La misma que la persona 1") if number > 1 else None
        return {
            "given": NameField(_l("Nombre(s)")),
            "surname1": NameField(_l("Primer apellido")),
            "surname2": NameField(_l("Segundo apellido")),
            "single_name": TickField(_l("Tiene un solo nombre, sin apellidos")),
            "birth": PartialDateField(
                _l("Fecha de nacimiento"),
                in_sentence=_l("Fecha de nacimiento de la persona %(number)s", number=number),
            ),
            "sex": select(_l("Sexo en el documento"), "sex_document"),
            "nationality": select(_l("Nacionalidad"), "countries", blank=same),
            "relation": select(_l("Qué es de la persona de referencia"), "relation"),
            "goes_with": TickField(_l("Duerme y va con la familia"), default=True),
            "use": ChoiceField(_l("¿Ya está registrada?")),
        }

    def asked_of(self, row: Row, today: date) -> tuple[str, ...]:
        """The parts of `first_questions` that concern somebody of the age typed so far, and those answered anyway."""
        return self.first_questions

    def identity_of(self, row: Row) -> IdentityFacts:
        """Who a row names; without a nationality of her own she has that of the first row."""
        first = self.people[0].nationality.value or ""
        return row.identity("" if row.number == 1 else first)

    def contact(self) -> ContactFacts:
        """What the whole family shares."""
        language, name = language_told(self.language.value or "", self.language_name.value)
        return ContactFacts(
            language=language,
            language_name=name,
            interpreter=self.interpreter.value,
            phone=self.phone.e164,
            email=self.email.value,
            housing=self.housing.value or "",
            alcaldia=self.alcaldia.value or "",
            place=self.place.value,
            city_since=self.city_since.value or PartialDate.unknown(),
            contact_name=self.contact_name.value,
            contact_phone=self.contact_phone.e164,
            will_return=self.will_return.value,
        )

    def to_fact(self, *, into: uuid.UUID | None = None) -> NewFamily:
        """The family to register; rows whose `use` names a file bring that file."""
        contact = self.contact()
        members = []
        for row in self.filled:
            chosen = row.use.value or NEW
            existing = None if chosen == NEW else uuid.UUID(chosen)
            members.append(
                NewMember(
                    person=None if existing else NewPerson(self.identity_of(row), contact),
                    existing=existing,
                    relation="" if row.number == 1 and into is None else row.relation.value or "",
                    goes_with=row.goes_with.value,
                )
            )
        return NewFamily(tuple(members), self.partner_is_parent.value, into)

    def validate(self, extra_validators: Any = None) -> bool:
        """Shape first; then names and codes, each refusal on its row."""
        if not super().validate(extra_validators):
            return False
        for row in self.filled:
            try:
                registration.check_identity(self.identity_of(row))
            except Refused as no:
                self.refuse(labels.refusal(no), f"p{row.number}_{no.field}")
        try:
            registration.check_contact(self.contact())
        except Refused as no:
            self.refuse(labels.refusal(no), no.field)
        return not self.has_errors

    def refuse_row(self, no: Refused) -> None:
        """Put a refusal of the action on the row it is about ("row-2": the second of those filled)."""
        number = int((no.field or "row-0").removeprefix("row-")) if (no.field or "").startswith("row-") else 0
        if not number:
            self.refuse(self.refusal(no), no.field)
            return
        self.refuse(self.refusal(no), f"p{self.filled[number - 1].number}_{self.part_refused(no)}")

    def refusal(self, no: Refused) -> str:
        """The sentence for what the action refused."""
        return labels.refusal(no)

    def part_refused(self, no: Refused) -> str:
        """The box of a row on which a refusal lands."""
        return "relation" if no.reason in {Reason.PARENT_YOUNGER, Reason.UNKNOWN_RELATION} else "given"

    def error_lines(self) -> Iterator[ErrorLine]:
        """Each line of a row says whose it is: every row has the same questions."""
        parts = (*_PARTS, *self.first_questions)
        owner = {self[f"p{row.number}_{part}"].first_id: row.number for row in self.people for part in parts}
        for line in super().error_lines():
            number = owner.get(line.target or "")
            yield (
                line
                if number is None
                else ErrorLine(_("Persona %(number)s: %(problem)s", number=number, problem=line.message), line.target)
            )


def family_form(kind: type[FamilyForm], shared: ContactFacts | None = None) -> FamilyForm:
    """The form with as many rows as the page showed, one more when its button asked for it."""
    made = _form_class(cast(Any, kind), _asked_rows())
    form = made(data=_shared(shared)) if shared else made()
    form.rows.data = str(form.row_count)
    if adding():
        form.people[-1].goes_with.data = True
    for row in form.people:
        # Who may be meant is known once the names are read; until then the answer is kept as it came.
        row.use.offer([(row.use.data, row.use.data)] if row.use.data else [])
    return form


def adding() -> bool:
    """True when the button asks for one more row and nothing else."""
    return request.form.get("do") == "add"


def _asked_rows() -> int:
    if request.method != "POST":
        return ROWS_AT_FIRST
    text = request.form.get("rows", "")
    shown = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else ROWS_AT_FIRST
    return max(1, min(shown + adding(), MOST_MEMBERS))


def _shared(contact: ContactFacts) -> Mapping[str, Any]:
    kept = (
        "language",
        "language_name",
        "interpreter",
        "phone",
        "email",
        "housing",
        "alcaldia",
        "place",
        "contact_name",
        "contact_phone",
    )
    data = {name: getattr(contact, name) for name in (*kept, "will_return")}
    return {**data, "city_since": contact.city_since if contact.city_since.is_known else None}


@lru_cache(maxsize=2 * MOST_MEMBERS)
def _form_class(kind: Any, rows: int) -> type[FamilyForm]:
    boxes = {f"p{number}_{part}": box for number in range(1, rows + 1) for part, box in kind.row_boxes(number).items()}
    return type(f"{kind.__name__}{rows}", (kind,), {"rows_shown": rows, **boxes})
