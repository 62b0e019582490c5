"""The contracts' own answers against the recomputed state, as of one block.

A node that keeps no old states (the embedded chain) is asked for its newest one, if nothing of ours
happened since. Accounts and holds beyond a sample are left out; which, the block's hash decides,
so nobody can prepare for it. Amounts in units.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field
from hashlib import blake2b
from typing import Any

from eth_hash.auto import keccak

from ledger.audit.accounts import Accounts, Standing
from ledger.audit.feed import HEADERS
from ledger.audit.findings import Findings
from ledger.audit.world import World
from ledger.chain.abi import abi
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import BlockRef, Gateway
from ledger.chain.rpc import NodeRefused
from ledger.chain.types import Block
from ledger.errors import Unavailable
from ledger.rules.lanes import Word, packed
from ledger.rules.state import Class
from ledger.units import epoch_of

_FIGURES = tuple(Class.__dataclass_fields__)
_WORD = 32


@dataclass(frozen=True)
class Standpoint:
    """The state that is asked: how the node names it, and its block."""

    reference: BlockRef
    block: Block


def standpoint(gateway: Gateway, deployment: Deployment, last: Block) -> Standpoint | None:
    """The state of ``last``, or the newest where nothing happened since; None if neither is."""
    probe = abi("PointsLedger").call("stops")
    try:
        gateway.call(deployment.ledger, probe, block=last.number)
    except (NodeRefused, Unavailable):
        newest = gateway.latest()
        quiet = _quiet(gateway, deployment, last.number + 1, newest.number)
        return Standpoint("latest", newest) if quiet else None
    return Standpoint(last.number, last)


def still_stands(gateway: Gateway, deployment: Deployment, asked: Standpoint) -> bool:
    """Whether all answers were of one state: the newest one must not have changed meanwhile."""
    if asked.reference != "latest":
        return True
    return _quiet(gateway, deployment, asked.block.number + 1, gateway.head())


def _quiet(gateway: Gateway, deployment: Deployment, first: int, last: int) -> bool:
    """Whether nothing of ours happened in these blocks; stops reading at the first event."""
    for start in range(first, last + 1, HEADERS):
        for block in gateway.blocks(range(start, min(start + HEADERS, last + 1))):
            if block is None or not block.transactions:
                continue
            if gateway.logs(block.number, block.number, deployment.addresses):
                return False
    return True


@dataclass
class Views:
    """Compares; counts what it compared."""

    gateway: Gateway
    deployment: Deployment
    asked: Standpoint
    sample: int
    """Most accounts, and most holds, that are compared."""
    findings: Findings = field(default_factory=Findings)
    accounts_compared: int = 0
    awards_compared: int = 0
    holds_compared: int = 0

    def compare_world(self, world: World) -> None:
        """Classes, issuers, stops, windows, holds, rates."""
        self._classes(world)
        self._issuers(world)
        self._ledger(world)
        self._windows(world)
        self._positions(world)
        self._holds(world)
        self._rates(world)

    def compare_accounts(self, accounts: Accounts, quota: int) -> None:
        """Up to ``quota`` words of a partition, and its corrected awards."""
        now = epoch_of(self.asked.block.timestamp_s)
        chosen = heapq.nsmallest(quota, accounts.words, key=self._lot)
        answers = self._ints("PointsLedger", "lotsOf", chosen)
        for (issuer, account), found in zip(chosen, answers, strict=True):
            expected = _lots(accounts.words[issuer, account].present(now))
            if found != expected:
                self.findings.add(
                    "lots-differ", issuer=issuer, account=account, expected=str(expected),
                    found=str(found),
                )  # fmt: skip
        self.accounts_compared += len(chosen)
        self._awards([a for a in accounts.awards.values() if a.corrections])

    def _lot(self, holder: tuple[int, bytes]) -> bytes:
        issuer, account = holder
        content = self.asked.block.hash + issuer.to_bytes(2, "big") + account
        return blake2b(content, digest_size=8).digest()

    def _awards(self, awards: list[Standing]) -> None:
        asked = [(a.issuer, a.number, a.key) for a in awards]
        answers = self._ints("PointsLedger", "awardOf", asked)
        for award, found in zip(awards, answers, strict=True):
            clipped = award.units < award.full_units
            units = award.units if clipped else 0
            expected = [int(clipped), units, award.corrected, award.corrections]
            self._same(
                f"awardOf({award.issuer}, {award.number}, 0x{award.key.hex()})", expected, found
            )
        self.awards_compared += len(awards)

    def _classes(self, world: World) -> None:
        names = sorted(world.points.classes)
        answers = self._ints("PointsLedger", "classOf", names)
        for (issuer, epoch), found in zip(names, answers, strict=True):
            expected = astuple(world.points.classes[issuer, epoch])
            figures = found if found is not None else [0] * len(_FIGURES)
            for figure, wanted, there in zip(_FIGURES, expected, figures, strict=True):
                if wanted != there:
                    self.findings.add(
                        "class-differs", issuer=issuer, epoch=epoch, figure=figure,
                        expected_units=wanted, found_units=there,
                    )  # fmt: skip

    def _issuers(self, world: World) -> None:
        issuers = sorted(world.points.issuers)
        answers = self._ints("PointsLedger", "issuerState", [(issuer,) for issuer in issuers])
        for issuer, found in zip(issuers, answers, strict=True):
            state = world.points.issuers[issuer]
            expected = [state.last_batch, state.level, state.level_at_s, state.loss]
            self._same(f"issuerState({issuer})", expected, found)

    def _ledger(self, world: World) -> None:
        points = world.points
        stops = [points.paused, points.strict, points.strict_since_s, points.strict_until_s]
        self._one("PointsLedger", "stops", list(map(int, stops)))
        book = world.book_order[-1] if world.book_order else bytes(20)
        self._one("PointsLedger", "rateBook", [int.from_bytes(book, "big")])
        self._one("MemberRegistry", "memberCount", [len(world.registry.members)])
        members = world.registry.members
        answers = self._ints("MemberRegistry", "member", [(number,) for number in members])
        for (number, m), found in zip(members.items(), answers, strict=True):
            expected = [int(m.key, 16), m.roles, m.status, m.successor, m.host]
            self._same(f"member({number})", expected, found[:5] if found else None)
        terms = world.registry.terms
        answers = self._ints("MemberRegistry", "termsOf", [(number,) for number in terms])
        for (number, given), found in zip(terms.items(), answers, strict=True):
            self._same(f"termsOf({number})", [*astuple(given)], found)

    def _windows(self, world: World) -> None:
        windows = world.clearing.windows
        answers = self._ints("ClearingHouse", "windowOf", [(number,) for number in windows])
        for (number, window), found in zip(windows.items(), answers, strict=True):
            expected = [window.opened_block, window.close_block, int(window.settled)]
            there = [found[0], found[1], found[3]] if found else None
            self._same(f"windowOf({number})", expected, there)

    def _positions(self, world: World) -> None:
        """Of all windows: each obligation that is not zero, each member's position, their sum."""
        clearing, members = world.clearing, world.registry.members
        pairs = sorted(clearing.obligations)
        owed = self._ints("ClearingHouse", "obligationOf", pairs)
        for (window, debtor, creditor), found in zip(pairs, owed, strict=True):
            expected, there = clearing.obligations[window, debtor, creditor], _signed(found)
            if expected != there:
                self.findings.add(
                    "obligation-differs", window=window, debtor_member=debtor,
                    creditor_member=creditor, expected_units=expected, found_units=there,
                )  # fmt: skip
        for window in clearing.windows:
            asked = [(window, member) for member in members]
            found = [_signed(f) for f in self._ints("ClearingHouse", "positionOf", asked)]
            for member, there in zip(members, found, strict=True):
                expected = clearing.positions[window, member]
                if expected != there:
                    self.findings.add(
                        "position-differs", window=window, member=member,
                        expected_units=expected, found_units=there,
                    )  # fmt: skip
            if sum(found):
                self.findings.add("positions-unbalanced", window=window, units=sum(found))

    def _holds(self, world: World) -> None:
        by_lot = heapq.nsmallest(
            self.sample,
            world.holds,
            key=lambda name: blake2b(self.asked.block.hash + name).digest(),
        )
        answers = self._ints("PointsLedger", "commitmentOf", [(name,) for name in by_lot])
        for name, found in zip(by_lot, answers, strict=True):
            hold = world.holds[name]
            numbers = (hold.captured, int.from_bytes(hold.desk, "big"), hold.terms, hold.points)
            wanted = keccak(b"".join(value.to_bytes(_WORD, "big") for value in numbers))
            there = found[0].to_bytes(_WORD, "big") if found else None
            if there != wanted:
                self.findings.add("commitment-differs", id=name, expected=wanted, found=there)
        self.holds_compared = len(by_lot)

    def _rates(self, world: World) -> None:
        """Every activity, in the first month of each of its versions and in the month before."""
        months = {
            (activity, month)
            for book in world.books.values()
            for activity, versions in book.versions.items()
            for version in versions
            for month in (version.from_month, version.from_month - 1)
        }
        asked = sorted(months)
        book = world.book_order[-1] if world.book_order else self.deployment.rate_book
        answers = self._ints("RateBook", "rateOf", asked, book)
        for (activity, month), found in zip(asked, answers, strict=True):
            owner, rate = world.rate_of(activity, month)
            expected = [owner, rate.numerator, rate.denominator] if rate else [owner, 0, 0]
            if found != expected:
                self.findings.add(
                    "rate-differs", activity=activity, month=month, expected=str(expected),
                    found=str(found),
                )  # fmt: skip

    # Asking

    def _ints(
        self, contract: str, function: str, asked: Iterable[Sequence[Any]], to: bytes = b""
    ) -> list[list[int] | None]:
        """Answers as words; None where the contract refuses."""
        address = to or self.deployment.contracts[contract]
        call = abi(contract).call
        calls = [(address, call(function, *arguments)) for arguments in asked]
        answers = self.gateway.call_many(calls, block=self.asked.reference)
        return [None if isinstance(a, NodeRefused) else _words(a) for a in answers]

    def _one(self, contract: str, function: str, expected: list[int]) -> None:
        self._same(f"{function}()", expected, self._ints(contract, function, [()])[0])

    def _same(self, view: str, expected: list[int], found: list[int] | None) -> None:
        if found != expected:
            told = None if found is None else str(found)
            self.findings.add("view-differs", view=view, expected=str(expected), found=told)


def _words(answer: bytes) -> list[int]:
    starts = range(0, len(answer), _WORD)
    return [int.from_bytes(answer[start : start + _WORD], "big") for start in starts]


def _signed(found: list[int] | None) -> int:
    value = found[0] if found else 0
    return value - 2**256 if value >= 2**255 else value


def _lots(word: Word) -> list[int]:
    return [packed(dict(word.free)), word.this_year, word.last_year]
