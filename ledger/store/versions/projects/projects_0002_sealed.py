"""Which secret the voices of a round stand under."""

import sqlalchemy as sa
from alembic import op

revision = "projects_0002"
down_revision = "projects_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rounds that were planned before are of whichever secret there is."""
    op.add_column("projects_rounds", sa.Column("seal", sa.LargeBinary(32)))
