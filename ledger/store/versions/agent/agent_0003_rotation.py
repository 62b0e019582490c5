"""Changes of an issuer's key."""

import sqlalchemy as sa
from alembic import op

revision = "agent_0003"
down_revision = "agent_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "agent_rotations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("old", sa.LargeBinary(20), nullable=False),
        sa.Column("new", sa.LargeBinary(20), nullable=False),
        sa.Column("key_file", sa.Text),
        sa.Column("password_file", sa.Text),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("asked_s", sa.BigInteger, nullable=False),
        sa.Column("command", sa.String(200), unique=True),
        sa.Column("reason", sa.String(60)),
        sa.Column("state", sa.String(16), nullable=False),
    )
