"""Contract calls and answers as bytes, from the committed artifacts: for whatever is not hot.

Selectors and types are worked out once a contract. Batches of awards and orders are packed by
``ledger.chain.calls`` instead. Knows no node.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from eth_abi.abi import decode, encode
from eth_hash.auto import keccak

from contracts.loader import load

Entry = dict[str, Any]


class ContractAbi:
    """One contract's functions, by name: none of ours is overloaded."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.entries: list[Entry] = load(name).abi
        self._functions = {e["name"]: e for e in self.entries if e["type"] == "function"}
        self._selectors = {name: selector(entry) for name, entry in self._functions.items()}

    def selector(self, function: str) -> bytes:
        """Four bytes."""
        return self._selectors[function]

    def call(self, function: str, *arguments: Any) -> bytes:
        """Calldata. Addresses are 20 bytes or 0x text; structs are tuples in their order."""
        kinds = [type_of(part) for part in self._functions[function]["inputs"]]
        return self._selectors[function] + encode(kinds, arguments)

    def answer(self, function: str, data: bytes) -> Any:
        """What a call returned: the value itself where there is one, else a tuple."""
        values = decode([type_of(part) for part in self._functions[function]["outputs"]], data)
        return values[0] if len(values) == 1 else values


@cache
def abi(name: str) -> ContractAbi:
    """The contract's ABI, read once."""
    return ContractAbi(name)


def type_of(parameter: Entry) -> str:
    """The canonical ABI type of a parameter, tuples spelled out."""
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    inside = ",".join(type_of(part) for part in parameter["components"])
    return f"({inside}){kind[len('tuple') :]}"


def signature(entry: Entry) -> str:
    """Such as ``pause()``: what selectors and event topics are the hash of."""
    return f"{entry['name']}({','.join(type_of(part) for part in entry['inputs'])})"


def selector(entry: Entry) -> bytes:
    """The first four bytes of the signature's hash."""
    return keccak(signature(entry).encode())[:4]


def topic(entry: Entry) -> bytes:
    """An event's first topic."""
    return keccak(signature(entry).encode())
