"""The form that notes once for several of a household when they entered Mexico."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import request
from flask_babel import lazy_gettext as _l

from referral.households.facts import Member
from referral.infra.web.choice_fields import MultiChoiceField
from referral.infra.web.date_fields import PartialDateField
from referral.infra.web.forms import DeskForm, OnceMixin


class EntryForm(OnceMixin, DeskForm):
    """When they entered, and for whom it is true."""

    marks_optional = False

    entry = PartialDateField(
        _l("¿Cuándo entraron a México?"),
        age=False,
        required=True,
        required_message=_l("Escriba la fecha, el mes o el año en que entraron, o marque «No sabe»."),
        hint=_l("Por ejemplo: 27 3 2026. Basta con lo que sepan."),
    )
    people = MultiChoiceField(
        _l("Entraron entonces:"), required=True, required_message=_l("Marque al menos a una persona.")
    )

    def offer_people(self, members: Iterable[Member]) -> None:
        """Who may be meant: all of them are ticked beforehand."""
        self.people.offer([(str(one.ref), one.name) for one in members])
        if request.method == "POST":
            self.people.process_formdata(request.form.getlist(self.people.name))
        else:
            self.people.data = tuple(option.code for option in self.people.options)

    def chosen(self) -> tuple[uuid.UUID, ...]:
        """For whom; ask only after validate()."""
        return tuple(uuid.UUID(code) for code in self.people.value)
