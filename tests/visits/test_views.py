"""Recording a visit, as a browser sees it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from referral.access.identity import Identity, Role
from referral.infra.db import Database
from referral.infra.work import reading, serving
from referral.visits.facts import VisitReason
from referral.visits.queries import visits_of
from tests.desk_browser import DeskBrowser
from tests.factories.people import register

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]


def test_a_visit_opens_the_file_of_another_desk(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    ref = register(database, make_identity(database))
    north = sign_in(make_identity(database, username="norte", desk="Mesa Norte"))
    assert north.get(f"/personas/{ref}/datos/contacto").status == 404
    answer = north.post(f"/personas/{ref}/visitas")
    assert (answer.status, answer.location) == (303, f"/personas/{ref}")
    assert north.get(f"/personas/{ref}/datos/contacto").status == 200
    with serving(database), reading() as desk:
        [line] = visits_of(desk.session, ref)
    assert (line.reason, line.channel, line.desk_name) == (VisitReason.FOLLOW_UP, "in_person", "Mesa Norte")


def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    caso = make_identity(database)
    ref, browser = register(database, caso), sign_in(caso)
    address = f"/personas/{ref}/visitas"
    long = browser.post(address, {"note": "x" * 2001, "reason": "need"})
    assert (long.status, long.form()["reason"]) == (422, ["need"])
    assert browser.post(address, {"channel": "fax"}).status == 422
    assert browser.post(address, {"reason": "need", "_lang": "en"}).status == 200
    assert browser.get(address).status == 405
    assert browser.post(f"/personas/{uuid.UUID(int=7)}/visitas").status == 404
    with serving(database), reading() as desk:
        assert visits_of(desk.session, ref) == ()
    assert browser.post(address, {"reason": "papers", "channel": "phone", "note": "Trae acta."}).status == 303
    with serving(database), reading() as desk:
        [line] = visits_of(desk.session, ref)
    assert (line.reason, line.channel, line.note) == (VisitReason.PAPERS, "phone", "Trae acta.")


def test_who_does_not_attend_records_no_visit(database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> None:
    ref = register(database, make_identity(database))
    boss = sign_in(make_identity(database, Role.SUPERVISOR, username="jefa"))
    assert boss.post(f"/personas/{ref}/visitas").status == 403
