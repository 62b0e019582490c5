"""Events, webhooks, and what was delivered."""

import sqlalchemy as sa
from alembic import op

revision = "hooks_0001"
down_revision = None
branch_labels = ("hooks",)
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the three tables."""
    _events()
    _webhooks()
    _deliveries()


def _events() -> None:
    op.create_table(
        "hooks_events",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("object", sa.String(100), nullable=False),
        sa.Column("member", sa.BigInteger),
        sa.Column("at_s", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hooks_events_member", "hooks_events", ["member", "seq"])
    op.create_index("ix_hooks_events_object", "hooks_events", ["object", "kind"])
    op.create_index("ix_hooks_events_at", "hooks_events", ["at_s"])


def _webhooks() -> None:
    op.create_table(
        "hooks_webhooks",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("member", sa.BigInteger),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("url", sa.String(1_000), nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("former_secret", sa.Text),
        sa.Column("former_until_s", sa.BigInteger),
        sa.Column("rotated_by", sa.String(100)),
        sa.Column("cursor", sa.BigInteger, nullable=False),
        sa.Column("failing_since_s", sa.BigInteger),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(40)),
    )
    op.create_index("ix_hooks_webhooks_owner", "hooks_webhooks", ["role", "member"])


def _deliveries() -> None:
    op.create_table(
        "hooks_deliveries",
        sa.Column("webhook", sa.String(100), sa.ForeignKey("hooks_webhooks.id"), primary_key=True),
        sa.Column("event", sa.BigInteger, sa.ForeignKey("hooks_events.seq"), primary_key=True),
        sa.Column("object", sa.String(100), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("first_s", sa.BigInteger),
        sa.Column("last_s", sa.BigInteger),
        sa.Column("due_s", sa.BigInteger, nullable=False),
        sa.Column("code", sa.BigInteger),
        sa.Column("error", sa.String(40)),
    )
    op.create_index("ix_hooks_deliveries_due", "hooks_deliveries", ["webhook", "state", "due_s"])
    columns = ["webhook", "object", "state", "event"]
    op.create_index("ix_hooks_deliveries_object", "hooks_deliveries", columns)
    op.create_index("ix_hooks_deliveries_event", "hooks_deliveries", ["event"])
