"""The forms of a file's sections. Most are their questions; a few have boxes that the data does not describe."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import ChoiceField
from referral.infra.web.date_fields import ExactDateField
from referral.people.facts import Section
from referral.people.forms.care import ATTENTION, DISABILITY, GROUPS, HEALTH
from referral.people.forms.contact import CONTACT
from referral.people.forms.fields import choices_of, words_of
from referral.people.forms.identity import IDENTITY
from referral.people.forms.journey import JOURNEY
from referral.people.forms.section import SectionForm, box_for, make_form
from referral.people.rules.sections import QUESTIONS

_BY_PATH = {question.path: question for questions in QUESTIONS.values() for question in questions}

FORMS: Mapping[Section, type[SectionForm]] = MappingProxyType(
    {
        Section.REGISTRY: make_form(Section.REGISTRY),
        Section.IDENTITY: IDENTITY,
        Section.CONTACT: CONTACT,
        Section.MOBILITY: JOURNEY,
        Section.FAMILY: make_form(Section.FAMILY),
        Section.GROUPS: GROUPS,
        Section.ATTENTION: ATTENTION,
        Section.DISABILITY: DISABILITY,
        Section.WORK: make_form(
            Section.WORK,
            in_school=ChoiceField(words_of("in_school"), choices=choices_of("yes_no_unknown"), drawn="radios_inline"),
            work_permission=ChoiceField(
                words_of("work_permission"), choices=choices_of("yes_no_unknown"), drawn="radios_inline"
            ),
            skills=box_for(
                _BY_PATH["life.skills"], hint=_l("Una por renglón: lo que sabe hacer y lo que tiene certificado.")
            ),
        ),
        Section.HEALTH: HEALTH,
        Section.ACCOUNT: make_form(
            Section.ACCOUNT,
            notes=box_for(
                _BY_PATH["notes"],
                hint=_l(
                    "Sólo lo que ahorra repetir la historia. No escriba aquí por qué pide refugio ni números de"
                    " documentos o teléfonos: cada uno tiene su lugar."
                ),
            ),
        ),
        Section.FOLLOW_UP: make_form(
            Section.FOLLOW_UP,
            next_contact=ExactDateField(words_of("next_contact"), future=True, past=True),
        ),
    }
)
