"""A rule that said no: the contract's error name with its values, in the contract's order."""

from __future__ import annotations

from typing import Any

from ledger.errors import Refused


class RuleRefusal(Refused):
    """``name`` and ``values`` are those of the Solidity custom error."""

    def __init__(self, name: str, *values: Any) -> None:
        super().__init__(name)
        self.name = name
        self.values = values

    def __str__(self) -> str:
        return f"{self.name}{self.values}"


def require(holds: bool, name: str, *values: Any) -> None:
    """Refuse unless the condition holds."""
    if not holds:
        raise RuleRefusal(name, *values)
