"""Forms of the duplicates room: what stays where two files differ, and one-button forms."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.duplicates import labels
from referral.duplicates.facts import Agreement, Choice, Pair
from referral.duplicates.rules import LONGEST_REASON, NAMES
from referral.infra.web.choice_fields import ChoiceField, Option, TickField
from referral.infra.web.fields import LongTextField
from referral.infra.web.forms import DeskForm, OnceMixin

_BOX = "stay_"


class ButtonForm(DeskForm):
    """A button and nothing else."""


class MergeForm(OnceMixin, DeskForm):
    """The answers that differ, each with a choice, and why the two files are of one person. Made by merge_form."""

    @property
    def choice_fields(self) -> list[ChoiceField]:
        """The boxes of what differs, in the order of the file."""
        return [field for name, field in self._fields.items() if name.startswith(_BOX)]

    def choices(self) -> dict[str, Choice]:
        """By unit key."""
        return {
            name.removeprefix(_BOX).replace("-", "."): Choice(field.value)
            for name, field in self._fields.items()
            if name.startswith(_BOX) and field.value
        }

    @property
    def reason_typed(self) -> str:
        return str(self._fields["reason"].value or "")


def merge_form(pair: Pair) -> MergeForm:
    """The form for two files: a box for each thing they tell differently, what would stay marked beforehand.

    Nothing is marked where their names differ: the newer spelling is not the truer one, and her constancia carries it.
    """
    boxes: dict[str, Any] = {}
    for one in pair.compared:
        if one.agreement is not Agreement.DIFFERENT:
            continue
        ours, theirs = labels.unit_answer(pair.kept, one.unit), labels.unit_answer(pair.other, one.unit)
        if not (ours and theirs):
            continue  # told apart by something that has no words: the fuller one stays
        options = [
            Option(Choice.KEPT.value, _("%(answer)s (del que queda)", answer=ours)),
            Option(Choice.OTHER.value, _("%(answer)s (del que se une)", answer=theirs)),
        ]
        if one.both_fit:
            options.append(Option(Choice.BOTH.value, _("Conservar las dos respuestas")))
        names = one.unit.key == NAMES and ours != theirs
        boxes[f"{_BOX}{one.unit.key.replace('.', '-')}"] = ChoiceField(
            labels.unit_words(one.unit),
            choices=options,
            required=True,
            required_message=_("Elija con qué nombre queda la persona.") if names else None,
            hint=_("Pregunte a la persona cuál usa. El otro se guarda entre sus otros nombres.") if names else None,
            default=None if names else one.default.value,
        )
    boxes["reason"] = LongTextField(
        _l("Cómo sabe que es la misma persona"),
        max_length=LONGEST_REASON,
        rows=3,
        required=True,
        required_message=_l("Escriba cómo sabe que es la misma persona."),
        hint=_l("Por ejemplo: mostró los dos papeles, o reconoció las dos visitas como suyas."),
    )
    boxes["sure"] = TickField(
        _l("Comparé los dos expedientes y es la misma persona"),
        required=True,
        required_message=_l("Marque que comparó los dos expedientes para poder unirlos."),
    )
    made: type[MergeForm] = type("MergeForm", (MergeForm,), boxes)
    return made()
