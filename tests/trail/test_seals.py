"""Seals: every row is closed once, however late it is seen, and each way of tampering is named."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from referral.access.identity import Identity, Role
from referral.infra import migrations
from referral.infra.audit import AccessEntry, AuditEntry, triggers
from referral.infra.crypto import Vault
from referral.infra.db import Database, open_database
from referral.infra.work import serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refs import new_ref
from referral.kernel.refusal import Refused
from referral.staff.actions import open_desk
from referral.trail.actions import check_trail, seal_trail
from referral.trail.facts import Check, Fault, Sealable, Sealed
from referral.trail.models import AuditCheck, AuditLeaf, AuditSeal
from referral.trail.queries.seals import SEALED
from tests.conftest import NOW
from tests.desk_browser import DeskBrowser
from tests.services.postgres import drop_database, fresh_database, postgres_url

TABLES = ("audit_entry", "access_entry", "audit_seal", "audit_leaf", "audit_check")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "seals.txt"


@pytest.fixture
def who(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database)


def desks(database: Database, *names: str) -> None:
    """A row of the trail each."""
    for name in names:
        with serving(database), unit_of_work("test.desk") as work:
            open_desk(work, name=name)


def read(database: Database, who: Identity, count: int = 1) -> None:
    """Readings of somebody's file."""
    rows = [
        {"id": new_ref(), "at": database.clock.now(), "staff_id": who.staff, "person_id": uuid.uuid4(), "what": "file"}
        for _row in range(count)
    ]
    with database.technical() as connection:
        connection.execute(insert(AccessEntry), rows)


def seal(database: Database, path: Path, rows: int = 2, **more: bool) -> Sealed:
    with serving(database):
        return seal_trail(path, rows=rows, **more)


def check(database: Database, path: Path) -> Check:
    with serving(database):
        return check_trail(path)


def first(found: Check) -> tuple[Fault, int | None, uuid.UUID | None]:
    """The first thing that is wrong."""
    assert found.broken, "nothing was found"
    return found.broken[0].fault, found.broken[0].seal, found.broken[0].row


def tamper(database: Database, statement: str, **values: object) -> None:
    """What somebody does who holds the database: the triggers go first, and come back afterwards."""
    name = database.engine.dialect.name
    with database.engine.begin() as connection:
        for table in TABLES:
            for verb in ("update", "delete") if name == "sqlite" else ("change",):
                on = "" if name == "sqlite" else f" ON {table}"
                connection.execute(text(f"DROP TRIGGER {table}_no_{verb}{on}"))
        changed = connection.execute(text(statement), values)
        assert changed.rowcount > 0, "nothing was tampered with"
        for table in TABLES:
            for each in triggers(table)[name]:
                connection.execute(text(each))


def raw(database: Database, ref: uuid.UUID) -> object:
    return ref.hex if database.engine.dialect.name == "sqlite" else ref


def rows_of(database: Database) -> list[uuid.UUID]:
    """The refs of the changes, as the seals have them."""
    with database.session(writing=False) as session:
        return list(session.scalars(select(AuditEntry.id).order_by(AuditEntry.at, AuditEntry.id)))


def sealed_in(database: Database, ref: uuid.UUID) -> int | None:
    with database.session(writing=False) as session:
        return session.scalar(select(AuditLeaf.seal).where(AuditLeaf.row == ref))


class TestAppendOnly:
    @pytest.mark.parametrize("verb", ["UPDATE {} SET {}", "DELETE FROM {}"])
    @pytest.mark.parametrize("table", TABLES)
    def test_no_row_of_the_trail_is_changed_or_deleted(
        self, database: Database, who: Identity, path: Path, table: str, verb: str
    ) -> None:
        desks(database, "Una")
        read(database, who)
        seal(database, path)
        check(database, path)
        column = {"audit_entry": "action = 'x'", "access_entry": "what = 'x'", "audit_leaf": "seal = 1"}
        statement = verb.format(table, column.get(table, "at = at"))
        with pytest.raises(DBAPIError, match="never changed"), database.engine.begin() as connection:
            connection.execute(text(statement))


