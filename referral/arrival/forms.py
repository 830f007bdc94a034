"""Forms of the arrival room: the first questions, the registration under them, a return visit, answering an alert."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from referral.arrival.facts import AnswerCode, NewAnswer, Triage
from referral.arrival.labels import ANSWERS, DANGERS
from referral.arrival.rules.alerts import LONGEST_NOTE, answers_for
from referral.documents.forms import YEARS_AHEAD, ZoneFields
from referral.infra.web.choice_fields import ChoiceField, TickField
from referral.infra.web.date_fields import ExactDateField
from referral.infra.web.fields import HiddenRef, LongTextField, TextField
from referral.infra.web.forms import DeskForm, OnceMixin
from referral.people.facts import NewDocument, NewPerson
from referral.people.forms.fields import select
from referral.people.forms.register import RegisterForm
from referral.visits.facts import FirstAnswer, NewVisit
from referral.visits.forms import VisitForm

SERVICE_ONLY = "service_only"  # a code of RECORD_KINDS


class TriageFields:
    """The four questions before any other. Nothing is marked beforehand and none has to be answered."""

    alone = TickField(_l("Tiene menos de 18 años y viene sin una persona adulta"))
    danger = ChoiceField(
        _l("¿Está en peligro?"),
        choices=[(told.value, words) for told, words in DANGERS.items()],
        drawn="select",
        blank=_l("No, o no lo dice"),
    )
    no_bed = TickField(_l("No tiene dónde dormir esta noche"))
    medical = TickField(_l("Tiene una urgencia médica"))


def triage_of(form: Any) -> Triage:
    """What was told, in the order of the questions."""
    ticks = {FirstAnswer.ALONE: form.alone, FirstAnswer.NO_BED: form.no_bed, FirstAnswer.MEDICAL: form.medical}
    told = {answer for answer, tick in ticks.items() if tick.value}
    if form.danger.value:
        told.add(FirstAnswer(form.danger.value))
    return Triage(tuple(answer for answer in FirstAnswer if answer in told))


def tick_triage(form: Any, triage: Triage) -> None:
    """Carry answers given a moment ago into a form that is shown for the first time."""
    told = triage.told
    form.alone.data = FirstAnswer.ALONE in told
    form.no_bed.data = FirstAnswer.NO_BED in told
    form.medical.data = FirstAnswer.MEDICAL in told
    form.danger.data = next((answer.value for answer in DANGERS if answer in told), None)


class FirstForm(OnceMixin, TriageFields, DeskForm):
    """The first questions before any name."""

    marks_optional = False

    def to_fact(self) -> Triage:
        return triage_of(self)


class ArrivalForm(ZoneFields, TriageFields, RegisterForm):
    """The registration with the first questions on top. `visit`: the one recorded before a name was given.

    The boxes of the paper are named paper_ and the box of documents.forms.PaperForm: a reading zone fills both.
    """

    visit = HiddenRef()
    paper_kind = select(_l("Documento que trae"), "identity_documents")
    paper_number = TextField(_l("Número del documento"), max_length=60, spellcheck=False)
    paper_country = select(_l("País que lo expidió"), "places")
    paper_expires = ExactDateField(
        _l("Vence"), future=True, years=YEARS_AHEAD, hint=_l("Sirve aunque ya haya vencido.")
    )
    service_only = TickField(
        _l("Sólo quiere atención: no se inscribe en el Padrón"),
        hint=_l("Por ejemplo, una familia de la ciudad que busca a alguien que está fuera."),
    )

    def to_triage(self) -> Triage:
        """What was told to the first questions."""
        return triage_of(self)

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        told = self.paper_number.value or self.paper_country.value or self.paper_expires.value
        if told and not self.paper_kind.value:
            self.refuse(_("Elija qué documento es, o borre su número, su país y su fecha."), "paper_kind")
            return False
        return good

    def to_paper(self) -> NewDocument | None:
        """The paper she brought, when one was told."""
        if not self.paper_kind.value:
            return None
        return NewDocument(
            kind=self.paper_kind.value,
            number=self.paper_number.value,
            country=self.paper_country.value or "",
            expires=self.paper_expires.value,
        )

    def to_fact(self) -> NewPerson:
        new = super().to_fact()
        if not self.service_only.value:
            return new
        return NewPerson(new.identity, new.contact, record_kind=SERVICE_ONLY)


class AgainForm(TriageFields, VisitForm):
    """A return visit: how she is today, why she came, what was done."""

    marks_optional = False

    def to_triage(self) -> Triage:
        """What was told to the first questions."""
        return triage_of(self)

    def to_fact(self, person: uuid.UUID) -> NewVisit:
        return super().to_fact(person)


class AnswerForm(DeskForm):
    """How one alert was answered. Ids carry the rule: the page holds one form for each alert."""

    marks_optional = False

    answer = ChoiceField(_l("Qué se hizo"), required=True, required_message=_l("Elija qué se hizo."))
    note = LongTextField(
        _l("Nota"), max_length=LONGEST_NOTE, rows=2, hint=_l("A quién se avisó y qué dijo, o por qué no corresponde.")
    )

    @classmethod
    def of_rule(cls, rule: str, *, sent: bool) -> AnswerForm:
        """The form of one alert; `sent` when what came in the request is for it."""
        form = cls(formdata=request.form if sent else MultiDict())
        form.answer.offer((code.value, ANSWERS[code]) for code in answers_for(rule))
        for field in form:
            field.id = f"{rule}-{field.id}"
        return form

    def to_fact(self, rule: str) -> NewAnswer:
        """The answer to this alert."""
        return NewAnswer(rule, AnswerCode(self.answer.value or ""), self.note.value)
