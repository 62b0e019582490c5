"""Which process works on a command that has no final answer yet."""

import sqlalchemy as sa
from alembic import op

revision = "access_0002"
down_revision = "access_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One more column; null in what there is: nobody works on it."""
    op.add_column("access_answers", sa.Column("seat", sa.BigInteger))
