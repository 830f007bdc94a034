"""Forms of the referrals room: prepare, ask again, one form for each move. Drawn by this room's pages."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField, TickField, YesNoLaterField
from referral.infra.web.fields import LongTextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin, VersionMixin
from referral.kernel.codes import CONSENT_METHODS, LANGUAGES, OUTCOMES
from referral.referrals import labels
from referral.referrals.facts import How, Move, NewReferral, Party, Status
from referral.referrals.queries.beside import Company, Standing
from referral.referrals.rules.moves import Rule, needs_how
from referral.referrals.rules.packet import Choice, Field
from referral.referrals.rules.reasons import COMPLETED_OUTCOMES, reasons_for

LONGEST_NOTE = 2000
_ANSWERS = {"yes": "yes", "no": "no", "later": "not_now"}


class _ConsentFields:
    """The question to the person about this one institution."""

    consent = YesNoLaterField(
        _l("¿Está de acuerdo la persona en que se envíen estos datos a esta institución?"),
        required=True,
        required_message=_l("Pregunte a la persona si está de acuerdo y anote su respuesta."),
    )
    consent_how = ChoiceField(
        _l("Cómo dio su respuesta"),
        choices=lambda: CONSENT_METHODS.choices(page_language()),
        drawn="select",
        blank=_l("Elija cómo"),
    )
    language = ChoiceField(
        _l("Lengua en que se le preguntó"),
        choices=lambda: LANGUAGES.choices(page_language()),
        drawn="select",
        blank=_l("Sin dato"),
    )
    interpreter = TickField(_l("Con intérprete"))


def _check_how(form: Any) -> bool:
    if form.consent.value == "yes" and not form.consent_how.value:
        form.refuse(_l("Si dijo que sí, anote cómo dio su respuesta."), "consent_how")
        return False
    return True


class PrepareForm(OnceMixin, _ConsentFields, DeskForm):
    """What goes to the partner, and the person's answer about it."""

    child_notice = TickField(
        _l("Es un aviso de protección: se envía sin esperar consentimiento"),
        hint=_l("Sólo para avisar a quien protege a niñas, niños y adolescentes que vienen sin compañía."),
    )
    child_heard = TickField(_l("Se escuchó a la niña, niño o adolescente"))
    fields_sent = MultiChoiceField(_l("Datos que verá la institución"))
    note = LongTextField(
        _l("Mensaje para la institución"),
        max_length=LONGEST_NOTE,
        rows=3,
        hint=_l("La institución lo leerá tal cual. No escriba lo que no necesita saber."),
    )
    also = MultiChoiceField(_l("También para"))
    said_yes = MultiChoiceField(_l("Personas adultas de la familia que también dicen que sí"))
    parting = LongTextField(
        _l("Por qué se canaliza sólo a una parte de la familia"),
        max_length=LONGEST_NOTE,
        rows=2,
        hint=_l("Sólo si alguien que va con la familia se queda fuera. Lo lee la supervisión."),
    )
    override_code = ChoiceField(
        _l("Por qué se usa de todos modos"),
        choices=lambda: ((one.value, words) for one, words in labels.OVERRIDES.items()),
        hint=_l("Queda registrado y lo lee la supervisión."),
    )
    override = LongTextField(_l("Explicación, si hace falta"), max_length=LONGEST_NOTE, rows=2)

    def offer_fields(self, choices: Iterable[Choice], values: dict[str, Any]) -> None:
        """The boxes to tick: each field that this need may call for and that the file knows, with its value beside
        it.
        """
        known = [choice for choice in choices if choice.field.value in values]
        self.fields_sent.offer((choice.field.value, _with_value(choice.field, values)) for choice in known)
        if request.method == "POST":
            # Read again: what may be ticked was not known when the form was made.
            self.fields_sent.process_formdata(request.form.getlist(self.fields_sent.name))
        else:
            self.fields_sent.data = tuple(choice.field.value for choice in known if choice.ticked)

    def offer_company(self, company: Company | None, *, shelter: bool) -> None:
        """Who of her household may go along; for a shelter all of them are ticked beforehand, but nobody who has to be
        asked first.
        """
        able = [one for one in company.beside if one.may_go] if company else []
        going = [one for one in able if one.standing is not Standing.ASKED]
        asked = [one for one in able if one.standing is Standing.ASKED]
        self.also.offer((str(one.ref), one.member.name, labels.beside_words(one)) for one in going)
        self.said_yes.offer((str(one.ref), one.member.name, labels.beside_words(one)) for one in asked)
        if request.method == "POST":
            self.also.process_formdata(request.form.getlist(self.also.name))
            self.said_yes.process_formdata(request.form.getlist(self.said_yes.name))
        elif shelter:
            self.also.data = tuple(str(one.ref) for one in going if one.member.goes_with)

    def keep_company(self) -> None:
        """Take who was ticked as it came: the work reads the household anyway, and refuses who may not go."""
        for field in (self.also, self.said_yes):
            sent = [text for text in request.form.getlist(field.name) if _is_ref(text)]
            field.offer((text, text) for text in sent)
            field.process_formdata(sent)

    @property
    def also_refs(self) -> tuple[uuid.UUID, ...]:
        """Who goes along on an answer that is known, or that the person at the window gives for her."""
        return tuple(uuid.UUID(text) for text in self.also.value)

    @property
    def said_yes_refs(self) -> tuple[uuid.UUID, ...]:
        """Who goes along because she said yes just now."""
        return tuple(uuid.UUID(text) for text in self.said_yes.value)

    def validate(self, extra_validators: Any = None) -> bool:
        """A yes needs a word on how it was given; the protection notice of a child waits for no answer."""
        self.consent.required = not self.child_notice.value
        good = super().validate(extra_validators)
        return _check_how(self) and good

    def to_fact(self, *, person: uuid.UUID, need: uuid.UUID, service: uuid.UUID) -> NewReferral:
        """The referral to prepare."""
        return NewReferral(
            person=person,
            need=need,
            service=service,
            consent=_ANSWERS.get(self.consent.value or "", ""),
            consent_how=self.consent_how.value or "",
            language=self.language.value or "",
            interpreter=self.interpreter.value,
            fields=self.fields_sent.value,
            note=self.note.value,
            override=self.override.value,
            override_code=self.override_code.value or "",
            child_notice=self.child_notice.value,
            child_heard=self.child_notice.value and self.child_heard.value,
            parting=self.parting.value,
        )


