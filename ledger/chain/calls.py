"""Calldata of what is sent most, packed by hand: batches of awards, and the desk's orders.

Everything else goes through ``ledger.chain.abi``, which a test compares these with. Amounts are
units of 0.01 point, times seconds since 1970, accounts 20 bytes, ids 32.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from ledger.chain.abi import abi

WORD = 32
_ORDER_WORDS = 4


class HoldRequest(NamedTuple):
    """What a resident asks of an acceptor, as the desk takes it."""

    hold_id: bytes
    issuer: int
    account: bytes
    acceptor: int
    units: int
    deadline_s: int
    service_at_s: int


class DonationRequest(NamedTuple):
    """What a resident gives to an account of the fund."""

    donation_id: bytes
    issuer: int
    account: bytes
    fund_account: bytes
    units: int


class HoldWords(NamedTuple):
    """``IPointsLedger.Hold``: what the hold's last event carried."""

    terms: int
    points: int


def award_word(account: bytes, activity: int, month: int, quantity: int) -> bytes:
    """account (160) · activity (16) · month (16) · quantity (64), 32 bytes."""
    return account + (activity << 80 | month << 64 | quantity).to_bytes(12, "big")


def mint_batch(number: int, words: Sequence[bytes], keys: Sequence[bytes], root: bytes) -> bytes:
    """``mintBatch``: words and keys of 32 bytes each, as many of one as of the other."""
    count = len(words).to_bytes(WORD, "big")
    head = _packed(number, _ORDER_WORDS * WORD, (_ORDER_WORDS + 1 + len(words)) * WORD)
    return b"".join(
        (_selector("PointsLedger", "mintBatch"), head, root, count, *words, count, *keys)
    )


def hold(request: HoldRequest) -> bytes:
    """``hold``: custodial."""
    return _selector("RedemptionDesk", "hold") + hold_fields(request)


def hold_signed(request: HoldRequest, expires_at_s: int, signature: bytes) -> bytes:
    """``holdSigned``: under the account's key, 65 bytes."""
    head = _selector("RedemptionDesk", "holdSigned") + hold_fields(request)
    return head + _packed(expires_at_s, 9 * WORD, len(signature)) + _padded(signature)


def hold_from_fund(request: HoldRequest) -> bytes:
    """``holdFromFund``: by the fund itself."""
    return _selector("RedemptionDesk", "holdFromFund") + hold_fields(request)


def hold_fields(request: HoldRequest) -> bytes:
    """The request as seven words."""
    return (
        request.hold_id
        + _packed(request.issuer)
        + request.account.rjust(WORD, b"\0")
        + _packed(request.acceptor, request.units, request.deadline_s, request.service_at_s)
    )


def capture(hold_id: bytes, words: HoldWords, units: int) -> bytes:
    """``capture`` of a part or the whole."""
    return _selector("RedemptionDesk", "capture") + hold_id + _packed(*words, units)


def refund(hold_id: bytes, words: HoldWords, units: int) -> bytes:
    """``refund`` of a part or the whole of what was captured."""
    return _selector("RedemptionDesk", "refund") + hold_id + _packed(*words, units)


def decline(hold_id: bytes, words: HoldWords) -> bytes:
    """``decline``: the acceptor's release."""
    return _selector("RedemptionDesk", "decline") + hold_id + _packed(*words)


def cancel(hold_id: bytes, words: HoldWords) -> bytes:
    """``cancel``: the resident's release, by the operator."""
    return _selector("RedemptionDesk", "cancel") + hold_id + _packed(*words)


def release_overdue(hold_id: bytes, words: HoldWords) -> bytes:
    """``releaseOverdue``: anyone's, once the deadline is past."""
    return _selector("RedemptionDesk", "releaseOverdue") + hold_id + _packed(*words)


def donate(request: DonationRequest) -> bytes:
    """``donate``: custodial."""
    fields = (request.donation_id, _packed(request.issuer), request.account.rjust(WORD, b"\0"))
    more = (request.fund_account.rjust(WORD, b"\0"), _packed(request.units))
    return b"".join((_selector("RedemptionDesk", "donate"), *fields, *more))


def try_all(calls: Sequence[bytes]) -> bytes:
    """``tryAll``: each call for itself; one that fails leaves its neighbours be."""
    offsets, bodies = [], []
    offset = WORD * len(calls)
    for call in calls:
        body = _packed(len(call)) + _padded(call)
        offsets.append(offset)
        bodies.append(body)
        offset += len(body)
    head = _selector("RedemptionDesk", "tryAll") + _packed(WORD, len(calls), *offsets)
    return head + b"".join(bodies)


def _packed(*values: int) -> bytes:
    return b"".join([value.to_bytes(WORD, "big") for value in values])


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % WORD)


@cache
def _selector(contract: str, function: str) -> bytes:
    return abi(contract).selector(function)
