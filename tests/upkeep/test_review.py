"""Notices and an institution's own changes: queued, compared, decided, told to whoever sent them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.directory.models import Phone
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.upkeep.actions.editing import Stale
from referral.upkeep.actions.reviewing import decide
from referral.upkeep.models import Suggestion
from referral.upkeep.queries.listing import listing
from tests.desk_browser import DeskBrowser, Page
from tests.factories.referrals import load_directory, organization_of, service

DOOR = "SEDESA"


@dataclass
class Desk:
    database: Database
    case: DeskBrowser
    boss: DeskBrowser
    partner: DeskBrowser
    boss_identity: Identity

    @property
    def ref(self) -> uuid.UUID:
        return service(self.database, DOOR)

    def values(self) -> dict[str, object]:
        with self.database.session(writing=False) as session:
            return dict(listing(session, self.ref).values)

    def tell(self, field: str, right: str = "", said: str = "Ya cambió") -> Page:
        return self.case.fill(f"/directorio/{self.ref}/esta-mal", {"field": field, "said": said, "right": right})

    def propose(self, section: str, **boxes: object) -> Page:
        return self.partner.fill(f"/directorio/{self.ref}/proponer/{section}", boxes)

    def decide(self, n: int, verdict: str, reason: str = "") -> Page:
        address = f"/directorio/revision/{self.ref}"
        boxes = {**self.boss.get(address).form(f"decide-{n}"), "verdict": verdict, "reason": reason}
        return self.boss.post(address, boxes)


@pytest.fixture
def desk(
    database: Database, make_identity: Callable[..., Identity], sign_in: Callable[[Identity], DeskBrowser]
) -> Desk:
    load_directory(database)
    boss = make_identity(database, Role.SUPERVISOR, username="jefa")
    partner = make_identity(database, Role.PARTNER, username="salud", organization=organization_of(database, DOOR))
    return Desk(database, sign_in(make_identity(database)), sign_in(boss), sign_in(partner), boss)


def test_a_notice_changes_nothing_until_it_is_accepted(desk: Desk) -> None:
    assert desk.tell("phones", "55 1234 5678").status == 303
    assert desk.values()["phones"] != ["55 1234 5678"]
    queue = desk.boss.get("/directorio/revision")
    assert "Aviso de la ventanilla" in queue.text
    review = desk.boss.get(f"/directorio/revision/{desk.ref}")
    assert "Dice ahora" in review.text
    assert "55 1234 5678" in review.text
    assert desk.decide(1, "accept").status == 303
    assert desk.values()["phones"] == ["55 1234 5678"]
    assert "Aceptado" in desk.case.get("/directorio/mis-avisos").text
    assert "No hay nada por revisar." in desk.boss.get("/directorio/revision").text


def test_a_refusal_needs_a_reason_and_its_author_reads_it(desk: Desk) -> None:
    desk.tell("gives_es", "Otra cosa")
    page = desk.decide(1, "refuse")
    assert page.status == 422
    assert "Escriba por qué no se acepta" in page.text
    before = desk.values()
    assert desk.decide(1, "refuse", "Llamamos y sigue igual").status == 303
    assert desk.values() == before
    told = desk.case.get("/directorio/mis-avisos")
    assert "No aceptado" in told.text
    assert "Llamamos y sigue igual" in told.text
    assert "Llamamos" not in desk.partner.get("/directorio/mis-avisos").text


def test_a_notice_without_a_value_points_to_the_section(desk: Desk) -> None:
    desk.tell("hours", "abren hasta las 6")
    review = desk.boss.get(f"/directorio/revision/{desk.ref}")
    assert "abren hasta las 6" in review.text
    assert f"/directorio/{desk.ref}/editar/horario" in review.links()
    before = desk.values()
    assert desk.decide(1, "accept").status == 303
    assert desk.values() == before


def test_an_institution_proposes_and_nothing_moves(desk: Desk) -> None:
    before = desk.values()
    assert desk.propose("lugar", phones="55 1111 1111", postal_code="06000").location == "/directorio/mis-avisos"
    assert desk.values() == before
    assert "En revisión" in desk.partner.get("/directorio/mis-avisos").text
    unchanged = desk.propose("a-quien")
    assert unchanged.status == 422
    assert "No cambió ningún dato" in unchanged.text
    bare = desk.propose("que-ofrece", need=None)
    assert bare.status == 422
    assert "Marque al menos una necesidad" in bare.text


def test_an_institution_reaches_only_its_own_services(desk: Desk) -> None:
    other = service(desk.database, "CASA_TOCHAN")
    assert desk.partner.get(f"/directorio/{other}/proponer/lugar").status == 404
    assert desk.partner.post(f"/directorio/{other}/proponer/lugar", {"phones": "55 1111 1111"}).status == 404
    assert desk.case.get(f"/directorio/{desk.ref}/proponer/lugar").status == 403
    assert desk.partner.get("/directorio/revision").status == 403
    assert f"/directorio/{desk.ref}/proponer/que-ofrece" in desk.partner.get(f"/directorio/{desk.ref}").links()


def test_the_same_author_again_replaces_the_proposal(desk: Desk) -> None:
    desk.propose("lugar", postal_code="06000")
    desk.propose("lugar", postal_code="06010")
    with desk.database.session(writing=False) as session:
        assert [row.new for row in session.scalars(select(Suggestion))] == [{"value": "06010"}]


def test_two_suggestions_for_one_field_stand_together_and_the_second_is_warned(desk: Desk) -> None:
    desk.tell("phones", "55 1234 5678")
    desk.propose("lugar", phones="55 1111 1111")
    page = desk.boss.get(f"/directorio/revision/{desk.ref}")
    assert page.text.count("Hay otra propuesta para el mismo dato.") == 2
    second = page.form("decide-2")
    assert desk.decide(1, "accept").status == 303
    stale = desk.boss.post(f"/directorio/revision/{desk.ref}", {**second, "verdict": "accept", "reason": ""})
    assert stale.status == 409
    again = desk.boss.get(f"/directorio/revision/{desk.ref}")
    assert "El dato cambió después de este aviso." in again.text
    assert "Decía al avisar" in again.text
    assert desk.decide(1, "accept").status == 303
    assert desk.values()["phones"] == ["55 1111 1111"]
    with desk.database.session(writing=False) as session:
        assert [one.number for one in session.scalars(select(Phone).where(Phone.service_id == desk.ref))] == [
            "55 1111 1111"
        ]


def test_what_was_decided_stays_decided(desk: Desk) -> None:
    desk.tell("phones", "55 1234 5678")
    boxes = desk.boss.get(f"/directorio/revision/{desk.ref}").form("decide-1")
    desk.decide(1, "accept")
    again = desk.boss.post(f"/directorio/revision/{desk.ref}", {**boxes, "verdict": "refuse", "reason": "no"})
    assert again.status == 422
    assert "Otra persona ya decidió" in again.text


def test_a_decision_on_a_changed_listing_is_stale(desk: Desk) -> None:
    desk.tell("phones", "55 1234 5678")
    with desk.database.session(writing=False) as session:
        suggestion = session.scalars(select(Suggestion.id)).one()
    with pytest.raises(Stale), serving(desk.database, desk.boss_identity), unit_of_work("upkeep.decide") as work:
        decide(work, service=desk.ref, suggestion=suggestion, version=99, accepted=True)
