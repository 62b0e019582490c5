"""What an order costs in gas: hold, capture and what undoes them, alone and in twenties.

The first capture between two members in a window is named apart: it opens what the window keeps of
them. So is an account's first custodial hold ever, which begins its custody record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from issuers.sandbox.kinds import Scheme
from ledger.chain import calls
from ledger.chain.types import Receipt
from ledger.units import DAY_S
from tests.bench.draws import accounts
from tests.bench.figures import Figure, Told, gas
from tests.bench.orders import ORDER_UNITS, ORDERS_PER_TRANSACTION, Orders, check_none_refused
from tests.bench.world import CHARITY, ISSUERS, account
from tests.support.network import Network

HOLD_MOST = 115_000
CAPTURE_MOST = 85_000
ORDER_MOST = 85_000
MIXED_UNITS = 100
"""One point: what a traveller with a handful of trips can afford twice."""
_FUND_ACCOUNT = (1 << 16 | CHARITY).to_bytes(20, "big")
"""Of the fund's first project: its form says whose it is."""


class OrderGas:
    """Orders of volunteers, whose accounts must have points of at least two classes."""

    def __init__(self, network: Network, schemes: Sequence[Scheme], told: Told) -> None:
        self._network = network
        self._orders = Orders(network)
        self._issuer = ISSUERS[Scheme.VOLUNTEER]
        self._schemes = schemes
        self._told = told

    def figures(self) -> Iterator[Figure]:
        """Everything, in an order in which each finds the state that it names."""
        yield from self._hold_and_capture()
        yield from self._undone()
        yield from self._two_classes()
        yield from self._twenty()
        yield self._overdue()

    def _hold_and_capture(self) -> Iterator[Figure]:
        self._orders.hold(self._issuer, self._resident(0))  # begins the operator's record
        first, hold = self._orders.hold(self._issuer, self._resident(1))
        yield self._gas("hold.first", "预留 · 首次托管", "hold · first custody", first, HOLD_MOST)
        opening, _ = self._orders.capture(hold)
        yield self._gas(
            "capture.opening", "核销 · 窗口内首笔", "capture · first in a window", opening
        )
        known, hold = self._orders.hold(self._issuer, self._resident(1))
        yield self._gas("hold.known", "预留 · 已有托管", "hold · known account", known, HOLD_MOST)
        whole, _ = self._orders.capture(hold)
        yield self._gas("capture.whole", "核销 · 全部", "capture · whole", whole, CAPTURE_MOST)
        _, hold = self._orders.hold(self._issuer, self._resident(1))
        part, left = self._orders.capture(hold, ORDER_UNITS // 2)
        yield self._gas("capture.part", "核销 · 部分", "capture · part", part, CAPTURE_MOST)
        refund = self._orders.send(calls.refund(left.id, left.words, ORDER_UNITS // 4))
        yield self._gas("refund.part", "退回 · 部分", "refund · part", refund)

    def _undone(self) -> Iterator[Figure]:
        _, hold = self._orders.hold(self._issuer, self._resident(1))
        _, left = self._orders.capture(hold)
        refund = self._orders.send(calls.refund(left.id, left.words, ORDER_UNITS))
        yield self._gas("refund.whole", "退回 · 全部", "refund · whole", refund)
        _, hold = self._orders.hold(self._issuer, self._resident(1))
        release = self._orders.send(calls.decline(hold.id, hold.words))
        yield self._gas("release", "释放 · 承兑方", "release · by the acceptor", release)
        _, hold = self._orders.hold(self._issuer, self._resident(1))
        cancel = self._orders.send(calls.cancel(hold.id, hold.words))
        yield self._gas("cancel", "取消 · 居民", "cancel · by the resident", cancel)
        gift = calls.DonationRequest(
            b"\5" * 32, self._issuer, self._resident(1), _FUND_ACCOUNT, ORDER_UNITS
        )
        self._orders.send(calls.donate(gift._replace(donation_id=b"\4" * 32)))
        donation = self._orders.send(calls.donate(gift))
        yield self._gas("donation", "捐赠", "donation", donation)

    def _two_classes(self) -> Iterator[Figure]:
        """More than the earliest lane holds: the hold and its capture touch two classes."""
        who = self._resident(2)
        self._orders.hold(self._issuer, who, 1)
        units = next(iter(self._orders.free(self._issuer, who).values())) + 1
        receipt, hold = self._orders.hold(self._issuer, who, units)
        yield self._gas("hold.two", "预留 · 跨两个类别", "hold · over two classes", receipt)
        receipt, _ = self._orders.capture(hold, units)
        yield self._gas("capture.two", "核销 · 跨两个类别", "capture · over two classes", receipt)

    def _twenty(self) -> Iterator[Figure]:
        same = [(self._issuer, self._resident(10 + n)) for n in range(ORDERS_PER_TRANSACTION)]
        yield from self._first_and_known("", ("", ""), same, ORDER_UNITS)
        mixed = self._mixed()
        for resident in mixed[-len(self._schemes) :]:  # opens the window between these members
            _, hold = self._orders.hold(*resident, 1)
            self._orders.capture(hold, 1)
        words = ("，多个发行方", ", several issuers")
        chosen = mixed[:ORDERS_PER_TRANSACTION]
        yield from self._first_and_known(".mixed", words, chosen, MIXED_UNITS)

    def _first_and_known(
        self,
        name: str,
        words: tuple[str, str],
        residents: Sequence[tuple[int, bytes]],
        units: int,
    ) -> Iterator[Figure]:
        """The same residents twice: their custody begins with the first."""
        for place, zh, en in (
            ("first", "首次托管", "first custody"),
            ("known", "已有托管", "known accounts"),
        ):
            receipt = self._orders.send(self._orders.together(residents, units))
            check_none_refused(receipt)
            self._told()
            yield gas(
                f"gas.order.{place}{name}",
                f"兑换单 · 20 单一笔 · {zh}{words[0]}",
                f"order · 20 in one transaction · {en}{words[1]}",
                receipt.gas_used / ORDERS_PER_TRANSACTION,
                ORDER_MOST,
            )

    def _mixed(self) -> list[tuple[int, bytes]]:
        """Residents of each issuer in turn who can afford two orders, one of each to spare."""
        issuers = [ISSUERS[scheme] for scheme in self._schemes]
        rich = [self._rich(issuer) for issuer in issuers]
        wanted = ORDERS_PER_TRANSACTION + len(issuers)
        return [next(rich[n % len(issuers)]) for n in range(wanted)]

    def _rich(self, issuer: int) -> Iterator[tuple[int, bytes]]:
        for who in accounts(issuer, 40):
            if sum(self._orders.free(issuer, who).values()) >= 2 * MIXED_UNITS + 1:
                yield issuer, who

    def _overdue(self) -> Figure:
        _, hold = self._orders.hold(self._issuer, self._resident(1))
        self._network.chain.advance_to(self._network.now_s + 8 * DAY_S)
        receipt = self._orders.send(calls.release_overdue(hold.id, hold.words))
        return self._gas("release.overdue", "释放 · 逾期", "release · past its deadline", receipt)

    def _resident(self, number: int) -> bytes:
        return account(self._issuer, number)

    def _gas(
        self, name: str, zh: str, en: str, receipt: Receipt, most: float | None = None
    ) -> Figure:
        self._told()
        return gas(f"gas.{name}", zh, en, receipt.gas_used, most)
