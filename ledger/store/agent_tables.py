"""The tables of an issuer's agent, and the machines along which their rows move.

What the rows mean, and when they move, stands in ``issuers``. Event ids and member ids are the
issuer's own and never leave this database.
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
    Text,
    UniqueConstraint,
)

from ledger.faults import NEW, declare
from ledger.store.outbox_tables import ID_CHARACTERS
from ledger.store.tables import METADATA
from ledger.store.types import address, digest

SALT_BYTES = 32
"""Of a record's salt: nobody finds the record by trying."""


class Inbox(enum.StrEnum):
    """Where a row that came from the source stands."""

    RECEIVED = "received"
    """Stored as it came; the source need not keep it for us."""
    REJECTED = "rejected"
    """It earns nothing, with place, field and reason. The end."""
    DUPLICATE = "duplicate"
    """The same as an earlier row. The end."""
    WAITING = "waiting"
    """The member has no linked account yet."""
    HELD = "held"
    """A person has to look at it first."""
    READY = "ready"
    """May be minted as soon as the limits leave room."""
    RESERVING = "reserving"
    """Being reserved at the source, which may or may not know."""
    RESERVED = "reserved"
    """The source holds it for us."""
    CANCELLING = "cancelling"
    """Being given back to the source: the contracts would never take it."""
    BATCHED = "batched"
    """In a batch that is recorded in the outbox."""
    MINTED = "minted"
    """Final on the chain; the source is still to be told."""
    DONE = "done"
    """The source has confirmed, or a notice has had its effect. The end."""
    PROPOSED = "proposed"
    """A clerk's correction that waits for a second pair of eyes."""
    NOTED = "noted"
    """A correction notice that waits for its award, or for its turn."""
    CORRECTING = "correcting"
    """Its correction is recorded in the outbox."""


class Exchange(enum.StrEnum):
    """Where a hold that asks for native points stands."""

    SEEN = "seen"
    """Final on the chain; who is to be credited is not known yet."""
    CAPTURING = "capturing"
    CAPTURED = "captured"
    """Final on the chain; the source is to credit."""
    CREDITED = "credited"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    DECLINING = "declining"
    ENDED = "ended"
    """Declined, no longer there to be captured, or refused with no time left to refund."""


class Settlement(enum.StrEnum):
    """Where a published transfer to which the member is a party stands."""

    SEEN = "seen"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    """Its window's list is not what the member finds in the events."""


INBOX_MACHINE = declare(
    "inbox",
    [
        (NEW, Inbox.RECEIVED),
        (Inbox.RECEIVED, Inbox.REJECTED),
        (Inbox.RECEIVED, Inbox.DUPLICATE),
        (Inbox.RECEIVED, Inbox.WAITING),
        (Inbox.RECEIVED, Inbox.READY),
        (Inbox.RECEIVED, Inbox.NOTED),
        (Inbox.RECEIVED, Inbox.MINTED),  # by an agent whose database was lost
        (Inbox.RECEIVED, Inbox.HELD),
        (Inbox.HELD, Inbox.READY),
        (Inbox.HELD, Inbox.WAITING),
        (Inbox.HELD, Inbox.REJECTED),
        (Inbox.WAITING, Inbox.READY),
        (Inbox.WAITING, Inbox.REJECTED),
        (Inbox.READY, Inbox.RESERVING),
        (Inbox.READY, Inbox.REJECTED),
        (Inbox.RESERVING, Inbox.RESERVED),
        (Inbox.RESERVING, Inbox.REJECTED),  # the source says no
        (Inbox.RESERVED, Inbox.BATCHED),
        (Inbox.RESERVED, Inbox.CANCELLING),
        (Inbox.CANCELLING, Inbox.REJECTED),
        (Inbox.BATCHED, Inbox.MINTED),
        (Inbox.BATCHED, Inbox.RESERVED),  # its batch failed as a whole
        (Inbox.MINTED, Inbox.DONE),
        (NEW, Inbox.NOTED),  # by a clerk
        (NEW, Inbox.PROPOSED),
        (Inbox.PROPOSED, Inbox.NOTED),
        (Inbox.PROPOSED, Inbox.REJECTED),
        (Inbox.NOTED, Inbox.CORRECTING),
        (Inbox.NOTED, Inbox.DONE),  # nothing was there to correct
        (Inbox.NOTED, Inbox.REJECTED),
        (Inbox.CORRECTING, Inbox.DONE),
        (Inbox.CORRECTING, Inbox.NOTED),  # the correction failed
    ],
)
EXCHANGE_MACHINE = declare(
    "exchange",
    [
        (NEW, Exchange.SEEN),
        (Exchange.SEEN, Exchange.CAPTURING),
        (Exchange.SEEN, Exchange.CAPTURED),  # by an agent whose database was lost
        (Exchange.SEEN, Exchange.DECLINING),
        (Exchange.SEEN, Exchange.ENDED),
        (Exchange.CAPTURING, Exchange.CAPTURED),
        (Exchange.CAPTURING, Exchange.ENDED),
        (Exchange.CAPTURED, Exchange.CREDITED),
        (Exchange.CAPTURED, Exchange.REFUNDING),
        (Exchange.REFUNDING, Exchange.REFUNDED),
        (Exchange.REFUNDING, Exchange.ENDED),  # too late to refund: a person must look
        (Exchange.CAPTURED, Exchange.REFUNDED),  # by an agent whose database was lost
        (Exchange.DECLINING, Exchange.ENDED),
    ],
)
SETTLEMENT_MACHINE = declare(
    "settlement",
    [
        (NEW, Settlement.SEEN),
        (Settlement.SEEN, Settlement.CONFIRMING),
        (Settlement.SEEN, Settlement.CONFIRMED),  # by an agent whose database was lost
        (Settlement.SEEN, Settlement.REFUSED),
        (Settlement.CONFIRMING, Settlement.CONFIRMED),
        (Settlement.CONFIRMING, Settlement.SEEN),
    ],
)

