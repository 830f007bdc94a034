"""Drawers: JSON documents sealed in one column, read and written like an attribute. For the models of every room."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, overload

from sqlalchemy import LargeBinary, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from referral.infra.crypto import Vault

CHANGED = "changed_facts"  # key in the row's state: names set through drawers since the last flush, read by the audit


def sealed_column() -> Mapped[bytes | None]:
    """The column behind a drawer."""
    return mapped_column(LargeBinary, nullable=True)


class Drawer:
    """A sealed JSON document. `column` holds the bytes; `holder` names the relationship to the row with the data key.

    Reading gives a new dict ({} when nothing was ever put in). Assigning seals the whole document and notes which keys
    changed. The row must be in a session: the session carries the vault.
    """

    def __init__(self, column: str, *, holder: str | None = None) -> None:
        self._column = column
        self._holder = holder

    @property
    def column(self) -> str:
        """The column that holds the bytes."""
        return self._column

    @property
    def holder(self) -> str | None:
        """The relationship to the row with the data key; None: the row itself."""
        return self._holder

    @overload
    def __get__(self, row: None, owner: type) -> Drawer: ...
    @overload
    def __get__(self, row: object, owner: type) -> dict[str, Any]: ...

    def __get__(self, row: object | None, owner: type) -> Drawer | dict[str, Any]:
        if row is None:
            return self
        sealed = getattr(row, self._column)
        if sealed is None:
            return {}
        key_row = self._key_row(row)
        plain = _vault(row).open(key_row.data_key, _holder_name(key_row), self._place(row), sealed)
        return _read(plain)

    def __set__(self, row: object, document: Mapping[str, Any]) -> None:
        before = self.__get__(row, type(row))
        after = {key: value for key, value in document.items() if value not in (None, "", [], {})}
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        if not changed and getattr(row, self._column) is not None:
            return
        inspect(row).info.setdefault(CHANGED, set()).update(changed)
        plain = json.dumps(after, ensure_ascii=False, separators=(",", ":")).encode()
        key_row = self._key_row(row)
        setattr(row, self._column, _vault(row).seal(key_row.data_key, _holder_name(key_row), self._place(row), plain))

    def _key_row(self, row: Any) -> Any:
        return row if self._holder is None else getattr(row, self._holder)

    def _place(self, row: Any) -> str:
        return f"{row.__tablename__}|{self._column}|{row.id}"


def open_own(
    session: Session, table: str, column: str, ref: uuid.UUID, *, data_key: bytes, sealed: bytes | None
) -> dict[str, Any]:
    """A drawer of a row that holds its own data key, from bare columns: for queries that open many and keep few."""
    if sealed is None:
        return {}
    vault: Vault = session.info["vault"]
    name = str(ref)
    return _read(vault.open(data_key, f"{table}|{name}", f"{table}|{column}|{name}", sealed))


def open_held(
    session: Session, table: str, column: str, ref: uuid.UUID, *, holder: str, data_key: bytes, sealed: bytes | None
) -> dict[str, Any]:
    """A drawer of a row whose data key another holds, from bare columns. `holder`: table|id of the row with the key."""
    if sealed is None:
        return {}
    vault: Vault = session.info["vault"]
    return _read(vault.open(data_key, holder, f"{table}|{column}|{ref}", sealed))


def open_once(
    session: Session, table: str, column: str, ref: uuid.UUID, *, data_key: bytes, sealed: bytes | None
) -> dict[str, Any]:
    """As open_own, for the hundreds that a search opens and forgets: no key of theirs stays in memory."""
    if sealed is None:
        return {}
    vault: Vault = session.info["vault"]
    name = str(ref)
    return _read(vault.open_once(data_key, f"{table}|{name}", f"{table}|{column}|{name}", sealed))


def seal_bytes(row: Any, column: str, plain: bytes, *, holder: Any) -> None:
    """Seal a file into `column` of a row under the data key of `holder` (a person's row). Both must be in a session."""
    place = f"{row.__tablename__}|{column}|{row.id}"
    setattr(row, column, _vault(row).seal(holder.data_key, _holder_name(holder), place, plain))


def reseal(row: Any, column: str, *, before: Any, after: Any) -> None:
    """Seal what `column` holds anew, for a row that goes from one person's file (`before`, her row) to another's."""
    sealed = getattr(row, column)
    if sealed is None:
        return
    place, vault = f"{row.__tablename__}|{column}|{row.id}", _vault(row)
    plain = vault.open(before.data_key, _holder_name(before), place, sealed)
    setattr(row, column, vault.seal(after.data_key, _holder_name(after), place, plain))


def open_bytes(
    session: Session, table: str, column: str, ref: uuid.UUID, *, holder: str, data_key: bytes, sealed: bytes
) -> bytes:
    """What seal_bytes sealed, from bare columns. `holder`: table|id of the row with the data key."""
    vault: Vault = session.info["vault"]
    return vault.open(data_key, holder, f"{table}|{column}|{ref}", sealed)


def _read(plain: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(plain.decode())  # json would first guess the encoding, at twice the cost
    return document


def _holder_name(row: Any) -> str:
    return f"{row.__tablename__}|{row.id}"


def _vault(row: object) -> Vault:
    session = object_session(row)
    if session is None:
        raise LookupError(
            "add the row to the session before opening or filling a drawer: the session carries the vault"
        )
    vault: Vault = session.info["vault"]
    return vault


def new_data_key(row: Any) -> bytes:
    """A data key for a row that holds one (a person). The row must be in the session and have its id."""
    return _vault(row).new_data_key(_holder_name(row))
