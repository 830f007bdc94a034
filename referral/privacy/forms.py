"""Forms of the privacy room: taking back, a written consent and its confirmation, the review of another basis."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from referral.consent.facts import NewWritten, Purpose
from referral.consent.rules import SHORTEST_REASON
from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField, TickField
from referral.infra.web.fields import LongTextField, PasswordField, TextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin
from referral.kernel.codes import DOCUMENT_SEEN
from referral.privacy import labels
from referral.privacy.facts import GlassReason, NewOpening, Permission, SaidBy, ShutDoor, Withdrawal
from referral.privacy.rules import SHORTEST_WORDS, Reason


class WithdrawForm(DeskForm):
    """What a person takes back. No reason is asked."""

    marks_optional = False

    permissions = MultiChoiceField(
        _l("¿Qué permisos retira?"), required=True, required_message=labels.REFUSALS[Reason.NOTHING_CHOSEN]
    )
    said_by = ChoiceField(
        _l("¿Cómo lo pidió?"),
        required=True,
        choices=[(said.value, words) for said, words in labels.SAID_BY.items()],
        drawn="radios_inline",
    )
    answer = TextField(
        _l("Por teléfono: ¿qué respondió?"),
        max_length=40,
        hint=_l("Pregunte el año de nacimiento o el folio. No se lo diga usted."),
    )

    def offer_permissions(self, found: Sequence[Permission]) -> None:
        """The permissions in force."""
        self.permissions.offer([(one.code, labels.permission_words(one)) for one in found])

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if not good and self.said_by.value == SaidBy.PHONE and not self.answer.value:
            # Whether an answer is needed is for the rules; beside other errors it is said at once, not at the next try.
            self.refuse(labels.REFUSALS[Reason.ANSWER_MISSING], self.answer.name)
        return good

    def to_fact(self) -> Withdrawal:
        """What was taken back; ask only after validate()."""
        return Withdrawal(
            tuple(_permission(code) for code in self.permissions.value),
            SaidBy(self.said_by.value or ""),
            self.answer.value,
        )


class WrittenForm(OnceMixin, DeskForm):
    """An express, written consent to one referral."""

    marks_optional = False

    seen = ChoiceField(
        _l("El papel firmado, ¿cómo lo vio?"),
        required=True,
        choices=lambda: DOCUMENT_SEEN.choices(page_language()),
        drawn="radios_inline",
    )
    reference = TextField(
        _l("¿Dónde queda guardado?"),
        max_length=120,
        required=True,
        hint=_l("Por ejemplo: carpeta 3 de la mesa, o el archivo escaneado en su expediente."),
    )
    reason = LongTextField(
        _l("¿Por qué lo pide la persona?"),
        max_length=1000,
        rows=4,
        required=True,
        hint=_l("Al menos %(least)s caracteres.", least=SHORTEST_REASON),
    )
    understood = TickField(
        _l("Se le explicó qué riesgo tiene, en su lengua, y aun así lo pide para este único envío"), required=True
    )

    def to_fact(self, person: uuid.UUID, door: ShutDoor, *, expires_on: date) -> NewWritten:
        """The consent; ask only after validate()."""
        return NewWritten(
            person=person,
            service=door.offer.service_ref,
            organization=door.offer.service.organization_ref,
            rule=door.rule or "",
            seen=self.seen.value or "",
            reference=self.reference.value,
            reason=self.reason.value,
            expires_on=expires_on,
        )


class GlassForm(DeskForm):
    """Why the reserved part of a file is opened, and the password again: who sits there may not be who signed in."""

    marks_optional = False

    back = HiddenField()
    reason = ChoiceField(
        _l("¿Por qué hace falta leerlo?"),
        required=True,
        choices=[(reason.value, words) for reason, words in labels.GLASS_REASONS.items()],
    )
    words = LongTextField(
        _l("Explíquelo en una o dos frases"),
        max_length=500,
        rows=3,
        required=True,
        hint=_l(
            "Al menos %(least)s caracteres. Lo lee protección de datos: no escriba aquí lo que la persona contó.",
            least=SHORTEST_WORDS,
        ),
    )
    password = PasswordField(_l("Su contraseña, otra vez"), required=True, max_length=128)

    def to_fact(self) -> NewOpening:
        """What was said; ask only after validate()."""
        return NewOpening(GlassReason(self.reason.value or ""), self.words.value)


class GuardedForm(DeskForm):
    """Why what is protected of a file has to be read."""

    marks_optional = False

    back = HiddenField()
    words = LongTextField(
        _l("¿Por qué hace falta leer también lo protegido?"),
        max_length=500,
        rows=3,
        required=True,
        hint=_l(
            "Al menos %(least)s caracteres. Lo lee quien decide: no escriba aquí lo que la persona contó.",
            least=SHORTEST_WORDS,
        ),
    )


class GuardedDecisionForm(DeskForm):
    """The word of the second person, with her own password."""

    marks_optional = False

    verdict = ChoiceField(
        _l("¿Se abre lo protegido de este expediente?"),
        required=True,
        choices=[("yes", _l("Sí, se abre")), ("no", _l("No, sigue cerrado"))],
    )
    note = TextField(_l("Nota"), max_length=300)
    password = PasswordField(_l("Su contraseña, otra vez"), required=True, max_length=128)


class OpeningReviewForm(DeskForm):
    """The word of data protection on one opening."""

    marks_optional = False

    verdict = ChoiceField(
        _l("¿Hacía falta?"),
        required=True,
        choices=[("yes", _l("Sí, el motivo lo justifica")), ("no", _l("No se justifica"))],
    )
    note = TextField(_l("Nota"), max_length=300)


class ConfirmForm(DeskForm):
    """One button."""


class ReviewForm(DeskForm):
    """The word of data protection on one use of another basis."""

    marks_optional = False

    verdict = ChoiceField(
        _l("¿Se sostiene?"),
        required=True,
        choices=[
            ("yes", _l("Sí: había peligro y no se podía preguntar")),
            ("no", _l("No: los datos delicados se cierran")),
        ],
    )
    note = TextField(_l("Nota"), max_length=300)


def _permission(code: str) -> tuple[Purpose, uuid.UUID | None]:
    purpose, _colon, organization = code.partition(":")
    return Purpose(purpose), uuid.UUID(organization) if organization else None
