"""Calls for the desk: what a use case wants of the chain, as calldata with kind and gas limit."""

from __future__ import annotations

from collections.abc import Callable

from ledger.chain import calls
from ledger.chain.abi import abi
from ledger.chain.calls import DonationRequest, HoldRequest, HoldWords
from ledger.redeeming.packing import gas_of
from ledger.redeeming.standing import Kind
from ledger.redeeming.values import Signed
from ledger.rules.lanes import unpacked
from ledger.store.operator_commands import Call
from ledger.store.operator_orders import HoldEntry

EPOCH_SHIFT = 192
EPOCH_MASK = 0xFFFF
_ENDINGS: dict[Kind, Callable[[bytes, HoldWords], bytes]] = {
    Kind.DECLINE: calls.decline,
    Kind.CANCEL: calls.cancel,
    Kind.OVERDUE: calls.release_overdue,
}


def hold_call(order: str, request: HoldRequest, slices: int, signed: Signed | None = None) -> Call:
    """Places a hold of so many slices: custodial, or under the account's key."""
    data = calls.hold_signed(request, *signed) if signed else calls.hold(request)
    gas = gas_of(Kind.HOLD, slices, _word(signed))
    return Call(Kind.HOLD, data, gas, order, request.hold_id)


def gift_call(
    order: str, request: DonationRequest, slices: int, signed: Signed | None = None
) -> Call:
    """Gives to the fund: custodial, or under the account's key."""
    data = calls.donate(request)
    if signed:
        data = abi("RedemptionDesk").call("donateSigned", tuple(request), *signed)
    gas = gas_of(Kind.GIVE, slices, _word(signed))
    return Call(Kind.GIVE, data, gas, order, request.donation_id)


def capture_call(hold: HoldEntry, units: int, request: str) -> Call:
    """Captures a part or the whole; the rest is released in the same call."""
    data = calls.capture(hold.id, words_of(hold), units)
    return Call(Kind.CAPTURE, data, _gas(Kind.CAPTURE, hold), hold.order, hold.id, request)


def refund_call(hold: HoldEntry, units: int, request: str) -> Call:
    """Refunds a part or the whole of what was captured."""
    data = calls.refund(hold.id, words_of(hold), units)
    return Call(Kind.REFUND, data, _gas(Kind.REFUND, hold), hold.order, hold.id, request)


def ending_call(
    kind: Kind, hold: HoldEntry, request: str | None, signed: Signed | None = None
) -> Call:
    """Releases a hold: decline, cancel (also under the account's key), or overdue."""
    data = _ENDINGS[kind](hold.id, words_of(hold))
    if signed:
        words = (hold.id, tuple(words_of(hold)))
        data = abi("RedemptionDesk").call("cancelSigned", *words, *signed)
    return Call(kind, data, _gas(kind, hold, signed), hold.order, hold.id, request)


def key_call(account: bytes, key: bytes, signed: Signed, request: str) -> Call:
    """Registers a key for an account."""
    data = abi("RedemptionDesk").call("registerKey", account, key, *signed)
    return Call(Kind.KEY, data, gas_of(Kind.KEY, 1, signed.signature), None, None, request)


def withdrawal_call(account: bytes, request: str) -> Call:
    """Takes back an account's key that is not in effect yet."""
    data = abi("RedemptionDesk").call("withdrawKey", account)
    return Call(Kind.KEY, data, gas_of(Kind.KEY, 1), None, None, request)


def words_of(hold: HoldEntry) -> HoldWords:
    """The words of the hold's last final event, never a guess."""
    terms, points = hold.terms, hold.points
    assert terms is not None, "its placing is not final"
    assert points is not None, "its placing is not final"
    return HoldWords(terms, points)


def slices_of(hold: HoldEntry) -> dict[int, int]:
    """Units by epoch that the words carry."""
    points = words_of(hold).points
    return unpacked(points, points >> EPOCH_SHIFT & EPOCH_MASK)


def _gas(kind: Kind, hold: HoldEntry, signed: Signed | None = None) -> int:
    return gas_of(kind, len(slices_of(hold)), _word(signed))


def _word(signed: Signed | None) -> bytes | None:
    return None if signed is None else signed.signature
