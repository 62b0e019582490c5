"""The door of the redemption service, as HTTP and command line see it.

Every change carries an id made by its client: the same id and content is one effect and gives the
same answer; other content raises Rejected("order.id-reused"). A change waits up to ``wait_s`` for
the chain and answers either way: ``confirmed`` says whether a block holds it, ``final`` whether
that block stays. A refusal by the chain is no exception: it stands in the answer as ``reason``.
Who may ask is judged by the caller. Amounts are units of 0.01 point, times seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ledger.clearing.netting import Payment
from ledger.clearing.windows import WindowSheet
from ledger.index.rows import AwardRow
from ledger.offers.values import Wanted
from ledger.redeeming.meter import Load
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
from ledger.store.index_query import Place


class Redemption(Protocol):
    """Use cases of the operator. Safe to call from any thread."""

    # Wallets

    def open_wallet(
        self, wallet_id: str, issuers: Sequence[int], own_keys: Mapping[int, bytes] | None = None
    ) -> Wallet:
        """A wallet with a random account for each issuer, or the resident's key's own address."""
        ...

    def wallet(self, wallet_id: str) -> Wallet:
        """Rejected("wallet.unknown")."""
        ...

    def forget_wallet(self, wallet_id: str) -> None:
        """Unties its accounts for good; orders keep their sums and lose the wallet's name."""
        ...

    def balance(self, wallet_id: str) -> Balance:
        """What it can spend, lot by lot."""
        ...

    def awards(
        self, wallet_id: str, after: Place | None = None, most: int = PAGE
    ) -> list[AwardRow]:
        """What it was awarded, newest first, behind a place on the chain."""
        ...

    def key_to_sign(self, account: bytes, key: bytes, nonce: int, expires_at_s: int) -> ToSign:
        """What registers a key for an account; ``nonce`` counts its registrations so far."""
        ...

    def register_key(
        self, request_id: str, account: bytes, key: bytes, signed: Signed, *, wait_s: float = WAIT_S
    ) -> Relayed:
        """Relays a key's registration."""
        ...

    def withdraw_key(self, request_id: str, account: bytes, *, wait_s: float = WAIT_S) -> Relayed:
        """Relays that a key which is not in effect yet is taken back."""
        ...

    # Orders

    def quote(
        self,
        wallet_id: str,
        acceptor: int,
        units: int,
        deadline_s: int | None = None,
        wanted: Wanted | None = None,
    ) -> Quote:
        """The holds that an order would place, and why; raises what the contract would say, or
        the offer that is ``wanted``."""
        ...

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
        """All its holds or none. Without times: as late as the points allow. An acceptor that is
        an issuer makes it an exchange. ``signed`` as ``prepare`` proposed, for own keys. What is
        ``wanted`` of an offer is taken with it, as the offer's terms allow."""
        ...

    def prepare(
        self,
        wallet_id: str,
        acceptor: int,
        units: int,
        *,
        service_at_s: int | None = None,
        deadline_s: int | None = None,
        expires_in_s: int = 600,
        wanted: Wanted | None = None,
    ) -> Prepared:
        """What the resident's keys have to sign for an order; records nothing."""
        ...

    def prepare_donation(
        self, wallet_id: str, fund_account: bytes, units: int, *, expires_in_s: int = 600
    ) -> PreparedGift:
        """What the resident's keys have to sign for a gift; records nothing."""
        ...

    def capture(
        self, request_id: str, order_id: str, units: int | None = None, *, wait_s: float = WAIT_S
    ) -> Order:
        """For a hosted acceptor: all or a part, earliest expiry first; the rest is released."""
        ...

    def release(self, request_id: str, order_id: str, *, wait_s: float = WAIT_S) -> Order:
        """A hosted acceptor declines."""
        ...

    def cancel(
        self,
        request_id: str,
        order_id: str,
        signed: Mapping[bytes, Signed] | None = None,
        *,
        wait_s: float = WAIT_S,
    ) -> Order:
        """The resident's own, until the time of service; by hold id for accounts with a key."""
        ...

    def cancel_to_sign(self, order_id: str, expires_at_s: int) -> Mapping[bytes, ToSign]:
        """What the resident's key signs to cancel, by hold id."""
        ...

    def refund(
        self, request_id: str, order_id: str, units: int | None = None, *, wait_s: float = WAIT_S
    ) -> Order:
        """For a hosted acceptor: all or a part of what was captured, latest expiry first."""
        ...

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
        """Gives to an account of the community fund; each part that is not refused is given."""
        ...

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
        """An order whose acceptor is the issuer ``into``: whole native points, the rest stays."""
        ...

    def exchange_for(self, hold_id: bytes) -> ExchangeCredit:
        """For the issuer's agent: whom to credit; Rejected("order.no-exchange")."""
        ...

    def release_overdue(self, most: int = 100) -> int:
        """Asks for the release of orders past their deadline; how many."""
        ...

    def order(self, order_id: str, *, wait_s: float = 0.0) -> Order:
        """As it stands; where something is on its way, after its outcome or that time.

        Rejected("order.unknown")."""
        ...

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
        """A page of orders, newest first. ``state`` chooses by the state that is final."""
        ...

    def totals(self) -> Totals:
        """Sums over all orders."""
        ...

    def load(self) -> Load:
        """The relayer's queue and latency, for metrics."""
        ...

    # Clearing

    def windows(self) -> list[WindowSheet]:
        """All windows, oldest first."""
        ...

    def window(self, number: int) -> WindowSheet:
        """Positions, obligations and nets; Refused("clearing.window-unknown")."""
        ...

    def close_window(self, request_id: str, *, wait_s: float = WAIT_S) -> Relayed:
        """Closes the open window with the operator's key."""
        ...

    def settlement_of(self, number: int) -> tuple[Payment, ...]:
        """The transfers that ``publish_settlement`` would publish."""
        ...

    def publish_settlement(
        self, request_id: str, number: int, *, wait_s: float = WAIT_S
    ) -> Relayed:
        """At most n - 1 transfers that bring every member of the window to zero."""
        ...
