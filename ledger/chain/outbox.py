"""Recording a transaction: signed and on disk with the rows that it belongs to, before it is sent.

``Outbox.record`` runs in the caller's transaction, so a command and its effect on the chain are
recorded together or not at all. Its nonce and bytes never change from then on: sending twice is
harmless. Who sends, and what becomes of it, is the submitter's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ledger.chain.signer import (
    ADDRESS_BYTES,
    TRANSACTION_GAS_MAX,
    SignedTransaction,
    Signer,
    Transaction,
)
from ledger.errors import Broken, Refused, Rejected
from ledger.store import outbox as store
from ledger.store.engine import Connection
from ledger.store.outbox_tables import ID_CHARACTERS, WAITING, OutboxRow

RAW_BYTES_MAX = 128 * 1024
"""Most bytes of a signed transaction: nodes take no more."""
TOPIC_BYTES = 32
NOTHING_GAS = 21_000
"""What a transaction without content costs."""


Gate: TypeAlias = Callable[[Connection], None]
"""Raises where nothing new may be recorded now; called with the sender's row locked."""


class Outbox:
    """One key's outbox on one chain. Holds no state: all of it stands in the database."""

    def __init__(self, key: Signer, chain_id: int, gate: Gate | None = None) -> None:
        self.key = key
        self.chain_id = chain_id
        self._gate = gate

    @property
    def sender(self) -> bytes:
        """The key's address, 20 bytes."""
        return self.key.address

    def record(
        self,
        connection: Connection,
        command_id: str,
        to: bytes | None,
        data: bytes,
        gas: int,
        *,
        proof: bytes | None = None,
    ) -> OutboxRow:
        """Records a transaction under its command's id, with the next nonce; commits nothing.

        ``to`` is 20 bytes, or None to create a contract; ``gas`` is its limit. The same id with the
        same ``to`` and ``data`` gives the row that is there, with the gas it was recorded with.
        ``proof`` is the first topic, 32 bytes, of an event that ``to`` emits whenever the call
        succeeds: then nobody asks for the receipt, which is dear where it holds many logs.
        Raises Rejected for other content under the id, or for what no node would take; Refused
        before the first bootstrap; what the gate and the signer raise.
        """
        _check(command_id, to, gas, proof)
        key = self.key  # it may be changed while we work: one row has one sender
        counted = self._counted(connection, key.address, lock=True)
        before = store.find(connection, command_id)
        if before is not None:
            if (before.sender, before.to, before.data) != (key.address, to, data):
                raise Rejected("outbox.id-reused", id=command_id)
            return before
        if self._gate is not None:
            self._gate(connection)
        wanted = Transaction(to, data, counted.next_nonce, gas, self.chain_id)
        self._add(connection, command_id, key.address, wanted, _signed(key, wanted), proof)
        row = store.find(connection, command_id)
        assert row is not None
        return row

    def counted(self, connection: Connection, *, lock: bool = False) -> store.Sender:
        """What is kept of the key. Raises Refused before bootstrap, Broken on another chain."""
        return self._counted(connection, self.sender, lock=lock)

    def _counted(self, connection: Connection, sender: bytes, *, lock: bool) -> store.Sender:
        kept = store.sender(connection, sender, lock=lock)
        if kept is None:
            raise Refused("outbox.not-bootstrapped", sender=sender)
        if kept.chain_id != self.chain_id:
            raise Broken("outbox.other-chain", expected=kept.chain_id, found=self.chain_id)
        return kept

    def replace_with_nothing(self, connection: Connection, nonce: int) -> OutboxRow:
        """From now on an empty transaction to itself is sent for that nonce, signed at once.

        Whichever of the two is mined counts; if it is the empty one the row ends as failed. Raises
        Rejected if the nonce was never recorded, Refused if it is mined.
        """
        row = store.find_nonce(connection, self.sender, nonce)
        if row is None:
            raise Rejected("outbox.no-such-nonce", nonce=nonce)
        if row.state not in WAITING:
            raise Refused("outbox.already-mined", nonce=nonce, id=row.id)
        nothing = Transaction(self.sender, b"", nonce, NOTHING_GAS, self.chain_id)
        signed = self.key.sign_transaction(nothing)
        store.set_nothing(connection, row.id, signed.raw, signed.hash)
        replaced = store.find(connection, row.id)
        assert replaced is not None
        return replaced

    def _add(
        self,
        connection: Connection,
        command_id: str,
        sender: bytes,
        wanted: Transaction,
        signed: SignedTransaction,
        proof: bytes | None,
    ) -> None:
        store.take_nonce(connection, sender)
        values = {"id": command_id, "sender": sender, "nonce": wanted.nonce, "to": wanted.to}
        content = {"data": wanted.data, "gas": wanted.gas, "proof": proof}
        store.add(connection, values | content | {"raw": signed.raw, "hash": signed.hash})


def _signed(key: Signer, transaction: Transaction) -> SignedTransaction:
    signed = key.sign_transaction(transaction)
    if len(signed.raw) > RAW_BYTES_MAX:
        raise Rejected("outbox.too-large", size=len(signed.raw), most=RAW_BYTES_MAX)
    return signed


def _check(command_id: str, to: bytes | None, gas: int, proof: bytes | None) -> None:
    """Rejects what no node would ever take, before it can stand in the way of others."""
    if not 0 < len(command_id) <= ID_CHARACTERS:
        raise Rejected("outbox.id-length", length=len(command_id), most=ID_CHARACTERS)
    if to is not None and len(to) != ADDRESS_BYTES:
        raise Rejected("outbox.no-address", length=len(to))
    if not NOTHING_GAS <= gas <= TRANSACTION_GAS_MAX:
        raise Rejected("outbox.gas-out-of-range", gas=gas, most=TRANSACTION_GAS_MAX)
    if proof is not None and (len(proof) != TOPIC_BYTES or to is None):
        raise ValueError("a proof is the first topic, 32 bytes, of an event of the contract called")
