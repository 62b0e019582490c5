"""Wallets, orders, holds, commands, requests and the cursor."""

import sqlalchemy as sa
from alembic import op

revision = "operator_0001"
down_revision = None
branch_labels = ("operator",)
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the seven tables."""
    _wallets()
    _orders()
    _commands()
    op.create_table(
        "operator_requests",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("order", sa.String(100)),
        sa.Column("outbox", sa.String(100)),
    )
    op.create_table(
        "operator_cursor",
        sa.Column("sender", sa.LargeBinary(20), primary_key=True),
        sa.Column("block", sa.BigInteger, nullable=False),
    )


def _wallets() -> None:
    op.create_table(
        "operator_wallets",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("opened_at_s", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "operator_accounts",
        sa.Column("account", sa.LargeBinary(20), primary_key=True),
        sa.Column("wallet", sa.String(100), nullable=False),
        sa.Column("issuer", sa.BigInteger, nullable=False),
        sa.Column("own_key", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["wallet"], ["operator_wallets.id"]),
    )
    op.create_index("ix_operator_accounts_wallet", "operator_accounts", ["wallet"])


def _orders() -> None:
    op.create_table(
        "operator_orders",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("wallet", sa.String(100)),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("acceptor", sa.BigInteger, nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("service_at_s", sa.BigInteger, nullable=False),
        sa.Column("deadline_s", sa.BigInteger, nullable=False),
        sa.Column("placed_at_s", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("captured_units", sa.BigInteger, nullable=False),
        sa.Column("refunded_units", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_operator_orders_wallet", "operator_orders", ["wallet", "seq"])
    op.create_index("ix_operator_orders_acceptor", "operator_orders", ["acceptor", "seq"])
    op.create_index("ix_operator_orders_state", "operator_orders", ["state", "deadline_s"])
    op.create_table(
        "operator_holds",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        sa.Column("order", sa.String(100), nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.Column("issuer", sa.BigInteger, nullable=False),
        sa.Column("account", sa.LargeBinary(20), nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("captured_units", sa.BigInteger, nullable=False),
        sa.Column("refunded_units", sa.BigInteger, nullable=False),
        sa.Column("terms", sa.LargeBinary(32)),
        sa.Column("points", sa.LargeBinary(32)),
        sa.ForeignKeyConstraint(["order"], ["operator_orders.id"]),
    )
    op.create_index("ix_operator_holds_order", "operator_holds", ["order"])
    op.create_index("ix_operator_holds_account", "operator_holds", ["account", "phase"])


def _commands() -> None:
    op.create_table(
        "operator_commands",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("order", sa.String(100)),
        sa.Column("hold", sa.LargeBinary(32)),
        sa.Column("request", sa.String(100)),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("gas", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("batch", sa.String(100)),
        sa.Column("place", sa.BigInteger),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_operator_commands_state", "operator_commands", ["state", "seq"])
    for column in ("batch", "order", "request"):
        op.create_index(f"ix_operator_commands_{column}", "operator_commands", [column])
