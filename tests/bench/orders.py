"""Orders as the operator relays them: holds and captures by the desk, alone or twenty at once.

Works out beforehand what a hold's event will say, so that its capture can stand in the same
transaction. The same seed gives the same hold ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from ledger.chain import calls
from ledger.chain.decode import decode, event_topic
from ledger.chain.types import Receipt
from ledger.events import CallRefused, HoldCaptured, HoldPlaced, HoldRefunded
from ledger.rules.lanes import Slices, packed, take, unpacked
from ledger.units import DAY_S, epoch_of
from tests.bench.world import CANTEEN, KEYS, OPERATING, event_key
from tests.support.network import Network

ORDERS_PER_TRANSACTION = 20
ORDER_UNITS = 300
"""Three points: a volunteer's award is five at least."""
_HOLD_EVENTS = (HoldPlaced, HoldCaptured, HoldRefunded)


class Placed(NamedTuple):
    """A hold and the words that its last event carried."""

    id: bytes
    words: calls.HoldWords


class Orders:
    """Sends orders of residents of any issuer at the canteen, by the operator's key."""

    def __init__(self, network: Network, name: str = "orders") -> None:
        self._network = network
        self._name = name
        self._count = 0

    def request(self, issuer: int, account: bytes, units: int = ORDER_UNITS) -> calls.HoldRequest:
        """A hold for a week that may be cancelled for a day."""
        self._count += 1
        hold_id = event_key(issuer, f"{self._name} {self._count}")
        now_s = self._network.now_s
        ends_s, service_s = now_s + 7 * DAY_S, now_s + DAY_S
        return calls.HoldRequest(hold_id, issuer, account, CANTEEN, units, ends_s, service_s)

    def send(self, data: bytes) -> Receipt:
        """One call of the desk by the operator."""
        return self._network.send(KEYS[OPERATING], "RedemptionDesk", data)

    def hold(self, issuer: int, account: bytes, units: int = ORDER_UNITS) -> tuple[Receipt, Placed]:
        """Places a hold."""
        receipt = self.send(calls.hold(self.request(issuer, account, units)))
        return receipt, placed(receipt)

    def capture(self, hold: Placed, units: int = ORDER_UNITS) -> tuple[Receipt, Placed]:
        """Captures it, wholly or in part; what it leaves refundable."""
        receipt = self.send(calls.capture(hold.id, hold.words, units))
        return receipt, placed(receipt)

    def together(self, residents: Sequence[tuple[int, bytes]], units: int = ORDER_UNITS) -> bytes:
        """Calldata of hold and capture for each (issuer, account), all in one transaction."""
        epoch = epoch_of(self._network.now_s)
        requests = [self.request(issuer, account, units) for issuer, account in residents]
        parts = list[bytes]()
        for request in requests:
            words = self._foreseen(request, epoch)
            capture = calls.capture(request.hold_id, words, request.units)
            parts += [calls.hold(request), capture]
        return calls.try_all(parts)

    def free(self, issuer: int, account: bytes) -> Slices:
        """What the account has free, units by epoch."""
        answer = self._network.read("PointsLedger", "lotsOf", issuer, account)
        lanes = cast("tuple[int, int, int]", answer)[0]
        return unpacked(lanes, epoch_of(self._network.now_s))

    def _foreseen(self, request: calls.HoldRequest, epoch: int) -> calls.HoldWords:
        """What the hold's event will carry, if nothing touches the account before."""
        free = self.free(request.issuer, request.account)
        slices = packed(take(tuple(free.items()), request.units))
        account = int.from_bytes(request.account, "big") << 96
        times = request.deadline_s << 40 | request.service_at_s
        terms = account | request.acceptor << 80 | times
        return calls.HoldWords(terms, request.issuer << 208 | epoch << 192 | slices)


def placed(receipt: Receipt) -> Placed:
    """The hold that the transaction placed, captured or refunded."""
    wanted = {event_topic(kind) for kind in _HOLD_EVENTS}
    found = next(decode(log) for log in receipt.logs if log.topics[0] in wanted)
    assert isinstance(found, _HOLD_EVENTS)
    return Placed(found.id, calls.HoldWords(found.terms, found.points))


def check_none_refused(receipt: Receipt) -> None:
    """AssertionError if a call of a ``tryAll`` failed: what it cost would mean nothing."""
    refused = [log for log in receipt.logs if log.topics[0] == event_topic(CallRefused)]
    assert not refused, decode(refused[0])
