"""Forms of notices, decisions and new entries."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField
from referral.infra.web.fields import HiddenRef, LongTextField, TextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin, VersionMixin
from referral.kernel.codes import ALCALDIAS, NEEDS
from referral.upkeep.facts import NewEntry, Notice
from referral.upkeep.labels import FIELD_WORDS, METHODS
from referral.upkeep.rules import OTHER, REPORTABLE

LONGEST = 1000


class NoticeForm(OnceMixin, DeskForm):
    """ "Esto está mal"."""

    field = ChoiceField(
        _l("Qué dato está mal"),
        choices=lambda: [(name, FIELD_WORDS[name]) for name in (*REPORTABLE, OTHER)],
        drawn="select",
        blank=_l("Elija el dato"),
        required=True,
    )
    said = LongTextField(
        _l("Qué está mal"),
        max_length=LONGEST,
        rows=3,
        required=True,
        hint=_l("No escriba nombres ni datos de personas atendidas."),
    )
    right = TextField(_l("Dato correcto, si lo sabe"), max_length=400)

    def to_fact(self) -> Notice:
        """The notice as typed."""
        return Notice(self.field.value or OTHER, self.said.value, self.right.value)


class VerifyForm(VersionMixin, DeskForm):
    """ "Verificado hoy", one press."""


class DecideForm(VersionMixin, DeskForm):
    """The decision on one suggestion."""

    suggestion = HiddenRef()
    verdict = ChoiceField(
        _l("Decisión"),
        choices=(("accept", _l("Aceptar")), ("refuse", _l("No aceptar"))),
        drawn="radios_inline",
        required=True,
    )
    reason = TextField(_l("Motivo, si no se acepta"), max_length=300)


class EntryForm(OnceMixin, DeskForm):
    """ "Mi institución no está en la lista"."""

    name = TextField(_l("Nombre de la institución o del servicio"), max_length=200, required=True)
    gives = LongTextField(_l("Qué ofrece"), max_length=LONGEST, rows=2, required=True)
    needs = MultiChoiceField(
        _l("Para qué necesidades"),
        choices=lambda: NEEDS.choices(page_language()),
        required=True,
        required_message=_l("Marque al menos una necesidad."),
    )
    phone = TextField(_l("Teléfono"), max_length=40)
    address = TextField(_l("Calle y número"), max_length=200)
    alcaldia = ChoiceField(
        _l("Alcaldía"), choices=lambda: ALCALDIAS.choices(page_language()), drawn="select", blank=_l("Sin dato")
    )
    method = ChoiceField(_l("Cómo canalizar"), choices=METHODS.items, drawn="select", blank=_l("Sin dato"))
    target = TextField(_l("Página, correo o teléfono para canalizar"), max_length=500)

    def to_fact(self) -> NewEntry:
        """The entry as typed."""
        return NewEntry(
            name=self.name.value,
            gives=self.gives.value,
            needs=self.needs.value,
            phone=self.phone.value,
            address=self.address.value,
            alcaldia=self.alcaldia.value or "",
            method=self.method.value or "",
            target=self.target.value,
        )
