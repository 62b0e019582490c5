"""Reads the committed artifacts: ABI and bytecode by contract name, with no compiler and no Node.

Must not know a chain, a deployment or an address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ARTIFACTS = Path(__file__).resolve().parent / "artifacts"


@dataclass(frozen=True)
class Artifact:
    """One contract as compiled. An interface has an ABI and no code."""

    name: str
    abi: list[dict[str, Any]] = field(repr=False)
    bytecode: bytes = field(repr=False)
    """Creation code, without constructor arguments."""
    deployed_bytecode: bytes = field(repr=False)
    """Code as it lies on the chain, immutables zero."""
    immutable_references: tuple[tuple[int, int], ...] = ()
    """(start, length) in bytes of each place in deployed_bytecode that construction fills in."""


@cache
def load(name: str) -> Artifact:
    """The artifact of that name; KeyError names what there is."""
    path = ARTIFACTS / f"{name}.json"
    if not path.is_file():
        raise KeyError(f"no artifact {name!r}; there are {', '.join(names())}")
    return parse(json.loads(path.read_text("utf-8")))


def names() -> tuple[str, ...]:
    """Every artifact's name, interfaces included, sorted."""
    return tuple(sorted(p.stem for p in ARTIFACTS.glob("*.json") if p.name != "manifest.json"))


def parse(content: dict[str, Any]) -> Artifact:
    """An artifact from the content of its file."""
    return Artifact(
        name=content["contractName"],
        abi=content["abi"],
        bytecode=_bytes(content.get("bytecode", "0x")),
        deployed_bytecode=_bytes(content.get("deployedBytecode", "0x")),
        immutable_references=tuple(
            (start, length) for start, length in content.get("immutableReferences", [])
        ),
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
