"""Alembic without an ini file: up, down, and which revision a database is at. Called by the CLI and the tests.

It is imported where it is used, since the CLI also serves and a server would hold 8 MB for nothing.
"""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine

from referral.infra.settings import data

if TYPE_CHECKING:
    from alembic.config import Config


def _config(engine: Engine | None = None) -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(data("migrations")))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`, all in one transaction."""
    from alembic import command  # noqa: PLC0415

    command.upgrade(_config(engine), revision)
    if engine.dialect.name == "sqlite":
        # A planner that has counts of the old tables alone can choose an index of the new ones that reads everything.
        with engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database down to `revision` ("base" for empty)."""
    from alembic import command  # noqa: PLC0415

    command.downgrade(_config(engine), revision)


def head() -> str:
    """The newest revision in the source."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(engine: Engine) -> str:
    """The revision a database is at; "" for an empty one."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def write_revision(message: str) -> None:
    """Write the next migration: what the models have and the newest revision, on an empty SQLite file, has not."""
    from alembic import command  # noqa: PLC0415

    number = f"{len(list((data('migrations') / 'versions').glob('*.py'))) + 1:03d}"
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/empty.db")
        upgrade(engine)
        command.revision(_config(engine), message=message, rev_id=number, autogenerate=True)
        engine.dispose()
    (data("migrations") / "HEAD").write_text(f"{head()}\n", encoding="utf-8")
