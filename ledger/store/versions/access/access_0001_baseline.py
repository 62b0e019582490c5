"""Keys of the HTTP interface, and the answers kept for commands sent twice."""

import sqlalchemy as sa
from alembic import op

revision = "access_0001"
down_revision = None
branch_labels = ("access",)
depends_on = None


def upgrade() -> None:
    """Makes the two tables."""
    op.create_table(
        "access_keys",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("member", sa.BigInteger),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.Column("expires_s", sa.BigInteger, nullable=False),
        sa.Column("revoked_s", sa.BigInteger),
    )
    op.create_table(
        "access_answers",
        sa.Column("key_id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("expires_s", sa.BigInteger, nullable=False),
        sa.Column("status", sa.BigInteger),
        sa.Column("headers", sa.Text),
        sa.Column("body", sa.LargeBinary),
    )
    op.create_index("ix_access_answers_expires", "access_answers", ["expires_s"])
