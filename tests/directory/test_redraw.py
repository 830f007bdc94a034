"""Cards drawn anew: what an older version wrote into them goes, what is right is not touched."""

from __future__ import annotations

from sqlalchemy import select

from referral.directory.actions import demo_places, load_catalogue, redraw_cards
from referral.directory.models import Location, Service, ServiceAtLocation
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work


def test_a_place_that_must_not_be_told_leaves_the_card(database: Database) -> None:
    with serving(database), unit_of_work("directory.load") as work:
        load_catalogue(work)
        demo_places(work)
        work.session.flush()
        redraw_cards(work)
    with serving(database), unit_of_work("directory.load") as work:
        assert redraw_cards(work) == 0, "drawn once, right ever after"
        service, place = work.session.execute(
            select(Service, Location)
            .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
            .join(Location, Location.id == ServiceAtLocation.location_id)
            .where(Location.alcaldia != "", Service.confidential.is_(False))
            .limit(1)
        ).one()
        assert place.alcaldia in service.card["alcaldias"]
        place.confidential = True
        work.session.flush()
        assert redraw_cards(work) >= 1
        assert place.alcaldia not in service.card["alcaldias"]
