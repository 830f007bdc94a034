"""Needs of imported services, told from the terms of somebody else's taxonomies. Called by importing.

Whoever edits a listing at the desk says its needs from then on: nothing is mapped onto it any more.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from referral.directory.actions import EDITED, own_term
from referral.directory.models import Attribute, Service, Taxonomy, TaxonomyTerm
from referral.hsds.actions.values import note
from referral.hsds.models import ImportedRow
from referral.hsds.rules.cleaning import CleanRow
from referral.hsds.rules.mapping import needs_of
from referral.hsds.rules.older import TERMS
from referral.hsds.rules.reasons import Reason

if TYPE_CHECKING:
    from referral.hsds.actions.importing import Importing

AT_ONCE = 300
_FREE_WORDS = frozenset(TERMS.values())  # taxonomies that we make of cells full of words: nobody chose them as terms
_NEED = "need"


class Unmapped:
    """Terms that say nothing to routing, told once each if any service of the package has them."""

    def __init__(self) -> None:
        self._terms: dict[str, CleanRow] = {}
        self._used: set[str] = set()

    def see(self, row: CleanRow) -> None:
        """One row of the package, of whatever table."""
        values = row.values
        if row.table == "taxonomy_term" and values.get("taxonomy") not in _FREE_WORDS:
            if not needs_of(str(values.get("name", "")), str(values.get("code", ""))):
                self._terms[row.ident] = row
        elif row.table == "attribute" and values.get("link_entity") == "service":
            self._used.add(str(values.get("taxonomy_term_id", "")))

    def tell(self, doing: Importing) -> None:
        """Put them in the report."""
        for ident, row in self._terms.items():
            if ident in self._used:
                note(doing.report, row, Reason.NOT_MAPPED, "name", str(row.values.get("name", "")))


def map_needs(doing: Importing) -> None:
    """Make the needs of every service of the source what its terms mean now; only what differs is written.

    Our own export says its needs itself.
    """
    if doing.package.own:
        return
    doing.unmapped.tell(doing)
    ours = select(ImportedRow.row_id).where(
        ImportedRow.source_id == doing.source.id, ImportedRow.table_name == "service"
    )
    refs = sorted(doing.session.scalars(select(Service.id).where(Service.id.in_(ours), Service.digest != EDITED)))
    terms: dict[str, uuid.UUID] = {}
    for some in (refs[start : start + AT_ONCE] for start in range(0, len(refs), AT_ONCE)):
        wanted, have = _meant(doing, some), _had(doing, some)
        for ref in some:
            if set(wanted[ref]) != have[ref]:
                _write(doing, ref, wanted[ref], have[ref], terms)
        doing.session.flush()


def _meant(doing: Importing, services: list[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Need codes by service, in the order of its terms."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for link, name, code in doing.session.execute(
        select(Attribute.link_id, TaxonomyTerm.name_es, TaxonomyTerm.code)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Attribute.link_id.in_(services), Taxonomy.name != _NEED, Taxonomy.title.not_in(_FREE_WORDS))
        .order_by(Attribute.position, Attribute.id)
    ):
        found[link] += [need for need in needs_of(name, code or "") if need not in found[link]]
    return found


def _had(doing: Importing, services: list[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    for link, code in doing.session.execute(
        select(Attribute.link_id, TaxonomyTerm.code)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Attribute.link_id.in_(services), Taxonomy.name == _NEED)
    ):
        found[link].add(code or "")
    return found


def _write(doing: Importing, ref: uuid.UUID, codes: list[str], before: set[str], terms: dict[str, uuid.UUID]) -> None:
    for code in {*codes, *before}:
        if code not in terms:
            terms[code] = own_term(doing.session, _NEED, code)
    old = [terms[code] for code in before]
    doing.session.execute(delete(Attribute).where(Attribute.link_id == ref, Attribute.taxonomy_term_id.in_(old)))
    doing.session.add_all(
        Attribute(link_id=ref, link_entity="service", taxonomy_term_id=terms[code], position=position)
        for position, code in enumerate(codes)
    )
    count = doing.report.tables["attribute"]
    count.added += len(set(codes) - before)
    count.removed += len(before - set(codes))
    doing.services.add(ref)
