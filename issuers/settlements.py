"""The issuer as member: it confirms transfers of a settlement that agree with its own books.

Its position in a window is worked out again from the events of the window's blocks, not taken from
whoever published the list. A list that says something else is refused, and stays so until a person
has looked.
"""

from __future__ import annotations

from collections.abc import Iterable

from issuers.outlook import ChainViews
from issuers.settling import why_failed
from ledger import events
from ledger.chain.abi import abi
from ledger.chain.decode import decode, event_topic
from ledger.chain.outbox import Outbox
from ledger.errors import Unavailable
from ledger.events import Event
from ledger.faults import Faults
from ledger.store import agent_duties, agent_notes
from ledger.store.agent_duties import TransferRow
from ledger.store.agent_tables import Settlement
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.outbox_tables import OutboxRow, State

GAS = 300_000
WORD = 32
PREFIX = "confirm:"
"""Of the outbox's ids."""
_CONFIRMED = "clearing.already-confirmed"


def position(member: int, window: Iterable[Event | None]) -> int:
    """What the member is owed less what it owes by these events, in units of 0.01 point."""
    units = 0
    for event in window:
        if isinstance(event, events.HoldCaptured):
            units += event.units * ((event.creditor == member) - (event.debtor == member))
        elif isinstance(event, events.HoldRefunded | events.DisputeAccepted):
            units -= event.units * ((event.creditor == member) - (event.debtor == member))
    return units


def finished(connection: Connection, row: OutboxRow) -> None:
    """The end of a confirmation."""
    found = None
    if row.id.startswith(PREFIX):
        found = agent_duties.transfer_of_command(connection, row.id)
    if found is None:
        return
    done = row.state is State.FINAL or why_failed(row) == _CONFIRMED
    after = Settlement.CONFIRMED if done else Settlement.SEEN
    agent_duties.move_transfer(connection, found, Settlement.CONFIRMING, after, command=None)


class Settlements:
    """Confirms one member's transfers."""

    def __init__(
        self, engine: Engine, views: ChainViews, outbox: Outbox, member: int, faults: Faults
    ) -> None:
        self._engine = engine
        self._views = views
        self._outbox = outbox
        self._member = member
        self._faults = faults

    def step(self, clearing: bytes, ledger: bytes) -> int:
        """Judges transfers that nobody has looked at; how many.

        Raises what the node raises, and Unavailable where it was set back: what it then says of a
        window is less than what was read of it.
        """
        with reading(self._engine) as connection:
            seen = agent_duties.transfers(connection, Settlement.SEEN)
            read = int(agent_notes.get(connection, agent_notes.DUTIES_BLOCK) or 0)
        if not seen:
            return 0
        self._require_reached(read)
        positions = {w: self._position(w, clearing, ledger) for w in {row.window for row in seen}}
        self._require_reached(read)
        for row in seen:
            self._judge(row, positions[row.window], clearing)
        return len(seen)

    def _judge(self, row: TransferRow, found: int, clearing: bytes) -> None:
        listed = self._views.ask([("ClearingHouse", "settlementOf", (row.window,))])[0]
        if row.place >= len(listed):  # set back since: there the list is not published yet
            at = self._views.gateway.head()
            raise Unavailable("chain.node-behind", head=at, final=at + 1)
        stands = listed[row.place]
        confirmed = stands[3] if row.payer == self._member else stands[4]
        after = Settlement.CONFIRMING
        if confirmed:
            after = Settlement.CONFIRMED
        elif found != row.listed_units:
            after = Settlement.REFUSED
        with transaction(self._engine, self._faults) as connection:
            command = None
            if after is Settlement.CONFIRMING:
                turn = agent_notes.count_on(connection, agent_notes.CONFIRMATIONS)
                command = f"{PREFIX}{row.window}:{row.place}:{turn}"
                data = abi("ClearingHouse").call("confirmTransfer", row.window, row.place)
                self._outbox.record(connection, command, clearing, data, GAS)
            agent_duties.move_transfer(
                connection, row, Settlement.SEEN, after, command=command, found_units=found
            )

    def _require_reached(self, read: int) -> None:
        """Unavailable where the node's head is before what was read as final."""
        head = self._views.gateway.head()
        if head < read:
            raise Unavailable("chain.node-behind", head=head, final=read)

    def _position(self, window: int, clearing: bytes, ledger: bytes) -> int:
        """From the events of the window's blocks."""
        opened, closed = self._views.ask([("ClearingHouse", "windowOf", (window,))])[0][:2]
        me, gateway = self._member.to_bytes(WORD, "big"), self._views.gateway
        kinds = [events.HoldCaptured, events.HoldRefunded, events.DisputeAccepted]
        topics = [event_topic(kind) for kind in kinds]
        logs = gateway.logs(opened, closed, [clearing, ledger], [topics, None, me])
        logs += gateway.logs(opened, closed, [clearing, ledger], [topics, None, None, me])
        return position(self._member, map(decode, logs))
