"""From what is asked to the holds that will be: quoted on what is free and not on its way, judged.

The judge is the pure core's twin of the contract, so what it says no to is refused here with the
contract's own words, before anything is recorded. Reads only.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from ledger.chain.calls import DonationRequest, HoldRequest
from ledger.chain.types import enhex
from ledger.errors import Refused, Rejected, Unavailable
from ledger.redeeming import seeing, signing
from ledger.redeeming.pending import pending_of, without
from ledger.redeeming.quote import Purse, exchange_step, quote
from ledger.redeeming.seeing import Seen
from ledger.redeeming.values import Lot, Quote, Signed, SignedGift, SignedHold, Wallet
from ledger.redeeming.workplace import Look, Workplace, cursor_at
from ledger.rules import Points
from ledger.rules.refusal import RuleRefusal, require
from ledger.store import operator_orders as orders

ID_BYTES = 32
UNSIGNED = Signed(0, b"")
"""Stands for a hold that the operator places by itself, among others that were signed."""


@dataclass(frozen=True)
class Situation:
    """A wallet as an order meets it: what is free, less what is on its way."""

    wallet: Wallet
    seen: Seen
    lots: tuple[Lot, ...]
    keys: dict[bytes, bytes]
    """The key in effect by account, of those that have one."""

    def needs_signature(self, account: bytes) -> bool:
        """Whether only the resident's own key may hold from it."""
        own = any(each.account == account and each.own_key for each in self.wallet.accounts)
        return own or account in self.keys


@dataclass(frozen=True)
class PlannedHold:
    """A hold ready to be recorded."""

    request: HoldRequest
    slices: int
    signed: Signed | None


@dataclass(frozen=True)
class PlannedGift:
    """A gift ready to be recorded."""

    request: DonationRequest
    slices: int
    signed: Signed | None


@dataclass(frozen=True)
class Times:
    """When an order's service is, and until when it can be captured; None for the latest."""

    service_at_s: int | None = None
    deadline_s: int | None = None

    def within(self, latest_s: int) -> tuple[int, int]:
        """(service, deadline) in seconds since 1970."""
        deadline_s = latest_s if self.deadline_s is None else self.deadline_s
        service_at_s = deadline_s if self.service_at_s is None else self.service_at_s
        if min(deadline_s, service_at_s) < 0:
            raise Rejected("order.time-negative", service_at_s=service_at_s, deadline_s=deadline_s)
        return service_at_s, deadline_s


class Situations:
    """Several wallets as of the newest block; what is recorded meanwhile counts for the next."""

    def __init__(self, at: Look, work: Workplace, wallets: Sequence[Wallet]) -> None:
        self._wallets = {wallet.id: wallet for wallet in wallets}
        accounts = [each.account for wallet in wallets for each in wallet.accounts]
        asked = orders.asked_of(at.operator, accounts)
        self.seen = seeing.seen(at.projection, accounts, [h.id for h in asked], work.rules)
        require_not_behind(at, self.seen)
        desk, now_s = work.deployment.desk, self.seen.at.time_s
        self._keys = seeing.keys_of(at.projection, desk, accounts, now_s)
        self._pending = dict(pending_of(asked, self.seen.known))
        self._lots: dict[bytes, list[Lot]] = {}
        for lot in self.seen.lots:
            self._lots.setdefault(lot.account, []).append(lot)

    def of(self, wallet_id: str) -> Situation:
        """One wallet's; Rejected("wallet.unknown")."""
        wallet = self._wallets.get(wallet_id)
        if wallet is None:
            raise Rejected("wallet.unknown", id=wallet_id)
        accounts = [each.account for each in wallet.accounts]
        lots = [lot for account in accounts for lot in self._lots.get(account, ())]
        keys = {account: self._keys[account] for account in accounts if account in self._keys}
        return Situation(wallet, self.seen, tuple(without(lots, self._pending)), keys)

    def take(self, purse: Purse, units: int) -> None:
        """So much of an account is on its way from now on."""
        self._pending[purse] = self._pending.get(purse, 0) + units


def require_not_behind(at: Look, now: Seen) -> None:
    """Unavailable("order.index-behind") where the projection shows less than the operator's rows
    know: it is being built again, or another process is ahead of this one."""
    settled = cursor_at(at)
    if now.at.block < settled:
        raise Unavailable("order.index-behind", block=now.at.block, settled=settled)


