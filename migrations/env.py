"""Alembic's entry: the engine comes from referral.infra.migrations, the tables from every room's models."""

from alembic import context
from sqlalchemy import Connection

from referral.infra.tables import metadata

engine = context.config.attributes["engine"]
on_sqlite = engine.dialect.name == "sqlite"


def keep_references(connection: Connection, switch: str) -> None:
    """Turn SQLite's foreign keys on or off; it listens only outside a transaction, so none may have begun."""
    raw = connection.connection.cursor()
    raw.execute(f"PRAGMA foreign_keys={switch}")
    raw.close()


with engine.connect() as connection:
    if on_sqlite:
        # SQLite cannot alter most things in place: batch mode copies the table, drops the old one and takes its name.
        # With the keys on, dropping a table that others point at is refused as soon as it holds rows.
        keep_references(connection, "OFF")
    try:
        with connection.begin():
            context.configure(
                connection=connection, target_metadata=metadata(), render_as_batch=True, compare_type=True
            )
            with context.begin_transaction():
                context.run_migrations()
            if on_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"The migration would leave rows that point at nothing: {broken[:5]}")
    finally:
        if on_sqlite:
            keep_references(connection, "ON")
