"""What the public API answers: a page of a table, one object, every line of a table. Called by the views alone."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from referral.directory.models import Attribute, Service, TaxonomyTerm
from referral.hsds.facts import Values
from referral.hsds.queries import Export, briefs, links, objects, open_export
from referral.hsds.rules.asking import USUAL_PER_PAGE, Asked
from referral.hsds.tables import SPECS
from referral.infra.db import Database
from referral.kernel.names import normalise

AT_ONCE = 100
MOST_WORDS = 8
# What a search looks through where no column of ours holds it ready.
_SEARCHED = {
    "organization": ("name_es", "name_en", "alternate_name", "description_es", "description_en"),
    "taxonomy": ("name", "title", "description"),
    "taxonomy_term": ("name_es", "name_en", "code", "description"),
}


def changed_at(session: Session) -> datetime | None:
    """When a service was last changed: each change of the directory that matters goes through one."""
    return session.scalar(select(func.max(Service.last_modified)))


def list_page(session: Session, table: str, asked: Asked) -> Values:
    """One page in the standard's envelope. Past the last one it is empty; `minimal` puts everything on one page."""
    export = open_export(session, public=True)
    found = _matching(export, table, asked)
    size = asked.per_page or (max(len(found), 1) if asked.minimal else USUAL_PER_PAGE)
    pages = -(-len(found) // size)
    some = found[(asked.page - 1) * size : asked.page * size]
    contents = _objects(export, table, some, asked)
    return {
        "total_items": len(found),
        "total_pages": pages,
        "page_number": asked.page,
        "size": len(contents),
        "first_page": asked.page == 1,
        "last_page": asked.page >= pages,
        "empty": not contents,
        "contents": contents,
    }


def one(session: Session, table: str, ref: uuid.UUID, asked: Asked) -> Values | None:
    """One full object; None when there is none that anybody may be told of."""
    export = open_export(session, public=True)
    return next(iter(_objects(export, table, [(ref, None)], replace(asked, full=True))), None)


def every_line(database: Database, table: str, asked: Asked) -> Iterator[str]:
    """Every object that fits, one a line (ndjson), in a transaction of its own while it is being sent."""
    with database.session(writing=False) as session:
        export = open_export(session, public=True)
        found = _matching(export, table, asked)
        for start in range(0, len(found), AT_ONCE):
            for each in _objects(export, table, found[start : start + AT_ONCE], asked):
                yield json.dumps(each, ensure_ascii=False) + "\n"


Found = list[tuple[uuid.UUID, datetime | None]]


def _matching(export: Export, table: str, asked: Asked) -> Found:
    """Ids of what fits, by id, with the moment of the last change where the table has one. One statement."""
    rows = SPECS[table].rows.c
    moment = Service.last_modified if table in {"service", "service_at_location"} else None
    columns = [rows.id, *([] if moment is None else [moment]), *(rows[name] for name in _SEARCHED.get(table, ()))]
    statement = select(*columns).where(*_conditions(table, asked)).order_by(rows.id)
    if table == "service_at_location":
        statement = statement.join_from(SPECS[table].rows, Service.__table__, Service.id == rows.service_id)
    found: Found = []
    words = _words(asked.search)
    for ref, *rest in export.session.execute(statement):
        if ref in export.hidden:
            continue
        if moment is None and words:
            said = normalise(" ".join(str(text or "") for text in rest))
            if not all(word in said for word in words):
                continue
        found.append((ref, rest[0] if moment is not None else None))
    return found


def _words(search: str) -> list[str]:
    return normalise(search).split()[:MOST_WORDS]


def _conditions(table: str, asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.search and not _words(asked.search):  # signs alone are found nowhere
        yield false()
    if table == "taxonomy_term":
        yield from _of_term(asked)
    elif asked.taxonomy_term_id or asked.taxonomy_id:
        yield _classified(table, asked)
    if table in {"service", "service_at_location"}:
        yield from _of_service(asked)


def _of_service(asked: Asked) -> Iterator[ColumnElement[bool]]:
    for word in _words(asked.search):
        yield Service.search_text.contains(word, autoescape=True)
    if asked.organization_id:
        yield Service.organization_id == asked.organization_id
    if asked.modified_after:
        yield Service.last_modified >= asked.modified_after


def _of_term(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.taxonomy_id:
        yield TaxonomyTerm.taxonomy_id == asked.taxonomy_id
    if asked.parent_id:
        yield TaxonomyTerm.parent_id == asked.parent_id
    if asked.top_only:
        yield TaxonomyTerm.parent_id.is_(None)


def _classified(table: str, asked: Asked) -> ColumnElement[bool]:
    """That the row bears such a term, or a service of the institution, or the service given at the place."""
    wanted = []
    if asked.taxonomy_term_id:
        wanted.append(Attribute.taxonomy_term_id == asked.taxonomy_term_id)
    if asked.taxonomy_id:
        of_it = select(TaxonomyTerm.id).where(TaxonomyTerm.taxonomy_id == asked.taxonomy_id)
        wanted.append(Attribute.taxonomy_term_id.in_(of_it))
    rows = SPECS[table].rows.c
    bearing = select(Attribute.link_id).where(Attribute.link_entity == table, and_(*wanted))
    services = select(Attribute.link_id).where(Attribute.link_entity == "service", and_(*wanted))
    if table == "organization":
        # A confidential service must not be found by what its institution is found under.
        givers = select(Service.organization_id).where(Service.confidential.is_(False), Service.id.in_(services))
        return or_(rows.id.in_(bearing), rows.id.in_(givers))
    if table == "service_at_location":
        return or_(rows.id.in_(bearing), rows.service_id.in_(services))
    return rows.id.in_(bearing)


def _objects(export: Export, table: str, found: Found, asked: Asked) -> list[Values]:
    refs = [ref for ref, _moment in found]
    if asked.minimal:
        return [{"id": str(ref), "modified_date": _said(moment)} for ref, moment in found]
    if not refs:
        return []
    if not asked.full and not asked.full_service:
        return briefs(export, table, refs)
    if table == "service_at_location":
        return links(export, refs)
    made = objects(export, table, refs) if asked.full else briefs(export, table, refs)
    if table == "organization":
        _add_services(export, made, full=asked.full_service)
    return made


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z") if moment else None


def _add_services(export: Export, organizations: list[Values], *, full: bool) -> None:
    """The services of each institution under `services`: their own fields, or with `full` all that is in them."""
    above = [uuid.UUID(each["id"]) for each in organizations]
    statement = select(Service.id, Service.organization_id).where(Service.organization_id.in_(above))
    owners = {row.id: row.organization_id for row in export.session.execute(statement.order_by(Service.id))}
    made = (objects if full else briefs)(export, "service", list(owners)) if owners else []
    given: dict[str, list[Values]] = defaultdict(list)
    for service in made:
        service.pop("organization", None)  # it stands around it
        given[str(owners[uuid.UUID(service["id"])])].append(service)
    for each in organizations:
        each["services"] = given[each["id"]]
