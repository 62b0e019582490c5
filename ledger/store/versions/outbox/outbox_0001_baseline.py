"""The outbox, its senders and the trail of blocks that it has read."""

import sqlalchemy as sa
from alembic import op

revision = "outbox_0001"
down_revision = None
branch_labels = ("outbox",)
depends_on = None


def upgrade() -> None:
    """Makes the three tables."""
    op.create_table(
        "outbox_senders",
        sa.Column("sender", sa.LargeBinary(20), primary_key=True),
        sa.Column("chain_id", sa.BigInteger, nullable=False),
        sa.Column("first_nonce", sa.BigInteger, nullable=False),
        sa.Column("next_nonce", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("sender", sa.LargeBinary(20), nullable=False),
        sa.Column("nonce", sa.BigInteger, nullable=False),
        sa.Column("to", sa.LargeBinary(20)),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("gas", sa.BigInteger, nullable=False),
        sa.Column("proof", sa.LargeBinary(32)),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("nothing_raw", sa.LargeBinary),
        sa.Column("nothing_hash", sa.LargeBinary(32)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("refusals", sa.BigInteger, nullable=False),
        sa.Column("last_words", sa.Text),
        sa.Column("mined_hash", sa.LargeBinary(32)),
        sa.Column("block_number", sa.BigInteger),
        sa.Column("block_hash", sa.LargeBinary(32)),
        sa.Column("succeeded", sa.Boolean),
        sa.Column("gas_used", sa.BigInteger),
        sa.Column("revert_data", sa.LargeBinary),
        sa.ForeignKeyConstraint(["sender"], ["outbox_senders.sender"]),
        sa.UniqueConstraint("sender", "nonce", name="uq_outbox_sender_nonce"),
    )
    op.create_index("ix_outbox_sender_state_nonce", "outbox", ["sender", "state", "nonce"])
    op.create_table(
        "outbox_blocks",
        sa.Column("sender", sa.LargeBinary(20), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.ForeignKeyConstraint(["sender"], ["outbox_senders.sender"]),
    )
