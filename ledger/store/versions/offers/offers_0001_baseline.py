"""Offers with their slots, pictures, tickets and takings; applications, wishes, ratings."""

import sqlalchemy as sa
from alembic import op

revision = "offers_0001"
down_revision = None
branch_labels = ("offers",)
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes all of the family's tables."""
    _offers()
    _takings()
    _applications()
    _wishes()


def _offers() -> None:
    op.create_table(
        "offers_offers",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("acceptor", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("title_zh", sa.String(60), nullable=False),
        sa.Column("title_en", sa.String(120), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("price_units", sa.BigInteger, nullable=False),
        sa.Column("measure", sa.String(16), nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("from_s", sa.BigInteger, nullable=False),
        sa.Column("until_s", sa.BigInteger, nullable=False),
        sa.Column("stock", sa.BigInteger),
        sa.Column("limit_number", sa.BigInteger),
        sa.Column("limit_days", sa.BigInteger),
        sa.Column("all_schemes", sa.Boolean, nullable=False),
        sa.Column("made_s", sa.BigInteger, nullable=False),
        sa.Column("letters", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_offers_offers_acceptor", "offers_offers", ["acceptor", "seq"])
    op.create_index("ix_offers_offers_state", "offers_offers", ["state", "category"])
    op.create_table(
        "offers_schemes",
        sa.Column("offer", sa.String(100), primary_key=True),
        sa.Column("issuer", sa.BigInteger, primary_key=True, autoincrement=False),
    )
    op.create_table(
        "offers_slots",
        sa.Column("offer", sa.String(100), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("starts_s", sa.BigInteger, nullable=False),
        sa.Column("ends_s", sa.BigInteger, nullable=False),
        sa.Column("capacity", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "offers_grams",
        sa.Column("gram", sa.String(2), primary_key=True),
        sa.Column("offer", sa.String(100), primary_key=True),
        sa.Column("weight", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_offers_grams_offer", "offers_grams", ["offer"])
    op.create_table(
        "offers_pictures",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("media", sa.String(16), nullable=False),
        sa.Column("width", sa.BigInteger, nullable=False),
        sa.Column("height", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "offers_hangings",
        sa.Column("offer", sa.String(100), primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("place", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_offers_hangings_digest", "offers_hangings", ["digest"])


def _takings() -> None:
    op.create_table(
        "offers_takings",
        sa.Column("order", sa.String(100), primary_key=True),
        sa.Column("offer", sa.String(100), nullable=False),
        sa.Column("slot", sa.BigInteger),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_offers_takings_offer", "offers_takings", ["offer", "slot"])
    op.create_table(
        "offers_tickets",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("offer", sa.String(100), nullable=False),
        sa.Column("slot", sa.BigInteger, nullable=False),
        sa.Column("wallet", sa.String(100), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("taken_s", sa.BigInteger, nullable=False),
        sa.Column("until_s", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_offers_tickets_slot", "offers_tickets", ["offer", "slot", "state"])
    op.create_index("ix_offers_tickets_wallet", "offers_tickets", ["wallet"])


def _applications() -> None:
    op.create_table(
        "offers_applications",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("organisation", sa.String(100), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("applied_s", sa.BigInteger, nullable=False),
        sa.Column("code", sa.String(32), unique=True),
        sa.Column("reason", sa.Text),
        sa.Column("decided_s", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_offers_applications_state", "offers_applications", ["state", "seq"])


def _wishes() -> None:
    op.create_table(
        "offers_wishes",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("words", sa.String(60), nullable=False),
        sa.Column("letters", sa.String(120), nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.UniqueConstraint("letters", "category", "district", name="uq_offers_wishes"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "offers_voices",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("wish", sa.String(100), nullable=False),
        sa.Column("wallet", sa.String(100)),
        sa.Column("said_s", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_offers_voices_wish", "offers_voices", ["wish"])
    op.create_index("ix_offers_voices_wallet", "offers_voices", ["wallet"])
    op.create_table(
        "offers_grants",
        sa.Column("wish", sa.String(100), primary_key=True),
        sa.Column("offer", sa.String(100), primary_key=True),
        sa.Column("granted_s", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "offers_ratings",
        sa.Column("order", sa.String(100), primary_key=True),
        sa.Column("acceptor", sa.BigInteger, nullable=False),
        sa.Column("offer", sa.String(100)),
        sa.Column("score", sa.String(8), nullable=False),
        sa.Column("first_s", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_offers_ratings_acceptor", "offers_ratings", ["acceptor", "offer"])
