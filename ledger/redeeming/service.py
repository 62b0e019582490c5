"""The redemption service: one object over all use cases, the door that ``ports`` describes.

It wires nothing and decides nothing: each method hands on to the part that does. ``relaying`` adds
what the operator's own key does beside orders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.clearing.netting import Payment
from ledger.clearing.windows import WindowSheet
from ledger.index.rows import AwardRow
from ledger.offers.values import Wanted
from ledger.redeeming.closing import Closing
from ledger.redeeming.finishing import Finishing, Step
from ledger.redeeming.lists import Lists
from ledger.redeeming.meter import Load
from ledger.redeeming.ordering import Ordering
from ledger.redeeming.planning import Times
from ledger.redeeming.recording import Asked, AskedGift
from ledger.redeeming.standing import Kind
from ledger.redeeming.values import (
    PAGE,
    WAIT_S,
    Balance,
    ExchangeCredit,
    Order,
    Page,
    Prepared,
    PreparedGift,
    Purpose,
    Quote,
    Relayed,
    Signed,
    SignedGift,
    SignedHold,
    State,
    ToSign,
    Totals,
    Wallet,
)
from ledger.redeeming.wallets import Wallets
from ledger.redeeming.workplace import Workplace
from ledger.store.index_query import Place

SIGN_WITHIN_S = 600
"""How long a resident has to sign, unless told otherwise."""


class RedemptionService:
    """``ports.Redemption``, where each method's promise stands."""

    def __init__(self, work: Workplace) -> None:
        self._work = work
        self._wallets = Wallets(work)
        self._ordering = Ordering(work)
        self._finishing = Finishing(work)
        self._lists = Lists(work)
        self._closing = Closing(work)

    # Wallets

    def open_wallet(
        self, wallet_id: str, issuers: Sequence[int], own_keys: Mapping[int, bytes] | None = None
    ) -> Wallet:
        """A wallet with an account for each issuer."""
        return self._wallets.open(wallet_id, issuers, own_keys or {})

    def wallet(self, wallet_id: str) -> Wallet:
        """Its accounts."""
        return self._wallets.read(wallet_id)

    def forget_wallet(self, wallet_id: str) -> None:
        """Unties its accounts for good."""
        self._wallets.forget(wallet_id)

    def balance(self, wallet_id: str) -> Balance:
        """What it can spend."""
        return self._wallets.balance(wallet_id)

    def awards(
        self, wallet_id: str, after: Place | None = None, most: int = PAGE
    ) -> list[AwardRow]:
        """What it was awarded, newest first, behind a place on the chain."""
        return self._wallets.awards(wallet_id, after, most)

    def key_to_sign(self, account: bytes, key: bytes, nonce: int, expires_at_s: int) -> ToSign:
        """What registers a key."""
        return self._wallets.key_to_sign(account, key, nonce, expires_at_s)

    def register_key(
        self, request_id: str, account: bytes, key: bytes, signed: Signed, *, wait_s: float = WAIT_S
    ) -> Relayed:
        """Relays a key's registration."""

        def record() -> None:
            self._wallets.record_key(request_id, account, key, signed)

        return self._closing.ask(request_id, record, wait_s)

    def withdraw_key(self, request_id: str, account: bytes, *, wait_s: float = WAIT_S) -> Relayed:
        """Relays that a key which is not in effect yet is taken back."""

        def record() -> None:
            self._wallets.record_withdrawal(request_id, account)

        return self._closing.ask(request_id, record, wait_s)

    # Orders

    def quote(
        self,
        wallet_id: str,
        acceptor: int,
        units: int,
        deadline_s: int | None = None,
        wanted: Wanted | None = None,
    ) -> Quote:
        """What an order would take."""
        times = Times(deadline_s=deadline_s)
        return self._ordering.quote(wallet_id, acceptor, units, times, wanted)

    def prepare(
        self,
        wallet_id: str,
        acceptor: int,
        units: int,
        *,
        service_at_s: int | None = None,
        deadline_s: int | None = None,
        expires_in_s: int = SIGN_WITHIN_S,
        wanted: Wanted | None = None,
    ) -> Prepared:
        """What is to be signed for an order."""
        times = Times(service_at_s, deadline_s)
        return self._ordering.prepare(wallet_id, acceptor, units, times, expires_in_s, wanted)

    def prepare_donation(
        self, wallet_id: str, fund_account: bytes, units: int, *, expires_in_s: int = SIGN_WITHIN_S
    ) -> PreparedGift:
        """What is to be signed for a gift."""
        return self._ordering.prepare_gift(wallet_id, fund_account, units, expires_in_s)

    def place_order(
        self,
        order_id: str,
        wallet_id: str,
        acceptor: int,
        units: int,
        *,
        service_at_s: int | None = None,
        deadline_s: int | None = None,
        signed: Sequence[SignedHold] = (),
        wanted: Wanted | None = None,
        dry_run: bool = False,
        wait_s: float = WAIT_S,
    ) -> Order:
        """All its holds or none."""
        times = Times(service_at_s, deadline_s)
        asked = Asked(order_id, wallet_id, acceptor, units, times, tuple(signed), wanted)
        return self._placed(asked, dry_run, wait_s)

    def exchange(
        self,
        order_id: str,
        wallet_id: str,
        into: int,
        units: int,
        *,
        dry_run: bool = False,
        wait_s: float = WAIT_S,
    ) -> Order:
        """An order whose acceptor is an issuer."""
        self._ordering.require_scheme(into)
        return self.place_order(order_id, wallet_id, into, units, dry_run=dry_run, wait_s=wait_s)

    def donate(
        self,
        order_id: str,
        wallet_id: str,
        fund_account: bytes,
        units: int,
        *,
        signed: Sequence[SignedGift] = (),
        dry_run: bool = False,
        wait_s: float = WAIT_S,
    ) -> Order:
        """A gift to the fund."""
        asked = AskedGift(order_id, wallet_id, fund_account, units, tuple(signed))
        return self._placed(asked, dry_run, wait_s)

    def capture(
        self, request_id: str, order_id: str, units: int | None = None, *, wait_s: float = WAIT_S
    ) -> Order:
        """Delivered."""
        return self._finishing.take(Step(request_id, order_id, Kind.CAPTURE, units), wait_s)

    def release(self, request_id: str, order_id: str, *, wait_s: float = WAIT_S) -> Order:
        """Declined by the acceptor."""
        return self._finishing.take(Step(request_id, order_id, Kind.DECLINE), wait_s)

    def cancel(
        self,
        request_id: str,
        order_id: str,
        signed: Mapping[bytes, Signed] | None = None,
        *,
        wait_s: float = WAIT_S,
    ) -> Order:
        """Cancelled by the resident."""
        step = Step(request_id, order_id, Kind.CANCEL, signed=signed)
        return self._finishing.take(step, wait_s)

    def cancel_to_sign(self, order_id: str, expires_at_s: int) -> Mapping[bytes, ToSign]:
        """What cancels holds of accounts with a key."""
        return self._finishing.cancel_to_sign(order_id, expires_at_s)

    def refund(
        self, request_id: str, order_id: str, units: int | None = None, *, wait_s: float = WAIT_S
    ) -> Order:
        """Given back."""
        return self._finishing.take(Step(request_id, order_id, Kind.REFUND, units), wait_s)

    def release_overdue(self, most: int = 100) -> int:
        """Asks for the release of what is past its deadline."""
        return len(self._finishing.release_overdue(most))

    def exchange_for(self, hold_id: bytes) -> ExchangeCredit:
        """Whom an issuer's agent credits."""
        return self._lists.exchange_for(hold_id)

    def order(self, order_id: str, *, wait_s: float = 0.0) -> Order:
        """As it stands, once what is on its way has an outcome or the time is over."""
        if wait_s <= 0:
            return self._work.read(order_id)
        return self._work.ask(order_id, lambda: False, wait_s, lambda order: order.confirmed)

    def orders(
        self,
        *,
        cursor: int | None = None,
        most: int = PAGE,
        wallet_id: str | None = None,
        acceptor: int | None = None,
        state: State | None = None,
        purpose: Purpose | None = None,
    ) -> Page:
        """A page, newest first; filtered by the state that is final."""
        return self._lists.page(cursor, most, (wallet_id, acceptor, state, purpose))

    def totals(self) -> Totals:
        """Sums over all orders."""
        return self._lists.totals()

    def load(self) -> Load:
        """The relayer's queue and latency."""
        return self._work.load()

    # Clearing

    def windows(self) -> list[WindowSheet]:
        """All windows, oldest first."""
        return self._closing.windows()

    def window(self, number: int) -> WindowSheet:
        """One window's sheet."""
        return self._closing.window(number)

    def close_window(self, request_id: str, *, wait_s: float = WAIT_S) -> Relayed:
        """Closes the open window."""
        return self._closing.close(request_id, wait_s)

    def settlement_of(self, number: int) -> tuple[Payment, ...]:
        """What would be published for it."""
        return self._closing.settlement_of(number)

    def publish_settlement(
        self, request_id: str, number: int, *, wait_s: float = WAIT_S
    ) -> Relayed:
        """Publishes it."""
        return self._closing.publish(request_id, number, wait_s)

    def _placed(self, asked: Asked | AskedGift, dry_run: bool, wait_s: float) -> Order:
        if dry_run:
            return self._ordering.rehearse(asked)
        return self._ordering.place(asked, wait_s)
