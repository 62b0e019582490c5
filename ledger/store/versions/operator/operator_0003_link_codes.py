"""Wallets' one-time codes are kept once they are used or over, with the command that made them."""

import sqlalchemy as sa
from alembic import op

revision = "operator_0003"
down_revision = "operator_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three more columns; null in what there is: codes of an unknown command, still to be used."""
    op.add_column("operator_link_codes", sa.Column("command", sa.String(100)))
    op.add_column("operator_link_codes", sa.Column("used_s", sa.BigInteger))
    op.add_column("operator_link_codes", sa.Column("claim", sa.String(100)))
    op.create_index("ix_operator_link_codes_command", "operator_link_codes", ["command"])
