"""What anybody who holds a constancia can learn from its code, and how often they may ask."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from referral.access.identity import Identity, Role
from referral.certificates.actions import VERIFY_LIMIT, count_verification, issue, revoke
from referral.certificates.facts import RevokeReason
from referral.certificates.models import Certificate, VerifyDay, VerifySource
from referral.certificates.public_code import new_code, read_code, shown_code
from referral.infra.db import Database
from referral.infra.work import reading, serving
from referral.kernel.clock import FixedClock
from tests.certificates.test_constancia import OFFICE, PLAIN, identity, person, working
from tests.desk_browser import DeskBrowser, Page

__all__ = ["identity", "person"]


@pytest.fixture
def constancia(database: Database, identity: Identity, person: uuid.UUID) -> uuid.UUID:
    with working(database, identity) as work:
        return issue(work, person=person, wishes=PLAIN, office=OFFICE)


def code_of(database: Database, ref: uuid.UUID) -> str:
    with serving(database), reading() as desk:
        return str(desk.session.scalar(select(Certificate.code).where(Certificate.id == ref)))


def body(page: Page) -> str:
    (main,) = page.all("main")
    return " ".join("".join(main.itertext()).split())


def test_a_stranger_learns_that_it_counts_its_kind_and_its_day_only(
    database: Database, constancia: uuid.UUID, nobody: DeskBrowser
) -> None:
    page = nobody.get(f"/v/{code_of(database, constancia)}")
    assert page.status == 200
    assert "Esta constancia está vigente" in page.text
    assert "20 de noviembre de 2026" in page.text
    for secret in ("Marie", "Joseph", "PHM-", "Haití", "Mesa Centro", "2027", "revocar"):
        assert secret not in page.html
    assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.response.headers["Cache-Control"] == "no-store"
    nobody.switch("en")
    assert nobody.get(f"/v/{code_of(database, constancia)}").status == 200


def test_unknown_and_malformed_answer_alike(database: Database, constancia: uuid.UUID, nobody: DeskBrowser) -> None:
    answers = [nobody.get(f"/v/{code}") for code in (new_code(), "xx", "-", "%00", "a" * 500, "ñandú", "' OR 1=1")]
    assert {answer.status for answer in answers} == {404}
    assert len({body(answer) for answer in answers}) == 1


def test_a_typed_code_is_read_as_people_type_it(database: Database, constancia: uuid.UUID, nobody: DeskBrowser) -> None:
    code = code_of(database, constancia)
    typed = nobody.client.get("/v/", query_string={"code": f"  {shown_code(code).lower()} "})
    assert (typed.status_code, typed.headers["Location"]) == (303, f"/v/{code}")
    wrong = nobody.client.get("/v/", query_string={"code": "../../x"}).headers["Location"]
    assert urlsplit(wrong).path == "/v/-"
    assert nobody.get("/v/").status == 200


def test_a_code_that_was_not_found_is_still_in_its_box(nobody: DeskBrowser) -> None:
    short = new_code()[:-1]
    for asked in (nobody.client.get("/v/", query_string={"code": short}).headers["Location"], f"/v/{new_code()}"):
        (box,) = [node for node in nobody.get(asked).all("input") if node.get("id") == "code"]
        assert box.get("value") in {short, urlsplit(asked).path.removeprefix("/v/")} - {"-"}
        assert box.get("aria-invalid") == "true"


def test_revoked_and_expired_show_at_the_next_request(
    database: Database,
    constancia: uuid.UUID,
    nobody: DeskBrowser,
    make_identity: Callable[..., Identity],
    sign_in: Callable[[Identity], DeskBrowser],
    clock: FixedClock,
) -> None:
    code = code_of(database, constancia)
    clock.advance(days=366)
    assert "venció" in body(nobody.get(f"/v/{code}"))
    dpo = make_identity(database, Role.DPO, username="dpo")
    assert f"/constancias/{constancia}/revocar" in sign_in(dpo).get(f"/v/{code}").links()
    with working(database, dpo) as work:
        revoke(work, certificate=constancia, reason=RevokeReason.STOLEN)
    page = nobody.get(f"/v/{code}")
    assert "quedó sin efecto" in body(page)
    assert "robaron" not in page.text


def test_one_source_asks_thirty_times_a_minute(database: Database, nobody: DeskBrowser, clock: FixedClock) -> None:
    assert {nobody.get("/v/xx").status for _ in range(VERIFY_LIMIT)} == {404}
    stopped = nobody.get("/v/xx")
    assert stopped.status == 429
    assert stopped.response.headers["Retry-After"] == "60"
    assert count_verification(database, source="192.0.2.7")  # somebody else
    clock.advance(minutes=1)
    assert nobody.get("/v/xx").status == 404
    with serving(database), reading() as desk:
        assert desk.session.scalar(select(VerifyDay.asked)) == VERIFY_LIMIT + 2
        assert desk.session.scalar(select(func.count()).select_from(VerifySource)) == 1  # the minute before is gone


def test_no_question_is_lost_or_let_through_when_many_ask_at_once(database: Database) -> None:
    with ThreadPoolExecutor(8) as askers:
        answers = list(askers.map(lambda _: count_verification(database, source="192.0.2.7"), range(60)))
    assert answers.count(True) == VERIFY_LIMIT
    with serving(database), reading() as desk:
        assert desk.session.scalar(select(VerifySource.asked)) == 60


def test_codes_are_read_back_and_never_repeat() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(read_code(shown_code(code)) == code == read_code(code.lower().replace("0", "o")) for code in codes)


@given(st.text(max_size=80))
def test_anything_typed_is_a_code_or_nothing(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (len(code) == 26 and read_code(code) == code)
