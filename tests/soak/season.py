"""What happens on the network: batches of awards by an issuer, orders by the operator, a window.

All of it is packed by our own calls and recorded in the members' outboxes; each step returns what
has to become final. Knows no process and no node's death.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Sequence

from ledger import events
from ledger.chain import calls
from ledger.chain.abi import abi
from ledger.chain.decode import decoded
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.founding import Founding
from ledger.store.outbox_tables import OutboxRow
from ledger.units import DAY_S, month_of
from tests.soak.office import Command, Office
from tests.support.network import FOUNDING
from tests.support.season import CANTEEN, MINUTES, OPERATING, VOLUNTEER

AWARDS = 500
"""A batch, each for an account of its own: 26.8 k gas where the account is new, 9.7 k after."""
ORDERS = 20
"""Held, and captured, in one transaction."""
QUANTITY_MINUTES = 120
"""2,000 units at the founding rate."""
ORDER_UNITS = 500
NEW_GAS, KNOWN_GAS = 16_000_000, 6_500_000
"""Limits of a batch for accounts that are new to the issuer, and for known ones. Blocks are packed
by limits, so they are tight."""
ORDERS_GAS = 3_500_000
CALL_GAS = 400_000
_WEEK_S = 7 * DAY_S


def founding(now_s: int) -> Founding:
    """The agreed small world, with rates from the present month: it is founded in the last one."""
    return dataclasses.replace(FOUNDING, rates_from_month=month_of(now_s))


class Season:
    """The network's contracts and the three members that act on them."""

    def __init__(
        self, deployment: Deployment, issuer: Office, operator: Office, canteen: Office
    ) -> None:
        self.deployment = deployment
        self.issuer = issuer
        self.operator = operator
        self.canteen = canteen
        self.batches = 0
        self.orders = 0
        self._accounts = [secrets.token_bytes(20) for _ in range(AWARDS)]

    def choose_host(self) -> list[str]:
        """The canteen lets the operator capture for it."""
        data = abi("MemberRegistry").call("chooseHost", OPERATING)
        return self.canteen.record(self._command("host", "MemberRegistry", data, CALL_GAS))

    def mint(self, gateway: Gateway, batches: int) -> list[str]:
        """Records so many further batches of the present month."""
        month = month_of(gateway.latest().timestamp_s)
        return self.issuer.record(*(self._batch(month) for _ in range(batches)))

    def hold(self, gateway: Gateway) -> list[str]:
        """Records one transaction that holds twenty orders for the canteen."""
        until = gateway.latest().timestamp_s + _WEEK_S
        accounts = [self._accounts[(self.orders + n) % AWARDS] for n in range(ORDERS)]
        self.orders += ORDERS
        holds = [
            calls.hold(self._request(secrets.token_bytes(32), account, until))
            for account in accounts
        ]
        return self._try_all(f"hold-{self.orders}", holds)

    def capture(self, gateway: Gateway, held: Sequence[OutboxRow]) -> list[str]:
        """Records the capture of what these transactions hold."""
        placed = [event for row in held for event in self._placed(gateway, row)]
        assert len(placed) == ORDERS * len(held), f"{len(placed)} orders are held"
        captures = [
            calls.capture(event.id, calls.HoldWords(event.terms, event.points), ORDER_UNITS)
            for event in placed
        ]
        return self._try_all(f"capture-{self.orders}", captures)

    def close_window(self) -> list[str]:
        """Records the end of the open clearing window."""
        data = abi("ClearingHouse").call("closeWindow")
        return self.operator.record(
            self._command(f"close-{len(self.operator.recorded)}", "ClearingHouse", data, CALL_GAS)
        )

    def happened(self, gateway: Gateway) -> list[events.Event]:
        """Every event of ours since the founding, as a node tells them."""
        first = self.deployment.first_block
        logs = gateway.logs(first, gateway.head(), self.deployment.addresses)
        return [event for _, event in decoded(logs)]

    def _batch(self, month: int) -> Command:
        self.batches += 1
        words = [
            calls.award_word(account, MINUTES, month, QUANTITY_MINUTES)
            for account in self._accounts
        ]
        keys = sorted(secrets.token_bytes(32) for _ in words)
        data = calls.mint_batch(self.batches, words, keys, secrets.token_bytes(32))
        gas = NEW_GAS if self.batches == 1 else KNOWN_GAS
        return self._command(f"mint-{self.batches}", "PointsLedger", data, gas)

    def _request(self, hold_id: bytes, account: bytes, until: int) -> calls.HoldRequest:
        return calls.HoldRequest(hold_id, VOLUNTEER, account, CANTEEN, ORDER_UNITS, until, until)

    def _try_all(self, name: str, each: Sequence[bytes]) -> list[str]:
        data = calls.try_all(each)
        return self.operator.record(self._command(name, "RedemptionDesk", data, ORDERS_GAS))

    def _placed(self, gateway: Gateway, row: OutboxRow) -> list[events.HoldPlaced]:
        assert row.block_number is not None, f"{row.id} is in no block"
        logs = gateway.logs(row.block_number, row.block_number, self.deployment.addresses)
        mine = [log for log in logs if log.transaction_hash == row.mined_hash]
        return [e for _, e in decoded(mine) if isinstance(e, events.HoldPlaced)]

    def _command(self, name: str, contract: str, data: bytes, gas: int) -> Command:
        return Command(name, self.deployment.contracts[contract], data, gas)
