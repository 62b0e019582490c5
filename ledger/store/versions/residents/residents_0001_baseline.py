"""Residents: openings, cards, sessions, delegates, acts, messages, slips, views, deaths."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "residents_0001"
down_revision = None
branch_labels = ("residents",)
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _id(name: str = "id", **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(100), **more)


def upgrade() -> None:
    """Makes the tables, those of people before those of what they did."""
    _people()
    _deeds()
    _indexes()


def _people() -> None:
    op.create_table(
        "residents_openings",
        _id("wallet", primary_key=True),
        sa.Column("opened_by", sa.String(16), nullable=False),
        sa.Column("opened_s", sa.BigInteger, nullable=False),
        sa.Column("consent_version", sa.BigInteger, nullable=False),
        sa.Column("relation", sa.String(20)),
        sa.Column("guardian_until", sa.BigInteger),
        sa.Column("contact", sa.String(100)),
    )
    op.create_table(
        "residents_cards",
        _id(primary_key=True),
        sa.Column("number", sa.String(12), nullable=False, unique=True),
        _id("wallet", nullable=False),
        sa.Column("holder", sa.String(16), nullable=False),
        _id("delegation"),
        sa.Column("pin", sa.Text, nullable=False),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("locked_until_s", sa.BigInteger, nullable=False),
        sa.Column("made_s", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.String(16), nullable=False),
        sa.Column("until_s", sa.BigInteger),
        sa.Column("ended_s", sa.BigInteger),
        sa.Column("contact", sa.String(100)),
    )
    op.create_table(
        "residents_codes",
        _id("card", primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("expires_s", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "residents_resets",
        _id(primary_key=True),
        _id("wallet", nullable=False),
        _id("card"),
        sa.Column("lost", sa.Boolean, nullable=False),
        sa.Column("asked_by", sa.String(16), nullable=False),
        sa.Column("asked_s", sa.BigInteger, nullable=False),
        sa.Column("confirmed_by", sa.String(16)),
        _id("confirmed_as"),
        sa.Column("confirmed_s", sa.BigInteger),
    )
    op.create_table(
        "residents_sessions",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        _id("wallet", nullable=False),
        _id("card", nullable=False),
        _id("delegation"),
        sa.Column("worker", sa.String(16), nullable=False),
        sa.Column("opened_s", sa.BigInteger, nullable=False),
        sa.Column("ends_s", sa.BigInteger, nullable=False),
        sa.Column("ended_s", sa.BigInteger),
    )
    op.create_table(
        "residents_delegations",
        _id(primary_key=True),
        _id("wallet", nullable=False),
        sa.Column("relation", sa.String(20), nullable=False),
        sa.Column("order_units", sa.BigInteger, nullable=False),
        sa.Column("month_units", sa.BigInteger, nullable=False),
        sa.Column("acceptors", sa.Text, nullable=False),
        sa.Column("made_s", sa.BigInteger, nullable=False),
        sa.Column("until_s", sa.BigInteger, nullable=False),
        sa.Column("revoked_s", sa.BigInteger),
    )


def _deeds() -> None:
    op.create_table(
        "residents_acts",
        sa.Column("seq", COUNTED, primary_key=True),
        _id("order", nullable=False, unique=True),
        _id("wallet", nullable=False),
        sa.Column("session", sa.String(16), nullable=False),
        sa.Column("worker", sa.String(16), nullable=False),
        _id("delegation"),
        sa.Column("acceptor", sa.BigInteger, nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("at_s", sa.BigInteger, nullable=False),
        sa.Column("day", sa.BigInteger, nullable=False),
        sa.Column("month", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "residents_messages",
        sa.Column("seq", COUNTED, primary_key=True),
        _id(nullable=False, unique=True),
        _id("wallet", nullable=False),
        sa.Column("contact", sa.String(100)),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        _id("order"),
        sa.Column("made_s", sa.BigInteger, nullable=False),
        sa.Column("sent_s", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "residents_slips",
        _id("order", primary_key=True),
        sa.Column("code", sa.String(10), nullable=False, unique=True),
        _id("wallet", nullable=False),
        sa.Column("acceptor", sa.BigInteger, nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("made_s", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.String(16), nullable=False),
        sa.Column("taken_s", sa.BigInteger),
        sa.Column("taken_by", sa.String(16)),
        sa.Column("taken_at", sa.String(200)),
        _id("taken_as"),
    )
    op.create_table(
        "residents_views",
        sa.Column("seq", COUNTED, primary_key=True),
        _id("wallet", nullable=False),
        sa.Column("at_s", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String(16), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "residents_deaths",
        _id(primary_key=True),
        _id("wallet", nullable=False),
        sa.Column("reported_by", sa.String(16), nullable=False),
        sa.Column("reported_s", sa.BigInteger, nullable=False),
        sa.Column("due_s", sa.BigInteger, nullable=False),
        _id("heir_card"),
        sa.Column("withdrawn_s", sa.BigInteger),
        sa.Column("given_s", sa.BigInteger),
    )


def _indexes() -> None:
    for name, table, columns in (
        ("ix_residents_cards_wallet", "residents_cards", ["wallet"]),
        ("ix_residents_sessions_wallet", "residents_sessions", ["wallet"]),
        ("ix_residents_delegations_wallet", "residents_delegations", ["wallet"]),
        ("ix_residents_acts_wallet", "residents_acts", ["wallet", "seq"]),
        ("ix_residents_messages_wallet", "residents_messages", ["wallet", "seq"]),
        ("ix_residents_messages_sent", "residents_messages", ["sent_s"]),
        ("ix_residents_slips_wallet", "residents_slips", ["wallet"]),
        ("ix_residents_views_wallet", "residents_views", ["wallet", "seq"]),
        ("ix_residents_views_at", "residents_views", ["at_s"]),
        ("ix_residents_deaths_wallet", "residents_deaths", ["wallet"]),
    ):
        op.create_index(name, table, columns)
