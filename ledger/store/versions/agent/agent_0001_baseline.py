"""An issuer's agent: its inbox, links, batches, exchanges and settlements."""

import sqlalchemy as sa
from alembic import op

revision = "agent_0001"
down_revision = None
branch_labels = ("agent",)
depends_on = ("outbox_0001",)


def upgrade() -> None:
    """Makes the tables."""
    _make_notes()
    _make_links()
    _make_batches()
    _make_rebuilt()
    _make_inbox()
    _make_exchanges()
    _make_settlements()


def _make_notes() -> None:
    op.create_table(
        "agent_notes",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )


def _make_links() -> None:
    op.create_table(
        "agent_links",
        sa.Column("member_id", sa.String(200), primary_key=True),
        sa.Column("account", sa.LargeBinary(20), nullable=False),
        sa.Column("linked_at_s", sa.BigInteger, nullable=False),
        sa.Column("unlinked_at_s", sa.BigInteger),
        sa.UniqueConstraint("account", name="uq_agent_links_account"),
    )


def _make_batches() -> None:
    op.create_table(
        "agent_batches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("command", sa.String(200), unique=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.Column("keys", sa.LargeBinary, nullable=False),
        sa.Column("block_number", sa.BigInteger),
        sa.Column("why_failed", sa.String(60)),
    )
    op.create_index("ix_agent_batches_number", "agent_batches", ["number"])


def _make_rebuilt() -> None:
    op.create_table(
        "agent_rebuilt",
        sa.Column("key", sa.LargeBinary(32), primary_key=True),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["agent_batches.id"]),
    )


def _make_inbox() -> None:
    op.create_table(
        "agent_inbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("received_s", sa.BigInteger, nullable=False),
        sa.Column("is_notice", sa.Boolean, nullable=False),
        sa.Column("event_id", sa.String(200)),
        sa.Column("notice_id", sa.String(200)),
        sa.Column("member_id", sa.String(200)),
        sa.Column("activity", sa.Integer),
        sa.Column("reported", sa.BigInteger),
        sa.Column("quantity", sa.BigInteger),
        sa.Column("occurred_s", sa.BigInteger),
        sa.Column("day", sa.Integer),
        sa.Column("month", sa.Integer),
        sa.Column("record", sa.LargeBinary),
        sa.Column("salt", sa.LargeBinary(32)),
        sa.Column("key", sa.LargeBinary(32)),
        sa.Column("account", sa.LargeBinary(20)),
        sa.Column("batch", sa.Integer),
        sa.Column("row", sa.Integer),
        sa.Column("command", sa.String(200)),
        sa.Column("full_units", sa.BigInteger),
        sa.Column("units", sa.BigInteger),
        sa.Column("lost_units", sa.BigInteger),
        sa.Column("reason", sa.String(60)),
        sa.Column("field", sa.Text),
        sa.Column("value", sa.Text),
        sa.Column("state", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["agent_batches.id"]),
    )
    op.create_index("ix_agent_inbox_batch", "agent_inbox", ["batch"])
    op.create_index("ix_agent_inbox_day", "agent_inbox", ["member_id", "day"])
    op.create_index("ix_agent_inbox_event", "agent_inbox", ["event_id"])
    op.create_index("ix_agent_inbox_notice", "agent_inbox", ["notice_id"])
    op.create_index("ix_agent_inbox_state", "agent_inbox", ["state", "id"])


def _make_exchanges() -> None:
    op.create_table(
        "agent_exchanges",
        sa.Column("hold_id", sa.LargeBinary(32), primary_key=True),
        sa.Column("issuer", sa.Integer, nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("terms", sa.LargeBinary(32), nullable=False),
        sa.Column("points", sa.LargeBinary(32), nullable=False),
        sa.Column("member_id", sa.String(200)),
        sa.Column("native_points", sa.BigInteger, nullable=False),
        sa.Column("command", sa.String(200)),
        sa.Column("reason", sa.String(60)),
        sa.Column("state", sa.String(16), nullable=False),
    )


def _make_settlements() -> None:
    op.create_table(
        "agent_settlements",
        sa.Column("window", sa.Integer, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("payer", sa.Integer, nullable=False),
        sa.Column("payee", sa.Integer, nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("listed_units", sa.BigInteger, nullable=False),
        sa.Column("found_units", sa.BigInteger),
        sa.Column("command", sa.String(200)),
        sa.Column("state", sa.String(16), nullable=False),
    )
