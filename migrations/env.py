"""Alembic's entry: the engine comes from referral.infra.migrations, the tables from every room's models."""

from alembic import context

from referral.infra.tables import metadata

engine = context.config.attributes["engine"]

with engine.connect() as connection, connection.begin():
    # SQLite cannot alter most things in place: batch mode rebuilds the table. Foreign keys stay deferred meanwhile.
    context.configure(connection=connection, target_metadata=metadata(), render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
