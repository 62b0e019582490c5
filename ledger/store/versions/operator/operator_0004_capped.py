"""Which of the operator's keys could not place a call, as their caps of the day are used."""

import sqlalchemy as sa
from alembic import op

revision = "operator_0004"
down_revision = "operator_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "operator_capped",
        sa.Column("command", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("sender", sa.LargeBinary(20), primary_key=True),
    )
