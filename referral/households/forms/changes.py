"""Forms that change a household: somebody joins, relations and head, a split, who answers for a child."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.households import labels
from referral.households.facts import MOST_MEMBERS, Kind, Member, NewGuardian, NewPlace, Place, Proof
from referral.households.forms.family import select
from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField, TickField
from referral.infra.web.fields import HiddenRef, LongTextField, NameField, PhoneField, TextField
from referral.infra.web.forms import DeskForm, OnceMixin

OTHER = "other"  # the answer "somebody who is not registered"


class AddForm(OnceMixin, DeskForm):
    """Search for a registered person and take her into the household."""

    marks_optional = False

    q = TextField(
        _l("Nombre, folio o teléfono de la persona"),
        max_length=200,
        spellcheck=False,
        required=True,
        required_message=_l("Escriba un nombre, un folio o un teléfono para buscar."),
    )
    person = ChoiceField(_l("¿Quién es?"))
    relation = select(_l("Qué es de la persona de referencia"), "relation")
    goes_with = TickField(_l("Duerme y va con la familia"), default=True)
    with_family = TickField(_l("Viene con toda su familia: unir las dos"))

    @property
    def chosen(self) -> uuid.UUID | None:
        """The person chosen among those offered."""
        return uuid.UUID(self.person.value) if self.person.value else None

    def keep_answer(self) -> None:
        """Until the search is done nobody knows who may be chosen: the answer is kept as it came."""
        self.person.offer([(self.person.data, self.person.data)] if self.person.data else [])


class PlaceRow(NamedTuple):
    """The boxes of one member."""

    member: Member
    relation: ChoiceField
    goes_with: TickField


class PlacesForm(DeskForm):
    """What each member is to the head, who goes along, who is the head. Made by `places_form`."""

    marks_optional = False

    head = ChoiceField(_l("Persona de referencia"), required=True)

    def rows_of(self, members: Sequence[Member]) -> list[PlaceRow]:
        """Each member with her boxes."""
        return [
            PlaceRow(member, cast(ChoiceField, self[f"m{number}_relation"]), cast(TickField, self[f"m{number}_goes"]))
            for number, member in enumerate(members, start=1)
        ]

    def to_fact(self) -> tuple[Place, ...]:
        """Places of the people whom the page named, which the action compares with those who are there now."""
        return tuple(
            Place(
                ref, self[f"m{number}_relation"].value or "", str(ref) == self.head.value, self[f"m{number}_goes"].value
            )
            for number, ref in enumerate(_sent_people(), start=1)
        )


class SplitForm(OnceMixin, DeskForm):
    """Some go on as a household of their own."""

    marks_optional = False

    leaving = MultiChoiceField(_l("¿Quiénes se van?"), required=True, required_message=_l("Marque a quienes se van."))
    head = ChoiceField(
        _l("Persona de referencia del grupo que se va"), drawn="select", blank=_l("La persona adulta de más edad")
    )
    address = ChoiceField(
        _l("¿Dónde van a estar?"),
        choices=[("same", _l("En el mismo lugar")), ("other", _l("En otro lugar"))],
        required=True,
    )
    alcaldia = select(_l("Alcaldía donde están"), "alcaldias")
    housing = select(_l("Dónde viven"), "housing")
    place = TextField(_l("Dónde preguntar por ellas o ellos"), max_length=200)
    mistake = TickField(_l("No es una separación: se habían anotado juntas por error"))

    def offer_members(self, members: Iterable[Member]) -> None:
        """Who may go."""
        pairs = [(str(one.ref), one.name) for one in members]
        self.leaving.offer(pairs)
        self.head.offer(pairs)
        if request.method == "POST":
            self.leaving.process_formdata(request.form.getlist(self.leaving.name))

    @property
    def leaving_refs(self) -> tuple[uuid.UUID, ...]:
        """Those who go."""
        return tuple(uuid.UUID(code) for code in self.leaving.value)

    def new_place(self) -> NewPlace | None:
        """Where they will be; None for where they are."""
        if self.address.value != "other":
            return None
        return NewPlace(self.alcaldia.value or "", self.housing.value or "", self.place.value)

    def validate(self, extra_validators: Any = None) -> bool:
        """Another place needs a word on which."""
        good = super().validate(extra_validators)
        if good and self.address.value == "other" and self.new_place() == NewPlace():
            self.refuse(_("Anote la alcaldía, el tipo de vivienda o el lugar donde van a estar."), "place")
            return False
        return good


class GuardianForm(OnceMixin, DeskForm):
    """An adult who answers for a child."""

    marks_optional = False

    person = ChoiceField(_l("¿Quién está a cargo?"), required=True)
    name = NameField(_l("Nombre, si no está registrada"))
    phone = PhoneField(_l("Teléfono, si no está registrada"))
    kind = ChoiceField(
        _l("Qué es de la niña, niño o adolescente"),
        choices=[(kind.value, words) for kind, words in labels.KINDS.items()],
        required=True,
    )
    proof = ChoiceField(
        _l("Cómo se sabe"),
        choices=[(proof.value, words) for proof, words in labels.PROOFS.items()],
        drawn="radios_inline",
        required=True,
    )
    accompanies = TickField(_l("Está ahora con la niña, niño o adolescente"), default=True)
    note = LongTextField(_l("Nota"), max_length=500, rows=2, hint=_l("Por ejemplo, qué documento se vio."))

    def offer_people(self, members: Iterable[Member]) -> None:
        """The others of the household, and somebody who is not registered."""
        self.person.offer([*((str(one.ref), one.name) for one in members), (OTHER, _l("Otra persona"))])

    def to_fact(self) -> NewGuardian:
        """The adult to note."""
        registered = None if self.person.value in {OTHER, None} else uuid.UUID(self.person.value)
        return NewGuardian(
            kind=Kind(self.kind.value or ""),
            proof=Proof(self.proof.value or ""),
            person=registered,
            name="" if registered else self.name.value,
            phone="" if registered else self.phone.e164,
            note=self.note.value,
            accompanies=self.accompanies.value,
        )


class EndForm(DeskForm):
    """Which adult no longer answers for the child."""

    end = HiddenRef()


def places_form(members: Sequence[Member], *, as_sent: bool = True) -> PlacesForm:
    """The form for these members, under what was sent unless `as_sent` is False."""
    data: dict[str, Any] = {"head": next((str(one.ref) for one in members if one.head), None)}
    for number, one in enumerate(members, start=1):
        data |= {f"m{number}_relation": one.relation, f"m{number}_goes": one.goes_with}
    options = {} if as_sent else {"formdata": None}
    form = _places_class(len(members))(data=data, **options)
    form.head.offer((str(one.ref), one.name) for one in members)
    return form


def same_people(members: Sequence[Member]) -> bool:
    """Whether the page that was sent named just these members, in this order."""
    return _sent_people() == [one.ref for one in members]


def _sent_people() -> list[uuid.UUID]:
    found = []
    for text in request.form.getlist("people")[:MOST_MEMBERS]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            return []
    return found


@lru_cache(maxsize=MOST_MEMBERS)
def _places_class(members: int) -> type[PlacesForm]:
    fields: dict[str, Any] = {}
    for number in range(1, members + 1):
        fields[f"m{number}_relation"] = select(_l("Qué es de la persona de referencia"), "relation")
        fields[f"m{number}_goes"] = TickField(_l("Duerme y va con la familia"), default=True)
    return type(f"PlacesForm{members}", (PlacesForm,), fields)
