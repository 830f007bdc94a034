"""Terms of other vocabularies become our needs where they can; the report names the rest; what the desk says wins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.directory.browse_facts import Asked
from referral.directory.facts import Referrable
from referral.directory.models import Service
from referral.directory.queries.browsing import find
from referral.directory.queries.service_facts import services_by_ref
from referral.hsds.facts import Grade
from referral.hsds.rules.mapping import entries, needs_of
from referral.hsds.rules.reasons import Reason
from referral.hsds.telling import lines
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.codes import NEEDS
from referral.kernel.names import normalise
from referral.kernel.refs import new_ref
from referral.routing.facts import PersonFacts, Verdict
from referral.routing.queries import offers_for_need
from referral.upkeep.actions.editing import edit
from tests.hsds.packages import SERVICE, TIDY, bring, everything, told, write

TERMS = {
    **TIDY,
    "taxonomies.csv": "id,name,description\nt1,Open Eligibility,x\n",
    "taxonomy_terms.csv": (
        "id,code,name,description,taxonomy_id\n"
        "m1,102-06,free MEALS,x,t1\n"
        "m2,101-07,Emergency Shelter,x,t1\n"
        "m3,109-99,Lawn Care,x,t1\n"
        "m4,109-98,Nobody Has It,x,t1\n"
    ),
    "attributes.csv": (
        "id,link_id,taxonomy_term_id,link_entity\n"
        f"x1,{SERVICE},m1,service\nx2,{SERVICE},m2,service\nx3,{SERVICE},m3,service\n"
    ),
}


@pytest.fixture(autouse=True)
def served(database: Database) -> Iterator[Database]:
    with serving(database):
        yield database


def one_service() -> Service:
    with reading() as desk:
        return desk.session.scalars(select(Service)).one()


def needs() -> frozenset[str]:
    with reading() as desk:
        return services_by_ref(desk.session, refs=[one_service().id])[one_service().id].needs


def test_every_line_of_the_map_names_our_needs_and_says_how_well_they_fit() -> None:
    rows = entries()
    assert {row["fit"] for row in rows} == {"same", "near"}
    assert {row["of"] for row in rows} == {"open_eligibility", "211", "spanish"}
    assert {need for row in rows for need in row["needs"].split(";")} <= set(NEEDS.codes())
    assert len({normalise(row["term"]) for row in rows}) == len(rows)


def test_a_term_is_known_however_it_is_written_and_a_code_of_ours_by_its_form() -> None:
    assert needs_of("  food-PANTRY ") == ("BASIC_FOOD",)
    assert needs_of("Atencion psicologica") == ("HEALTH_MENTAL",)
    assert needs_of("x", "need:HEALTH_PREG") == ("HEALTH_PREG",)
    assert needs_of("x", "HEALTH_PREG") == needs_of("x", "need:NADA") == ()


def test_mapped_terms_are_needs_and_the_report_names_what_was_not(tmp_path: Path) -> None:
    report = bring(write(tmp_path / "p", TERMS))
    assert needs() == {"BASIC_FOOD", "SHELTER_TONIGHT", "SHELTER_TEMP"}
    assert told(report, Grade.DOUBT)[Reason.NOT_MAPPED] == 1
    [finding] = [one for one in report.findings if one.reason == Reason.NOT_MAPPED]
    assert (finding.file, finding.line, finding.value) == ("taxonomy_terms.csv", 4, "Lawn Care")
    assert any("Lawn Care" in line for line in lines(report))
    with reading() as desk:
        asked = Asked(need="BASIC_FOOD", referrable_only=False)
        assert find(desk.session, asked, now=desk.now, holidays=(), fresh_since=desk.today).total == 1


def test_it_is_offered_for_its_need_once_the_desk_says_that_people_may_be_sent_there(
    tmp_path: Path, database: Database
) -> None:
    bring(write(tmp_path / "p", TERMS))
    assert offered("BASIC_FOOD") == {}  # an import alone sends nobody anywhere
    edited(database, referrable=Referrable.VERIFY.value)
    assert offered("BASIC_FOOD") == {"Comedor": Verdict.FITS_IF}  # takes people of age, and hers is not known
    assert offered("HEALTH_PREG") == {}


def offered(need: str) -> dict[str, Verdict]:
    with reading() as desk:
        found = offers_for_need(desk.session, person_facts=PersonFacts(), need_code=need, today=desk.today)
        return {offer.service.name.es: offer.verdict for offer in found}


def edited(database: Database, **changes: object) -> None:
    service = one_service()
    chief = Identity(new_ref(), Role.SUPERVISOR, name="Jefa", username="jefa", desk=new_ref())
    with serving(database, chief), unit_of_work("upkeep.edit") as work:
        edit(work, ref=service.id, version=service.version, wanted=changes)


def test_the_same_package_again_maps_nothing_anew_and_a_term_taken_away_takes_its_need(
    tmp_path: Path, database: Database
) -> None:
    folder = write(tmp_path / "p", TERMS)
    bring(folder)
    before = everything(database)
    assert bring(folder).changes == 0
    assert everything(database) == before
    fewer = {**TERMS, "attributes.csv": f"id,link_id,taxonomy_term_id,link_entity\nx2,{SERVICE},m2,service\n"}
    bring(write(tmp_path / "p", fewer))
    assert needs() == {"SHELTER_TONIGHT", "SHELTER_TEMP"}


def test_what_the_desk_says_of_its_needs_stays(tmp_path: Path, database: Database) -> None:
    bring(write(tmp_path / "p", TERMS))
    edited(database, need=["BASIC_HYGIENE"])
    more = {**TERMS, "phones.csv": f"id,service_id,number\np1,{SERVICE},55 5555 0109\n"}
    bring(write(tmp_path / "p", more))
    assert needs() == {"BASIC_HYGIENE"}


def test_what_the_desk_edited_outlives_imports_that_change_something_else(
    tmp_path: Path, database: Database, clock: FixedClock
) -> None:
    bring(write(tmp_path / "p", TERMS))
    edited(database, gives_es="Comidas y despensas")
    newer = {**TERMS, "services.csv": TERMS["services.csv"].replace("Comidas calientes", "Cerrado")}
    for name in ("Casa Roja", "Casa Verde"):
        clock.advance(days=1)
        newer["organizations.csv"] = TERMS["organizations.csv"].replace("Casa Azul", name)
        report = bring(write(tmp_path / "p", newer))
        assert told(report, Grade.DOUBT)[Reason.DESK_EDITED] == 1
        assert one_service().gives_es == "Comidas y despensas"


def test_words_that_nobody_chose_as_terms_are_not_mapped(tmp_path: Path) -> None:
    services = (
        TIDY["services.csv"]
        .replace("assured_date\n", "assured_date,keywords\n")
        .replace("2025-03-01\n", "2025-03-01,free meals; pets\n")
    )
    report = bring(write(tmp_path / "p", {**TIDY, "services.csv": services}))
    assert needs() == frozenset()
    assert Reason.NOT_MAPPED not in told(report, Grade.DOUBT)
