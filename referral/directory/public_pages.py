"""The directory for anybody, without signing in: no cookie is read, the language is in the address. Called by views.

What is confidential is not there at all; answers may be kept for some minutes by whoever carries them.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import segno
from flask import Response, current_app, request, url_for
from flask_babel import force_locale
from markupsafe import Markup

from referral.directory import door_words, labels
from referral.directory.city_map import city_map
from referral.directory.filters import address_of, asked_in, distance_choices, need_choices
from referral.directory.queries.browsing import find, lines, public_now
from referral.directory.queries.door_hours import hours_of
from referral.directory.queries.one_service import service_page
from referral.directory.rules.hours import state
from referral.directory.rules.listings import fresh_since, is_stale
from referral.infra.settings import Settings
from referral.infra.web.forms import LANGUAGE_BUTTON
from referral.infra.web.locale import LOCALES
from referral.infra.web.pager import Pager
from referral.infra.web.pages import page
from referral.infra.work import OutOfReach, reading
from referral.kernel.codes import ALCALDIAS, LANGUAGES

LANGUAGE = "idioma"
KEPT_SECONDS = 300
MOST_PRINTED = 500


def public_list() -> Response:
    """The list with its filters and map; with `imprimir=1` all of it on one page, made for paper."""
    asked = asked_in(request.args, public=True)
    printing = request.args.get("imprimir", "") == "1"
    with _spoken() as language:
        with reading() as desk:
            english = language == "en"
            since = fresh_since(desk.today, _settings().listing_stale_days)
            found = find(
                desk.session,
                asked,
                now=desk.now,
                holidays=_settings().holidays,
                fresh_since=since,
                english=english,
            )
            pager = Pager.of_request(found.total, MOST_PRINTED) if printing else Pager.of_request(found.total)
            shown = lines(
                desk.session,
                found,
                first=pager.offset,
                count=pager.per_page,
                now=desk.now,
                holidays=_settings().holidays,
                fresh_since=since,
            )
            now, today = desk.now, desk.today
        kept = {LANGUAGE: language}
        return _kept_for_a_while(
            page(
                "directory/public_print.html" if printing else "directory/public_list.html",
                lines=shown,
                pager=pager,
                asked=asked,
                map=city_map("directory.public_list", asked, found, **kept),
                labels=labels,
                door_words=door_words,
                holidays=_settings().holidays,
                now=now,
                today=today,
                needs=need_choices(),
                alcaldias=ALCALDIAS.choices(language),
                distances=distance_choices(),
                languages=LANGUAGES.choices(language),
                kept=kept,
                filters_now=address_of(asked),
                stale_days=_settings().listing_stale_days,
                address=_settings().public_url + url_for("directory.public_list"),
            )
        )


def public_service(ref: uuid.UUID) -> Response:
    """One service, with the address of this very page as a QR code for paper. OutOfReach when it is not public."""
    with _spoken() as language:
        with reading() as desk:
            found = service_page(desk.session, ref) if public_now(desk.session, ref) else None
            if found is None:
                raise OutOfReach
            hours = hours_of(desk.session, ref)
            now, today = desk.now, desk.today
        address = _settings().public_url + url_for("directory.public_service", ref=ref)
        holidays = _settings().holidays
        return _kept_for_a_while(
            page(
                "directory/public_service.html",
                service=found,
                facts=found.facts,
                places=[place for place in found.places if not place.confidential],
                hours=hours,
                door=state(hours.openings, now, holidays=holidays),
                week=door_words.week(hours, today, holidays),
                labels=labels,
                door_words=door_words,
                holidays=holidays,
                now=now,
                today=today,
                kept={LANGUAGE: language},
                filters_now={},
                address=address,
                qr=_qr(address),
                stale=is_stale(found.facts.assured_on, fresh_since(today, _settings().listing_stale_days)),
            )
        )


@contextmanager
def _spoken() -> Iterator[str]:
    """The language that the address names, else the installation's: the same address answers everybody alike."""
    asked = (request.args.get(LANGUAGE, ""), request.args.get(LANGUAGE_BUTTON, ""))
    language = next((word for word in asked if word in LOCALES), _settings().locale)
    with force_locale(LOCALES[language]):
        yield language


def _kept_for_a_while(answer: Response) -> Response:
    if LANGUAGE_BUTTON in request.args:  # the frame sets a cookie then, and a cookie is nobody else's
        return answer
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _qr(text: str) -> Markup:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, svgclass="v-qr", lineclass=None
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 - made of squares, nothing of the text is in it


def _settings() -> Settings:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings
