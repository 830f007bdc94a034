"""Attending without a name, and the day's list, as a browser sees them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refusal import Refused
from referral.visits.actions import record_visit
from referral.visits.facts import AgeBand, Done, Facets, NewVisit
from referral.visits.models import Visit
from referral.visits.rules import Reason
from tests.desk_browser import DeskBrowser
from tests.factories.people import register
from tests.statements import counted

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]


def test_somebody_without_a_name_is_counted(database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> None:
    browser = sign_in(make_identity(database))
    told = {"age": "18-59", "sex": "M", "nationality": "HT", "language": "ht", "done": ["informed", "interpreted"]}
    answer = browser.fill("/visitas/nueva", told)
    assert (answer.status, answer.location) == (303, "/visitas")
    with serving(database), reading() as desk:
        row = desk.session.scalars(select(Visit)).one()
        assert (row.person_id, row.age_band, row.sex, row.nationality, row.language) == (None, "18-59", "M", "HT", "ht")
        assert (row.reason, row.done, row.note_sealed) == ("information", "informed interpreted", None)
    page = browser.get("/visitas")
    assert "18 a 59 años" in page.text
    assert "Hubo intérprete" in page.text


def test_nothing_has_to_be_answered_and_a_second_click_counts_once(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    browser = sign_in(make_identity(database))
    boxes = browser.get("/visitas/nueva").form()
    assert [browser.post("/visitas/nueva", boxes).status for _click in range(2)] == [303, 303]
    with serving(database), reading() as desk:
        assert len(list(desk.session.scalars(select(Visit)))) == 1
    assert browser.fill("/visitas/nueva", {"nationality": "ZZ"}).status == 422


def test_facets_are_of_nobody_only(database: Database, make_identity: MakeIdentity) -> None:
    caso = make_identity(database)
    ref = register(database, caso)
    for new, reason in (
        (NewVisit(ref, facets=Facets(AgeBand.FROM_60)), Reason.FACETS_OF_SOMEBODY),
        (NewVisit(None, facets=Facets(nationality="ZZ")), Reason.UNKNOWN_FACET),
    ):
        with pytest.raises(Refused) as refused, serving(database, caso), unit_of_work("visits.record") as work:
            record_visit(work, new)
        assert refused.value.reason is reason


def test_the_day_lists_todays_visits_of_this_desk(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn, clock: FixedClock
) -> None:
    caso, north = make_identity(database), make_identity(database, username="norte", desk="Mesa Norte")
    ref = register(database, caso)
    with serving(database, caso), unit_of_work("visits.record") as work:
        record_visit(work, NewVisit(ref, done=(Done.PRINTED,)))
    browser = sign_in(caso)
    page = browser.get("/visitas")
    assert ("Marie-Ange Joseph" in page.text, "Se imprimió un documento" in page.text) == (True, True)
    assert "Hoy todavía no ha venido nadie" in sign_in(north).get("/visitas").text
    sign_in(north).post(f"/personas/{ref}/visitas")  # the file moves on, and its name with it
    assert "Marie-Ange" not in browser.get("/visitas").text
    clock.advance(hours=14)
    assert "Hoy todavía no ha venido nadie" in sign_in(caso).get("/visitas").text


def test_who_sees_the_day(database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> None:
    boss = sign_in(make_identity(database, Role.SUPERVISOR, username="jefa"))
    assert (boss.get("/visitas").status, boss.get("/visitas/nueva").status) == (200, 403)
    auditor = sign_in(make_identity(database, Role.AUDITOR, username="auditora"))
    assert auditor.get("/visitas").status == 403


def test_the_list_costs_the_same_whatever_its_length(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    caso = make_identity(database)
    browser = sign_in(caso)
    costs = []
    for _round in range(2):
        for number in range(3):
            ref = register(database, caso)
            with serving(database, caso), unit_of_work("visits.record") as work:
                record_visit(work, NewVisit(ref, note=f"Nota {number}"))
        with counted(database) as sent:
            browser.get("/visitas")
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 4
