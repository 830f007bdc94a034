"""The family form as arrival shows it: each person's first questions stand with her name. Used by family_page."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import Field

from referral.arrival import labels
from referral.arrival.facts import Triage
from referral.arrival.rules import triage as rules
from referral.arrival.rules.family import DANGER, EACH, MEDICAL, NO_BED, asked_by_age, is_small
from referral.households.forms.family import FamilyForm, Row
from referral.infra.web.choice_fields import ChoiceField, TickField
from referral.infra.work import served_today
from referral.kernel.refusal import Refused
from referral.visits.facts import FirstAnswer

_NOT_TOLD = _l("No, o no lo dice")


class FamilyArrivalForm(FamilyForm):
    """A family to register, with what cannot wait: where it sleeps asked once, the rest of each by her age."""

    first_questions = EACH
    first_shared = (NO_BED,)

    no_bed = TickField(
        _l("No tienen dónde dormir esta noche"), hint=_l("Queda anotado para quienes duermen y van con la familia.")
    )

    @classmethod
    def row_boxes(cls, number: int) -> dict[str, Field]:
        return {
            MEDICAL: TickField(_l("Tiene una urgencia médica")),
            DANGER: ChoiceField(
                _l("¿Está en peligro?"),
                choices=[(told.value, words) for told, words in labels.DANGERS.items()],
                drawn="select",
                blank=_NOT_TOLD,
            ),
            rules.ALONE: TickField(_l("Tiene menos de 18 años y viene sin una persona adulta")),
            **super().row_boxes(number),
        }

    def asked_of(self, row: Row, today: date) -> tuple[str, ...]:
        """By her age as typed so far; an answer given stays on the page whatever the age."""
        birth = row.birth.sketch
        if is_small(birth, today):
            row.danger.offer((told.value, words) for told, words in labels.DANGERS_OF_CHILDREN.items())
            row.danger.hint = _l("Lo que diga quien le cuida y lo que usted vea.")
        asked = asked_by_age(birth, today)
        return tuple(one for one in self.first_questions if one in asked or getattr(row, one).data)

    def told(self) -> tuple[Triage, ...]:
        """What was told of each person who is named, in the order of the family."""
        return tuple(self._told_of(row) for row in self.filled)

    def validate(self, extra_validators: object = None) -> bool:
        if not super().validate(extra_validators):
            return False
        for row in self.filled:
            try:
                rules.check_triage(self._told_of(row), self.identity_of(row), today=served_today())
            except Refused as no:
                self.refuse(labels.refusal(no), f"p{row.number}_{no.field}")
        return not self.has_errors

    def refusal(self, no: Refused) -> str:
        return labels.refusal(no) if labels.owns(no) else super().refusal(no)

    def part_refused(self, no: Refused) -> str:
        return rules.ALONE if labels.owns(no) else super().part_refused(no)

    def _told_of(self, row: Row) -> Triage:
        told = {FirstAnswer.MEDICAL: row.medical.value, FirstAnswer.ALONE: row.alone.value}
        told[FirstAnswer.NO_BED] = self.no_bed.value and row.goes_with.value
        if row.danger.value:
            told[FirstAnswer(row.danger.value)] = True
        return Triage(tuple(answer for answer in FirstAnswer if told.get(answer)))
