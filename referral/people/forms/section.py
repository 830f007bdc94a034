"""The form of one section of a file, made from its questions: words, lists and kinds of box come from the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from referral.infra.web.choice_fields import MultiChoiceField, TickField
from referral.infra.web.date_fields import ExactDateField, PartialDateField
from referral.infra.web.fields import DeskField, LongTextField, PhoneField, TextField
from referral.infra.web.forms import VersionMixin
from referral.kernel.codes import REGISTRATION_FIELDS
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people.facts import PersonRecord, Section
from referral.people.forms.fields import FactForm, choices_of, select, words_of
from referral.people.rules.registration import MOST_ACCOUNT, MOST_TEXT, Reason
from referral.people.rules.sections import QUESTIONS, Question, is_open, value_of

_LONGEST_LIST = 2_000  # characters of a box that takes one entry per line


class LinesField(LongTextField):
    """Several short texts, one per line. `entries` is a tuple of them."""

    def __init__(self, label: object, *, rows: int = 3, **options: Any) -> None:
        super().__init__(label, max_length=_LONGEST_LIST, rows=rows, **options)

    @property
    def entries(self) -> tuple[str, ...]:
        """What was written, without empty lines."""
        return tuple(line.strip() for line in self.value.splitlines() if line.strip())

    def process_data(self, value: tuple[str, ...] | None) -> None:
        self.data = "\n".join(value or ())


class SectionForm(VersionMixin, FactForm):
    """Answers of one section. What this reader may not see, or what waits for consent, is not in the form at all.

    `plain`: the questions that have one box each; the others are the subclass's own.
    """

    section: ClassVar[Section]
    own: ClassVar[frozenset[str]] = frozenset()
    plain: ClassVar[tuple[Question, ...]] = ()

    @classmethod
    def of(cls, record: PersonRecord, version: int, **options: Any) -> Self:
        """Filled from what is on file, under what was sent. `formdata=None` for what is on file alone."""
        form = cls(data={**cls.filled(record), "version": version}, **options)
        for question in cls.plain:
            if not is_open(record, question):
                del form[question.name]
        if not any(is_open(record, question) for question in QUESTIONS[cls.section]):
            for name in form.asks:
                del form[name]
        return form

    @classmethod
    def filled(cls, record: PersonRecord) -> dict[str, Any]:
        """What stands in the boxes before anybody types."""
        found = {question.name: value_of(record, question) for question in cls.plain}
        return {name: known(value) if isinstance(value, PartialDate) else value for name, value in found.items()}

    @property
    def asks(self) -> tuple[str, ...]:
        """Names of its boxes, in order; none when the whole section waits for consent."""
        return tuple(name for name, box in self._fields.items() if isinstance(box, DeskField))

    @property
    def adds_row(self) -> bool:
        """True when the button asks for one more row and nothing else: what was typed is shown again, unchecked."""
        return False

    @property
    def adders(self) -> Sequence[tuple[str, str, str]]:
        """The buttons for one more row: value, words, id of the box that will be new."""
        return ()

    def keep_only(self, other: SectionForm) -> None:
        """Take away the boxes that `other` no longer has, so that the two can be compared."""
        for name in set(self.asks).difference(other.asks):
            del self[name]

    def check(self) -> None:
        if not self.asks:
            raise Refused(Reason.SENSITIVE_CONSENT_MISSING)
        self.answers()

    def answers(self) -> dict[str, Any]:
        """The answers by Question.path, of the questions in the form. Refused when one cannot be made."""
        return {question.path: answer_in(self[question.name]) for question in self.plain if question.name in self}


def make_form(section: Section, base: type[SectionForm] = SectionForm, **boxes: DeskField) -> type[SectionForm]:
    """The form of a section; `boxes` stand in for what the data would give."""
    plain = tuple(one for one in QUESTIONS[section] if one.name not in base.own)
    made = {one.name: boxes.pop(one.name) if one.name in boxes else box_for(one) for one in plain}
    return type(f"{section.name.title()}Form", (base,), {"section": section, "plain": plain, **made, **boxes})


def box_for(question: Question, **options: Any) -> DeskField:
    """The box that fits a question's kind of answer."""
    label = words_of(question.field)
    match REGISTRATION_FIELDS[question.field].type:
        case "codes":
            return MultiChoiceField(label, choices=choices_of(question.list_of), **options)
        case "partial_date":
            return PartialDateField(label, age=False, **options)
        case "date":
            return ExactDateField(label, future=True, **options)
        case "several":
            return LinesField(label, **options)
        case "long_text":
            return LongTextField(label, max_length=MOST_ACCOUNT, rows=8, **options)
        case "yes_no" if not question.list_of:
            return TickField(label, **options)
    if question.list_of:
        return select(label, question.list_of, **options)
    return TextField(label, max_length=MOST_TEXT, **options)


def answer_in(box: Any) -> Any:
    """What a box says, as the facts keep it."""
    match box:
        case PartialDateField():
            return box.value or PartialDate.unknown()
        case ExactDateField() | MultiChoiceField() | TickField():
            return box.value
        case LinesField():
            return box.entries
        case PhoneField():
            return box.e164
        case _:
            return box.value or ""


def known(value: PartialDate) -> PartialDate | None:
    """A date for its boxes, which are empty for an unknown one."""
    return value if value.is_known else None
