"""Obligations, positions, windows and settlement: ``contracts/ClearingHouse.sol``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from ledger.rules.refusal import RuleRefusal, require
from ledger.rules.registry import Registry
from ledger.rules.state import Block

LEAST_WINDOW_S = 600
MOST_UNSETTLED = 64


@dataclass
class Transfer:
    payer: int
    payee: int
    units: int
    confirmed: set[int] = field(default_factory=set)


@dataclass
class Window:
    opened_block: int
    opened_at_s: int
    close_block: int = 0
    settled: bool = False
    transfers: list[Transfer] | None = None


@dataclass(frozen=True)
class Dispute:
    """Units of a closed window to reverse in the open one; 0 once the other side accepted."""

    origin_window: int
    debtor: int
    creditor: int
    proposer: int
    units: int


class Clearing:
    """Windows from 1. Entries are signed: a capture adds, a refund or dispute takes away."""

    def __init__(self, block: Block, registry: Registry) -> None:
        self._block = block
        self._registry = registry
        self.windows = {1: Window(block.number, block.time_s)}
        self.obligations: dict[tuple[int, int, int], int] = defaultdict(int)
        self.positions: dict[tuple[int, int], int] = defaultdict(int)
        self.reversed: dict[tuple[int, int, int], int] = defaultdict(int)
        self.disputes: dict[bytes, Dispute] = {}

    def open_window(self) -> int:
        """The window of the present block; one opened by its own close begins with the next."""
        latest = len(self.windows)
        return latest - 1 if self._block.number < self.windows[latest].opened_block else latest

    def record(self, debtor: int, creditor: int, units: int) -> None:
        window = self.open_window()
        self.obligations[window, debtor, creditor] += units
        self.positions[window, debtor] -= units
        self.positions[window, creditor] += units

    def close_window(self, caller: str) -> None:
        self._registry.active_member(caller)
        latest = len(self.windows)
        window = self.windows[latest]
        closes_from = window.opened_at_s + LEAST_WINDOW_S
        begun = self._block.number >= window.opened_block
        require(begun and self._block.time_s >= closes_from, "WindowTooYoung", latest, closes_from)
        unsettled = len(self.unsettled())
        require(unsettled < MOST_UNSETTLED, "TooManyUnsettledWindows", unsettled)
        window.close_block = self._block.number
        self.windows[latest + 1] = Window(self._block.number + 1, self._block.time_s)

    def publish_settlement(self, caller: str, number: int, transfers: list[Transfer]) -> None:
        self._registry.active_member(caller)
        require(number in self.windows, "WindowUnknown", number)
        window = self.windows[number]
        closed = window.close_block != 0 and self._block.number > window.close_block
        require(closed, "WindowStillOpen", number)
        require(window.transfers is None, "SettlementAlreadyPublished", number)
        self._check_settlement(number, transfers)
        window.transfers = transfers
        window.settled = not transfers

    def confirm_transfer(self, caller: str, number: int, index: int) -> None:
        member = self._registry.member_of(caller)
        transfers = (self.windows[number].transfers if number in self.windows else None) or []
        require(index < len(transfers), "SettlementMissing", number)
        transfer = transfers[index]
        require(member in (transfer.payer, transfer.payee), "NotAPartyTo", member)
        require(member not in transfer.confirmed, "AlreadyConfirmed", number, index, member)
        transfer.confirmed.add(member)
        self.windows[number].settled = all(len(t.confirmed) == 2 for t in transfers)

    def propose_reversal(self, caller: str, dispute_id: bytes, entry: Dispute) -> None:
        """By one of the two sides, about a window that is closed."""
        member = self._registry.member_of(caller)
        party = member != 0 and member == entry.proposer
        party = party and member in (entry.debtor, entry.creditor)
        require(party, "NotAPartyTo", member)
        require(dispute_id not in self.disputes, "DisputeExists", dispute_id)
        self._check_reversal(entry)
        self.disputes[dispute_id] = entry

    def accept_reversal(self, caller: str, dispute_id: bytes) -> None:
        """By the other side: a reversing pair in the open window."""
        entry = self.disputes.get(dispute_id)
        if entry is None or entry.units == 0:
            raise RuleRefusal("DisputeUnknown", dispute_id)
        member = self._registry.member_of(caller)
        other = member != entry.proposer and member in (entry.debtor, entry.creditor)
        require(other, "NotAPartyTo", member)
        self._check_reversal(entry)
        self.disputes[dispute_id] = replace(entry, units=0)
        self.reversed[entry.origin_window, entry.debtor, entry.creditor] += entry.units
        self.record(entry.debtor, entry.creditor, -entry.units)

    def unsettled(self) -> list[int]:
        return [number for number, window in self.windows.items() if not window.settled]

    def unsettled_debit(self, member: int) -> int:
        """What the member owes on balance over all windows not settled; 0 where it is owed."""
        return max(0, -sum(self.positions[number, member] for number in self.unsettled()))

    def _check_reversal(self, entry: Dispute) -> None:
        window = self.windows.get(entry.origin_window)
        closed = window is not None and 0 < window.close_block < self._block.number
        require(closed, "WindowStillOpen", entry.origin_window)
        which = (entry.origin_window, entry.debtor, entry.creditor)
        most = self.obligations[which] - self.reversed[which]
        require(0 < entry.units <= most, "DisputeTooLarge", entry.units, most)

    def _check_settlement(self, number: int, transfers: list[Transfer]) -> None:
        members = self._registry.members
        settled: dict[int, int] = defaultdict(int)
        for index, t in enumerate(transfers):
            sound = t.payer in members and t.payee in members and t.payer != t.payee and t.units
            require(bool(sound), "TransferMalformed", index)
            settled[t.payer] -= t.units
            settled[t.payee] += t.units
        parties = 0
        for member in members:
            position = self.positions[number, member]
            same = position == settled[member]
            require(same, "SettlementMismatch", member, position, settled[member])
            parties += position != 0
        most = max(parties - 1, 0)
        require(len(transfers) <= most, "SettlementTooLong", len(transfers), most)
