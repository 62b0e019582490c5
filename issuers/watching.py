"""Final events of the chain that call upon this member: holds for native points, settlements.

Reads the chain block by block with a cursor of its own; what was found and the cursor commit
together. Everything is taken from final blocks, in their order, so an agent with an empty database
finds itself where it stood. It acts on nothing.
"""

from __future__ import annotations

from ledger import events
from ledger.chain.decode import decode, event_topic
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.errors import Unavailable
from ledger.faults import Faults
from ledger.rules.state import Hold
from ledger.store import agent_duties, agent_notes
from ledger.store.agent_tables import Exchange
from ledger.store.engine import Connection, Engine, reading, transaction

WORD = 32
KINDS = (
    events.HoldPlaced,
    events.HoldCaptured,
    events.HoldReleased,
    events.HoldRefunded,
    events.SettlementPublished,
)
ENDS = {
    "HoldReleased": ((Exchange.SEEN, Exchange.CAPTURING, Exchange.DECLINING), Exchange.ENDED),
    "HoldCaptured": ((Exchange.SEEN, Exchange.CAPTURING), Exchange.CAPTURED),
    "HoldRefunded": ((Exchange.CAPTURED, Exchange.REFUNDING), Exchange.REFUNDED),
}
"""States that an event of the hold ends, and the one that follows."""


class Watching:
    """Reads for one member."""

    def __init__(
        self, engine: Engine, gateway: Gateway, deployment: Deployment, member: int, faults: Faults
    ) -> None:
        self._engine = engine
        self._gateway = gateway
        self._first = deployment.first_block
        self._addresses = (deployment.contracts["PointsLedger"], deployment.clearing)
        self._member = member
        self._faults = faults

    def step(self, *, exchanges: bool, native_units: int) -> int:
        """Reads what became final; how many events concerned us. Raises what the node raises.

        ``exchanges``: whether holds for this member ask for native points, worth ``native_units``.
        """
        with reading(self._engine) as connection:
            begun = agent_notes.get(connection, agent_notes.DUTIES_BLOCK)
        found, final = 0, self._gateway.finalized()
        first = self._first if begun is None else int(begun) + 1
        kinds = [[event_topic(kind) for kind in KINDS]]
        for part in self._gateway.log_ranges(first, final, self._addresses, kinds):
            if (head := self._gateway.head()) < part.last:  # set back meanwhile: it left some out
                raise Unavailable("chain.node-behind", head=head, final=part.last)
            with transaction(self._engine, self._faults) as connection:
                for event in map(decode, part.logs):
                    if isinstance(event, events.SettlementPublished):
                        found += self._settlement(connection, event)
                    elif exchanges and isinstance(event, events.HoldPlaced):
                        found += self._placed(connection, event, native_units)
                    elif exchanges and event is not None:
                        found += self._went_on(connection, event)
                agent_notes.put(connection, agent_notes.DUTIES_BLOCK, str(part.last))
        return found

    def _placed(self, connection: Connection, event: events.HoldPlaced, native_units: int) -> int:
        hold = Hold.of_words(event.terms, event.points, captured=False)
        if hold.acceptor != self._member or not native_units:
            return 0
        values = {
            "hold_id": event.id, "issuer": event.issuer, "units": hold.total(),
            "terms": event.terms.to_bytes(WORD, "big"),
            "points": event.points.to_bytes(WORD, "big"),
            "native_points": hold.total() // native_units,
        }  # fmt: skip
        agent_duties.add_exchange(connection, values)
        return 1

    def _went_on(self, connection: Connection, event: events.Event) -> int:
        """What became of a hold of ours, whoever sent it."""
        before, after = ENDS[type(event).__name__]
        hold_id = getattr(event, "id", b"")
        row = agent_duties.exchange(connection, hold_id)
        if row is None or row.state not in before:
            return 0
        words = {}
        if isinstance(event, events.HoldCaptured):
            words = {
                "terms": event.terms.to_bytes(WORD, "big"),
                "points": event.points.to_bytes(WORD, "big"),
            }
        agent_duties.move_exchange(connection, hold_id, row.state, after, command=None, **words)
        return 1

    def _settlement(self, connection: Connection, event: events.SettlementPublished) -> int:
        me = self._member
        listed = sum(u * ((payee == me) - (payer == me)) for payer, payee, u in event.transfers)
        rows = [
            {
                "window": event.window, "place": place, "payer": payer, "payee": payee,
                "units": units, "listed_units": listed,
            }
            for place, (payer, payee, units) in enumerate(event.transfers)
            if me in (payer, payee)
        ]  # fmt: skip
        agent_duties.add_transfers(connection, rows)
        return len(rows)
