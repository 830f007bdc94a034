"""The unit of work: one transaction, one owner, an entry for every change, nothing twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.infra.audit import AccessEntry, AuditEntry, OutsideWork
from referral.infra.crypto import Vault
from referral.infra.db import Database, UnsafeDatabase, check_durable, open_database
from referral.infra.work import (
    AlreadyDone,
    NotPermitted,
    OnceKey,
    OutOfReach,
    TokenReused,
    Work,
    WorkInsideWork,
    WorkWhileReading,
    reading,
    serving,
    unit_of_work,
)
from referral.kernel.clock import FixedClock
from referral.kernel.refs import new_ref
from referral.staff.models import Desk, Staff
from tests.statements import counted


def test_work_commits_and_leaves_an_entry_with_names_not_values(
    database: Database, make_identity: Callable[..., Identity]
) -> None:
    identity = make_identity(database)
    with serving(database, identity), unit_of_work("staff.rename") as work:
        person = work.session.get_one(Staff, identity.staff)
        person.name = "Otro Nombre"
    with database.session(writing=False) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "staff.rename")).one()
        assert (entry.verb, entry.table_name, entry.staff_id) == ("update", "staff", identity.staff)
        assert "name" in entry.fields
        assert "Otro" not in repr(entry.fields)
        assert session.get_one(Staff, identity.staff).name == "Otro Nombre"


def test_an_expired_attribute_set_anew_is_still_named(
    database: Database, make_identity: Callable[..., Identity]
) -> None:
    identity = make_identity(database)
    with serving(database, identity), unit_of_work("staff.rename") as work:
        person = work.session.get_one(Staff, identity.staff)
        work.session.expire(person)
        person.name = "Tercer Nombre"
    with database.session(writing=False) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "staff.rename")).one()
        assert "name" in entry.fields


def test_insert_entry_knows_the_key(database: Database) -> None:
    with serving(database), unit_of_work("desk.open") as work:
        desk = Desk(name="Mesa de prueba")
        work.session.add(desk)
    with database.session(writing=False) as session:
        assert session.scalars(select(AuditEntry)).one().row_id == str(desk.id)


def test_an_exception_rolls_everything_back_and_sends_nothing(database: Database) -> None:
    sent: list[str] = []
    with pytest.raises(ZeroDivisionError), serving(database), unit_of_work("desk.open") as work:
        work.session.add(Desk(name="Nunca"))
        work.after_commit(lambda: sent.append("mail"))
        work.session.flush()
        raise ZeroDivisionError
    with database.session(writing=False) as session:
        assert session.scalars(select(Desk)).all() == []
        assert session.scalars(select(AuditEntry)).all() == []
    assert sent == []


def test_jobs_run_after_the_commit(sqlite: Database) -> None:
    seen: list[int] = []

    def count() -> None:
        with sqlite.session(writing=False) as session:
            seen.append(len(session.scalars(select(Desk)).all()))

    with serving(sqlite), unit_of_work("desk.open") as work:
        work.session.add(Desk(name="Mesa"))
        work.after_commit(count)
    assert seen == [1]


def test_no_change_and_no_commit_outside_a_work(sqlite: Database) -> None:
    with sqlite.session(writing=True) as session:
        session.add(Desk(name="Sin obra"))
        with pytest.raises(OutsideWork):
            session.flush()
        session.rollback()
        with pytest.raises(OutsideWork):
            session.commit()


def test_bulk_changes_of_audited_tables_are_refused(sqlite: Database) -> None:
    with pytest.raises(OutsideWork), serving(sqlite), unit_of_work("desk.bulk") as work:
        work.session.execute(update(Desk).values(name="todas"))


def test_no_work_inside_a_work_and_none_while_reading(sqlite: Database) -> None:
    with pytest.raises(WorkInsideWork), serving(sqlite), unit_of_work("one"), unit_of_work("two"):
        pass
    with pytest.raises(WorkWhileReading), serving(sqlite, read_only=True), unit_of_work("one"):
        pass


def test_the_same_form_twice_is_done_once(database: Database) -> None:
    once = OnceKey(uuid.uuid4(), "a" * 64)
    with serving(database):
        with unit_of_work("desk.open", once=once) as work:
            work.session.add(Desk(name="Una"))
            work.location = "/mesas/una"
        with pytest.raises(AlreadyDone) as done, unit_of_work("desk.open", once=once) as work:
            work.session.add(Desk(name="Otra"))
        assert done.value.location == "/mesas/una"
        with pytest.raises(TokenReused), unit_of_work("desk.open", once=OnceKey(once.token, "b" * 64)):
            pass


def test_two_clicks_at_the_same_time_are_done_once(database: Database) -> None:
    once = OnceKey(uuid.uuid4(), "a" * 64)
    answers: list[str] = []

    def click(name: str) -> None:
        with serving(database):
            try:
                with unit_of_work("desk.open", once=once) as work:
                    work.session.add(Desk(name=name))
                    work.location = "/mesas/una"
                answers.append("made")
            except AlreadyDone as done:
                answers.append(done.location)

    threads = [threading.Thread(target=click, args=(f"Mesa {number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["/mesas/una"] * 5 + ["made"]


def test_a_held_row_is_asked_for_once(database: Database) -> None:
    with serving(database), unit_of_work("desk.open") as work:
        ref = work.keep(_added(work, Desk(name="Mesa"))).id
        assert work.held(Desk, ref) is work.hold(Desk, ref)
    with serving(database), unit_of_work("desk.rename") as work:
        with counted(database) as sent:
            work.hold(Desk, ref).name = "Otra"
            assert work.hold(Desk, ref).name == "Otra"
        assert len(sent) == 1
        with pytest.raises(OutOfReach):
            work.hold(Desk, new_ref())


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite nobody writes meanwhile
def test_a_row_is_held_as_it_stands_and_not_as_it_was_read_before(database: Database) -> None:
    with serving(database), unit_of_work("desk.open") as work:
        ref = _added(work, Desk(name="Mesa")).id
    with serving(database), unit_of_work("desk.rename") as work:
        read = work.session.get_one(Desk, ref)
        with database.technical() as meanwhile:
            meanwhile.execute(update(Desk.__table__).where(Desk.id == ref).values(name="Otra"))  # type: ignore[arg-type]
        assert work.hold(Desk, ref) is read
        assert read.name == "Otra"


def _added(work: Work, desk: Desk) -> Desk:
    work.session.add(desk)
    work.session.flush()
    return desk


def test_no_update_is_lost_under_parallel_work(database: Database) -> None:
    with serving(database), unit_of_work("desk.open") as work:
        desk = Desk(name="0")
        work.session.add(desk)

    def add_ten() -> None:
        for _round in range(10):
            with serving(database), unit_of_work("desk.count") as work:
                row = work.hold(Desk, desk.id)
                row.name = str(int(row.name) + 1)

    threads = [threading.Thread(target=add_ten) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.session(writing=False) as session:
        assert session.get_one(Desk, desk.id).name == "60"


def test_a_reading_of_a_file_is_logged_once_in_a_quarter_of_an_hour(
    database: Database, make_identity: Callable[..., Identity], clock: FixedClock
) -> None:
    identity, person = make_identity(database), new_ref()

    def look() -> None:
        with serving(database, identity, read_only=True), reading() as desk:
            desk.saw(person, "file")

    def count() -> int:
        with database.session(writing=False) as session:
            return len(session.scalars(select(AccessEntry).where(AccessEntry.person_id == person)).all())

    look()
    look()
    assert count() == 1
    clock.advance(minutes=16)
    look()
    assert count() == 2


def test_require_tells_role_from_row(sqlite: Database, make_identity: Callable[..., Identity]) -> None:
    identity = make_identity(sqlite)
    with serving(sqlite, identity), unit_of_work("test") as work:
        work.require(Permission.PERSON_EDIT, desk=identity.desk)
        with pytest.raises(OutOfReach):
            work.require(Permission.PERSON_EDIT, desk=new_ref())
        with pytest.raises(NotPermitted):
            work.require(Permission.CERTIFICATE_REVOKE, desk=identity.desk)


def test_a_new_sqlite_file_is_for_its_owner_alone(tmp_path: Path, vault: Vault, clock: FixedClock) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}", vault, clock)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()}
    assert set(modes) >= {"new.db", "new.db-wal"}
    assert set(modes.values()) == {0}
    database.engine.dispose()


@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "synchronous=OFF"])
def test_a_database_that_could_lose_a_saved_record_is_refused(sqlite: Database, pragma: str) -> None:
    check_durable(sqlite.engine)
    event.listen(sqlite.engine, "connect", lambda connection, _record: connection.execute(f"PRAGMA {pragma}"))
    sqlite.engine.dispose()
    with pytest.raises(UnsafeDatabase, match="power cut"):
        check_durable(sqlite.engine)
