"""An agent whose database was lost or put back: what it minted is taken over from the chain.

Every batch's calldata is part of the chain's record. At a start, batches that the chain has and
the database has not are adopted: their keys are remembered, so that an event that comes again from
the source is found to be minted; their words, so that it can be corrected; and rows of theirs that
the database knows from before go the rest of their way at once. Nothing is minted before that is
done. A batch of another hand while the agent runs is not this module's affair: then it stops.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from ledger import events
from ledger.chain.decode import MintCall, award, decoded, event_topic, mint_call
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.types import enhex, unhex
from ledger.errors import Broken, Unavailable
from ledger.events import At, BatchMinted
from ledger.faults import Faults
from ledger.rules.rates import Rate
from ledger.store import agent_batches, agent_inbox, agent_notes
from ledger.store.agent_inbox import Unminted
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Connection, Engine, reading, transaction

WORD = 32
WAY = (
    (Inbox.READY, Inbox.RESERVING),
    (Inbox.RESERVING, Inbox.RESERVED),
    (Inbox.RESERVED, Inbox.BATCHED),
)
"""What a row that is on the chain has gone through since the database was kept."""
RateOf = Callable[[int, int], Rate | None]
"""The rate of an activity in a month."""
_log = logging.getLogger(__name__)


def is_rebuilt(engine: Engine) -> bool:
    """Whether this database knows what was minted before it: it began then, or was rebuilt, and
    nobody has found it older than the chain since."""
    with reading(engine) as connection:
        rebuilt = agent_notes.get(connection, agent_notes.REBUILT)
        behind = agent_notes.get(connection, agent_notes.BEHIND)
    return rebuilt is not None and not behind


def note_behind(engine: Engine) -> None:
    """The chain knows more than this database: to be remembered until all of it is adopted."""
    with transaction(engine) as connection:
        agent_notes.put(connection, agent_notes.BEHIND, "yes")


def is_missing(engine: Engine, last: int) -> bool:
    """Whether the chain's batches up to ``last`` are not all here."""
    with reading(engine) as connection:
        return len(agent_batches.standing_numbers(connection, last)) < last


class Adoption:
    """Takes over one issuer's batches."""

    def __init__(
        self,
        engine: Engine,
        gateway: Gateway,
        deployment: Deployment,
        issuer: int,
        rate_of: RateOf,
        faults: Faults,
    ) -> None:
        self._engine = engine
        self._gateway = gateway
        self._deployment = deployment
        self._issuer = issuer
        self._rate_of = rate_of
        self._faults = faults

    def run(self, last: int) -> int:
        """Adopts what is missing of the batches 1 to ``last``; how many. May be killed and
        repeated. Raises Unavailable("agent.rebuild-waits") while one of them is not final."""
        with reading(self._engine) as connection:
            known = agent_batches.standing_numbers(connection, last)
            begun = agent_notes.get(connection, agent_notes.REBUILT)
        missing = sorted(set(range(1, last + 1)) - known.keys())
        if missing:
            before = known.get(missing[0] - 1)
            found = self._found(missing, before or self._deployment.first_block)
            for number in missing:
                self._adopt(*found[number])
        with transaction(self._engine, self._faults) as connection:
            if missing:
                agent_notes.put(connection, agent_notes.REPLAYED, "")  # what it called is lost too
            if missing or begun is None:
                agent_notes.put(
                    connection, agent_notes.REBUILT, str(int(begun or 0) + len(missing))
                )
            agent_notes.put(connection, agent_notes.BEHIND, "")
        return len(missing)

    def _found(self, missing: list[int], first_block: int) -> dict[int, tuple[At, BatchMinted]]:
        """The final batches of these numbers, with their places."""
        topics = [event_topic(BatchMinted), self._issuer.to_bytes(WORD, "big")]
        ledger = self._deployment.contracts["PointsLedger"]
        logs = self._gateway.logs(first_block, self._gateway.finalized(), [ledger], topics)
        found = {
            event.number: (at, event)
            for at, event in decoded(logs)
            if isinstance(event, events.BatchMinted)
        }
        there = sum(number in found for number in missing)
        if there < len(missing):
            raise Unavailable("agent.rebuild-waits", found=there, wanted=len(missing))
        return found

    def _adopt(self, at: At, batch: BatchMinted) -> None:
        """One batch and its rows, in one transaction."""
        shown = self._gateway.rpc.call("eth_getTransactionByHash", enhex(at.transaction))
        if shown is None:
            raise Unavailable("chain.no-such-block", number=at.block)
        calldata = unhex(shown["input"])
        call = mint_call(calldata)
        if call.number != batch.number or len(call.words) != batch.awards:
            raise Broken("data.mint-malformed", size=len(calldata))
        with transaction(self._engine, self._faults) as connection:
            made = agent_batches.add(
                connection,
                {
                    "number": batch.number, "rows": batch.awards, "units": batch.units,
                    "root": batch.evidence_root, "words": b"".join(call.words),
                    "keys": b"".join(call.keys), "block_number": at.block,
                },
            )  # fmt: skip
            agent_batches.add_rebuilt(connection, made, call.keys)
            known = agent_inbox.unminted(connection, call.keys)
            self._finish(connection, made, call, known)
        _log.warning("adopted batch %d: %d awards, %d of them known here",
                     batch.number, batch.awards, len(known))  # fmt: skip

    def _finish(
        self, connection: Connection, batch: int, call: MintCall, known: Iterable[Unminted]
    ) -> None:
        """Rows that were known before go on to ``minted``, by the moves that they made then."""
        rows = sorted(known)
        standing = {row.id: row.state for row in rows}
        for before in (Inbox.HELD, Inbox.WAITING):
            _move(connection, standing, before, Inbox.READY)
        for before, after in WAY:
            _move(connection, standing, before, after)
        at = {key: place for place, key in enumerate(call.keys)}
        values = [
            {"id": row.id}
            | minted_values(call.words[at[row.key]], batch, at[row.key], self._rate_of)
            for row in rows
        ]
        agent_inbox.move_each(connection, Inbox.BATCHED, Inbox.MINTED, values)


def minted_values(word: bytes, batch: int, row: int, rate_of: RateOf) -> dict[str, Any]:
    """What the chain says of an award, for its row: the chain's word, not what would be counted
    of the event today."""
    told = award(word)
    rate = rate_of(told.activity, told.month)
    return {
        "batch": batch, "row": row, "account": told.account, "month": told.month,
        "quantity": told.quantity, "full_units": rate.convert(told.quantity) if rate else 0,
        "reason": None,
    }  # fmt: skip


def _move(connection: Connection, standing: dict[int, Inbox], before: Inbox, after: Inbox) -> None:
    ids = [number for number, state in standing.items() if state is before]
    agent_inbox.move(connection, before, after, ids)
    standing.update(dict.fromkeys(ids, after))
