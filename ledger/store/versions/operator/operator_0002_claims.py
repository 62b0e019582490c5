"""Residents' claims, and one-time codes of wallets."""

import sqlalchemy as sa
from alembic import op

revision = "operator_0002"
down_revision = "operator_0001"
branch_labels = None
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the two tables."""
    op.create_table(
        "operator_claims",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("wallet", sa.String(100), nullable=False),
        sa.Column("scheme", sa.BigInteger, nullable=False),
        sa.Column("account", sa.LargeBinary(20), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("code", sa.String(20)),
        sa.Column("asked_s", sa.BigInteger, nullable=False),
        sa.Column("due_s", sa.BigInteger, nullable=False),
        sa.Column("answer", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_operator_claims_wallet", "operator_claims", ["wallet", "seq"])
    op.create_index("ix_operator_claims_scheme", "operator_claims", ["scheme", "seq"])
    op.create_table(
        "operator_link_codes",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("wallet", sa.String(100), nullable=False),
        sa.Column("scheme", sa.BigInteger, nullable=False),
        sa.Column("account", sa.LargeBinary(20), nullable=False),
        sa.Column("consent", sa.Text, nullable=False),
        sa.Column("expires_s", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_operator_link_codes_wallet", "operator_link_codes", ["wallet", "scheme"])
