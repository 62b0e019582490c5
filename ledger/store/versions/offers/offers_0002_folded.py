"""What ended orders took of an offer is kept as a sum, so that only open ones are counted anew."""

import sqlalchemy as sa
from alembic import op

revision = "offers_0002"
down_revision = "offers_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of sums, empty, and a mark on takings that are in it: none yet."""
    op.create_table(
        "offers_sums",
        sa.Column("offer", sa.String(100), primary_key=True),
        sa.Column("slot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    folded = sa.Column("folded", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("offers_takings", folded)
    op.drop_index("ix_offers_takings_offer", "offers_takings")
    op.create_index("ix_offers_takings_offer", "offers_takings", ["offer", "folded", "slot"])
    op.create_index("ix_offers_takings_folded", "offers_takings", ["folded"])