NOTES = Table(  # what is kept once: cursors and counters, by name
    "agent_notes",
    METADATA,
    Column("name", String(60), primary_key=True),
    Column("text", Text, nullable=False),
)
LINKS = Table(  # one account a member for good, and one member an account
    "agent_links",
    METADATA,
    Column("member_id", String(200), primary_key=True),
    Column("account", address(), nullable=False),
    Column("linked_at_s", BigInteger, nullable=False),
    Column("unlinked_at_s", BigInteger),
    UniqueConstraint("account", name="uq_agent_links_account"),
)
BATCHES = Table(  # every batch of ours, sent from here or rebuilt from the chain
    "agent_batches",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("number", BigInteger, nullable=False),  # as the chain counts them
    Column("command", String(ID_CHARACTERS), unique=True),  # the outbox's id; null: rebuilt
    Column("rows", Integer, nullable=False),
    Column("units", BigInteger, nullable=False),  # foreseen, then as minted
    Column("root", digest(), nullable=False),
    Column("words", LargeBinary, nullable=False),  # 32 bytes each, in award order
    Column("keys", LargeBinary, nullable=False),  # 32 bytes each, in award order
    Column("block_number", BigInteger),  # once it is final
    Column("why_failed", String(60)),  # code of the refusal, where it failed
)
Index("ix_agent_batches_number", BATCHES.c.number)
REBUILT = Table(  # keys of a lost database's batches, read from the chain
    "agent_rebuilt",
    METADATA,
    Column("key", digest(), primary_key=True),
    Column("batch", Integer, ForeignKey(BATCHES.c.id), nullable=False),
    Column("row", Integer, nullable=False),
)
INBOX = Table(
    "agent_inbox",
    METADATA,
    Column("id", Integer, primary_key=True),  # in the order of coming
    Column("place", Text, nullable=False),  # where the row stood at the source
    Column("content", LargeBinary, nullable=False),
    Column("received_s", BigInteger, nullable=False),  # the chain's time when it came
    Column("is_notice", Boolean, nullable=False),  # a correction notice rather than an event
    Column("event_id", String(200)),
    Column("notice_id", String(200)),
    Column("member_id", String(200)),
    Column("activity", Integer),  # the chain's id
    Column("reported", BigInteger),  # native quantity that the source said
    Column("quantity", BigInteger),  # what the standard counts of it; a notice's: the new quantity
    Column("occurred_s", BigInteger),
    Column("began_s", BigInteger),  # of a deed with a beginning and an end
    Column("ended_s", BigInteger),
    Column("checker", String(200)),  # who certified it at the source
    Column("spot", String(200)),  # where the deed was done
    Column("file", Integer),  # agent_files.id: the clerk's file that brought it
    Column("day", Integer),  # days since 1970, in Beijing
    Column("month", Integer),
    Column("record", LargeBinary),  # canonical evidence
    Column("salt", LargeBinary(SALT_BYTES)),  # null once a resident was erased
    Column("key", digest()),
    Column("account", address()),
    Column("batch", Integer, ForeignKey(BATCHES.c.id)),
    Column("row", Integer),  # its place in the batch, from 0
    Column("command", String(ID_CHARACTERS)),  # the outbox's id of a correction
    Column("full_units", BigInteger),  # worth before the annual cap
    Column("units", BigInteger),  # minted; a notice's: by how much the award shrank
    Column("lost_units", BigInteger),  # a notice's: already spent, the issuer's loss
    Column("reason", String(60)),  # why it is rejected, waits, or counts for less
    Column("field", Text),
    Column("value", Text),
    Column("state", String(16), nullable=False),
)
Index("ix_agent_inbox_state", INBOX.c.state, INBOX.c.id)
Index("ix_agent_inbox_event", INBOX.c.event_id)
Index("ix_agent_inbox_notice", INBOX.c.notice_id)
Index("ix_agent_inbox_batch", INBOX.c.batch)
Index("ix_agent_inbox_day", INBOX.c.member_id, INBOX.c.day)
Index("ix_agent_inbox_checker", INBOX.c.checker, INBOX.c.day)
Index("ix_agent_inbox_file", INBOX.c.file)
EXCHANGES = Table(
    "agent_exchanges",
    METADATA,
    Column("hold_id", digest(), primary_key=True),
    Column("issuer", Integer, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("terms", digest(), nullable=False),  # the hold's two words, as its last event has them
    Column("points", digest(), nullable=False),
    Column("member_id", String(200)),  # who is credited
    Column("native_points", BigInteger, nullable=False),
    Column("command", String(ID_CHARACTERS)),  # the outbox's id that is under way
    Column("reason", String(60)),
    Column("state", String(16), nullable=False),
)
SETTLEMENTS = Table(
    "agent_settlements",
    METADATA,
    Column("window", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("payer", Integer, nullable=False),
    Column("payee", Integer, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("listed_units", BigInteger, nullable=False),  # the member's position by the whole list
    Column("found_units", BigInteger),  # the member's position by the window's events
    Column("command", String(ID_CHARACTERS)),
    Column("state", String(16), nullable=False),
)
