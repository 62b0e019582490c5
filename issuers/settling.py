"""What becomes of recorded batches: final, failed, measured, and confirmed at the source.

``finished`` is a hook of the submitter: it runs in the transaction that ends an outbox row, so that
a batch and its rows end together. What each row came to is read from the chain's own events.
"""

from __future__ import annotations

from issuers.batching import PREFIX
from issuers.marking import AT_ONCE, Marking
from ledger import events
from ledger.chain.decode import decode, event_topic
from ledger.chain.gateway import Gateway
from ledger.chain.reverts import refusal_of
from ledger.errors import Broken, Unavailable
from ledger.faults import Faults
from ledger.store import agent_batches, agent_inbox
from ledger.store.agent_batches import Batch
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.outbox_tables import OutboxRow, State

WORD = 32
REPLACED = "outbox.replaced"
"""Why a batch failed whose transaction a person gave up."""


def why_failed(row: OutboxRow) -> str:
    """The stable code of what the chain said to a failed transaction."""
    return REPLACED if row.replaced else refusal_of(row.revert_data or b"").code


def finished(connection: Connection, row: OutboxRow) -> None:
    """The end of a batch: its rows are minted, or reserved again for the next one."""
    batch = agent_batches.of_command(connection, row.id) if row.id.startswith(PREFIX) else None
    if batch is None:
        return
    if row.state is State.FINAL:
        agent_batches.end(connection, batch.id, row.block_number, None)
        agent_inbox.move_batch(connection, batch.id, Inbox.BATCHED, Inbox.MINTED)
    else:
        agent_batches.end(connection, batch.id, None, why_failed(row))
        back = {"batch": None, "row": None, "units": None}
        agent_inbox.move_batch(connection, batch.id, Inbox.BATCHED, Inbox.RESERVED, **back)


class Settling:
    """Measures final batches and confirms their events at the source."""

    def __init__(
        self,
        engine: Engine,
        gateway: Gateway,
        ledger: bytes,
        issuer: int,
        marking: Marking,
        faults: Faults,
    ) -> None:
        self._engine = engine
        self._gateway = gateway
        self._ledger = ledger
        self._issuer = issuer
        self._marking = marking
        self._faults = faults

    def step(self) -> int:
        """The next events whose batches are final; how many were confirmed.

        Raises Broken("agent.units-differ") where the chain minted other amounts; what source and
        node raise.
        """
        with reading(self._engine) as connection:
            rows = agent_inbox.confirmable(connection, AT_ONCE)
            batches = agent_batches.of_ids(connection, (row[2] for row in rows))
        for batch in batches.values():
            self._measure(batch)
        if rows:
            self._marking.confirm([(number, event_id) for number, event_id, _ in rows])
        return len(rows)

    def _measure(self, batch: Batch) -> None:
        units, clipped = self._events(batch)
        with transaction(self._engine, self._faults) as connection:
            agent_inbox.note_units(connection, batch.id, clipped)
            rows, ours = agent_batches.summed_units(connection, batch.id)
            if rows == batch.rows and ours != units:
                raise Broken("agent.units-differ", number=batch.number, found=units, expected=ours)
            agent_batches.note_units(connection, batch.id, units)

    def _events(self, batch: Batch) -> tuple[int, dict[bytes, int]]:
        """(units minted, what was minted of each clipped award by its key).

        Raises Unavailable where the node does not have the batch's block.
        """
        kinds = [event_topic(events.BatchMinted), event_topic(events.AwardClipped)]
        named = [number.to_bytes(WORD, "big") for number in (self._issuer, batch.number)]
        block = batch.block_number or 0
        logs = self._gateway.logs(block, block, [self._ledger], [kinds, *named])
        said = [event for event in map(decode, logs) if event is not None]
        units = [event.units for event in said if isinstance(event, events.BatchMinted)]
        if not units:  # the batch is final: a node without it was set back, and will catch up
            raise Unavailable("chain.node-behind", head=self._gateway.head(), final=block)
        clipped = {e.key: e.units for e in said if isinstance(e, events.AwardClipped)}
        return units[0], clipped
