"""seals of the audit trail, openings by two, days of an answer."""

import sqlalchemy as sa
from alembic import op

import referral.infra.db

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None

TRAIL = ("audit_entry", "access_entry", "audit_seal", "audit_leaf", "audit_check")
STAYS = "rows of the audit trail are never changed"
# Whole days of the city between two instants kept in UTC; it has been six hours behind the whole year since 2022.
DAYS = {
    "sqlite": "CAST(julianday({to}) + 0.25 AS INTEGER) - CAST(julianday({since}) + 0.25 AS INTEGER)",
    "postgresql": "CAST({to} - INTERVAL '6 hours' AS date) - CAST({since} - INTERVAL '6 hours' AS date)",
}


def days_so_far() -> None:
    """What the moves of a referral write from now on, for those that were made before."""
    days = DAYS[op.get_bind().dialect.name]
    answered, closed = (days.format(to=column, since="sent_at") for column in ("answered_at", "closed_at"))
    op.execute(
        f"UPDATE referral SET close_days = {closed}, answer_days = CASE WHEN accepted_at IS NOT NULL"  # noqa: S608
        f" OR status = 'rejected' THEN {answered} END WHERE sent_at IS NOT NULL"
    )


def make_triggers() -> None:
    """Last of all: rebuilding a table on SQLite drops its triggers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS"
            f" $body$ BEGIN RAISE EXCEPTION '{STAYS}'; END $body$"
        )
        for table in TRAIL:
            op.execute(
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION audit_stays()"
            )
        return
    for table in TRAIL:
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table}\n"
                f"BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
            )


def drop_triggers() -> None:
    """First of all."""
    if op.get_bind().dialect.name == "postgresql":
        for table in TRAIL:
            op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
        op.execute("DROP FUNCTION audit_stays()")
        return
    for table in TRAIL:
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{change}")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "audit_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", referral.infra.db.UtcDateTime(), nullable=False),
        sa.Column("seals", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=False),
        sa.Column("seal", sa.Integer(), nullable=True),
        sa.Column("row", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
    )
    with op.batch_alter_table("audit_check", schema=None) as batch_op:
        batch_op.create_index("ix_audit_check_at", ["at"], unique=False)

    op.create_table(
        "audit_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", referral.infra.db.UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_row", sa.Uuid(), nullable=False),
        sa.Column("last_row", sa.Uuid(), nullable=False),
        sa.Column("reached", referral.infra.db.UtcDateTime(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
    )
    with op.batch_alter_table("audit_seal", schema=None) as batch_op:
        batch_op.create_index("ix_audit_seal_kind_number", ["kind", "number"], unique=False)

    op.create_table(
        "audit_leaf",
        sa.Column("row", sa.Uuid(), nullable=False),
        sa.Column("seal", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["seal"], ["audit_seal.number"], name=op.f("fk_audit_leaf_seal")),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_audit_leaf")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("audit_leaf", schema=None) as batch_op:
        batch_op.create_index("ix_audit_leaf_seal", ["seal"], unique=False)

    op.create_table(
        "guarded_opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", referral.infra.db.UtcDateTime(), nullable=False),
        sa.Column("decided_at", referral.infra.db.UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("until", referral.infra.db.UtcDateTime(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_guarded_opening_decided_by")),
        sa.CheckConstraint("(decided_at IS NULL) = (granted IS NULL)", name=op.f("ck_guarded_opening_decided")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> staff_id", name=op.f("ck_guarded_opening_two_people")),
        sa.CheckConstraint("until IS NULL OR (granted AND until > decided_at)", name=op.f("ck_guarded_opening_ends")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_guarded_opening_decided_by")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_guarded_opening_desk_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_guarded_opening_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_guarded_opening_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarded_opening")),
    )
    with op.batch_alter_table("guarded_opening", schema=None) as batch_op:
        batch_op.create_index("ix_guarded_opening_decided_at_asked_at", ["decided_at", "asked_at"], unique=False)
        batch_op.create_index(
            "ix_guarded_opening_person_id_staff_id_asked_at", ["person_id", "staff_id", "asked_at"], unique=False
        )

    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answer_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("close_days", sa.Integer(), nullable=True))
    days_so_far()
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_sent_at_counted"))
        batch_op.create_index(
            "ix_referral_sent_at_counted",
            [
                "sent_at",
                "service_id",
                "status",
                "reason",
                "outcome",
                "due_on",
                "answer_days",
                "close_days",
                "need_category",
                "organization_id",
                "desk_id",
                "staff_id",
            ],
            unique=False,
        )
        batch_op.drop_index(batch_op.f("ix_referral_service_id_sent_at_counted"))
        batch_op.create_index(
            "ix_referral_service_id_sent_at_counted",
            [
                "service_id",
                "sent_at",
                "status",
                "reason",
                "outcome",
                "due_on",
                "answer_days",
                "close_days",
                "need_category",
                "organization_id",
                "desk_id",
                "staff_id",
            ],
            unique=False,
        )
    make_triggers()


def downgrade() -> None:
    """Back."""
    drop_triggers()
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index("ix_referral_service_id_sent_at_counted")
        batch_op.create_index(
            batch_op.f("ix_referral_service_id_sent_at_counted"),
            [
                "service_id",
                "sent_at",
                "status",
                "reason",
                "outcome",
                "due_on",
                "accepted_at",
                "answered_at",
                "closed_at",
                "need_category",
                "organization_id",
                "desk_id",
                "staff_id",
            ],
            unique=False,
        )
        batch_op.drop_index("ix_referral_sent_at_counted")
        batch_op.create_index(
            batch_op.f("ix_referral_sent_at_counted"),
            [
                "sent_at",
                "service_id",
                "status",
                "reason",
                "outcome",
                "due_on",
                "accepted_at",
                "answered_at",
                "closed_at",
                "need_category",
                "organization_id",
                "desk_id",
                "staff_id",
            ],
            unique=False,
        )
        batch_op.drop_column("close_days")
        batch_op.drop_column("answer_days")

    with op.batch_alter_table("guarded_opening", schema=None) as batch_op:
        batch_op.drop_index("ix_guarded_opening_person_id_staff_id_asked_at")
        batch_op.drop_index("ix_guarded_opening_decided_at_asked_at")

    op.drop_table("guarded_opening")
    with op.batch_alter_table("audit_leaf", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_leaf_seal")

    op.drop_table("audit_leaf")
    with op.batch_alter_table("audit_seal", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_seal_kind_number")

    op.drop_table("audit_seal")
    with op.batch_alter_table("audit_check", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_check_at")

    op.drop_table("audit_check")
