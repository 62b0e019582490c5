"""The EVM in Python (py-evm, as eth-tester sets it up) with a pool, logs and receipts.

Method arguments and results are JSON-RPC's own, so that ``fallback`` only has to name them. Blocks
depend on nothing but their transactions and times: a replay gives the same hashes.
"""

from __future__ import annotations

from typing import Any

from eth.abc import BlockAPI, ComputationAPI, ReceiptAPI, SignedTransactionAPI
from eth.vm.spoof import SpoofTransaction
from eth_hash.auto import keccak
from eth_tester.backends.pyevm.main import get_default_genesis_params, setup_tester_chain

from ledger.chain.journal import Genesis
from ledger.chain.signer import TRANSACTION_GAS_MAX
from ledger.chain.types import enhex, unhex

_NOBODY = b"\0" * 20
_Object = dict[str, Any]


class Reverted(Exception):
    """A call said no."""

    def __init__(self, data: bytes) -> None:
        super().__init__("execution reverted")
        self.data = data


class FallbackVm:
    """One chain in memory."""

    def __init__(self, genesis: Genesis) -> None:
        self.genesis = genesis
        overrides = {"timestamp": genesis.timestamp_s, "gas_limit": genesis.gas_limit}
        params = get_default_genesis_params(overrides) | {"base_fee_per_gas": 0}
        _, self._chain = setup_tester_chain(params, {}, 0)
        self._chain.chain_id = genesis.chain_id
        self._blocks: list[BlockAPI] = [self._chain.get_canonical_block_by_number(0)]
        self._receipts: list[list[_Object]] = [[]]
        self._pool: dict[bytes, SignedTransactionAPI] = {}
        self._mined: dict[bytes, tuple[int, int]] = {}
        self._next_s = genesis.timestamp_s + 1

    # Mining

    def send_raw(self, raw: str) -> str:
        """Into the pool, by the rules that nodes have for it."""
        transaction = self._chain.get_vm().get_transaction_builder().decode(unhex(raw))
        if transaction.hash in self._pool or transaction.hash in self._mined:
            raise ValueError("already known")
        if transaction.nonce < self._nonce(transaction.sender):
            raise ValueError("nonce too low")
        if transaction.gas > TRANSACTION_GAS_MAX:
            raise ValueError("transaction gas limit too high")
        if transaction.gas < transaction.intrinsic_gas:
            raise ValueError("intrinsic gas too low")
        same = (transaction.sender, transaction.nonce)
        if any((other.sender, other.nonce) == same for other in self._pool.values()):
            raise ValueError("replacement transaction underpriced")
        self._pool[transaction.hash] = transaction
        return enhex(transaction.hash)

    def set_next_timestamp(self, timestamp_s: int) -> None:
        """For the next block, seconds since 1970."""
        if timestamp_s <= self._blocks[-1].header.timestamp:
            raise ValueError("timestamp is not after the newest block's")
        self._next_s = timestamp_s

    def mine(self) -> str:
        """One block of what can be executed."""
        self._chain.set_header_timestamp(self._next_s)
        done: list[tuple[SignedTransactionAPI, ReceiptAPI, int]] = []
        used = 0
        while (found := self._executable(self.genesis.gas_limit - used)) is not None:
            del self._pool[found.hash]
            _, receipt, _ = self._chain.apply_transaction(found)
            done.append((found, receipt, receipt.gas_used - used))
            used = receipt.gas_used
        number = len(self._blocks)
        block = self._chain.mine_block(
            coinbase=_NOBODY, mix_hash=keccak(number.to_bytes(8, "big")), blob_gas_used=0
        )
        self._blocks.append(block)
        self._receipts.append(_receipts(block, done))
        for index, (transaction, _, _) in enumerate(done):
            self._mined[transaction.hash] = (number, index)
        self._next_s = block.header.timestamp + 1
        return "0x0"

    def pool(self) -> _Object:
        """How much waits, and how much of it behind a gap."""
        ready: set[tuple[bytes, int]] = set()
        for transaction in sorted(self._pool.values(), key=lambda t: t.nonce):
            sender, nonce = transaction.sender, transaction.nonce
            if nonce == self._nonce(sender) or (sender, nonce - 1) in ready:
                ready.add((sender, nonce))
        return {"pending": hex(len(ready)), "queued": hex(len(self._pool) - len(ready))}

    def _executable(self, gas_left: int) -> SignedTransactionAPI | None:
        """The first that came and whose turn it is."""
        state = self._chain.get_vm().state
        for transaction in self._pool.values():
            turn = transaction.nonce == state.get_nonce(transaction.sender)
            if turn and transaction.gas <= gas_left:
                return transaction
        return None

    # Reading

    def head(self) -> int:
        """The newest block's number."""
        return len(self._blocks) - 1

    def block(self, reference: str, whole: bool = False) -> Any:
        """A block with its transactions' hashes, or with all of each; or None."""
        number = self._number(reference)
        if number >= len(self._blocks):
            return None
        block = self._blocks[number]
        every = range(len(block.transactions))
        return {
            "number": hex(number),
            "hash": enhex(block.hash),
            "parentHash": enhex(block.header.parent_hash),
            "timestamp": hex(block.header.timestamp),
            "gasUsed": hex(block.header.gas_used),
            "gasLimit": hex(block.header.gas_limit),
            "transactions": [
                _transaction(block, at) if whole else enhex(block.transactions[at].hash)
                for at in every
            ],
        }

    def transaction(self, name: str) -> _Object | None:
        """A mined transaction with its calldata, or None."""
        place = self._mined.get(unhex(name))
        return None if place is None else _transaction(self._blocks[place[0]], place[1])

    def block_receipts(self, reference: str) -> list[_Object] | None:
        """All receipts of a block, or None."""
        number = self._number(reference)
        return self._receipts[number] if number < len(self._receipts) else None

    def receipt(self, name: str) -> _Object | None:
        """The receipt of a mined transaction, or None."""
        place = self._mined.get(unhex(name))
        return None if place is None else self._receipts[place[0]][place[1]]

    def raw(self, name: str) -> str | None:
        """A mined transaction's bytes, or None."""
        place = self._mined.get(unhex(name))
        if place is None:
            return None
        return enhex(self._blocks[place[0]].transactions[place[1]].encode())

    def logs(self, wanted: _Object) -> list[_Object]:
        """Logs of a range, by contracts and topics."""
        first, last = self._number(wanted["fromBlock"]), self._number(wanted["toBlock"])
        addresses, topics = wanted.get("address"), wanted.get("topics", [])
        return [
            log
            for receipts in self._receipts[first : last + 1]
            for receipt in receipts
            for log in receipt["logs"]
            if (not addresses or log["address"] in addresses) and _matches(log["topics"], topics)
        ]

    def code(self, address: str, _reference: str) -> str:
        """A contract's code."""
        return enhex(self._chain.get_vm().state.get_code(unhex(address)))

    def transaction_count(self, address: str, _reference: str) -> str:
        """Nonces used up."""
        return hex(self._nonce(unhex(address)))

    def call(self, asked: _Object, _reference: str) -> str:
        """A call on the newest state."""
        return enhex(self._executed(asked, TRANSACTION_GAS_MAX).output)

    def estimate(self, asked: _Object, _reference: str = "latest") -> str:
        """The least gas, within 1%, with which the call goes through."""
        enough, short = TRANSACTION_GAS_MAX, 20_000
        self._executed(asked, enough)
        while enough - short > enough // 100:
            middle = (enough + short) // 2
            try:
                self._executed(asked, middle)
                enough = middle
            except (Reverted, ValueError):
                short = middle
        return hex(enough)

    def _executed(self, asked: _Object, gas: int) -> ComputationAPI:
        to, data = asked.get("to"), unhex(asked.get("data", "0x"))
        sender = unhex(asked["from"]) if "from" in asked else _NOBODY
        gas = int(asked["gas"], 16) if "gas" in asked else gas
        # Calls see the time that the next block would have, never the machine's clock.
        self._chain.set_header_timestamp(self._blocks[-1].header.timestamp + 1)
        vm = self._chain.get_vm()
        unsigned = vm.create_unsigned_transaction(
            nonce=vm.state.get_nonce(sender),
            gas_price=0,
            gas=gas,
            to=unhex(to) if to else b"",
            value=0,
            data=data,
        )
        if gas < unsigned.intrinsic_gas:
            raise ValueError("intrinsic gas too low")
        computation: ComputationAPI = vm.state.apply_transaction(
            SpoofTransaction(unsigned, from_=sender)
        )
        if computation.is_error:
            raise Reverted(bytes(computation.output))
        return computation

    def _nonce(self, address: bytes) -> int:
        nonce: int = self._chain.get_vm().state.get_nonce(address)
        return nonce

    def _number(self, reference: str) -> int:
        return int(reference, 16) if reference.startswith("0x") else self.head()


