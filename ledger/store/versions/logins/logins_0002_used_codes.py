"""Wallets' one-time codes are kept once they are used, so that none is made anew."""

import sqlalchemy as sa
from alembic import op

revision = "logins_0002"
down_revision = "logins_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One more column; null in what there is: still to be used."""
    op.add_column("logins_codes", sa.Column("used_s", sa.BigInteger))
