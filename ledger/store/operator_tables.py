"""The operator's tables: wallets, orders with their holds, commands for the chain, requests.

``operator_accounts`` is the only place that ties a resident's accounts together, besides the holds
of an order that is not finished. States move along the two machines below; a hold's ``phase`` is a
fact copied from the chain. Amounts are units of 0.01 point, times seconds since 1970 UTC.
"""

from __future__ import annotations

import enum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from ledger.faults import NEW, declare
from ledger.store.tables import METADATA
from ledger.store.types import UInt256, address, digest

ID_CHARACTERS = 100
"""Most characters of an id made by a client."""
COUNTED = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database counts up; SQLite does so for its own integers only."""


class CommandState(enum.StrEnum):
    """Where a call for the desk stands."""

    RECORDED = "recorded"
    BATCHED = "batched"
    """In a transaction of the outbox, with others."""
    DONE = "done"
    """Final on the chain."""
    REFUSED = "refused"
    """Final on the chain: it said no."""


COMMAND = declare(
    "command",
    [
        (NEW, CommandState.RECORDED),
        (CommandState.RECORDED, CommandState.BATCHED),
        (CommandState.BATCHED, CommandState.DONE),
        (CommandState.BATCHED, CommandState.REFUSED),
        (CommandState.BATCHED, CommandState.RECORDED),  # it came to nothing; or goes to another key
    ],
)
ORDER = declare(
    "order",
    [
        (NEW, "placed"),
        ("placed", "held"),
        ("placed", "refused"),
        ("placed", "given"),
        ("placed", "undoing"),  # one of its holds was refused
        ("undoing", "refused"),
        ("undoing", "captured"),  # the acceptor's own key took one before it was released
        ("held", "capturing"),
        ("capturing", "captured"),
        ("capturing", "held"),  # refused
        ("capturing", "released"),  # the acceptor's own key or the deadline came first
        ("held", "captured"),  # by the acceptor's own key
        ("held", "releasing"),
        ("releasing", "released"),
        ("releasing", "held"),  # refused
        ("releasing", "captured"),  # the acceptor's own key came first
        ("held", "released"),  # by the acceptor's own key, or anybody after the deadline
        ("captured", "refunding"),
        ("refunding", "captured"),  # a part, or refused
        ("refunding", "refunded"),
        ("captured", "refunded"),  # by the acceptor's own key
    ],
)

WALLETS = Table(
    "operator_wallets",
    METADATA,
    Column("id", String(ID_CHARACTERS), primary_key=True),
    Column("opened_at_s", BigInteger, nullable=False),
)
ACCOUNTS = Table(
    "operator_accounts",
    METADATA,
    Column("account", address(), primary_key=True),
    Column("wallet", String(ID_CHARACTERS), ForeignKey(WALLETS.c.id), nullable=False),
    Column("issuer", BigInteger, nullable=False),  # in whose scheme
    Column("own_key", Boolean, nullable=False),  # it is the address of the resident's key
)
Index("ix_operator_accounts_wallet", ACCOUNTS.c.wallet)
ORDERS = Table(
    "operator_orders",
    METADATA,
    Column("seq", COUNTED, primary_key=True),  # in the order of recording: the cursor of lists
    Column("id", String(ID_CHARACTERS), nullable=False, unique=True),
    Column("wallet", String(ID_CHARACTERS)),  # null once the wallet is forgotten
    Column("content", digest(), nullable=False),  # of all that was asked under the id
    Column("purpose", String(16), nullable=False),
    Column("acceptor", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("service_at_s", BigInteger, nullable=False),
    Column("deadline_s", BigInteger, nullable=False),
    Column("placed_at_s", BigInteger, nullable=False),  # the chain's time
    Column("state", String(16), nullable=False),
    Column("captured_units", BigInteger, nullable=False),
    Column("refunded_units", BigInteger, nullable=False),
    Column("reason", LargeBinary),  # revert data of the last step, where it was refused
    sqlite_autoincrement=True,
)
Index("ix_operator_orders_wallet", ORDERS.c.wallet, ORDERS.c.seq)
Index("ix_operator_orders_acceptor", ORDERS.c.acceptor, ORDERS.c.seq)
Index("ix_operator_orders_state", ORDERS.c.state, ORDERS.c.deadline_s)
HOLDS = Table(
    "operator_holds",
    METADATA,
    Column("id", digest(), primary_key=True),  # 32 random bytes
    Column("order", String(ID_CHARACTERS), ForeignKey(ORDERS.c.id), nullable=False),
    Column("place", BigInteger, nullable=False),  # in its order, from 0
    Column("issuer", BigInteger, nullable=False),
    Column("account", address(), nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("captured_units", BigInteger, nullable=False),
    Column("refunded_units", BigInteger, nullable=False),
    Column("terms", UInt256),  # the words of its last final event
    Column("points", UInt256),
)
Index("ix_operator_holds_order", HOLDS.c.order)
Index("ix_operator_holds_account", HOLDS.c.account, HOLDS.c.phase)
COMMANDS = Table(
    "operator_commands",
    METADATA,
    Column("seq", COUNTED, primary_key=True),  # in the order of recording
    Column("kind", String(16), nullable=False),
    Column("order", String(ID_CHARACTERS)),  # null for a key's registration
    Column("hold", digest()),
    Column("request", String(ID_CHARACTERS)),  # of the client, where it made one for this
    Column("data", LargeBinary, nullable=False),  # the call of the desk
    Column("gas", BigInteger, nullable=False),  # most that it may use
    Column("state", String(16), nullable=False),
    Column("batch", String(ID_CHARACTERS)),  # id of the outbox row that carries it
    Column("place", BigInteger),  # in the batch, from 0
    Column("failures", BigInteger, nullable=False),  # batches of it that came to nothing
    Column("reason", LargeBinary),  # revert data
    sqlite_autoincrement=True,
)
Index("ix_operator_commands_state", COMMANDS.c.state, COMMANDS.c.seq)
Index("ix_operator_commands_batch", COMMANDS.c.batch)
Index("ix_operator_commands_order", COMMANDS.c.order)
Index("ix_operator_commands_request", COMMANDS.c.request)
CAPPED = Table(
    "operator_capped",  # calls that a key could not carry, as its cap of the day was used
    METADATA,
    Column("command", BigInteger, primary_key=True, autoincrement=False),
    Column("sender", address(), primary_key=True),
)
REQUESTS = Table(
    "operator_requests",  # ids of changes other than new orders: each is one effect
    METADATA,
    Column("id", String(ID_CHARACTERS), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("content", digest(), nullable=False),
    Column("order", String(ID_CHARACTERS)),
    Column("outbox", String(ID_CHARACTERS)),  # id of its transaction, where it has its own
)
CURSOR = Table(
    "operator_cursor",  # the newest final block whose events are in these tables
    METADATA,
    Column("sender", address(), primary_key=True),
    Column("block", BigInteger, nullable=False),
)
