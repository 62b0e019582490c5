"""All that a process has at hand for clearing as a service, over one workplace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from ledger.chain.gateway import Gateway
from ledger.redeeming.seeing import indexed
from ledger.redeeming.workplace import Workplace
from ledger.statements.disputes import Disputes
from ledger.statements.owncalls import OwnCalls
from ledger.statements.service import Statements


@dataclass(frozen=True)
class ClearingDesk:
    """Every part may be used from any thread."""

    statements: Statements
    disputes: Disputes
    own_calls: OwnCalls

    @classmethod
    def at(cls, work: Workplace, gateway: Gateway, clock: Callable[[], float]) -> Self:
        """``clock``: seconds since 1970 of this machine."""

        def key_of(member: int) -> bytes:
            with work.look() as at:
                registry, _ = work.rules.at(at.projection, indexed(at.projection).block)
            return bytes.fromhex(registry.known(member).key.removeprefix("0x"))

        own_calls = OwnCalls(gateway, work.deployment, key_of)
        return cls(Statements(work, clock), Disputes(work, clock), own_calls)
