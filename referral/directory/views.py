"""The directory: the desk's list and page of one service, and the same for anybody without signing in."""

from __future__ import annotations

import uuid

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from referral.access.permissions import Permission
from referral.directory import door_words, labels, public_pages
from referral.directory.city_map import city_map
from referral.directory.filters import address_of, asked_in, distance_choices, need_choices
from referral.directory.queries.browsing import find, lines, public_now
from referral.directory.queries.door_hours import hours_of
from referral.directory.queries.one_service import service_page
from referral.directory.rules.hours import state
from referral.directory.rules.listings import fresh_since, is_stale
from referral.infra.settings import Settings
from referral.infra.web.formats import page_language
from referral.infra.web.guard import permits, public
from referral.infra.web.pager import Pager
from referral.infra.web.pages import page
from referral.infra.work import OutOfReach, reading
from referral.kernel.codes import ALCALDIAS, LANGUAGES

blueprint = Blueprint("directory", __name__)


@blueprint.get("/directorio")
@permits(Permission.DIRECTORY_VIEW)
def directory_list() -> ResponseReturnValue:
    """Services by name or by distance, beside the map. The address holds the filters; see filters.NAMES."""
    asked, language, holidays = asked_in(request.args), page_language(), _settings().holidays
    with reading() as desk:
        now, since = desk.now, fresh_since(desk.today, _settings().listing_stale_days)
        english = language == "en"
        found = find(desk.session, asked, now=now, holidays=holidays, fresh_since=since, english=english)
        pager = Pager.of_request(found.total)
        first, count = pager.offset, pager.per_page
        shown = lines(desk.session, found, first=first, count=count, now=now, holidays=holidays, fresh_since=since)
    return page(
        "directory/directory_list.html",
        lines=shown,
        pager=pager,
        asked=asked,
        map=city_map("directory.directory_list", asked, found),
        labels=labels,
        door_words=door_words,
        holidays=holidays,
        now=now,
        needs=need_choices(),
        alcaldias=ALCALDIAS.choices(language),
        distances=distance_choices(),
        languages=LANGUAGES.choices(language),
        filters_now=address_of(asked),
        stale_days=_settings().listing_stale_days,
    )


@blueprint.get("/directorio/<uuid:ref>")
@permits(Permission.DIRECTORY_VIEW)
def service(ref: uuid.UUID) -> ResponseReturnValue:
    """One service: what it gives, whom it serves, what to bring, when, where, and how sure the desk is of it."""
    holidays = _settings().holidays
    with reading() as desk:
        found = service_page(desk.session, ref)
        if found is None:
            raise OutOfReach
        hours, is_public = hours_of(desk.session, ref), public_now(desk.session, ref)
        now, today = desk.now, desk.today
    since = fresh_since(today, _settings().listing_stale_days)
    return page(
        "directory/service.html",
        service=found,
        facts=found.facts,
        labels=labels,
        hours=hours,
        door=state(hours.openings, now, holidays=holidays),
        week=door_words.week(hours, today, holidays),
        door_words=door_words,
        holidays=holidays,
        now=now,
        is_public=is_public,
        stale=is_stale(found.facts.assured_on, since),
    )


@blueprint.get("/publico/directorio")
@public
def public_list() -> ResponseReturnValue:
    """Where people can go, for anybody: the same search without what is confidential."""
    return public_pages.public_list()


@blueprint.get("/publico/directorio/<uuid:ref>")
@public
def public_service(ref: uuid.UUID) -> ResponseReturnValue:
    """One service for anybody."""
    return public_pages.public_service(ref)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings
