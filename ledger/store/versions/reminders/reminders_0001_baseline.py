"""What residents want to be told, what they were reminded of, and monthly mailings."""

import sqlalchemy as sa
from alembic import op

revision = "reminders_0001"
down_revision = None
branch_labels = ("reminders",)
depends_on = None


def upgrade() -> None:
    """Makes the four tables."""
    op.create_table(
        "reminders_notices",
        sa.Column("wallet", sa.String(100), primary_key=True),
        sa.Column("reminders", sa.String(16), nullable=False),
        sa.Column("statements", sa.String(16), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("address", sa.String(200)),
        sa.Column("chosen_by", sa.String(16), nullable=False),
        sa.Column("chosen_s", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_reminders_notices_statements", "reminders_notices", ["statements"])
    op.create_table(
        "reminders_told",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("wallet", sa.String(100), nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("days", sa.BigInteger, nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("told_s", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("wallet", "epoch", "days", name="uq_reminders_told"),
    )
    _mailings()


def _mailings() -> None:
    op.create_table(
        "reminders_mailings",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("month", sa.BigInteger, nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("made_by", sa.String(16), nullable=False),
        sa.Column("made_s", sa.BigInteger, nullable=False),
        sa.Column("letters", sa.BigInteger, nullable=False),
        sa.Column("unreachable", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("month", "way", name="uq_reminders_mailings"),
    )
    op.create_table(
        "reminders_letters",
        sa.Column("mailing", sa.String(100), primary_key=True),
        sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("wallet", sa.String(100), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("address", sa.String(200)),
        sa.Column("card", sa.String(4)),
    )
    op.create_index("ix_reminders_letters_wallet", "reminders_letters", ["wallet"])