class TestSealing:
    @pytest.mark.parametrize(
        ("kind", "table"), [(Sealable.CHANGES, AuditEntry.__table__), (Sealable.READINGS, AccessEntry.__table__)]
    )
    def test_no_column_of_the_trail_is_left_out(self, kind: Sealable, table: Table) -> None:
        assert SEALED[kind].split() == list(table.columns.keys()), "a new column needs a list of its own: see ADR 14"

    def test_every_row_is_closed_once_and_the_next_run_goes_on(
        self, database: Database, who: Identity, path: Path
    ) -> None:
        desks(database, "Una", "Dos", "Tres")
        read(database, who, 3)
        with database.session(writing=False) as session:
            rows = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        told = seal(database, path)
        assert told == Sealed(seals=-(-rows // 2) + 2, rows=rows + 3, last=-(-rows // 2) + 2)
        assert seal(database, path) == Sealed(0, 0, told.last)
        desks(database, "Cuatro")
        assert seal(database, path) == Sealed(1, 1, told.last + 1)
        found = check(database, path)
        assert (found.broken, found.seals, found.rows) == ((), told.last + 1, rows + 4)
        assert len(path.read_text().splitlines()) == told.last + 1
        assert path.stat().st_mode & 0o077 == 0

    def test_what_commits_late_with_an_earlier_time_falls_into_the_next_seal(
        self, database: Database, clock: FixedClock, path: Path
    ) -> None:
        desks(database, "Una")
        clock.set(NOW + timedelta(minutes=30))
        desks(database, "Dos")
        seal(database, path)
        clock.set(NOW + timedelta(minutes=1))  # began before both seals, and is seen only now
        desks(database, "Tarde")
        clock.set(NOW + timedelta(minutes=40))
        late = rows_of(database)[1]
        assert sealed_in(database, late) is None
        assert seal(database, path).rows == 1
        assert sealed_in(database, late) == 2
        assert check(database, path).broken == ()

    def test_a_row_that_is_not_committed_yet_waits_on_postgresql(
        self, database: Database, who: Identity, path: Path, clock: FixedClock
    ) -> None:
        if database.engine.dialect.name == "sqlite":
            pytest.skip("whoever writes on SQLite is alone")
        ref = new_ref()
        row = {"id": ref, "at": NOW, "staff_id": who.staff, "person_id": ref, "what": "file"}
        with database.engine.connect() as slow:
            slow.execute(insert(AccessEntry), [row])
            clock.set(NOW + timedelta(minutes=10))
            read(database, who)
            seal(database, path)
            assert sealed_in(database, ref) is None
            slow.commit()
        seal(database, path)
        assert sealed_in(database, ref) is not None
        assert check(database, path).broken == ()

    def test_nothing_to_seal_is_no_fault(self, database: Database, path: Path) -> None:
        assert seal(database, path) == Sealed(0, 0, 0)
        assert check(database, path) == Check(NOW, 0, 0, ())

    def test_a_run_cut_off_before_the_file_is_made_good_by_the_next(self, database: Database, path: Path) -> None:
        desks(database, "Una", "Dos", "Tres")
        seal(database, path)
        whole = path.read_text()
        path.write_text(whole[: whole.rindex("\n", 0, -1) + 1])
        found = check(database, path)
        assert first(found) == (Fault.NOT_IN_FILE, found.seals, None)
        seal(database, path)
        assert path.read_text() == whole
        assert check(database, path).broken == ()


class TestTampering:
    """Three seals of two rows; each test does one thing to them and reads what is named first."""

    @pytest.fixture(autouse=True)
    def sealed(self, database: Database, clock: FixedClock, path: Path) -> None:
        desks(database, "Una", "Dos", "Tres", "Cuatro", "Cinco", "Seis")
        clock.advance(hours=2)
        seal(database, path)
        clock.advance(hours=2)
        assert check(database, path).broken == ()

    @pytest.fixture
    def row(self, database: Database) -> uuid.UUID:
        """A row of the second seal."""
        return next(ref for ref in rows_of(database) if sealed_in(database, ref) == 2)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE audit_entry SET action = 'other'",
            "UPDATE audit_entry SET at = '2026-01-01 00:00:00'",
            "UPDATE audit_entry SET fields = '[]'",
            "UPDATE audit_entry SET person_id = id",
            "UPDATE audit_entry SET role = 'dpo'",
        ],
    )
    def test_a_changed_row(self, database: Database, path: Path, row: uuid.UUID, change: str) -> None:
        tamper(database, f"{change} WHERE id = :row", row=raw(database, row))
        assert first(check(database, path)) == (Fault.ROW_CHANGED, 2, row)

    def test_a_deleted_row(self, database: Database, path: Path, row: uuid.UUID) -> None:
        tamper(database, "DELETE FROM audit_entry WHERE id = :row", row=raw(database, row))
        assert first(check(database, path)) == (Fault.ROW_GONE, 2, row)

    def test_a_row_put_in_afterwards(self, database: Database, path: Path, who: Identity, clock: FixedClock) -> None:
        read(database, who)
        last = seal(database, path).last
        clock.set(NOW)
        read(database, who)  # says it is of four hours before
        clock.advance(hours=4)
        found = check(database, path)
        assert [(one.fault, one.seal, one.day) for one in found.broken] == [(Fault.ROW_ADDED, None, NOW.date())]
        assert seal(database, path).rows == 1  # what is closed under the next seal is still told
        found = check(database, path)
        assert [(one.fault, one.seal, one.day) for one in found.broken] == [(Fault.ROW_ADDED, last + 1, NOW.date())]

    def test_a_deleted_row_with_its_digest(self, database: Database, path: Path, row: uuid.UUID) -> None:
        tamper(database, "DELETE FROM audit_entry WHERE id = :row", row=raw(database, row))
        tamper(database, "DELETE FROM audit_leaf WHERE row = :row", row=raw(database, row))
        assert first(check(database, path)) == (Fault.SEAL_CHANGED, 2, None)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE audit_seal SET count = 7",
            "UPDATE audit_seal SET at = '2026-01-01 00:00:00'",
            "UPDATE audit_seal SET kind = 'access_entry'",
            "UPDATE audit_seal SET digest = previous",
        ],
    )
    def test_a_changed_seal(self, database: Database, path: Path, change: str) -> None:
        tamper(database, f"{change} WHERE number = 2")
        fault, number, _row = first(check(database, path))
        assert number == 2
        assert fault in {Fault.SEAL_CHANGED, Fault.ROW_GONE}

    def test_a_deleted_seal(self, database: Database, path: Path) -> None:
        tamper(database, "DELETE FROM audit_leaf WHERE seal = 2")
        tamper(database, "DELETE FROM audit_seal WHERE number = 2")
        assert first(check(database, path)) == (Fault.SEAL_GONE, 2, None)

    def test_the_last_seals_deleted_with_all_that_they_close(self, database: Database, path: Path) -> None:
        last = check(database, path).seals
        tamper(database, "DELETE FROM audit_leaf WHERE seal = :last", last=last)
        tamper(database, "DELETE FROM audit_seal WHERE number = :last", last=last)
        assert first(check(database, path)) == (Fault.SEAL_GONE, last, None)
        desks(database, "Siete")
        assert seal(database, path).last >= last  # sealing again does not hide it
        assert first(check(database, path)) == (Fault.FILE_DIFFERS, last, None)

    def test_a_chain_written_anew_does_not_fit_the_file(
        self, database: Database, path: Path, row: uuid.UUID, tmp_path: Path
    ) -> None:
        tamper(database, "UPDATE audit_entry SET action = 'other' WHERE id = :row", row=raw(database, row))
        tamper(database, "DELETE FROM audit_leaf")
        tamper(database, "DELETE FROM audit_seal")
        seal(database, tmp_path / "forged.txt")
        assert check(database, tmp_path / "forged.txt").broken == ()
        assert first(check(database, path))[0] is Fault.FILE_DIFFERS

    def test_the_file(self, database: Database, path: Path) -> None:
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join([lines[0], lines[1].replace(lines[1][-9:-1], "00000000"), *lines[2:]]))
        assert first(check(database, path)) == (Fault.FILE_DIFFERS, 2, None)
        path.write_text("".join([lines[0], *lines[2:]]))
        assert first(check(database, path)) == (Fault.NOT_IN_FILE, 2, None)
        path.write_text("".join([*lines[:2], "nothing of ours\n", *lines[2:]]))
        assert check(database, path).broken[0].line == 3

    def test_a_file_that_is_gone_is_not_begun_again_by_itself(self, database: Database, path: Path) -> None:
        path.unlink()
        assert first(check(database, path))[0] is Fault.FILE_GONE
        with pytest.raises(Refused) as no:
            seal(database, path)
        assert no.value.reason is Fault.FILE_GONE
        seal(database, path, new_file=True)
        assert check(database, path).broken == ()

    def test_each_check_is_kept_with_the_first_thing_found(
        self, database: Database, path: Path, row: uuid.UUID
    ) -> None:
        tamper(database, "DELETE FROM audit_entry WHERE id = :row", row=raw(database, row))
        check(database, path)
        with database.session(writing=False) as session:
            kept = session.scalars(select(AuditCheck).order_by(AuditCheck.at, AuditCheck.id)).all()[-1]
            seals = session.scalar(select(func.count()).select_from(AuditSeal))
        assert (kept.fault, kept.seal, kept.row, kept.seals) == ("row_gone", 2, row, seals)


