"""Forms of the consent room: the notice given with its questions, and another basis when nobody can be asked."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.consent import labels
from referral.consent.facts import (
    ASKED,
    Decision,
    GivenBy,
    NewBasis,
    NewDecision,
    NewNotice,
    NoticeChannel,
    OtherBasis,
    Purpose,
)
from referral.consent.rules import SHORTEST_REASON
from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField, TickField, YesNoLaterField
from referral.infra.web.fields import LongTextField, NameField, TextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin
from referral.kernel.codes import CONSENT_METHODS, CONTACT_WAYS, LANGUAGES

_DECISIONS = {"yes": Decision.YES, "no": Decision.NO, "later": Decision.NOT_NOW}


def _question(purpose: Purpose) -> YesNoLaterField:
    return YesNoLaterField(labels.QUESTIONS[purpose], hint=labels.HINTS[purpose])


class ConsentForm(OnceMixin, DeskForm):
    """One question for each purpose, none answered beforehand. Any may be left for another day."""

    marks_optional = False

    notice_channel = ChoiceField(
        _l("¿Cómo se dio el aviso de privacidad?"),
        choices=[(channel.value, words) for channel, words in labels.CHANNELS.items()],
        drawn="radios_inline",
        blank=_l("Sin respuesta"),
    )
    language = ChoiceField(
        _l("Lengua en que se habló"), choices=lambda: LANGUAGES.choices(page_language()), drawn="select", blank=""
    )
    interpreter = TickField(_l("Con intérprete"))
    given_by = ChoiceField(
        _l("¿Quién responde?"),
        choices=[(hand.value, words) for hand, words in labels.GIVEN_BY.items()],
        hint=_l("A una niña, niño o adolescente se le explica y se le escucha siempre."),
    )
    adult = NameField(_l("Nombre de quien responde por su persona"))
    assent = ChoiceField(
        _l("¿La niña, niño o adolescente está de acuerdo?"),
        choices=[("yes", _l("Sí")), ("no", _l("No"))],
        drawn="radios_inline",
        blank=_l("Sin respuesta"),
    )
    care = _question(Purpose.CARE)
    sensitive = _question(Purpose.SENSITIVE)
    contact = _question(Purpose.CONTACT)
    contact_channels = MultiChoiceField(
        _l("Si se le puede buscar, ¿por qué medios?"), choices=lambda: CONTACT_WAYS.choices(page_language())
    )
    contact_hours = TextField(
        _l("¿En qué horario, o qué se debe cuidar?"),
        max_length=120,
        hint=_l("Por ejemplo: después de las 18:00; no dejar recados."),
    )
    photo = _question(Purpose.PHOTO)
    certificate = _question(Purpose.CERTIFICATE)
    statistics = _question(Purpose.STATISTICS)
    how = ChoiceField(
        _l("¿Cómo dio su permiso?"),
        choices=lambda: CONSENT_METHODS.choices(page_language()),
        drawn="radios_inline",
        blank=_l("Sin respuesta"),
        hint=_l("Sólo hace falta si respondió que sí a algo."),
    )
    witness = NameField(_l("Testigo"), hint=_l("Si fue con marca, o de viva voz con testigo."))

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if not self.to_decisions() and self.to_notice() is None:
            self.refuse(_("Marque al menos una respuesta, o cómo se dio el aviso."), "care")
        return not self.has_errors

    def to_notice(self) -> NewNotice | None:
        """How the notice was given; None when it was not given this time."""
        if self.notice_channel.value is None:
            return None
        return NewNotice(NoticeChannel(self.notice_channel.value), self.language.value or "", self.interpreter.value)

    def to_decisions(self) -> tuple[NewDecision, ...]:
        """The questions that were answered, in the order they are asked."""
        answers = ((purpose, self[purpose.value].value) for purpose in ASKED)
        return tuple(self._decision(purpose, answer) for purpose, answer in answers if answer is not None)

    def _decision(self, purpose: Purpose, answer: str) -> NewDecision:
        yes, reached = answer == "yes", answer == "yes" and purpose is Purpose.CONTACT
        return NewDecision(
            purpose,
            _DECISIONS[answer],
            how=(self.how.value or "") if yes else "",
            language=self.language.value or "",
            interpreter=self.interpreter.value,
            given_by=GivenBy(self.given_by.value or GivenBy.SELF.value),
            adult=self.adult.value,
            assent=None if self.assent.value is None else self.assent.value == "yes",
            witness=self.witness.value if yes else "",
            channels=self.contact_channels.value if reached else (),
            hours=self.contact_hours.value if reached else "",
        )


class OtherBasisForm(OnceMixin, DeskForm):
    """On what sensitive data are kept when nobody can be asked, and why."""

    marks_optional = False

    basis = ChoiceField(
        _l("¿Por qué no se le puede preguntar?"),
        required=True,
        choices=[(basis.value, words) for basis, words in labels.OTHER_BASES.items()],
    )
    reason = LongTextField(
        _l("Motivo, en sus palabras"),
        max_length=1000,
        rows=4,
        required=True,
        hint=_l(
            "Al menos %(least)s caracteres. Lo leerá quien revisa la protección de datos. Queda cifrado.",
            least=SHORTEST_REASON,
        ),
    )

    def to_fact(self) -> NewBasis:
        """The basis; ask only after validate()."""
        return NewBasis(OtherBasis(self.basis.value or ""), self.reason.value)
