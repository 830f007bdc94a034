"""The report of needs without a door, on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from referral.access.identity import Identity, Role
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.referrals.actions.prepare import prepare_referral
from referral.referrals.facts import NewReferral
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.statements import counted

PERIOD = "desde=2026-11-01&hasta=2026-11-30"


@pytest.mark.parametrize("language", ["es", "en"])
def test_gaps_and_overrides_are_counted(
    database: Database,
    make_identity: Callable[..., Identity],
    sign_in: Callable[[Identity], DeskBrowser],
    language: str,
) -> None:
    make.load_directory(database)
    desk = make_identity(database)
    supervisor = make_identity(database, Role.SUPERVISOR, username="jefa")
    browser = sign_in(supervisor)
    browser.switch(language)
    assert not browser.get(f"/informes/faltantes?{PERIOD}").all("table")
    person = make.served_person(database, desk)
    make.note_need(database, desk, person, "SHELTER_RENT")
    need = make.note_need(database, desk, person, "HEALTH_VACC")
    new = NewReferral(person, need, make.service(database, "DGDS"), "not_now", override_code="person_asks")
    with serving(database, desk), unit_of_work("referrals.prepare") as work:
        prepare_referral(work, new, days=make.DAYS, consent_days=90)
    page = browser.get(f"/informes/faltantes?{PERIOD}")
    assert page.status == 200
    rows = [" ".join("".join(node.itertext()).split()) for node in page.all("tr")][1:]
    assert any(row.endswith("1 1 Ningún servicio corresponde") for row in rows) or language == "en"
    assert len(page.all("table")) == 1, "a service that fits after all is no override"
    with counted(database) as asked:
        browser.get(f"/informes/faltantes?{PERIOD}")
    assert len(asked) <= 6
    assert not browser.get("/informes/faltantes?desde=2026-10-01&hasta=2026-10-31").all("table")
