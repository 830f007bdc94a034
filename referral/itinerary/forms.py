"""The one form of the itinerary: which doors, which first, in what language, what may be read."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request
from flask_babel import lazy_gettext as _l

from referral.consent.notice import OWN_NAMES
from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField
from referral.infra.web.forms import DeskForm

MOST_VISITS = 4  # on one page, in type that can be read on the way


class ItineraryForm(DeskForm):
    """Nothing is kept of it: it only says how the page is printed now."""

    visits = MultiChoiceField(
        _l("Servicios que se imprimen"),
        required=True,
        required_message=_l("Elija al menos un servicio para imprimir."),
    )
    first = ChoiceField(_l("Empezar por"), drawn="select", blank=_l("El más urgente"))
    language = ChoiceField(
        _l("Lengua de la hoja, además del español"), choices=tuple(OWN_NAMES.items()), drawn="select", required=True
    )
    readable = MultiChoiceField(
        _l("La persona quiere que se lea el nombre de"),
        hint=_l("Si no se marca, la hoja no dice el nombre: alguien más podría leerla. Pregunte antes."),
    )

    def offer(self, visits: Iterable[tuple[str, str]], discreet: Iterable[str], *, language: str) -> None:
        """The doors of this person; on the first look all are chosen, as many as a page holds."""
        names = dict(visits)
        self.visits.offer(names.items())
        self.first.offer(names.items())
        self.readable.offer((ref, names[ref]) for ref in discreet)
        if request.method == "POST":
            # Read again: what may be chosen was not known when the form was made.
            for field in (self.visits, self.readable):
                field.process_formdata(request.form.getlist(field.name))
            return
        self.visits.data = tuple(names)[:MOST_VISITS]
        self.language.data = language if language in OWN_NAMES else "es"

    def validate(self, extra_validators: object = None) -> bool:
        """More doors than a page holds are for two pages."""
        good = super().validate(extra_validators)
        if len(self.visits.value) > MOST_VISITS:
            self.refuse(
                _l("Elija hasta %(most)s servicios: más no caben con letra grande.", most=MOST_VISITS), "visits"
            )
            return False
        return good
