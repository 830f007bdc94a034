"""Forms of the needs room: several needs at once, and how one ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField, Option
from referral.infra.web.fields import LongTextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin, VersionMixin
from referral.kernel.codes import NEED_CATEGORIES, NEEDS, OUTCOMES, URGENCY_LEVELS
from referral.needs.facts import NewNeed
from referral.needs.rules import BY_DESK, LONGEST_NOTE


class NeedGroup(NamedTuple):
    """The needs of one category as the page draws them; `opened` when one of them is marked."""

    code: str
    words: str
    options: tuple[Option, ...]
    opened: bool


class NeedsForm(OnceMixin, DeskForm):
    """The needs a person tells, marked in the list of the 85."""

    needs = MultiChoiceField(
        _l("Qué necesita"),
        choices=lambda: NEEDS.choices(page_language()),
        required=True,
        required_message=_l("Marque al menos una necesidad."),
    )
    urgency = ChoiceField(
        _l("Urgencia"),
        choices=lambda: URGENCY_LEVELS.choices(page_language()),
        drawn="select",
        blank=_l("La que propone la lista"),
        hint=_l("Vale para todas las que marque."),
    )
    note = LongTextField(
        _l("Nota"),
        max_length=LONGEST_NOTE,
        rows=3,
        hint=_l("Lo necesario para atender, sin relatos. Se guarda con cada necesidad que marque."),
    )

    def groups(self) -> Iterator[NeedGroup]:
        """The list by category, in its order."""
        by_category: dict[str, list[Option]] = {}
        for option in self.needs.options:
            by_category.setdefault(NEEDS[option.code].category, []).append(option)
        marked = {NEEDS[code].category for code in self.needs.value}
        for category in NEED_CATEGORIES:
            options = tuple(by_category.get(category.code, ()))
            yield NeedGroup(category.code, category.label(page_language()), options, category.code in marked)

    def to_facts(self) -> list[NewNeed]:
        """The needs marked, with the urgency and note that go with them."""
        return [NewNeed(code, self.urgency.value, self.note.value) for code in self.needs.value]


class SettleForm(VersionMixin, DeskForm):
    """How the desk itself ended a need."""

    outcome = ChoiceField(
        _l("Cómo quedó"),
        choices=lambda: [(code, OUTCOMES.label(code, page_language())) for code in BY_DESK],
        required=True,
    )
