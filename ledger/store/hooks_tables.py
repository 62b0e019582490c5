"""The operator's tables of events and of the webhooks that carry them.

Events are recorded with the change that they tell of and never altered; both machines below are of
webhooks. An event's time is the chain's, a delivery's this machine's; seconds since 1970 UTC.
"""

from __future__ import annotations

import enum

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text

from ledger.faults import NEW, declare
from ledger.store.operator_tables import COUNTED, ID_CHARACTERS
from ledger.store.tables import METADATA

EVENT_ID_CHARACTERS = 40
URL_CHARACTERS = 1_000


class HookState(enum.StrEnum):
    """Whether a webhook is sent to."""

    ACTIVE = "active"
    DISABLED = "disabled"


class DeliveryState(enum.StrEnum):
    """Where one event stands for one webhook."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    """The receiver said so."""
    PARKED = "parked"
    """A day of trying came to nothing."""


WEBHOOK = declare(
    "webhook",
    [
        (NEW, HookState.ACTIVE),
        (HookState.ACTIVE, HookState.DISABLED),
        (HookState.DISABLED, HookState.ACTIVE),
    ],
)
DELIVERY = declare(
    "delivery",
    [
        (NEW, DeliveryState.WAITING),
        (DeliveryState.WAITING, DeliveryState.DELIVERED),
        (DeliveryState.WAITING, DeliveryState.PARKED),
        (DeliveryState.DELIVERED, DeliveryState.WAITING),  # replayed
        (DeliveryState.PARKED, DeliveryState.WAITING),  # replayed
    ],
)

EVENTS = Table(
    "hooks_events",
    METADATA,
    Column("seq", COUNTED, primary_key=True),  # in the order of commits, as writers take turns
    Column("id", String(EVENT_ID_CHARACTERS), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(16), nullable=False),
    Column("object", String(ID_CHARACTERS), nullable=False),
    Column("member", BigInteger),  # whose business it is; null: every member's
    Column("at_s", BigInteger, nullable=False),
    Column("content", Text, nullable=False),  # JSON
    sqlite_autoincrement=True,
)
Index("ix_hooks_events_member", EVENTS.c.member, EVENTS.c.seq)
Index("ix_hooks_events_object", EVENTS.c.object, EVENTS.c.kind)
Index("ix_hooks_events_at", EVENTS.c.at_s)
WEBHOOKS = Table(
    "hooks_webhooks",
    METADATA,
    Column("id", String(ID_CHARACTERS), primary_key=True),
    Column("role", String(16), nullable=False),  # with the member: whose it is
    Column("member", BigInteger),
    Column("key_id", String(16), nullable=False),  # it ends when this key does
    Column("url", String(URL_CHARACTERS), nullable=False),
    Column("kinds", Text, nullable=False),  # JSON: those that are wanted; empty: all
    Column("secret", Text, nullable=False),
    Column("former_secret", Text),
    Column("former_until_s", BigInteger),
    Column("rotated_by", String(ID_CHARACTERS)),  # the command that made the secret
    Column("cursor", BigInteger, nullable=False),  # events up to here have deliveries
    Column("failing_since_s", BigInteger),  # nothing was taken since
    Column("created_s", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(40)),  # why it is disabled
)
Index("ix_hooks_webhooks_owner", WEBHOOKS.c.role, WEBHOOKS.c.member)
DELIVERIES = Table(
    "hooks_deliveries",
    METADATA,
    Column("webhook", String(ID_CHARACTERS), ForeignKey(WEBHOOKS.c.id), primary_key=True),
    Column("event", BigInteger, ForeignKey(EVENTS.c.seq), primary_key=True),
    Column("object", String(ID_CHARACTERS), nullable=False),  # within it, one at a time
    Column("state", String(16), nullable=False),
    Column("attempts", BigInteger, nullable=False),  # since it last began to wait
    Column("first_s", BigInteger),  # of these
    Column("last_s", BigInteger),
    Column("due_s", BigInteger, nullable=False),
    Column("code", BigInteger),  # of the last answer
    Column("error", String(40)),  # of the last try, where there was none
)
Index("ix_hooks_deliveries_due", DELIVERIES.c.webhook, DELIVERIES.c.state, DELIVERIES.c.due_s)
Index(
    "ix_hooks_deliveries_object",
    DELIVERIES.c.webhook,
    DELIVERIES.c.object,
    DELIVERIES.c.state,
    DELIVERIES.c.event,
)
Index("ix_hooks_deliveries_event", DELIVERIES.c.event)
