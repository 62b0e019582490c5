"""An agent whose database was lost: what it minted is read from the chain before it mints again.

Every batch's calldata is part of the chain's record. Its keys are remembered, so that an event that
comes again from the source is found to be minted, and its words, so that it can be corrected.
"""

from __future__ import annotations

from ledger import events
from ledger.chain.decode import decoded, event_topic, mint_call
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.types import enhex, unhex
from ledger.errors import Broken, Unavailable
from ledger.events import At, BatchMinted
from ledger.store import agent_batches, agent_notes
from ledger.store.engine import Connection, Engine, reading, transaction

WORD = 32


def is_rebuilt(engine: Engine) -> bool:
    """Whether this database knows what was minted before it: it began then, or was rebuilt."""
    with reading(engine) as connection:
        return agent_notes.get(connection, agent_notes.REBUILT) is not None


def rebuild(
    engine: Engine, gateway: Gateway, deployment: Deployment, issuer: int, last: int
) -> int:
    """Remembers the issuer's batches 1 to ``last``; how many there are. May be killed and repeated.

    Raises Unavailable("agent.rebuild-waits") while one of them is not final.
    """
    found = _batches(gateway, deployment, issuer)
    if len(found) < last:
        raise Unavailable("agent.rebuild-waits", found=len(found), wanted=last)
    with reading(engine) as connection:
        known = agent_batches.last_number(connection)
    for at, batch in found[known:]:
        shown = gateway.rpc.call("eth_getTransactionByHash", enhex(at.transaction))
        if shown is None:
            raise Unavailable("chain.no-such-block", number=at.block)
        with transaction(engine) as connection:
            _remember(connection, at, batch, unhex(shown["input"]))
    with transaction(engine) as connection:
        agent_notes.put(connection, agent_notes.REBUILT, str(len(found)))
    return len(found)


def _batches(gateway: Gateway, deployment: Deployment, issuer: int) -> list[tuple[At, BatchMinted]]:
    """The issuer's final batches, in order, with their places."""
    topics = [event_topic(BatchMinted), issuer.to_bytes(WORD, "big")]
    ledger = deployment.contracts["PointsLedger"]
    logs = gateway.logs(deployment.first_block, gateway.finalized(), [ledger], topics)
    return [(at, event) for at, event in decoded(logs) if isinstance(event, events.BatchMinted)]


def _remember(connection: Connection, at: At, batch: BatchMinted, calldata: bytes) -> None:
    call = mint_call(calldata)
    if call.number != batch.number or len(call.words) != batch.awards:
        raise Broken("data.mint-malformed", size=len(calldata))
    made = agent_batches.add(
        connection,
        {
            "number": batch.number, "rows": batch.awards, "units": batch.units,
            "root": batch.evidence_root, "words": b"".join(call.words),
            "keys": b"".join(call.keys), "block_number": at.block,
        },
    )  # fmt: skip
    agent_batches.add_rebuilt(connection, made, call.keys)
