"""Boxes of the sections: phones, a day's hours, and the lists of needs and documents. Used by sections.py."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from referral.directory.rules.listings import DOCUMENT_SETS
from referral.infra.web.fields import LongTextField, TextField
from referral.infra.web.formats import page_language
from referral.kernel.codes import IDENTITY_DOCUMENTS, NEED_CATEGORIES, NEEDS, RESIDENCE_PROOFS
from referral.upkeep.labels import code_words
from referral.upkeep.rules import LONGEST_PHONE, MOST_PHONES, read_hours, written_hours


class PhonesField(LongTextField):
    """Numbers, one a line, as people read them."""

    @property
    def numbers(self) -> list[str]:
        """Each number once."""
        return list(dict.fromkeys(line.strip() for line in self.value.split("\n") if line.strip()))

    def process_data(self, value: object) -> None:
        self.data = "\n".join(value) if isinstance(value, (list, tuple)) else ""

    def check(self, text: str) -> None:
        wrong = [one for one in self.numbers if len(one) > LONGEST_PHONE or not re.search(r"\d{3}", one)]
        if wrong or len(self.numbers) > MOST_PHONES:
            raise self.stop(_("Escriba un teléfono en cada línea, seis como máximo. Por ejemplo: 55 5555 0123"))


class HoursField(TextField):
    """One day's hours; `spans` after validate()."""

    spans: list[list[str]]

    def process_data(self, value: object) -> None:
        self.data = written_hours(value) if isinstance(value, (list, tuple)) else ""

    def pre_validate(self, form: object) -> None:
        self.spans = []
        super().pre_validate(form)

    def check(self, text: str) -> None:
        spans = read_hours(text)
        if spans is None:
            raise self.stop(
                _("Escriba las horas de «%(label)s» así: 9:00-14:00, 16:00-18:00. O: 24 horas.", label=self.words)
            )
        self.spans = spans


def need_choices() -> list[tuple[str, str]]:
    """Each category whole, followed by its needs."""
    choices: list[tuple[str, str]] = []
    for category in NEED_CATEGORIES:
        every = f"{category.code}_*"
        choices.append((every, code_words("need", every)))
        choices += [(need.code, need.label(page_language())) for need in NEEDS if need.category == category.code]
    return choices


def document_choices() -> list[tuple[str, str]]:
    """The sets of papers, then each paper."""
    sets = [(code, code_words("accepted_document", code)) for code in DOCUMENT_SETS]
    language = page_language()
    return [*sets, *IDENTITY_DOCUMENTS.choices(language), *RESIDENCE_PROOFS.choices(language)]


def kept_order(field: Any, before: Iterable[str]) -> list[str]:
    """The codes ticked, in the order they had on file: a list that only looks another way is no change.

    A code on file that the form does not offer stays: nobody saw it, so nobody took it out.
    """
    kept, chosen = list(before), list(field.value)
    offered = {option.code for option in field.options}
    stay = [code for code in kept if code in chosen or code not in offered]
    return [*stay, *(code for code in chosen if code not in stay)]
