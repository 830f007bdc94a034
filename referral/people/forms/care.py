"""Groups, needs of attention, the six questions on functioning, health: what shows risk and the right to priority."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField, TickField
from referral.infra.web.formats import page_language
from referral.kernel.code_kinds import SpecificNeed
from referral.kernel.codes import (
    FUNCTIONAL_QUESTIONS,
    PRIORITY_GROUPS,
    SPECIFIC_NEED_GROUPS,
    SPECIFIC_NEEDS,
)
from referral.people.facts import FunctionAnswer, PersonRecord, Section
from referral.people.forms.fields import choices_of, words_of
from referral.people.forms.section import SectionForm, make_form
from referral.people.rules.groups import GREAT_DIFFICULTY, derived_groups
from referral.people.rules.registration import PROTECTED_HEALTH, is_confidential

NO_ANSWER = _l("Sin respuesta")


def _askable(told: frozenset[str]) -> list[tuple[str, str]]:
    return [
        (group.code, group.label(page_language()))
        for group in PRIORITY_GROUPS
        if not group.derived_from and group.code not in told
    ]


class GroupsForm(SectionForm):
    own = frozenset({"groups"})

    groups = MultiChoiceField(
        _l("Grupos que la persona dice"),
        choices=lambda: _askable(frozenset()),
        hint=_l("Pregunte sólo lo que haga falta para el servicio. Lo que la persona no dice no se supone."),
    )

    def offer_groups(self, record: PersonRecord, today: date) -> None:
        """Ask only what the file does not tell already."""
        self.groups.offer(_askable(frozenset(one.code for one in derived_groups(record, today))))

    @classmethod
    def filled(cls, record: PersonRecord) -> dict[str, Any]:
        return {**super().filled(record), "groups": record.protected.groups}

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "protected.groups": self.groups.value}


GROUPS = make_form(
    Section.GROUPS,
    GroupsForm,
    groups_asked=TickField(_l("Se revisaron con la persona: ningún otro grupo le aplica")),
    gender_identity=ChoiceField(words_of("gender_identity"), choices=choices_of("gender_identity"), blank=NO_ANSWER),
)


def offered_attention(group: str) -> tuple[SpecificNeed, ...]:
    """The needs of attention that any trained caseworker may note. Difficulties are asked by the six questions."""
    return tuple(
        need
        for need in SPECIFIC_NEEDS
        if need.group == group and need.use == "desk" and not need.code.startswith("LOC-DIS-")
    )


_ATTENTION_GROUPS = tuple(group.code for group in SPECIFIC_NEED_GROUPS if offered_attention(group.code))


class _Attention(SectionForm):
    own = frozenset({"attention"})

    @classmethod
    def of(cls, record: PersonRecord, version: int, **options: Any) -> Self:
        form = super().of(record, version, **options)
        # Noted by somebody trained for it, or under a code that is no longer offered: it stays.
        offered = {need.code for group in _ATTENTION_GROUPS for need in offered_attention(group)}
        form.kept = tuple(code for code in record.attention if code not in offered)
        return form

    kept: tuple[str, ...] = ()

    @classmethod
    def filled(cls, record: PersonRecord) -> dict[str, Any]:
        return {f"attention_{group}": record.attention for group in _ATTENTION_GROUPS}

    def answers(self) -> dict[str, Any]:
        chosen = [code for group in _ATTENTION_GROUPS for code in self[f"attention_{group}"].value]
        noted = (*chosen, *self.kept)
        return {
            "standing.attention": tuple(code for code in noted if not is_confidential(code)),
            "protected.attention": tuple(code for code in noted if is_confidential(code)),
        }


def _attention_box(group: str) -> MultiChoiceField:
    def choices() -> list[tuple[str, str]]:
        return [(need.code, need.label(page_language())) for need in offered_attention(group)]

    label = LazyString(lambda: SPECIFIC_NEED_GROUPS.label(group, page_language()))
    return MultiChoiceField(label, choices=choices)


ATTENTION = make_form(
    Section.ATTENTION, _Attention, **{f"attention_{group}": _attention_box(group) for group in _ATTENTION_GROUPS}
)


class _Disability(SectionForm):
    own = frozenset({"functions"})

    @classmethod
    def filled(cls, record: PersonRecord) -> dict[str, Any]:
        before = dict.fromkeys(record.health.difficulties, "much")  # noted before the six questions were asked
        answers = before | {one.code: one.level for one in record.health.functions}
        return {_function_name(code): level for code, level in answers.items()}

    def answers(self) -> dict[str, Any]:
        told = tuple(
            FunctionAnswer(code, level)
            for code in FUNCTIONAL_QUESTIONS.codes()
            if (level := self[_function_name(code)].value)
        )
        return {
            "health.functions": told,
            "health.difficulties": tuple(one.code for one in told if one.level in GREAT_DIFFICULTY),
        }


def _function_name(code: str) -> str:
    return f"function_{code.rpartition('-')[2]}"


def _function_box(code: str) -> ChoiceField:
    label = LazyString(lambda: FUNCTIONAL_QUESTIONS.label(code, page_language()))
    return ChoiceField(label, choices=choices_of("functional_level"), drawn="radios_inline", blank=NO_ANSWER)


DISABILITY = make_form(
    Section.DISABILITY,
    _Disability,
    **{_function_name(code): _function_box(code) for code in FUNCTIONAL_QUESTIONS.codes()},
)


class HealthForm(SectionForm):
    own = frozenset({"health_needs"})

    health_needs = MultiChoiceField(words_of("health_need"), choices=choices_of("health_needs"))

    @classmethod
    def filled(cls, record: PersonRecord) -> dict[str, Any]:
        return {**super().filled(record), "health_needs": record.health_needs}

    def answers(self) -> dict[str, Any]:
        told = self.health_needs.value
        return {
            **super().answers(),
            "health.health_needs": tuple(code for code in told if code not in PROTECTED_HEALTH),
            "protected.health_needs": tuple(code for code in told if code in PROTECTED_HEALTH),
        }

    def ask_outbreak(self, item: str) -> None:
        """Ask for the public-health item in force, or for none."""
        if item:
            self.outbreak.hint = item
        else:
            del self.outbreak


HEALTH = make_form(
    Section.HEALTH,
    HealthForm,
    outbreak=ChoiceField(
        words_of("outbreak_flag"), choices=choices_of("yes_no_unknown"), drawn="radios_inline", blank=NO_ANSWER
    ),
)
