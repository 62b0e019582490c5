"""A member's own calls of the clearing house: prepared here, signed there, sent on from here.

Closing a window, confirming a payment, proposing and accepting a reversal are for the member's own
key alone, on the chain; the operator hosts none of it. A member with a node of its own needs none
of this.
"""

from __future__ import annotations

import secrets
from typing import Any, TypeVar

from eth_hash.auto import keccak
from fastapi import Response

from api.clearing.schemas import Action, Prepare, PreparedShape, SendOwn, SentShape
from api.guard import Call, Calling, resource
from api.orders.answers import on_the_way
from api.shapes import unshow
from ledger.errors import Rejected
from ledger.statements.disputes import reason_hash
from ledger.statements.owncalls import Relay

router = resource("clearing", "clearing")
T = TypeVar("T")


@router.post("/prepare", operation_id="prepare_clearing")
def prepare_clearing(call: Calling, body: Prepare) -> PreparedShape:
    """准备本单位的清算操作 · Prepare a call for the member's key; refused as the chain would."""
    dispute, hashed = None, None
    if body.action is Action.PROPOSE:
        dispute = secrets.token_bytes(32) if body.dispute is None else unshow(body.dispute)
        hashed = reason_hash(_needed(body.reason, "reason"))
    function, arguments = _call_of(body, _own(call), dispute, hashed)
    transaction = call.office.clearing.own_calls.prepare(_own(call), function, *arguments)
    return PreparedShape.of(transaction, keccak(transaction.payload()), dispute, hashed)


@router.post("/transactions", operation_id="send_clearing")
def send_clearing(call: Calling, body: SendOwn, response: Response) -> SentShape:
    """转发本单位签名的交易 · Send on what the member's key signed; the same bytes act once."""
    raw = unshow(body.raw)
    if body.dry_run:
        sent, name = call.office.clearing.own_calls.check(_own(call), raw)
        return SentShape.of(Relay(sent.signed.hash, name, None), dry_run=True)
    relay = call.office.clearing.own_calls.relay(_own(call), raw, call.wait_s)
    if relay.block is None:
        on_the_way(response, "/v1/windows")
    return SentShape.of(relay)


def _call_of(
    body: Prepare, member: int, dispute: bytes | None, hashed: bytes | None
) -> tuple[str, tuple[Any, ...]]:
    if body.action is Action.CLOSE:
        return "closeWindow", ()
    if body.action is Action.CONFIRM:
        window, place = _needed(body.window, "window"), _needed(body.place, "place")
        return "confirmTransfer", (window, place)
    if body.action is Action.ACCEPT:
        return "acceptReversal", (unshow(_needed(body.dispute, "dispute")),)
    entry = (
        _needed(body.window, "window"),
        _needed(body.debtor, "debtor"),
        _needed(body.creditor, "creditor"),
        member,
        _needed(body.units, "units"),
    )
    return "proposeReversal", (entry, dispute, hashed)


def _own(call: Call) -> int:
    """The caller's member: the table of access lets nobody else in."""
    assert call.caller.member is not None, "a member's key names its member"
    return call.caller.member


def _needed(value: T | None, field: str) -> T:
    if value is None:
        raise Rejected("request.invalid", field=field, why="须填写 · it is needed")
    return value
