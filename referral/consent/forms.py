"""Forms of the consent room: the notice given with its questions, and the button that takes a permission back."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from referral.consent import labels
from referral.consent.facts import ASKED, Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.infra.web.choice_fields import ChoiceField, TickField, YesNoLaterField
from referral.infra.web.fields import HiddenRef
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin
from referral.kernel.codes import CONSENT_METHODS, LANGUAGES

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
    )
    language = ChoiceField(
        _l("Lengua en que se habló"), choices=lambda: LANGUAGES.choices(page_language()), drawn="select", blank=""
    )
    interpreter = TickField(_l("Con intérprete"))
    care = _question(Purpose.CARE)
    sensitive = _question(Purpose.SENSITIVE)
    contact = _question(Purpose.CONTACT)
    certificate = _question(Purpose.CERTIFICATE)
    statistics = _question(Purpose.STATISTICS)
    how = ChoiceField(
        _l("¿Cómo dio su permiso?"),
        choices=lambda: CONSENT_METHODS.choices(page_language()),
        drawn="radios_inline",
        hint=_l("Sólo hace falta si respondió que sí a algo."),
    )

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
        return tuple(
            NewDecision(
                purpose,
                _DECISIONS[answer],
                how=(self.how.value or "") if answer == "yes" else "",
                language=self.language.value or "",
                interpreter=self.interpreter.value,
            )
            for purpose, answer in answers
            if answer is not None
        )


class WithdrawForm(DeskForm):
    """One permission to take back: its purpose and, for a referral, its institution."""

    purpose = HiddenField()
    organization = HiddenRef()

    def to_purpose(self) -> Purpose | None:
        """The purpose; None when the box was tampered with."""
        text = str(self.purpose.data)
        return Purpose(text) if text in set(Purpose) else None

    @classmethod
    def of(cls, purpose: Purpose, organization: uuid.UUID | None) -> WithdrawForm:
        """The button beside one permission."""
        return cls(formdata=None, purpose=purpose.value, organization=str(organization) if organization else "")
