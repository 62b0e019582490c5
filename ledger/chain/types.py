"""What the gateway hands out: blocks, logs and receipts as bytes and ints, and how to read them.

Hex and JSON stop here. Knows no transport and no contract.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

JsonObject = Mapping[str, Any]


class Block(NamedTuple):
    """A block without its transactions' content."""

    number: int
    hash: bytes
    parent_hash: bytes
    timestamp_s: int
    """Seconds since 1970 UTC."""
    transactions: tuple[bytes, ...]
    """Hashes, in the order of execution."""
    gas_used: int
    """Of all of them: bounds how many logs it holds."""


class Log(NamedTuple):
    """One event, unique by (block hash, position)."""

    address: bytes
    topics: tuple[bytes, ...]
    data: bytes
    block_number: int
    block_hash: bytes
    transaction_hash: bytes
    transaction_index: int
    position: int
    """Its index in the block, over all its transactions."""


class Receipt(NamedTuple):
    """What became of a mined transaction."""

    transaction_hash: bytes
    block_number: int
    block_hash: bytes
    position: int
    succeeded: bool
    gas_used: int
    contract_address: bytes | None
    logs: tuple[Log, ...]


class LogRange(NamedTuple):
    """All matching logs of the blocks ``first``..``last``, both included, in order."""

    first: int
    last: int
    logs: list[Log]


class FinalityKind(enum.StrEnum):
    """How a network says that a block stays."""

    LATEST = "latest"
    """At once: the members' network."""
    TAG = "tag"
    """The node's own ``finalized``."""
    DEPTH = "depth"
    """So many blocks stand on it: the embedded chain with 1, others by their rules."""


@dataclass(frozen=True)
class Finality:
    """What counts as final, a setting of the network."""

    kind: FinalityKind
    depth_blocks: int = 0

    @classmethod
    def parse(cls, text: str) -> Finality:
        """From ``latest``, ``tag`` or ``depth N``; ValueError for anything else."""
        if text in ("latest", "tag"):
            return cls(FinalityKind(text))
        found = re.fullmatch(r"depth (\d{1,6})", text)
        if found is None:
            raise ValueError("finality is `latest`, `tag` or `depth N`")
        return cls(FinalityKind.DEPTH, int(found[1]))

    def __str__(self) -> str:
        return f"depth {self.depth_blocks}" if self.kind is FinalityKind.DEPTH else str(self.kind)


def unhex(text: str) -> bytes:
    """Bytes of ``0x…``."""
    return bytes.fromhex(text[2:])


def enhex(value: bytes) -> str:
    """``0x…`` of bytes."""
    return "0x" + value.hex()


def block_of(shown: JsonObject) -> Block:
    """A block as a node shows it, with hashes or with whole transactions."""
    listed = shown["transactions"]
    hashes = (entry if isinstance(entry, str) else entry["hash"] for entry in listed)
    return Block(
        number=int(shown["number"], 16),
        hash=unhex(shown["hash"]),
        parent_hash=unhex(shown["parentHash"]),
        timestamp_s=int(shown["timestamp"], 16),
        transactions=tuple(map(unhex, hashes)),
        gas_used=int(shown["gasUsed"], 16),
    )


def log_of(shown: JsonObject) -> Log:
    """A log as a node shows it."""
    return Log(
        unhex(shown["address"]),
        tuple(map(unhex, shown["topics"])),
        unhex(shown["data"]),
        int(shown["blockNumber"], 16),
        unhex(shown["blockHash"]),
        unhex(shown["transactionHash"]),
        int(shown["transactionIndex"], 16),
        int(shown["logIndex"], 16),
    )


def receipt_of(shown: JsonObject) -> Receipt:
    """A receipt as a node shows it."""
    created = shown.get("contractAddress")
    return Receipt(
        transaction_hash=unhex(shown["transactionHash"]),
        block_number=int(shown["blockNumber"], 16),
        block_hash=unhex(shown["blockHash"]),
        position=int(shown["transactionIndex"], 16),
        succeeded=int(shown["status"], 16) == 1,
        gas_used=int(shown["gasUsed"], 16),
        contract_address=unhex(created) if created else None,
        logs=tuple(map(log_of, shown["logs"])),
    )
