"""Envelopes of residents' wallet secrets, and what a browser needs to use a hardware key."""

import sqlalchemy as sa
from alembic import op

revision = "envelopes_0001"
down_revision = None
branch_labels = ("envelopes",)
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "envelopes_kept",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("wallet", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.Column("made_s", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.String(16), nullable=False),
        sa.Column("secret", sa.LargeBinary(8)),
        sa.Column("salt", sa.LargeBinary(32)),
        sa.Column("rounds", sa.BigInteger),
        sa.Column("iv", sa.LargeBinary(12)),
        sa.Column("ciphertext", sa.LargeBinary(48)),
        sa.Column("credential", sa.Text),
        sa.Column("account", sa.LargeBinary(20)),
        sa.Column("key", sa.LargeBinary(20)),
        sa.Column("point", sa.LargeBinary(64)),
        sa.Column("needed", sa.BigInteger),
        sa.Column("share", sa.LargeBinary(60)),
        sa.Column("verifier", sa.LargeBinary(32)),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("locked_until_s", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_envelopes_kept_wallet", "envelopes_kept", ["wallet"])
