"""Residents' sign-ins: starts, tickets, ties, sessions, codes, recovery contacts, what happened."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "logins_0001"
down_revision = None
branch_labels = ("logins",)
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _id(name: str = "id", **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(100), **more)


def _provider() -> sa.Column[str]:
    return sa.Column("provider", sa.String(40), nullable=False)


def _hash(name: str, **more: Any) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(32), **more)


def _time(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def upgrade() -> None:
    """Makes the tables."""
    _signing_in()
    _sessions()
    _recovery()


def _signing_in() -> None:
    op.create_table(
        "logins_starts",
        _hash("state", primary_key=True),
        _provider(),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        _hash("challenge", nullable=False),
        _time("begun_s"),
        _time("expires_s"),
    )
    op.create_index("ix_logins_starts_expires", "logins_starts", ["expires_s"])
    op.create_table(
        "logins_tickets",
        _hash("digest", primary_key=True),
        _provider(),
        _hash("subject", nullable=False),
        _hash("challenge", nullable=False),
        _time("expires_s"),
    )
    op.create_index("ix_logins_tickets_expires", "logins_tickets", ["expires_s"])
    op.create_table(
        "logins_ties",
        _id(primary_key=True),
        _provider(),
        _hash("subject", nullable=False),
        _id("wallet", nullable=False),
        _time("tied_s"),
        sa.Column("consent_version", sa.BigInteger),
        sa.UniqueConstraint("provider", "subject", name="uq_logins_ties_subject"),
    )
    op.create_index("ix_logins_ties_wallet", "logins_ties", ["wallet"])


def _sessions() -> None:
    op.create_table(
        "logins_sessions",
        sa.Column("id", sa.String(16), primary_key=True),
        _provider(),
        _hash("subject", nullable=False),
        _hash("access", nullable=False),
        _time("access_ends_s"),
        _hash("refresh", nullable=False, unique=True),
        _hash("former", unique=True),
        _id("renewed_as"),
        _time("ends_s"),
        _time("opened_s"),
        _time("ended_s", nullable=True),
    )
    op.create_index("ix_logins_sessions_subject", "logins_sessions", ["provider", "subject"])
    op.create_table(
        "logins_codes",
        _hash("digest", primary_key=True),
        _id("wallet", nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("made_by", sa.String(16), nullable=False),
        _time("expires_s"),
    )
    op.create_index("ix_logins_codes_wallet", "logins_codes", ["wallet", "purpose"])
    op.create_table(
        "logins_events",
        sa.Column("seq", COUNTED, primary_key=True),
        _id("wallet", nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        _time("at_s"),
        sa.Column("by", sa.String(16), nullable=False),
        _id("about"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_logins_events_wallet", "logins_events", ["wallet", "seq"])


def _recovery() -> None:
    op.create_table(
        "logins_plans",
        _id("wallet", primary_key=True),
        sa.Column("needed", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        _time("made_s"),
    )
    op.create_table(
        "logins_seats",
        _id(primary_key=True),
        _id("wallet", nullable=False),
        _id("contact", nullable=False),
        sa.UniqueConstraint("wallet", "contact", name="uq_logins_seats_contact"),
    )
    op.create_index("ix_logins_seats_contact", "logins_seats", ["contact"])
    op.create_table(
        "logins_recoveries",
        _id(primary_key=True),
        _provider(),
        _hash("subject", nullable=False),
        _hash("code", nullable=False, unique=True),
        _id("wallet"),
        _time("asked_s"),
        _time("confirm_by_s"),
        _time("ready_s", nullable=True),
        _time("cancelled_s", nullable=True),
        sa.Column("cancelled_by", sa.String(16)),
        _time("done_s", nullable=True),
    )
    op.create_index("ix_logins_recoveries_wallet", "logins_recoveries", ["wallet"])
    op.create_index("ix_logins_recoveries_subject", "logins_recoveries", ["provider", "subject"])
    op.create_table(
        "logins_confirmations",
        _id("recovery", primary_key=True),
        _id("contact", primary_key=True),
        sa.Column("by", sa.String(16), nullable=False),
        _time("at_s"),
    )
