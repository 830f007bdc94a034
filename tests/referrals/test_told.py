"""What an institution is told as the person said it: an uncertain age as uncertain, a language by its own name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from referral.access.identity import Identity
from referral.kernel.partial_dates import PartialDate
from referral.people.facts import UNLISTED, NewPerson
from referral.referrals.rules.packet import Field
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.factories.people import new_person
from tests.paper_reading import read_words
from tests.referrals.conftest import Scene

SignIn = Callable[[Identity], DeskBrowser]
TOLD_ON = date(2026, 11, 20)
BOTH = (Field.AGE.value, Field.LANGUAGE.value, Field.NAME.value)


def about_fifteen(birth: PartialDate) -> NewPerson:
    known = new_person("Keren", "Paz", language=UNLISTED)
    contact = replace(known.contact, language_name="Garífuna de Iriona")
    return replace(known, identity=replace(known.identity, birth=birth), contact=contact)


@pytest.mark.parametrize(
    ("birth", "told"),
    [
        (PartialDate.of_age(15, TOLD_ON), "unos 15 años, dicho por la persona"),
        (PartialDate.of_year(2011), "14 o 15 años"),
        (PartialDate.of_day(date(2011, 1, 5)), "15 años"),
    ],
)
def test_the_desk_and_the_institution_read_the_age_as_it_is_known(
    scene: Scene, sign_in: SignIn, birth: PartialDate, told: str
) -> None:
    person = make.served_person(scene.database, scene.desk, about_fifteen(birth))
    need = make.note_need(scene.database, scene.desk, person)
    desk = sign_in(scene.desk)
    page = desk.get(f"/personas/{person}/necesidades/{need}/puertas/{make.service(scene.database, 'SEDESA')}")
    assert told in page.text
    ref = make.prepare(scene.database, scene.desk, person, need, fields=BOTH)
    for browser in (desk, sign_in(scene.partner)):
        shown = browser.get(f"/canalizaciones/{ref}")
        assert told in shown.text
        assert ("dicho por la persona" in shown.text) == ("dicho" in told)
        assert "Garífuna de Iriona" in shown.text
        assert "Otra lengua" not in shown.text
    slip = read_words(desk.get(f"/canalizaciones/{ref}/hoja.pdf").response.data)
    assert "15" not in slip.split()  # a stranger may read it: it tells no age at all


def test_a_birth_counted_from_a_told_age_says_so(scene: Scene, sign_in: SignIn) -> None:
    person = make.served_person(scene.database, scene.desk, about_fifteen(PartialDate.of_age(15, TOLD_ON)))
    need = make.note_need(scene.database, scene.desk, person, "MIGR_ASYLUM")
    ref = make.prepare(scene.database, scene.desk, person, need, "COMAR", fields=(Field.BIRTH.value, Field.NAME.value))
    assert "hacia 2011, por la edad que dijo" in sign_in(scene.desk).get(f"/canalizaciones/{ref}").text
