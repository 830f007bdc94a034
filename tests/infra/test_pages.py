"""The frame, the error pages, the parts every page shares, and the filters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, Response, flash, render_template_string, url_for
from jinja2 import UndefinedError
from lxml import html

from referral.infra.web import formats
from referral.infra.web.fields import NameField
from referral.infra.web.forms import DeskForm
from referral.infra.web.pager import Pager
from referral.infra.web.pages import addresses, page, set_up_pages
from referral.kernel.partial_dates import AgeRange, PartialDate
from referral.kernel.refs import new_ref
from tests.infra.bare_desk import bare_desk

ROOMS = ("desk.home", "people.people_list", "referrals.referral_list", "desk.search", "staff.sign_out", "desk.help")
PAGE = """{% extends "_frame/base.html" %}{% block title %}Hola{% endblock %}{% block main %}<h1>Hola</h1>
{% if form is defined %}{% from "_parts/fields.html" import form_start, form_end, field %}
{{ form_start(form) }}{{ field(form.name) }}{{ form_end() }}{% endif %}{% endblock %}"""


class OneBox(DeskForm):
    name = NameField("Nombre(s)", required=True)


@pytest.fixture(scope="module")
def desk() -> Flask:
    app = bare_desk(*ROOMS)

    @app.route("/form", methods=["GET", "POST"], endpoint="form")
    def _form() -> str:
        form: Any = OneBox()
        if form.sent():
            form.validate()
        return render_template_string(PAGE, form=form)

    @app.route("/plain/<int:number>", endpoint="plain")
    def _plain(number: int) -> str:
        flash(f"Listo {number}", "done")
        return render_template_string(PAGE)

    return app


def parsed(answer: Any) -> Any:
    return html.document_fromstring(answer.get_data(as_text=True))


def test_the_frame_has_what_every_page_needs(desk: Flask) -> None:
    tree = parsed(desk.test_client().get("/plain/1"))
    assert (tree.get("lang"), tree.get("dir")) == ("es", "ltr")
    assert tree.findtext(".//title") == "Hola · Ventanilla"
    assert [len(tree.findall(f".//{tag}")) for tag in ("main", "h1", "header", "footer")] == [1, 1, 1, 1]
    assert tree.xpath("//a[contains(@class,'skip-link')]/@href") == ["#main"]
    assert "no es el sistema oficial" in tree.find(".//footer").text_content()
    assert tree.xpath("//*[@role='status']")[0].text_content().strip() == "Listo 1"
    identifiers = tree.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    assert not tree.xpath("//script[not(@src)] | //*[@style] | //@onclick")


def test_only_rooms_that_exist_are_in_the_menu(desk: Flask) -> None:
    tree = parsed(desk.test_client().get("/plain/1"))
    assert tree.xpath("//nav[@aria-label='Secciones']//a/text()") == ["Hoy", "Personas", "Canalizaciones"]
    assert [form.get("method") for form in tree.findall(".//form")] == ["post", "post"]


def test_nobody_signed_in_sees_no_rooms_and_no_search() -> None:
    app = bare_desk(*ROOMS)
    app.context_processor(lambda: {"identity": None, "may": lambda _name: False})
    app.add_url_rule("/x", "x", lambda: page("errors/404.html", 404))
    tree = parsed(app.test_client().get("/x"))
    assert not tree.xpath("//nav//a | //form | //*[@class='v-account']")


def test_without_a_form_the_language_is_a_link_to_the_same_page(desk: Flask) -> None:
    tree = parsed(desk.test_client().get("/plain/7?q=salud&q=curp&_lang=en"))
    (link,) = tree.xpath("//a[@hreflang]")
    assert (link.get("href"), link.text_content(), tree.get("lang")) == (
        "/plain/7?q=salud&q=curp&_lang=es",
        "Español",
        "en",
    )


def test_with_a_form_the_language_button_keeps_page_and_text(desk: Flask) -> None:
    client = desk.test_client()
    (button,) = parsed(client.get("/form")).xpath("//button[@name='_lang']")
    assert (button.get("form"), button.get("value"), button.text_content()) == ("main-form", "en", "English")
    tree = parsed(client.post("/form", data={"name": " Ñusta ", "_lang": "en"}))
    assert (tree.get("lang"), tree.xpath("//input[@name='name']/@value")) == ("en", ["Ñusta"])
    assert not tree.xpath("//*[contains(@class,'error')]")


def test_enter_in_a_box_sends_the_form_and_does_not_switch_the_language(desk: Flask) -> None:
    first = parsed(desk.test_client().get("/form")).xpath("//button[@form='main-form']")[0]
    assert (first.get("type"), first.get("name")) == ("submit", None)


def test_the_title_says_error_first(desk: Flask) -> None:
    tree = parsed(desk.test_client().post("/form", data={"name": ""}))
    assert tree.findtext(".//title") == "Error: Hola · Ventanilla"


def test_a_page_must_have_a_title(desk: Flask) -> None:
    with desk.test_request_context("/"), pytest.raises(Exception, match="title"):
        render_template_string('{% extends "_frame/base.html" %}')


def test_a_value_that_is_not_there_is_an_error(desk: Flask) -> None:
    with desk.test_request_context("/"), pytest.raises(UndefinedError):
        render_template_string("{{ nobody_gave_this }}")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429, 500, 503])
def test_each_error_page_helps_and_has_one_next_step(status: int, method: str) -> None:
    app = bare_desk(*ROOMS)

    def view() -> Response:
        return page(f"errors/{status}.html", status, incident="7F3K", typed=[("n", "Lo <que> escribí")], changes=())

    app.add_url_rule("/x", "x", view, methods=["GET", "POST"])
    answer = app.test_client().open("/x", method=method)
    tree = parsed(answer)
    assert answer.status_code == status
    assert tree.findtext(".//title") == f"{tree.findtext('.//h1')} · Ventanilla"
    assert len(tree.xpath("//main//a[contains(@class,'govuk-button')]")) == (0 if status == 503 else 1)
    if status in {400, 409, 503}:
        assert "Lo <que> escribí" in tree.find(".//main").text_content()
    if status == 500:
        assert "7F3K" in tree.find(".//main").text_content()


def test_a_conflict_shows_both_texts(desk: Flask) -> None:
    with desk.test_request_context("/"):
        tree = parsed(page("errors/409.html", 409, changes=[("Teléfono", "lo guardado", "lo mío", "Ana")], back="/p"))
    cells = [cell.text_content().strip() for cell in tree.xpath("//tbody/tr/*")]
    assert cells == ["Teléfono", "lo guardado Ana", "lo mío"]
    assert tree.xpath("//main//a/@href") == ["/p"]


def drawn(desk: Flask, part: str, text: str, **values: object) -> Any:
    """A fragment of template that imports everything of one part."""
    with desk.test_request_context("/plain/1?e=ab&p=2"):
        return html.fragment_fromstring(
            render_template_string('{% import "_parts/' + part + '.html" as part %}' + text, **values),
            create_parent="div",
        )


def test_a_table_has_caption_scopes_and_labels_for_cards(desk: Flask) -> None:
    rows = [SimpleNamespace(name="Ana <b>", days=3)]
    tree = drawn(
        desk,
        "table",
        "{% call(row) part.table('Abiertas', ['Persona', {'text': 'Días', 'number': true}], rows) %}"
        "<th scope='row'>{{ row.name }}</th>{{ part.cell('Días', row.days, number=true) }}{% endcall %}",
        rows=rows,
    )
    assert tree.findtext(".//caption") == "Abiertas"
    assert tree.xpath("//thead//th/@scope") == ["col", "col"]
    assert tree.xpath("//tbody/tr/th/text()") == ["Ana <b>"]
    assert tree.xpath("//td/@data-label") == ["Días"]


def test_addresses_of_rows_are_those_of_url_for_wherever_the_desk_is_mounted() -> None:
    desk = Flask(__name__)
    set_up_pages(desk)
    desk.add_url_rule("/rows/<uuid:row>/edit", "a_row", str)
    ref = new_ref()
    for mounted in ("", "/ventanilla"):
        with desk.test_request_context("/", environ_overrides={"SCRIPT_NAME": mounted}):
            assert addresses("a_row", "row")(ref) == url_for("a_row", row=ref) == f"{mounted}/rows/{ref}/edit"


def test_the_pager_keeps_the_filters(desk: Flask) -> None:
    with desk.test_request_context("/plain/1?e=ab&p=2&_lang=en"):
        pager = Pager.of_request(total=230, per_page=50)
        assert (pager.first, pager.last, pager.pages) == (51, 100, 5)
        assert pager.numbers == [1, 2, 3, None, 5]
        assert (pager.previous_url, pager.next_url) == ("/plain/1?e=ab&p=1", "/plain/1?e=ab&p=3")


@pytest.mark.parametrize("asked", ["0", "-3", "x", "", "9" * 40, "99"])
def test_a_page_that_does_not_exist_is_brought_within_the_list(desk: Flask, asked: str) -> None:
    with desk.test_request_context(f"/plain/1?p={asked}"):
        pager = Pager.of_request(total=60, per_page=50)
        assert pager.page in {1, 2}
        assert pager.offset < 60


def test_an_empty_list_has_no_pages(desk: Flask) -> None:
    with desk.test_request_context("/plain/1?p=4"):
        pager = Pager.of_request(total=0)
    assert (pager.page, pager.first, pager.last, pager.next_url) == (1, 0, 0, None)
    assert drawn(desk, "pager", "{{ part.pager_links(pager) }}", pager=pager).text_content().strip() == ""


def test_a_state_is_a_word_and_not_only_a_colour(desk: Flask) -> None:
    assert drawn(desk, "tag", "{{ part.tag('waiting', 'Espera respuesta') }}").text_content() == "Espera respuesta"


@pytest.fixture
def spanish(desk: Flask) -> Iterator[None]:
    with desk.test_request_context("/"):
        yield


@pytest.fixture
def english(desk: Flask) -> Iterator[None]:
    with desk.test_request_context("/?_lang=en"):
        yield


LATE = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)  # 22:30 of the day before in the city


@pytest.mark.usefixtures("spanish")
def test_dates_in_spanish() -> None:
    assert formats.date_long(date(2026, 11, 21)) == "21 de noviembre de 2026"
    assert formats.date_short(LATE) == "20 nov 2026"
    assert formats.datetime_short(LATE) == "20 nov 2026, 22:30"
    assert formats.date_long(None) == formats.datetime_short(None) == ""


@pytest.mark.usefixtures("english")
def test_dates_in_english() -> None:
    assert formats.date_long(date(2026, 11, 21)) == "21 November 2026"
    assert formats.partial_date(PartialDate.of_month(1994, 3)) == "March 1994"


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (PartialDate.of_day(date(1994, 3, 27)), "27 de marzo de 1994"),
        (PartialDate.of_month(1994, 3), "marzo de 1994"),
        (PartialDate.of_year(1994), "1994"),
        (PartialDate.of_age(28, date(2026, 11, 21)), "hacia 1998"),
        (PartialDate.unknown(), "sin dato"),
        (None, "sin dato"),
    ],
)
def test_a_partial_date_in_words(value: PartialDate | None, words: str) -> None:
    assert formats.partial_date(value) == words


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (PartialDate.of_day(date(1994, 3, 27)), "32 años"),
        (PartialDate.of_year(1994), "31 o 32 años"),
        (PartialDate.of_day(date(2025, 3, 1)), "1 año"),
        (PartialDate.of_day(date(2026, 3, 1)), "menos de un año"),
        (PartialDate.of_age(40, date(2026, 11, 21)), "unos 40 años"),
        (AgeRange(15, 18), "entre 15 y 18 años"),
        (PartialDate.unknown(), "edad no conocida"),
        (None, "edad no conocida"),
    ],
)
def test_an_age_in_words(value: PartialDate | AgeRange | None, words: str) -> None:
    assert formats.age_words(value, date(2026, 11, 21)) == words


@pytest.mark.usefixtures("spanish")
def test_numbers_and_codes() -> None:
    assert [formats.number(n) for n in (0, 1234, 1234567.891, None)] == ["0", "1,234", "1,234,567.891", ""]
    assert formats.number(2.5, 2) == "2.50"
    assert formats.code_label("HT", "countries") == "Haití"
    assert formats.code_label(None, "countries") == ""
    assert formats.code_label("gone", "countries") == "gone"


def test_a_phone_is_shown_as_it_is_read_aloud() -> None:
    told = ("+525555550141", "+14155550123", "55 5555 0141, con Rosa", "+52", "", None)
    shown = ("+52 55 5555 0141", "+1 415-555-0123", "55 5555 0141, con Rosa", "+52", "", "")
    assert tuple(formats.phone(value) for value in told) == shown
