"""The same awards by web3.py's contract calls: what the hand-packed way is measured against.

As its documentation shows it: the contract object packs the arguments, an account signs, each
transaction is sent by itself, and its receipt is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from eth_account import Account
from web3 import HTTPProvider, Web3
from web3.types import Nonce, TxParams, Wei

from contracts.loader import load
from ledger.chain.signer import TRANSACTION_GAS_MAX
from tests.bench.crowd import SENDER, check_minted
from tests.bench.draws import Batch
from tests.bench.product import LONGEST_S, mining
from tests.support.network import CHAIN_ID, Network

_POLL_S = 0.02


def send(network: Network, batches: Sequence[Batch]) -> float:
    """Seconds from the first award handed in to the last receipt."""
    web3 = Web3(HTTPProvider(network.chain.url))
    address = network.deployment.contracts["PointsLedger"]
    contract = web3.eth.contract(
        address=Web3.to_checksum_address(address), abi=load("PointsLedger").abi
    )
    account = Account.from_key(SENDER.to_bytes())
    fixed: TxParams = {"gas": TRANSACTION_GAS_MAX, "gasPrice": Wei(0), "chainId": CHAIN_ID}
    first = network.gateway.transaction_count(SENDER.address)
    with mining(network):
        began = time.perf_counter()
        hashes = []
        for nonce, batch in enumerate(batches, first):
            call = contract.functions.mintBatch(batch.number, batch.words(), batch.keys, batch.root)
            built = call.build_transaction({**fixed, "nonce": Nonce(nonce)})
            signed = account.sign_transaction(built)
            hashes.append(web3.eth.send_raw_transaction(signed.raw_transaction))
        for name in hashes:
            web3.eth.wait_for_transaction_receipt(name, LONGEST_S, _POLL_S)
        took_s = time.perf_counter() - began
    check_minted(network, batches[-1].number)
    return took_s
