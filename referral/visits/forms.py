"""Forms of the visits room: of somebody on file, and of somebody who gives no name."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField
from referral.infra.web.fields import LongTextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin
from referral.kernel.codes import CHANNELS, COUNTRIES, LANGUAGES, SEXES_ON_DOCUMENT
from referral.visits.facts import AgeBand, Done, Facets, NewVisit, VisitReason
from referral.visits.labels import AGE_BANDS, DONE, VISIT_REASONS
from referral.visits.rules import LONGEST_NOTE


class VisitFields:
    """What every attendance may tell."""

    reason = ChoiceField(_l("Motivo"), choices=[(code.value, words) for code, words in VISIT_REASONS.items()])
    channel = ChoiceField(_l("Canal"), choices=lambda: CHANNELS.choices(page_language()), drawn="select")
    done = MultiChoiceField(_l("Qué se hizo"), choices=[(code.value, words) for code, words in DONE.items()])


def visit_of(form: Any, person: uuid.UUID | None) -> NewVisit:
    """What was answered; a follow-up at the window where nothing was."""
    return NewVisit(
        person=person,
        reason=VisitReason(form.reason.value or VisitReason.FOLLOW_UP),
        channel=form.channel.value or "in_person",
        note=form.note.value if "note" in form else "",
        done=tuple(Done(code) for code in form.done.value),
    )


class VisitForm(VisitFields, DeskForm):
    """Why and how she came. All of it may be left out: the button of the search page sends nothing else."""

    note = LongTextField(_l("Nota breve"), max_length=LONGEST_NOTE, rows=3)

    def to_fact(self, person: uuid.UUID) -> NewVisit:
        """The attendance of this person."""
        return visit_of(self, person)


class NamelessForm(OnceMixin, VisitFields, DeskForm):
    """Somebody who asks and gives no name: counted, never described."""

    marks_optional = False  # all but the reason is

    age = ChoiceField(
        _l("Edad aproximada"),
        choices=[(code.value, words) for code, words in AGE_BANDS.items()],
        drawn="select",
        blank=_l("Sin dato"),
    )
    sex = ChoiceField(
        _l("Sexo"), choices=lambda: SEXES_ON_DOCUMENT.choices(page_language()), drawn="select", blank=_l("Sin dato")
    )
    nationality = ChoiceField(
        _l("Nacionalidad"), choices=lambda: COUNTRIES.choices(page_language()), drawn="select", blank=_l("Sin dato")
    )
    language = ChoiceField(
        _l("Lengua"), choices=lambda: LANGUAGES.choices(page_language()), drawn="select", blank=_l("Sin dato")
    )

    def to_fact(self) -> NewVisit:
        """The attendance of nobody in particular; information where no reason was given."""
        told = visit_of(self, None)
        return NewVisit(
            person=None,
            reason=VisitReason(self.reason.value or VisitReason.INFORMATION),
            channel=told.channel,
            done=told.done,
            facets=Facets(
                AgeBand(self.age.value) if self.age.value else None,
                self.sex.value or "",
                self.nationality.value or "",
                self.language.value or "",
            ),
        )
