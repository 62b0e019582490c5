"""Transfers stand before the event that explains them: collected here, then compared with it.

Every transfer of the ledger must be explained, and every movement must have been told as one.
Works on raw words, for there is one transfer an award.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.audit.findings import Findings
from ledger.chain.decode import event_topic
from ledger.chain.types import Log
from ledger.events import Transfer

TRANSFER = event_topic(Transfer)
NOBODY = bytes(32)
PAD = bytes(12)
"""What stands before an account in a topic."""


class Move(NamedTuple):
    """What a transfer must say. Accounts are 20 bytes, empty for nobody; amounts in units."""

    sender: bytes
    receiver: bytes
    issuer: int
    epoch: int
    units: int

    def matches(self, log: Log) -> bool:
        """Whether the log says this; who called is not compared."""
        token = (self.issuer << 16 | self.epoch).to_bytes(32, "big")
        said = (_topic(self.sender), _topic(self.receiver), token)
        return log.topics[1:] == said and log.data[32:] == self.units.to_bytes(32, "big")

    def __str__(self) -> str:
        sender, receiver = (a.hex() or "-" for a in (self.sender, self.receiver))
        return f"{sender} > {receiver}: {self.units} of {self.issuer}/{self.epoch}"


class Pending:
    """Transfers of the present transaction that no event has explained yet."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._transaction = b""
        self.logs: list[Log] = []

    def add(self, log: Log) -> None:
        """One more; those of an earlier transaction stay unexplained."""
        if log.transaction_hash != self._transaction:
            self.end()
            self._transaction = log.transaction_hash
        self.logs.append(log)

    def take(self, transaction: bytes) -> list[Log]:
        """What stands before an event of this transaction, taken away."""
        if transaction != self._transaction:
            self.end()
        logs, self.logs = self.logs, []
        return logs

    def end(self) -> None:
        """What is left has no cause."""
        for log in self.logs:
            self._findings.add("transfer-unexplained", **_place(log), found=spoken(log))
        self.logs = []

    def compare(self, transaction: bytes, moves: Iterable[Move]) -> None:
        """The transfers of one event, in their order, against what it must have moved."""
        logs, wanted = self.take(transaction), list(moves)
        if len(logs) == len(wanted) and all(
            m.matches(x) for m, x in zip(wanted, logs, strict=True)
        ):
            return
        for place in range(max(len(logs), len(wanted))):
            move = wanted[place] if place < len(wanted) else None
            log = logs[place] if place < len(logs) else None
            if move is None or log is None or not move.matches(log):
                self._findings.add(
                    "transfer-differs",
                    transaction=transaction,
                    expected=str(move) if move else None,
                    found=spoken(log) if log else None,
                )


def spoken(log: Log) -> str:
    """What a transfer says, in the form of ``Move``."""
    if len(log.topics) != 4 or len(log.data) != 64:
        return "malformed"
    sender, receiver, token = log.topics[1:]
    number = int.from_bytes(token, "big")
    units = int.from_bytes(log.data[32:], "big")
    return str(Move(_account(sender), _account(receiver), number >> 16, number & 0xFFFF, units))


def _account(topic: bytes) -> bytes:
    return b"" if topic == NOBODY else topic[12:]


def _topic(account: bytes) -> bytes:
    return account.rjust(32, b"\0")


def _place(log: Log) -> dict[str, int | bytes]:
    return {"block": log.block_number, "transaction": log.transaction_hash}
