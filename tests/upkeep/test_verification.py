"""Verifying: who and when, the work list with its order, what leaves it and comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from referral.access.identity import Identity, Role
from referral.directory.models import Service
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.upkeep.actions.editing import tell_wrong
from referral.upkeep.facts import Notice
from referral.upkeep.queries.worklist import to_verify, to_verify_count
from tests.conftest import NOW
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.factories.people import new_person
from tests.statements import counted

SignIn = Callable[[Identity], DeskBrowser]
MakeIdentity = Callable[..., Identity]


@pytest.fixture
def desk(database: Database, make_identity: MakeIdentity) -> Identity:
    make.load_directory(database)
    return make_identity(database)


def keys(database: Database, stale_days: int = 180) -> list[str]:
    with serving(database), reading() as desk:
        found = to_verify(desk.session, now=desk.now, today=desk.today, stale_days=stale_days, limit=500)
        by_ref = {row.id: row.key for row in desk.session.query(Service)}
        return [by_ref[one.ref] for one in found]


def test_one_press_says_who_and_when_and_leaves_the_list(database: Database, desk: Identity, sign_in: SignIn) -> None:
    browser = sign_in(desk)
    ref = make.service(database, "CASA_TOCHAN")
    assert "CASA_TOCHAN" in keys(database)
    form = next(
        form
        for form in browser.get(f"/directorio/{ref}").all("form")
        if (form.get("action") or "").endswith("/verificar")
    )
    boxes = {box.get("name"): box.get("value") for box in form.iter() if box.get("name")}
    page = browser.post(form.get("action"), boxes, follow=True)
    assert "Quedó como verificado hoy." in page.text
    assert "Verificado el 20 de noviembre de 2026" in page.text
    assert "Verificado por Prueba caso el 20 de noviembre de 2026." in page.text
    assert "CASA_TOCHAN" not in keys(database)


def test_it_comes_back_when_its_time_has_passed(
    database: Database, clock: FixedClock, desk: Identity, sign_in: SignIn
) -> None:
    ref = make.service(database, "CASA_TOCHAN")
    sign_in(desk).post(f"/directorio/{ref}/verificar", {})
    clock.set(NOW + timedelta(days=180))
    assert "CASA_TOCHAN" not in keys(database)
    clock.set(NOW + timedelta(days=181))
    assert keys(database)[-1] == "CASA_TOCHAN"
    assert "CASA_TOCHAN" not in keys(database, stale_days=181)


def test_among_the_never_verified_the_most_used_come_first(database: Database, desk: Identity) -> None:
    for number, door in enumerate(["COMEDORES", "SEDESA", "SEDESA"]):
        person = make.served_person(database, desk, new_person(f"Persona{number}", "Prueba"))
        make.prepare(database, desk, person, make.note_need(database, desk, person), door, override="Prueba")
    assert keys(database)[:2] == ["SEDESA", "COMEDORES"]


def test_what_is_only_information_is_not_verified(database: Database, desk: Identity) -> None:
    with serving(database), reading() as open_desk:
        listed = set(keys(database))
        for row in open_desk.session.query(Service):
            assert (row.key in listed) == (row.referrable != "no" and row.status == "active")
        assert to_verify_count(open_desk.session, today=open_desk.today, stale_days=180) == len(listed)


def test_the_list_says_what_to_ask_in_few_statements(database: Database, desk: Identity, sign_in: SignIn) -> None:
    browser = sign_in(desk)
    browser.get("/directorio/por-verificar")
    with counted(database) as seen:
        page = browser.get("/directorio/por-verificar")
    assert "falta:" in page.text
    assert "cómo canalizar" in page.text
    assert [link for link in page.links() if link.startswith("tel:")]
    assert len(seen) <= 6
    ref = make.service(database, keys(database)[0])
    form = next(one for one in page.all("form") if str(ref) in (one.get("action") or ""))
    boxes = {box.get("name"): box.get("value") for box in form.iter() if box.get("name")}
    assert browser.post(form.get("action"), boxes).location == "/directorio/por-verificar"


def test_what_changed_meanwhile_is_not_verified_unseen(
    database: Database, desk: Identity, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    ref = make.service(database, "CASA_TOCHAN")
    boss = sign_in(make_identity(database, Role.SUPERVISOR, username="jefa"))
    boss.fill(f"/directorio/{ref}/editar/que-ofrece", {"gives_es": "Otra cosa"})
    assert sign_in(desk).post(f"/directorio/{ref}/verificar", {"version": "1"}).status == 409
    with database.session(writing=False) as session:
        assert session.get_one(Service, ref).assured_date is None


def test_only_the_desk_verifies(database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> None:
    make.load_directory(database)
    partner = make_identity(
        database, Role.PARTNER, username="salud", organization=make.organization_of(database, "SEDESA")
    )
    browser = sign_in(partner)
    assert browser.get("/directorio/por-verificar").status == 403
    assert browser.post(f"/directorio/{make.service(database, 'SEDESA')}/verificar", {}).status == 403


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CASEWORKER])
def test_home_tells_who_keeps_the_directory_how_much_waits(
    role: Role, database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    make.load_directory(database)
    ref = make.service(database, "CASA_TOCHAN")
    identity = make_identity(database, role)
    with serving(database, identity), unit_of_work("upkeep.tell") as work:
        tell_wrong(work, ref=ref, notice=Notice("phones", "Suena ocupado"))
    listed = len(keys(database))
    browser = sign_in(identity)
    browser.get("/")
    with counted(database) as sent:
        page = browser.get("/")
    shown = [link for link in page.links() if link in {"/directorio/revision", "/directorio/por-verificar"}]
    if role is Role.CASEWORKER:
        assert shown == []
        return
    assert shown == ["/directorio/revision", "/directorio/por-verificar"]
    assert "1 ficha con avisos por revisar" in page.text
    assert f"{listed} fichas por verificar" in page.text
    assert len([one for one in sent if "suggestion" in one]) == 1
