"""One transaction at a time from a key that has no outbox: what a member does once in a while.

The chain's own state makes a second try harmless (what is done is refused as done), so nothing is
recorded beforehand. A key that an agent or the operator sends with must not be used here at the
same time.
"""

from __future__ import annotations

import time

from ledger.chain.abi import abi
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.reverts import refusal_of
from ledger.chain.rpc import NodeRefused
from ledger.chain.signer import Signer, Transaction
from ledger.chain.types import Receipt
from ledger.errors import OutcomeUnknown

GAS_MARGIN = 250_000
"""Above the estimate: until it is mined others may make more of it, as when a confirmation becomes
the last one and settles its window."""
WAIT_S = 60.0
_POLL_S = 0.05


def send(
    gateway: Gateway,
    deployment: Deployment,
    key: Signer,
    contract: str,
    function: str,
    *arguments: object,
    wait_s: float = WAIT_S,
) -> Receipt:
    """The receipt once it is mined. Raises the contract's refusal, before sending where it can be
    seen; OutcomeUnknown("direct.not-mined") where it is in no block after ``wait_s``."""
    to, data = deployment.contracts[contract], abi(contract).call(function, *arguments)
    try:
        gas = gateway.estimate_gas(key.address, to, data) + GAS_MARGIN
    except NodeRefused as refusal:
        raise refusal_of(refusal.data) if refusal.reverted else refusal from None
    nonce, first = gateway.transaction_count(key.address), gateway.head() + 1
    signed = key.sign_transaction(Transaction(to, data, nonce, gas, gateway.chain_id))
    gateway.send_raw([signed.raw])
    receipt = _mined(gateway, signed.hash, first, time.monotonic() + wait_s)
    if not receipt.succeeded:
        raise refusal_of(gateway.revert_data(receipt, key.address, to, data, gas))
    return receipt


def _mined(gateway: Gateway, name: bytes, first: int, deadline: float) -> Receipt:
    """Watches blocks: asking for the receipt of an unknown hash blocks some nodes."""
    while time.monotonic() < deadline:
        for number in range(first, gateway.head() + 1):
            block = gateway.block(number)
            if block is not None and name in block.transactions:
                return gateway.receipts(block, only=[name])[0]
            first = number + 1
        time.sleep(_POLL_S)
    raise OutcomeUnknown("direct.not-mined", transaction=name)
