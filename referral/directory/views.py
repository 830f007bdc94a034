"""The directory as the desk reads it: a list with filters and the page of one service."""

from __future__ import annotations

import uuid

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from referral.access.permissions import Permission
from referral.directory import labels, queries
from referral.directory.facts import DirectoryFilter
from referral.infra.web.formats import page_language
from referral.infra.web.guard import permits
from referral.infra.web.pager import Pager
from referral.infra.web.pages import page
from referral.infra.work import OutOfReach, reading
from referral.kernel.codes import ALCALDIAS, NEED_CATEGORIES, NEEDS

blueprint = Blueprint("directory", __name__)

LONGEST_SEARCH = 100


@blueprint.get("/directorio")
@permits(Permission.DIRECTORY_VIEW)
def directory_list() -> ResponseReturnValue:
    """Services by name; `q`, `necesidad`, `alcaldia` and `todo` filter. A filter we do not know is left out."""
    asked = _asked()
    with reading() as desk:
        pager = Pager.of_request(queries.directory_count(desk.session, asked))
        lines = queries.directory_list(
            desk.session, asked, limit=pager.per_page, offset=pager.offset, english=page_language() == "en"
        )
    return page(
        "directory/directory_list.html",
        lines=lines,
        pager=pager,
        asked=asked,
        labels=labels,
        needs=_need_choices(),
        alcaldias=ALCALDIAS.choices(page_language()),
    )


@blueprint.get("/directorio/<uuid:ref>")
@permits(Permission.DIRECTORY_VIEW)
def service(ref: uuid.UUID) -> ResponseReturnValue:
    """One service: what it gives, whom it serves, what to bring, when, where, and how sure the desk is of it."""
    with reading() as desk:
        found = queries.service_page(desk.session, ref)
    if found is None:
        raise OutOfReach
    return page("directory/service.html", service=found, facts=found.facts, labels=labels)


def _asked() -> DirectoryFilter:
    need = request.args.get("necesidad", "")
    alcaldia = request.args.get("alcaldia", "")
    return DirectoryFilter(
        text=request.args.get("q", "")[:LONGEST_SEARCH].replace("\x00", "").strip(),
        need=need if need in NEEDS or need in NEED_CATEGORIES else "",
        alcaldia=alcaldia if alcaldia in ALCALDIAS else "",
        referrable_only=request.args.get("todo", "") != "1",
    )


def _need_choices() -> list[tuple[str, str]]:
    """Each category followed by its needs, indented by a dash so that a plain select can hold both."""
    language = page_language()
    choices: list[tuple[str, str]] = []
    for category in NEED_CATEGORIES:
        choices.append((category.code, category.label(language)))
        choices += [(need.code, f"– {need.label(language)}") for need in NEEDS if need.category == category.code]
    return choices
