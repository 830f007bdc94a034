"""A form's key, its one-use token, its version, its language button and its session: what is lost when one is wrong."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from referral.infra.db import Database
from referral.infra.tables import metadata
from referral.infra.work import OnceToken, serving, unit_of_work
from referral.people.models import Person
from referral.staff.models import StaffSession
from tests.desk_browser import Page
from tests.factories.world import PASSWORD, World
from tests.laws.walk import Form, all_forms, send

TYPED = "Texto que no se pierde ñ"
FORMS = "caso", "jefa", "salud"  # the accounts that type


def count(database: Database, model: type[Any]) -> int:
    with database.session(writing=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def typed_into(form: Form) -> dict[str, list[str]]:
    """The form as it stands with our text in every box that takes text."""
    return {**form.start, **{name: [TYPED] for name in form.typed_boxes}}


def shown(page: Page, form: Form) -> int:
    """How often our text stands on the page: in a box, as text, or (a date's box is short) by its beginning."""
    return page.html.count(TYPED) + page.html.count(f'value="{TYPED[:20]}"')


def typing_forms(app: Flask, world: World, username: str) -> list[Form]:
    """The forms with a box for text, without the search box of the frame and the fragments of pages."""
    forms = [form for form in all_forms(app, world, username) if form.typed_boxes]
    return [form for form in forms if form.id != "search-form"]


@pytest.mark.parametrize("username", FORMS)
def test_without_the_key_of_the_session_nothing_is_done_and_the_text_is_shown(
    username: str, world_app: Flask, world: World, world_database: Database
) -> None:
    browser, other = world.enter(world_app, username), world.enter(world_app, username)
    before = people_and_tokens(world_database)
    for form in typing_forms(world_app, world, username):
        for key in ("", "x", other.csrf(), "x" * 5000):
            page = browser.post(form.action, {**typed_into(form), "csrf_token": key})
            assert page.status == 400, form.action
            assert TYPED in page.html, f"{form.action} loses what was typed"
            assert "No se guardó" in page.h1
    assert people_and_tokens(world_database) == before


def people_and_tokens(database: Database) -> tuple[int, int]:
    return count(database, Person), count(database, OnceToken)


@pytest.mark.parametrize("username", FORMS)
def test_the_language_button_keeps_what_was_typed_on_every_form(
    username: str, world_app: Flask, world: World, world_database: Database
) -> None:
    browser = world.enter(world_app, username)
    before = people_and_tokens(world_database)
    forms = [form for form in all_forms(world_app, world, username) if form.switches or form.typed_boxes]
    for form in (form for form in forms if form.id != "search-form"):
        typed = {**typed_into(form), "csrf_token": [browser.csrf()]}
        chosen = {box.name: [box.options[-1]] for box in form.boxes if box.options}
        page = browser.post(form.action, {**typed, **chosen, "_lang": "en"})
        assert page.status == 200, f"{form.action} {form.id}: {page.status}"
        assert page.tree.get("lang") == "en"
        assert shown(page, form) >= len(form.typed_boxes), f"{form.action} loses what was typed"
        after = page.form(form.id)
        for name, value in chosen.items():
            assert after.get(name) == value, f"{form.action} loses the answer to {name}"
        assert 'role="alert"' not in page.html
        browser.switch("es")
    assert people_and_tokens(world_database) == before


@pytest.mark.parametrize("username", FORMS)
def test_a_session_that_ended_while_typing_loses_nothing(
    username: str, world_app: Flask, world: World, world_database: Database
) -> None:
    forms = typing_forms(world_app, world, username)
    browser = world.enter(world_app, username)
    key = browser.csrf()
    with serving(world_database), unit_of_work("test.end") as work:
        for row in work.session.scalars(select(StaffSession)):
            row.ended_at = work.now
    for form in forms:
        asked = browser.post(form.action, {**typed_into(form), "csrf_token": key})
        assert asked.status == 401, form.action
        assert TYPED not in asked.html, "the page of a stranger shows what was typed"
        back = browser.post("/entrar", {**asked.form(), "username": username, "password": PASSWORD})
        assert back.status == 200
        assert back.html.count(TYPED) == len(form.typed_boxes), f"{form.action} loses what was typed"
        assert back.all("form", action=form.action)
        browser = world.enter(world_app, username)  # signed out again


def once_forms(app: Flask, world: World) -> list[Form]:
    found = [form for form in all_forms(app, world, "caso") if "once" in form.start and form.action == form.page]
    # These want a file, refs of other people, or somebody who never answered; their rooms' own tests send them twice.
    apart = ("/foto", "/agregar", "/separar", "/a-cargo", "/brigadas/nueva", "/sin-respuesta")
    return [form for form in found if not form.action.endswith(apart) and not form.action.startswith("/duplicados/")]


def test_a_form_without_its_token_is_not_taken_and_gets_a_new_one(
    world_app: Flask, world: World, world_database: Database
) -> None:
    browser = world.enter(world_app)
    before = people_and_tokens(world_database)
    forms = once_forms(world_app, world)
    assert len(forms) > 5
    for form in forms:
        for token in (None, "", "x", "0" * 36):
            page = send(browser, form, once=token, csrf_token=browser.csrf())
            assert page.status == 422, form.action
            assert str(uuid.UUID(page.form(form.id)["once"][0])) == page.form(form.id)["once"][0]
    assert people_and_tokens(world_database) == before


FILLED: dict[str, dict[str, Any]] = {
    "/personas/nueva": {"given": "Nadia", "place": "Albergue"},
    "/documentos": {"kind": "PASSPORT", "number": "A1"},
    "/puertas/": {"consent": "no"},
    "/otra-puerta": {"name": "Casa Uno", "gives": "Ropa", "needs": ["BASIC_HYGIENE"]},
    "/directorio/nueva": {"name": "Casa Dos", "gives": "Ropa", "needs": ["BASIC_HYGIENE"]},
    "/esta-mal": {"field": "phones", "said": "El teléfono ya no es ese."},
    "/necesidades": {"needs": ["EDUC_ADULT"], "note": "Una nota"},
    "/consentimiento": {"notice_channel": "printed", "statistics": "no"},
    "/primero": {"no_bed": "1"},
    "/visitas/nueva": {"done": ["informed"]},
    "/constancia": {"nationality": "none", "replace_current": "1"},
    "/padron": {},
    "/familia/entrada": {"entry-year": "2026"},
    "/familias/nueva": {"p1_given": "Nadine", "will_return": "1"},
    "/familia/nuevas": {"p1_given": "Lovely", "p1_relation": "child"},
}


def test_the_same_form_sent_twice_is_done_once_and_another_text_under_its_token_never(
    world_app: Flask, world: World, world_database: Database
) -> None:
    browser = world.enter(world_app)
    done = set()
    for form in once_forms(world_app, world):
        part = next(part for part in FILLED if part in form.action)
        boxes = {**form.start, **FILLED[part], "csrf_token": browser.csrf(), "once": str(uuid.uuid4())}
        first = browser.post(form.action, boxes)
        assert first.status == 303, f"{form.action}: {first.text}"
        rows = everything(world_database)
        second = browser.post(form.action, boxes)
        if second.status == 422:  # what was done once cannot be done again: the rule answers before the token
            assert part in {"/padron", "/necesidades", "/puertas/"}, form.action
        else:
            assert (second.status, second.location) == (303, first.location), form.action
        assert everything(world_database) == rows, form.action
        changed = browser.post(form.action, {**boxes, **CHANGED.get(part, {"desconocida": "x"})})
        assert changed.status in {409, 422}, f"{form.action}: {changed.status}"
        assert everything(world_database) == rows, form.action
        done.add(part)
    assert done == set(FILLED)


CHANGED = {
    "/familias/nueva": {"p1_given": "Zoraida"},
    "/familia/nuevas": {"p1_given": "Hortensia"},
    "/personas/nueva": {"given": "Otra persona"},
    "/documentos": {"number": "B2"},
}


def everything(database: Database) -> dict[str, int]:
    read = {"access_entry", "staff_session", "sign_in_failure"}
    with database.session(writing=False) as session:
        tables = [table for name, table in metadata().tables.items() if name not in read]
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_a_save_that_comes_late_answers_409_with_both_texts(
    world_app: Flask, world: World, world_database: Database
) -> None:
    first, late = world.enter(world_app), world.enter(world_app)
    for section, box in (("identidad", "chosen"), ("contacto", "place")):
        address = f"/personas/{world.full}/datos/{section}"
        form = late.get(address).form()
        assert first.fill(address, {box: "Guardado antes"}).status == 303
        page = late.post(address, {**form, box: TYPED, "csrf_token": late.csrf()})
        assert page.status == 409
        assert TYPED in page.text
        assert "Guardado antes" in page.text
        assert first.get(address).form()[box] == ["Guardado antes"]
    for version in ("", "-1", "x", "99999999999", "1e3"):
        page = first.fill(f"/personas/{world.full}/datos/contacto", {"place": TYPED, "version": version})
        assert page.status == 409, version


def test_an_answer_that_comes_late_answers_409_with_its_text(world_app: Flask, world: World) -> None:
    browser, key = world.enter(world_app), ""
    forms = [form for form in all_forms(world_app, world, "caso") if str(world.sent) in form.action]
    assert forms
    for form in forms:
        key = key or browser.csrf()
        choices = {box.name: [box.options[-1]] for box in form.boxes if box.name in {"reason", "how"}}
        stale = {"version": "7", "csrf_token": key}
        page = browser.post(form.action, {**typed_into(form), **choices, **stale, **dict(form.buttons[:1])})
        assert page.status == 409, f"{form.id}: {page.status}"
        assert TYPED in page.text or not form.typed_boxes
