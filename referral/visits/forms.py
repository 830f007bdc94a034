"""Form of the visits room."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import ChoiceField
from referral.infra.web.fields import LongTextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm
from referral.kernel.codes import CHANNELS
from referral.visits.facts import NewVisit, VisitReason
from referral.visits.labels import VISIT_REASONS
from referral.visits.rules import LONGEST_NOTE


class VisitForm(DeskForm):
    """Why and how she came. All of it may be left out: the button of the search page sends nothing else."""

    reason = ChoiceField(_l("Motivo"), choices=[(code.value, words) for code, words in VISIT_REASONS.items()])
    channel = ChoiceField(_l("Canal"), choices=lambda: CHANNELS.choices(page_language()), drawn="select", blank="")
    note = LongTextField(_l("Nota breve"), max_length=LONGEST_NOTE, rows=3)

    def to_fact(self, person: uuid.UUID) -> NewVisit:
        """What was answered; a follow-up at the window where nothing was."""
        return NewVisit(
            person=person,
            reason=VisitReason(self.reason.value or VisitReason.FOLLOW_UP),
            channel=self.channel.value or "in_person",
            note=self.note.value,
        )