class TestOnThePage:
    def test_it_says_when_the_trail_was_sealed_and_checked_and_what_was_found(
        self, database: Database, path: Path, make_identity: Callable[..., Identity],
        sign_in: Callable[[Identity], DeskBrowser],
    ) -> None:  # fmt: skip
        auditor = sign_in(make_identity(database, Role.AUDITOR, username="auditora"))
        page = auditor.get("/auditoria").text
        assert "Todavía no se ha sellado. Todavía no se ha comprobado." in page
        seal(database, path)
        check(database, path)
        page = auditor.get("/auditoria").text
        assert "Sellada por última vez el 20 nov 2026, 11:00." in page
        assert "Comprobada por última vez el 20 nov 2026, 11:00: está como se selló." in page
        row = next(ref for ref in rows_of(database) if sealed_in(database, ref) == 1)
        tamper(database, "DELETE FROM audit_entry WHERE id = :row", row=raw(database, row))
        check(database, path)
        page = auditor.get("/auditoria").text
        assert f"Falta la fila {row}, que estaba cuando se cerró el sello 1." in page
        assert "está como se selló" not in page

    def test_whoever_sees_only_her_own_acts_is_not_told(
        self, who: Identity, sign_in: Callable[[Identity], DeskBrowser]
    ) -> None:
        assert "se ha sellado" not in sign_in(who).get("/auditoria").text


def test_the_migrations_make_the_same_triggers_as_the_models(tmp_path: Path, vault: Vault, sqlite: Database) -> None:
    migrated = open_database(f"sqlite:///{tmp_path / 'm.db'}", vault, FixedClock(NOW))
    migrations.upgrade(migrated.engine)
    found = _triggers(migrated)
    migrated.engine.dispose()
    assert found == _triggers(sqlite)


def test_so_they_do_on_postgresql(vault: Vault, postgres: Database) -> None:
    url = fresh_database(postgres_url())
    migrated = open_database(url, vault, FixedClock(NOW))
    migrations.upgrade(migrated.engine)
    found = _triggers(migrated)
    migrated.engine.dispose()
    drop_database(url)
    assert found == _triggers(postgres)


def _triggers(database: Database) -> set[tuple[str, ...]]:
    asked = {
        "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    }
    with database.engine.connect() as connection:
        rows = connection.execute(text(asked[database.engine.dialect.name])).all()
    return {tuple(" ".join(str(each).split()) for each in row) for row in rows}