def quoted(now: Situation, acceptor: int, units: int) -> Quote:
    """The quote; raises what the registry would say of the acceptor and the amount."""
    step = exchange_step(now.seen.registry, acceptor)
    require(not now.seen.paused, "PausedNow")
    if units <= 0:
        raise RuleRefusal("ZeroUnits")
    require(not step or units >= step, "NotWholeNativePoints", units, step)
    now.seen.registry.check_acceptor(acceptor, units // step * step if step else units)
    return quote(now.lots, acceptor, units, now.seen.registry, now.seen.at.time_s)


def gift_quoted(now: Situation, fund_account: bytes, units: int) -> Quote:
    """The quote of a gift; raises what the ledger would say of the account and the amount."""
    text = enhex(fund_account)
    require(not now.seen.paused, "PausedNow")
    if units <= 0:
        raise RuleRefusal("ZeroUnits")
    fund = now.seen.registry.fund_member_of(text)
    require(fund != 0, "NotAFundAccount", text)
    return quote(now.lots, fund, units, now.seen.registry, now.seen.at.time_s)


def require_enough(now: Situation, found: Quote) -> None:
    """RuleRefusal("InsufficientPoints") where some are missing."""
    if found.missing_units:
        available = sum(lot.units for lot in now.lots)
        raise RuleRefusal("InsufficientPoints", available, found.units + found.missing_units)


def requests_of(found: Quote, times: Times) -> list[HoldRequest]:
    """One for each part of the quote, with fresh random ids."""
    service_at_s, deadline_s = times.within(found.latest_deadline_s)
    return [
        HoldRequest(
            secrets.token_bytes(ID_BYTES),
            part.issuer,
            part.account,
            found.acceptor,
            part.units,
            deadline_s,
            service_at_s,
        )
        for part in found.parts
    ]


def gifts_of(found: Quote, fund_account: bytes) -> list[DonationRequest]:
    """One for each part of the quote, with fresh random ids."""
    return [
        DonationRequest(
            secrets.token_bytes(ID_BYTES), part.issuer, part.account, fund_account, part.units
        )
        for part in found.parts
    ]


def judged_holds(work: Workplace, now: Situation, given: Sequence[SignedHold]) -> list[PlannedHold]:
    """Each as the contract would take it; raises its refusal, or that a signature is missing."""
    twin = now.seen.twin(now.lots)
    planned = []
    for request, signed in given:
        _require_own(now, request.issuer, request.account)
        digest = partial(work.domain.hold, request, signed.expires_at_s)
        kept = _judged_signature(now, request.account, digest, signed)
        planned.append(PlannedHold(request, placed(twin, request), kept))
    return planned


def judged_gifts(work: Workplace, now: Situation, given: Sequence[SignedGift]) -> list[PlannedGift]:
    """As ``judged_holds``, for gifts to the fund."""
    twin = now.seen.twin(now.lots)
    planned = []
    for request, signed in given:
        _require_own(now, request.issuer, request.account)
        digest = partial(work.domain.donation, request, signed.expires_at_s)
        kept = _judged_signature(now, request.account, digest, signed)
        purse = (request.issuer, enhex(request.account), enhex(request.fund_account))
        slices = twin.donate(request.donation_id, *purse, request.units)
        planned.append(PlannedGift(request, len(slices), kept))
    return planned


def placed(twin: Points, request: HoldRequest) -> int:
    """Of how many slices the hold would be; raises what the contract would say."""
    hold = twin.place_hold(
        request.hold_id,
        request.issuer,
        enhex(request.account),
        request.acceptor,
        request.units,
        request.deadline_s,
        request.service_at_s,
    )
    return len(hold.slices)


def _require_own(now: Situation, issuer: int, account: bytes) -> None:
    if not any((a.issuer, a.account) == (issuer, account) for a in now.wallet.accounts):
        raise Rejected("wallet.no-such-account", id=now.wallet.id, account=account)


def _judged_signature(
    now: Situation, account: bytes, digest: Callable[[], bytes], signed: Signed
) -> Signed | None:
    """The signature where the account has a key; None where the operator acts for it."""
    if not now.needs_signature(account):
        require(signed == UNSIGNED, "AccountHasNoKey", enhex(account))
        return None
    key = now.keys.get(account)
    if key is None:
        raise RuleRefusal("AccountHasNoKey", enhex(account))
    if signed == UNSIGNED:
        raise Refused("order.signature-missing", account=account)
    require(now.seen.at.time_s <= signed.expires_at_s, "AuthorisationExpired", signed.expires_at_s)
    signing.require_signer(digest(), signed.signature, key)
    return signed