def _transaction(block: BlockAPI, index: int) -> _Object:
    """A mined transaction as a node shows it."""
    mined = block.transactions[index]
    return {
        "hash": enhex(mined.hash),
        "blockNumber": hex(block.number),
        "blockHash": enhex(block.hash),
        "transactionIndex": hex(index),
        "from": enhex(mined.sender),
        "to": enhex(mined.to) if mined.to else None,
        "nonce": hex(mined.nonce),
        "gas": hex(mined.gas),
        "input": enhex(mined.data),
        "value": hex(mined.value),
    }


def _receipts(
    block: BlockAPI, done: list[tuple[SignedTransactionAPI, ReceiptAPI, int]]
) -> list[_Object]:
    """The block's receipts as a node shows them."""
    shown: list[_Object] = []
    count = 0
    for index, (transaction, receipt, gas_used) in enumerate(done):
        place = {
            "blockNumber": hex(block.number),
            "blockHash": enhex(block.hash),
            "transactionHash": enhex(transaction.hash),
            "transactionIndex": hex(index),
        }
        logs = [
            place
            | {
                "address": enhex(log.address),
                "topics": [enhex(topic.to_bytes(32, "big")) for topic in log.topics],
                "data": enhex(log.data),
                "logIndex": hex(count + position),
            }
            for position, log in enumerate(receipt.logs)
        ]
        count += len(logs)
        status = {"status": "0x1" if receipt.state_root == b"\x01" else "0x0"}
        shown.append(
            place | status | {"gasUsed": hex(gas_used), "contractAddress": None, "logs": logs}
        )
    return shown


def _matches(found: list[str], wanted: list[Any]) -> bool:
    if len(wanted) > len(found):
        return False
    return all(
        choice is None or topic == choice or (isinstance(choice, list) and topic in choice)
        for topic, choice in zip(found, wanted, strict=False)
    )
