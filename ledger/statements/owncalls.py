"""What a member's own key says to the clearing house, for members without a node.

The call is prepared here and signed elsewhere: the key never comes here, and what is sent on is
read first, so that nothing but the member's own four calls passes. A refusal by the contract is met
before anything is sent, where it can be seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from ledger.chain.abi import abi
from ledger.chain.answers import SendMeaning
from ledger.chain.deployment import Deployment
from ledger.chain.direct import GAS_MARGIN
from ledger.chain.gateway import Gateway
from ledger.chain.reverts import refusal_of
from ledger.chain.rpc import NodeRefused
from ledger.chain.signed import Sent, read_signed
from ledger.chain.signer import Transaction
from ledger.chain.types import Receipt, enhex, receipt_of
from ledger.errors import Refused, Rejected

CALLS = ("closeWindow", "confirmTransfer", "proposeReversal", "acceptReversal")
_POLL_S = 0.05


class Relay(NamedTuple):
    """Where a member's transaction stands."""

    transaction: bytes
    call: str
    block: int | None
    """None while no block holds it."""


class OwnCalls:
    """Safe to use from any thread."""

    def __init__(
        self, gateway: Gateway, deployment: Deployment, key_of: Callable[[int], bytes]
    ) -> None:
        """``key_of`` gives a member's address; it raises for a member that is none."""
        self._gateway = gateway
        self._house = deployment.clearing
        self._key_of = key_of

    def prepare(self, member: int, function: str, *arguments: object) -> Transaction:
        """What the member's key signs, with gas and nonce; raises what the contract would say."""
        sender, data = self._key_of(member), abi("ClearingHouse").call(function, *arguments)
        gas = self._estimate(sender, data) + GAS_MARGIN
        nonce = self._gateway.transaction_count(sender)
        return Transaction(self._house, data, nonce, gas, self._gateway.chain_id)

    def check(self, member: int, raw: bytes) -> tuple[Sent, str]:
        """The transaction and the call in it; nothing is sent.

        Raises Rejected("clearing.not-own-call"), Refused("clearing.not-own-key"), and what the
        contract would say, unless it is sent already.
        """
        try:
            sent = read_signed(raw)
        except ValueError as error:
            raise Rejected("clearing.not-own-call", field="raw", why=str(error)) from error
        to, data = sent.transaction.to, sent.transaction.data
        names = {abi("ClearingHouse").selector(name): name for name in CALLS}
        name = names.get(data[:4])
        if to != self._house or name is None:
            raise Rejected("clearing.not-own-call", field="raw", why="、".join(CALLS))
        if sent.transaction.chain_id != self._gateway.chain_id:
            why = f"chain {self._gateway.chain_id}"
            raise Rejected("clearing.not-own-call", field="raw", why=why)
        if sent.sender != self._key_of(member):
            raise Refused("clearing.not-own-key", member=member, field="raw")
        return sent, name

    def relay(self, member: int, raw: bytes, wait_s: float) -> Relay:
        """Sends it on and waits for its block. Raises as ``check`` does, the contract's refusal,
        and Refused("clearing.nonce-unfit") where its number is not the key's next."""
        sent, name = self.check(member, raw)
        first = self._gateway.head() + 1
        deadline = time.monotonic() + wait_s
        if self._gateway.transaction_count(sent.sender) > sent.transaction.nonce:
            return self._found_before(sent, name)
        self._estimate(sent.sender, sent.transaction.data)
        answer = self._gateway.send_raw([sent.signed.raw])[0]
        if answer.meaning not in (SendMeaning.ACCEPTED, SendMeaning.KNOWN):
            raise Refused("clearing.nonce-unfit", nonce=sent.transaction.nonce)
        return self._await(sent, name, first, deadline)

    def _found_before(self, sent: Sent, name: str) -> Relay:
        """Its number is used: by itself, when it was sent before, or by another."""
        shown = self._gateway.rpc.call("eth_getTransactionReceipt", enhex(sent.signed.hash))
        if shown is None:
            raise Refused("clearing.nonce-unfit", nonce=sent.transaction.nonce)
        return self._ended(sent, name, receipt_of(shown))

    def _await(self, sent: Sent, name: str, first: int, deadline: float) -> Relay:
        """Watches blocks: asking for the receipt of an unknown hash blocks some nodes."""
        while True:
            for number in range(first, self._gateway.head() + 1):
                block = self._gateway.block(number)
                if block is not None and sent.signed.hash in block.transactions:
                    receipt = self._gateway.receipts(block, only=[sent.signed.hash])[0]
                    return self._ended(sent, name, receipt)
                first = number + 1
            if time.monotonic() >= deadline:
                return Relay(sent.signed.hash, name, None)
            time.sleep(_POLL_S)

    def _ended(self, sent: Sent, name: str, receipt: Receipt) -> Relay:
        """Where it was mined; raises the contract's refusal."""
        if not receipt.succeeded:
            _, transaction, _ = sent
            to, data, gas = transaction.to, transaction.data, transaction.gas
            raise refusal_of(self._gateway.revert_data(receipt, sent.sender, to, data, gas))
        return Relay(sent.signed.hash, name, receipt.block_number)

    def _estimate(self, sender: bytes, data: bytes) -> int:
        try:
            return self._gateway.estimate_gas(sender, self._house, data)
        except NodeRefused as refusal:
            raise refusal_of(refusal.data) if refusal.reverted else refusal from None
