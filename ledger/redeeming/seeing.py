"""What the use cases ask of the projection: the network's rules as the pure core takes them, lots,
what became of holds. Reads only; one answer is one state of the chain, as of one block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.chain.types import enhex
from ledger.errors import Unavailable
from ledger.index.columns import StopKind
from ledger.redeeming.values import Lot
from ledger.rules import Block, Clearing, Points, Rates, Registry
from ledger.rules.lanes import Word
from ledger.rules.registry import Member, Terms
from ledger.store import index_network as network
from ledger.store import index_points as points
from ledger.store import operator_facts as facts
from ledger.store.engine import Connection
from ledger.store.index_network import Indexed
from ledger.units import end_of_epoch


@dataclass(frozen=True)
class Seen:
    """The chain as of one block, as far as an order needs it."""

    at: Indexed
    registry: Registry
    paused: bool
    lots: tuple[Lot, ...]
    known: frozenset[bytes]
    """Of the ids asked for, those that the chain has taken."""

    def twin(self, lots: Iterable[Lot]) -> Points:
        """The pure core's ledger with these lots free, to ask what the contract would say."""
        block = Block(self.at.time_s, self.at.block)
        clearing = Clearing(block, self.registry)
        ledger = Points(block, self.registry, Rates(block), clearing)
        ledger.paused = self.paused
        free: dict[tuple[int, str], list[tuple[int, int]]] = {}
        for lot in lots:
            free.setdefault((lot.issuer, enhex(lot.account)), []).append((lot.epoch, lot.units))
        for purse, lanes in free.items():
            ledger.words[purse] = Word(ledger.now_epoch(), tuple(sorted(lanes)))
        return ledger


def indexed(connection: Connection) -> Indexed:
    """The newest block in the projection; Unavailable while there is none."""
    found = network.indexed(connection)
    if found is None:
        raise Unavailable("order.index-empty")
    return found


def seen(
    connection: Connection, accounts: Sequence[bytes], ids: Sequence[bytes], rules: Rules
) -> Seen:
    """What the accounts have free, and which of these ids the chain knows."""
    at = indexed(connection)
    registry, paused = rules.at(connection, at.block)
    lots = tuple(
        Lot(row.account, row.issuer, row.epoch, row.free_units, end_of_epoch(row.epoch))
        for row in points.lots_of(connection, accounts, at.time_s)
    )
    known = frozenset({**facts.holds(connection, ids), **facts.gifts(connection, ids)})
    return Seen(at, registry, paused, lots, known)


class Rules:
    """Members, terms and stops, read once a block: they change seldom and every order asks."""

    def __init__(self) -> None:
        self._kept: tuple[int, Registry, bool] | None = None

    def at(self, connection: Connection, block: int) -> tuple[Registry, bool]:
        """The registry as the pure core takes it, and whether new holds are paused."""
        kept = self._kept
        if kept is None or kept[0] != block:
            kept = self._kept = (block, registry_of(connection), paused(connection))
        return kept[1:]


def registry_of(connection: Connection) -> Registry:
    """Members by id with their terms; keys as 0x text."""
    registry = Registry()
    for row in network.members(connection):
        registry.members[row.member] = Member(
            enhex(row.key), row.roles, row.status, row.successor, row.host
        )
    for member, terms in network.terms(connection).items():
        registry.terms[member] = Terms(*terms[1:8])
    return registry


def paused(connection: Connection) -> bool:
    """Whether mints, holds and gifts are stopped."""
    stops = network.stops(connection)
    return bool(stops) and stops[-1].kind != StopKind.RESUMED


def keys_of(
    connection: Connection, desk: bytes, accounts: Sequence[bytes], time_s: int
) -> dict[bytes, bytes]:
    """The key in effect by account, of those that have one."""
    rows = facts.account_keys(connection, desk, accounts)
    return {row.account: row.key for row in rows if row.key and row.effective_at_s <= time_s}