def _is_ref(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _with_value(name: Field, values: dict[str, Any]) -> str:
    shown = labels.packet_text(name.value, values[name.value])
    return _("%(field)s: %(value)s", field=labels.FIELDS[name], value=shown)


class SendForm(VersionMixin, _ConsentFields, DeskForm):
    """Asking again about a draft."""

    def validate(self, extra_validators: Any = None) -> bool:
        """A yes needs a word on how it was given."""
        good = super().validate(extra_validators)
        return _check_how(self) and good

    @property
    def answer(self) -> str:
        """The answer as the consent room knows it."""
        return _ANSWERS.get(self.consent.value or "", "")


class MoveForm(VersionMixin, DeskForm):
    """One move, with only the boxes it needs. Ids carry the move's name: a page holds several of these."""

    how = ChoiceField(_l("Cómo se enteró"), drawn="select", blank=_l("Elija cómo"), required=True)
    outcome = ChoiceField(_l("Resultado"), drawn="select", blank=_l("Elija el resultado"), required=True)
    reason = ChoiceField(_l("Motivo"), drawn="select", blank=_l("Elija el motivo"))
    note = LongTextField(_l("Nota"), max_length=LONGEST_NOTE, rows=2)

    @classmethod
    def for_rule(cls, rule: Rule, writer: Party, version: int, sent: MultiDict[str, str] | None = None) -> MoveForm:
        """The form of one step of the table; `sent` is what came back for it, None for a fresh one."""
        form = cls(formdata=sent)
        if sent is None:
            form.version.data = str(version)
        if needs_how(rule, writer):
            form.how.offer((how.value, labels.HOWS[how]) for how in How if how is not How.PORTAL)
        else:
            del form.how
        if rule.outcome_required:
            form.outcome.offer((code, OUTCOMES.label(code, page_language())) for code in COMPLETED_OUTCOMES)
        else:
            del form.outcome
        reasons = reasons_for(rule.to, writer)
        if reasons and (rule.reason_required or rule.outcome_required):
            form.reason.required = rule.reason_required
            form.reason.offer((reason.code, labels.REASONS[reason.code]) for reason in reasons)
        else:
            del form.reason
        for field in form:
            field.id = f"{rule.to.value}-{field.id}"
        return form

    def to_fact(self, to: Status) -> Move:
        """The move to make."""
        return Move(
            to=to,
            version=self.version_read,
            how=How(self.how.value) if "how" in self and self.how.value else None,
            reason=(self.reason.value or "") if "reason" in self else "",
            outcome=(self.outcome.value or "") if "outcome" in self else "",
            note=self.note.value,
        )
