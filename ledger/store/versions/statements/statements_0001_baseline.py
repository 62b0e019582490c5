"""References of invoices, and the words behind disputes."""

import sqlalchemy as sa
from alembic import op

revision = "statements_0001"
down_revision = None
branch_labels = ("statements",)
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the two tables."""
    op.create_table(
        "statements_invoices",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("window", sa.BigInteger, nullable=False),
        sa.Column("member", sa.BigInteger, nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("noted_s", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_statements_invoices_window", "statements_invoices", ["window", "member", "seq"]
    )
    op.create_table(
        "statements_reasons",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("noted_s", sa.BigInteger, nullable=False),
    )
