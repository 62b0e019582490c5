"""Holds and captures by web3.py's contract calls: what an order over HTTP is measured against.

As its documentation shows it: the contract object packs the arguments, an account signs, each call
is a transaction of its own, its receipt is waited for, and the hold's words are read from the
receipt's event. No API, no database, nobody who waits.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from eth_account import Account
from web3 import HTTPProvider, Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.logs import DISCARD
from web3.types import Nonce, TxParams, TxReceipt, Wei

from contracts.loader import load
from tests.bench.crowd import ISSUER
from tests.bench.orders import Orders
from tests.bench.product import LONGEST_S, mining
from tests.bench.world import KEYS, OPERATING
from tests.support.network import CHAIN_ID, Network

GAS = 400_000
_POLL_S = 0.02


def orders_per_s(network: Network, accounts: Sequence[bytes], units: int) -> float:
    """One order of each account: all holds sent, then all captures."""
    web3 = Web3(HTTPProvider(network.chain.url))
    desk, ledger = (_contract(web3, network, name) for name in ("RedemptionDesk", "PointsLedger"))
    sender = _Sender(web3, network.gateway.transaction_count(KEYS[OPERATING].address))
    requests = [Orders(network, f"web3 {n}").request(ISSUER, who, units)
                for n, who in enumerate(accounts)]  # fmt: skip
    with mining(network):
        began = time.perf_counter()
        placed = sender.send([desk.functions.hold(tuple(request)) for request in requests])
        captures = []
        for receipt in placed:
            (event,) = ledger.events.HoldPlaced().process_receipt(receipt, errors=DISCARD)
            words = event["args"]
            entry = (words["hold"]["terms"], words["hold"]["points"])
            captures.append(desk.functions.capture(words["id"], entry, units))
        sender.send(captures)
        return len(accounts) / (time.perf_counter() - began)


class _Sender:
    """The operator's key, with the nonces counted."""

    def __init__(self, web3: Web3, nonce: int) -> None:
        self._web3 = web3
        self._account = Account.from_key(KEYS[OPERATING].to_bytes())
        self._nonce = nonce

    def send(self, calls: Sequence[ContractFunction]) -> list[TxReceipt]:
        """A transaction each; their receipts, all of them successes."""
        fixed: TxParams = {"gas": GAS, "gasPrice": Wei(0), "chainId": CHAIN_ID}
        hashes = []
        for call in calls:
            built = call.build_transaction({**fixed, "nonce": Nonce(self._nonce)})
            signed = self._account.sign_transaction(built)
            hashes.append(self._web3.eth.send_raw_transaction(signed.raw_transaction))
            self._nonce += 1
        wait = self._web3.eth.wait_for_transaction_receipt
        receipts = [wait(name, LONGEST_S, _POLL_S) for name in hashes]
        assert all(receipt["status"] == 1 for receipt in receipts)
        return receipts


def _contract(web3: Web3, network: Network, name: str) -> Contract:
    address = Web3.to_checksum_address(network.deployment.contracts[name])
    return web3.eth.contract(address=address, abi=load(name).abi)
