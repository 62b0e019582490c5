"""Which acceptors which of the operator's keys speaks for, as the members' registry has it.

The chain knows one key a member, so several relayers are several operator members, and an acceptor
has one of them as host. Holds may go through any of their keys; a capture only through the host's.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.chain.signer import Signer
from ledger.chain.types import enhex
from ledger.redeeming.seeing import registry_of
from ledger.store.engine import Engine, reading
from ledger.store.index_network import indexed


class Hosts:
    """Read once a block. Safe to use from any thread."""

    def __init__(self, projection: Engine, keys: Sequence[Signer]) -> None:
        self._projection = projection
        self._keys = [enhex(key.address) for key in keys]
        self._kept: tuple[int, dict[str, frozenset[int]]] | None = None

    def of_others(self, key: bytes) -> frozenset[int]:
        """Acceptors that another of the keys speaks for, and this one does not."""
        spoken = self._spoken()
        others = (spoken[name] for name in self._keys if name != enhex(key))
        return frozenset().union(*others) - spoken[enhex(key)]

    def _spoken(self) -> dict[str, frozenset[int]]:
        with reading(self._projection) as connection:
            at = indexed(connection)
            block = at.block if at else -1
            if self._kept is None or self._kept[0] != block:
                registry = registry_of(connection)
                spoken = {
                    key: frozenset(m for m in registry.members if registry.may_act_for(key, m))
                    for key in self._keys
                }
                self._kept = (block, spoken)
            return self._kept[1]
