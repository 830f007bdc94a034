"""reserved parts opened and indexes that hold the growth."""

import sqlalchemy as sa
from alembic import op

import referral.infra.db

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "break_glass",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("at", referral.infra.db.UtcDateTime(), nullable=False),
        sa.Column("until", referral.infra.db.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reviewed_at", referral.infra.db.UtcDateTime(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("justified", sa.Boolean(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(reviewed_at IS NULL) = (justified IS NULL)", name=op.f("ck_break_glass_reviewed")),
        sa.CheckConstraint("reviewed_by IS NULL OR reviewed_by <> staff_id", name=op.f("ck_break_glass_two_people")),
        sa.CheckConstraint("until > at", name=op.f("ck_break_glass_ends")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_break_glass_desk_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_break_glass_person_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["staff.id"], name=op.f("fk_break_glass_reviewed_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_break_glass_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    with op.batch_alter_table("break_glass", schema=None) as batch_op:
        batch_op.create_index(
            "ix_break_glass_person_id_staff_id_until", ["person_id", "staff_id", "until"], unique=False
        )
        batch_op.create_index("ix_break_glass_reviewed_at_due_on", ["reviewed_at", "due_on"], unique=False)
        batch_op.create_index(
            "ix_break_glass_staff_id_reviewed_at_due_on", ["staff_id", "reviewed_at", "due_on"], unique=False
        )

    with op.batch_alter_table("access_entry", schema=None) as batch_op:
        batch_op.create_index("ix_access_entry_at", ["at"], unique=False)

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_at", ["at"], unique=False)

    with op.batch_alter_table("inscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inscription_valid_to"))
        batch_op.create_index(
            "ix_inscription_valid_to_ended_on_person_id", ["valid_to", "ended_on", "person_id"], unique=False
        )

    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_status_urgency_raised_at"))
        batch_op.create_index(
            "ix_need_status_urgency_raised_at_person_id", ["status", "urgency", "raised_at", "person_id"], unique=False
        )

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_id_desk_id", ["id", "desk_id"], unique=False)

    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(
            "ix_service_mark", ["id", "status", "referrable", "version", "organization_id"], unique=False
        )


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_index("ix_service_mark")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_id_desk_id")

    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index("ix_need_status_urgency_raised_at_person_id")
        batch_op.create_index(
            batch_op.f("ix_need_status_urgency_raised_at"), ["status", "urgency", "raised_at"], unique=False
        )

    with op.batch_alter_table("inscription", schema=None) as batch_op:
        batch_op.drop_index("ix_inscription_valid_to_ended_on_person_id")
        batch_op.create_index(batch_op.f("ix_inscription_valid_to"), ["valid_to"], unique=False)

    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_at")

    with op.batch_alter_table("access_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_access_entry_at")

    with op.batch_alter_table("break_glass", schema=None) as batch_op:
        batch_op.drop_index("ix_break_glass_staff_id_reviewed_at_due_on")
        batch_op.drop_index("ix_break_glass_reviewed_at_due_on")
        batch_op.drop_index("ix_break_glass_person_id_staff_id_until")

    op.drop_table("break_glass")
