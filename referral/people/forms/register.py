"""The form that opens a file. Once valid, to_fact() gives the person to register."""

from __future__ import annotations

from wtforms import Field

from referral.infra.web.forms import OnceMixin
from referral.kernel.refusal import Refused
from referral.people.facts import IdentityFacts, NewPerson
from referral.people.forms.fields import ContactFields, FactForm, NameFields, contact_of, identity_of
from referral.people.rules import registration as rules

_MOST_REFS = 50


class _RefsField(Field):
    """Refs written by the page, in one box or several: acknowledged before, and by the button now."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tuple(ref for value in valuelist for ref in value.split())[:_MOST_REFS]

    def process_data(self, value: object) -> None:
        self.data = ()


class RegisterForm(OnceMixin, NameFields, ContactFields, FactForm):
    """The least that opens a file. `acknowledged`: refs of look-alikes that were shown and are somebody else."""

    acknowledged = _RefsField()

    def check(self) -> None:
        rules.check_registration(self.to_fact())

    def to_fact(self) -> NewPerson:
        return NewPerson(identity_of(self, self.birth.value), contact_of(self))

    def sketch(self) -> IdentityFacts | None:
        """Who is being typed, before anything is checked; None while there is no readable name."""
        try:
            return identity_of(self, self.birth.value if self.birth.validate(self) else None)
        except Refused:
            return None

    @property
    def acknowledged_refs(self) -> frozenset[str]:
        """Refs of the people who were shown as look-alikes."""
        return frozenset(self.acknowledged.data)
