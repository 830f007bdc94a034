"""Forms of the padron room: inscribe (alone or with the family), renew, correct, end, open again, kind of record."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField, TickField
from referral.infra.web.date_fields import PartialDateField
from referral.infra.web.fields import LongTextField, NameField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin, VersionMixin
from referral.kernel.codes import RECORD_KINDS
from referral.kernel.partial_dates import PartialDate
from referral.padron import labels
from referral.padron.facts import Correction, CorrectionReason, EndReason, ReopenReason
from referral.people.facts import IdentityFacts

_LONGEST_NOTE = 500


class InscribeForm(OnceMixin, DeskForm):
    """One button; the family who may go with her; for some profiles, a word that the authority was asked."""

    marks_optional = False

    confirmed = TickField(_l("Se consultó y se confirmó que este perfil puede inscribirse"))
    also = MultiChoiceField(_l("También inscribir a:"), hint=_l("Cada persona recibe su propio folio."))

    def offer_members(self, members: Sequence[tuple[uuid.UUID, str]]) -> None:
        """The members who may be inscribed now: ref, and words for each."""
        self.also.offer([(str(ref), words) for ref, words in members])

    def chosen(self) -> tuple[uuid.UUID, ...]:
        """Who goes with her; ask only after validate()."""
        return tuple(uuid.UUID(code) for code in self.also.value)


class RenewForm(DeskForm):
    """One button."""


class ReopenForm(DeskForm):
    """Why an ended inscription counts again."""

    reopen_reason = ChoiceField(
        _l("¿Por qué se reabre?"),
        required=True,
        choices=[(reason.value, words) for reason, words in labels.REOPEN_REASONS.items()],
    )

    def to_reason(self) -> ReopenReason:
        """The reason; ask only after validate()."""
        return ReopenReason(self.reopen_reason.value or "")


class EndForm(DeskForm):
    """Why a person leaves the register."""

    reason = ChoiceField(
        _l("¿Por qué termina la inscripción?"),
        required=True,
        choices=[
            (reason.value, words)
            for reason, words in labels.END_REASONS.items()
            if reason is not EndReason.CARE_WITHDRAWN
        ],
    )
    note = LongTextField(_l("Nota"), max_length=_LONGEST_NOTE, rows=3, hint=_l("Queda cifrada en el expediente."))

    def to_reason(self) -> EndReason:
        """The reason; ask only after validate()."""
        return EndReason(self.reason.value or "")


class CorrectForm(VersionMixin, DeskForm):
    """What the register should say, and why."""

    marks_optional = False

    given = NameField(_l("Nombre(s)"), hint=_l("Como en su documento."))
    surname1 = NameField(_l("Primer apellido"))
    surname2 = NameField(_l("Segundo apellido"))
    birth = PartialDateField(_l("Fecha de nacimiento"))
    reason = ChoiceField(
        _l("¿Por qué se corrige?"),
        required=True,
        choices=[(reason.value, words) for reason, words in labels.CORRECTION_REASONS.items()],
    )
    note = LongTextField(_l("Nota"), max_length=_LONGEST_NOTE, rows=3, hint=_l("Queda cifrada en el expediente."))

    def fill(self, identity: IdentityFacts, version: int) -> None:
        """What is on file now."""
        names = identity.names
        self.given.data, self.surname1.data, self.surname2.data = names.given, names.surname1, names.surname2
        self.birth.process(None, identity.birth if identity.birth.is_known else None)
        self.version.data = str(version)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not (self.given.value or self.surname1.value or self.surname2.value):
            self.refuse(_("Escriba al menos un nombre o un apellido: la constancia lo lleva."), "given")
        return not self.has_errors

    def to_fact(self) -> Correction:
        """The correction; ask only after validate()."""
        return Correction(
            given=self.given.value,
            surname1=self.surname1.value,
            surname2=self.surname2.value,
            birth=self.birth.value or PartialDate.unknown(),
            reason=CorrectionReason(self.reason.value or ""),
            note=self.note.value,
        )


class KindForm(DeskForm):
    """Whether a file is for the register or for service alone."""

    kind = ChoiceField(
        _l("Tipo de registro"), required=True, choices=lambda: RECORD_KINDS.choices(page_language()), drawn="radios"
    )
