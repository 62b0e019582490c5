"""The outbox's tables, its machine of states, and a row of it as a value."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.faults import NEW, declare
from ledger.store.tables import METADATA
from ledger.store.types import address, digest


class State(enum.StrEnum):
    """Where a recorded transaction stands."""

    RECORDED = "recorded"
    """On disk and signed; a node may or may not have it."""
    SENT = "sent"
    """A node took it."""
    MINED = "mined"
    """In a block that may still vanish."""
    FINAL = "final"
    """In a block that stays, and it succeeded."""
    FAILED = "failed"
    """In a block that stays, and it reverted or was replaced with nothing."""


MACHINE = declare(
    "outbox",
    [
        (NEW, State.RECORDED),
        (State.RECORDED, State.SENT),
        (State.SENT, State.MINED),
        (State.MINED, State.SENT),  # its block vanished
        (State.MINED, State.FINAL),
        (State.MINED, State.FAILED),
    ],
)
WAITING = (State.RECORDED, State.SENT)
"""Not in any block that we know."""
FINISHED = (State.FINAL, State.FAILED)
ID_CHARACTERS = 200
"""Most characters of a command's id."""

SENDERS = Table(
    "outbox_senders",
    METADATA,
    Column("sender", address(), primary_key=True),
    Column("chain_id", BigInteger, nullable=False),
    Column("first_nonce", BigInteger, nullable=False),  # what the chain had counted at the start
    Column("next_nonce", BigInteger, nullable=False),  # what the next recorded one gets
)
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", String(ID_CHARACTERS), primary_key=True),  # the command's, made by its client
    Column("sender", address(), ForeignKey(SENDERS.c.sender), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("to", address()),  # null: creates a contract
    Column("data", LargeBinary, nullable=False),
    Column("gas", BigInteger, nullable=False),  # limit
    Column("proof", digest()),  # first topic of an event of `to` that its success always emits
    Column("raw", LargeBinary, nullable=False),  # signed; the same bytes at every attempt
    Column("hash", digest(), nullable=False),
    Column("nothing_raw", LargeBinary),  # sent in its place, when the node never takes it
    Column("nothing_hash", digest()),
    Column("state", String(16), nullable=False),
    Column("attempts", BigInteger, nullable=False),  # handed to a node so many times
    Column("refusals", BigInteger, nullable=False),  # refused in a row for an unknown reason
    Column("last_words", Text),  # the node's, at the last refusal
    Column("mined_hash", digest()),  # which of the two was mined
    Column("block_number", BigInteger),
    Column("block_hash", digest()),
    Column("succeeded", Boolean),
    Column("gas_used", BigInteger),  # null where the proof said that it succeeded
    Column("revert_data", LargeBinary),  # empty where the node says nothing
    UniqueConstraint("sender", "nonce", name="uq_outbox_sender_nonce"),
)
Index("ix_outbox_sender_state_nonce", OUTBOX.c.sender, OUTBOX.c.state, OUTBOX.c.nonce)
BLOCKS = Table(  # the newest final block read, and those after it, by number
    "outbox_blocks",
    METADATA,
    Column("sender", address(), ForeignKey(SENDERS.c.sender), primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hash", digest(), nullable=False),
)


@dataclass(frozen=True)
class OutboxRow:
    """One transaction of one key; the columns above say what each field holds."""

    id: str
    sender: bytes
    nonce: int
    to: bytes | None
    data: bytes
    gas: int
    proof: bytes | None
    raw: bytes
    hash: bytes
    nothing_raw: bytes | None
    nothing_hash: bytes | None
    state: State
    attempts: int
    refusals: int
    last_words: str | None
    mined_hash: bytes | None
    block_number: int | None
    block_hash: bytes | None
    succeeded: bool | None
    gas_used: int | None
    revert_data: bytes | None

    @property
    def replaced(self) -> bool:
        """Whether the empty transaction in its place is the one that was mined."""
        return self.mined_hash is not None and self.mined_hash == self.nothing_hash
