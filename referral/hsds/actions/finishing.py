"""What is drawn from several rows once they are all there: cards of services, the address repeated in a place."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from referral.directory.cards import cards_of
from referral.directory.models import Address, Attribute, Location, RequiredDocument, Service, Taxonomy, TaxonomyTerm
from referral.directory.own_terms import ACCEPTED_DOCUMENT
from referral.hsds.rules.rows import alcaldia_of

if TYPE_CHECKING:
    from referral.hsds.actions.importing import Importing

AT_ONCE = 300


def draw_places(doing: Importing) -> None:
    """Repeat the first street address of each place whose address changed."""
    if doing.package.own:  # they come with what they repeat
        return
    refs = sorted(doing.places)
    for some in (refs[start : start + AT_ONCE] for start in range(0, len(refs), AT_ONCE)):
        statement = select(Address).where(Address.location_id.in_(some), Address.address_type == "physical")
        first: dict[uuid.UUID, Address] = {}
        for address in doing.session.scalars(statement.order_by(Address.id)):
            first.setdefault(address.location_id, address)
        for place in doing.session.scalars(select(Location).where(Location.id.in_(some))):
            found = first.get(place.id)
            place.address_1 = found.address_1 if found else ""
            place.postal_code = found.postal_code[:10] if found else ""
            named = alcaldia_of({"region": found.region, "city": found.city, "country": found.country} if found else {})
            place.alcaldia = named or place.alcaldia
        doing.session.flush()


def draw_cards(doing: Importing) -> None:
    """Draw the cards of all services that a row of theirs touched."""
    table = Service.__table__
    refs = sorted(doing.services)
    for some in (refs[start : start + AT_ONCE] for start in range(0, len(refs), AT_ONCE)):
        if doing.package.own:
            _accept(doing, some)
        cards = cards_of(doing.session, some)
        fresh = [{"ref": ref, "drawn": card} for ref, card in cards.items() if ref in doing.fresh]
        if fresh:  # nobody has seen them yet: no version to raise, nothing to tell the audit twice
            statement = update(table).where(table.c.id == bindparam("ref")).values(card=bindparam("drawn"))  # type: ignore[arg-type]
            doing.session.connection().execute(statement, fresh)
        old = [ref for ref in cards if ref not in doing.fresh]
        for service in doing.session.scalars(select(Service).where(Service.id.in_(old))) if old else ():
            if service.card != cards[service.id]:
                service.card = cards[service.id]
        doing.session.flush()


def _accept(doing: Importing, services: list[uuid.UUID]) -> None:
    """The codes of accepted documents, read back from their attributes."""
    documents = {
        row.id: row
        for row in doing.session.scalars(select(RequiredDocument).where(RequiredDocument.service_id.in_(services)))
    }
    accepted: dict[uuid.UUID, list[str]] = {ref: [] for ref in documents}
    for link, code in doing.session.execute(
        select(Attribute.link_id, TaxonomyTerm.code)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Taxonomy.name == ACCEPTED_DOCUMENT, Attribute.link_id.in_(list(documents)))
        .order_by(Attribute.position, Attribute.id)
    ):
        accepted[link].append(code or "")
    for ref, row in documents.items():
        if list(row.accepts) != accepted[ref]:
            row.accepts = accepted[ref]
