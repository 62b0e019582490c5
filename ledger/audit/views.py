"""The contracts' own answers against the recomputed state, as of one block.

A node that keeps no old states (the embedded chain) is asked for its newest one, if nothing of ours
happened since. Accounts and holds beyond a sample are left out; which, the block's hash decides,
so nobody can prepare for it. Amounts in units.
"""

from __future__ import annotations

import heapq
from dataclasses import astuple, dataclass
from hashlib import blake2b

from eth_hash.auto import keccak

from ledger.audit.accounts import Accounts, Standing
from ledger.audit.asking import Asking
from ledger.audit.world import World
from ledger.rules.lanes import Word, packed
from ledger.rules.state import Class
from ledger.units import epoch_of

_FIGURES = tuple(Class.__dataclass_fields__)
_WORD = 32


@dataclass
class Views(Asking):
    """Compares; counts what it compared."""

    sample: int = 0
    """Most accounts, and most holds, that are compared."""
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
        answers = self.ints("PointsLedger", "lotsOf", chosen)
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
        answers = self.ints("PointsLedger", "awardOf", asked)
        for award, found in zip(awards, answers, strict=True):
            clipped = award.units < award.full_units
            units = award.units if clipped else 0
            expected = [int(clipped), units, award.corrected, award.corrections]
            self.same(
                f"awardOf({award.issuer}, {award.number}, 0x{award.key.hex()})", expected, found
            )
        self.awards_compared += len(awards)

    def _classes(self, world: World) -> None:
        names = sorted(world.points.classes)
        answers = self.ints("PointsLedger", "classOf", names)
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
        answers = self.ints("PointsLedger", "issuerState", [(issuer,) for issuer in issuers])
        for issuer, found in zip(issuers, answers, strict=True):
            state = world.points.issuers[issuer]
            expected = [state.last_batch, state.level, state.level_at_s, state.loss]
            self.same(f"issuerState({issuer})", expected, found)

    def _ledger(self, world: World) -> None:
        points = world.points
        stops = [points.paused, points.strict, points.strict_since_s, points.strict_until_s]
        self.one("PointsLedger", "stops", list(map(int, stops)))
        book = world.book_order[-1] if world.book_order else bytes(20)
        self.one("PointsLedger", "rateBook", [int.from_bytes(book, "big")])
        self.one("MemberRegistry", "memberCount", [len(world.registry.members)])
        members = world.registry.members
        answers = self.ints("MemberRegistry", "member", [(number,) for number in members])
        for (number, m), found in zip(members.items(), answers, strict=True):
            expected = [int(m.key, 16), m.roles, m.status, m.successor, m.host]
            self.same(f"member({number})", expected, found[:5] if found else None)
        terms = world.registry.terms
        answers = self.ints("MemberRegistry", "termsOf", [(number,) for number in terms])
        for (number, given), found in zip(terms.items(), answers, strict=True):
            self.same(f"termsOf({number})", [*astuple(given)], found)

    def _windows(self, world: World) -> None:
        windows = world.clearing.windows
        answers = self.ints("ClearingHouse", "windowOf", [(number,) for number in windows])
        for (number, window), found in zip(windows.items(), answers, strict=True):
            expected = [window.opened_block, window.close_block, int(window.settled)]
            there = [found[0], found[1], found[3]] if found else None
            self.same(f"windowOf({number})", expected, there)

    def _positions(self, world: World) -> None:
        """Of all windows: each obligation that is not zero, each member's position, their sum."""
        clearing, members = world.clearing, world.registry.members
        pairs = sorted(clearing.obligations)
        owed = self.ints("ClearingHouse", "obligationOf", pairs)
        for (window, debtor, creditor), found in zip(pairs, owed, strict=True):
            expected, there = clearing.obligations[window, debtor, creditor], _signed(found)
            if expected != there:
                self.findings.add(
                    "obligation-differs", window=window, debtor_member=debtor,
                    creditor_member=creditor, expected_units=expected, found_units=there,
                )  # fmt: skip
        for window in clearing.windows:
            asked = [(window, member) for member in members]
            found = [_signed(f) for f in self.ints("ClearingHouse", "positionOf", asked)]
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
        answers = self.ints("PointsLedger", "commitmentOf", [(name,) for name in by_lot])
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
        answers = self.ints("RateBook", "rateOf", asked, book)
        for (activity, month), found in zip(asked, answers, strict=True):
            owner, rate = world.rate_of(activity, month)
            expected = [owner, rate.numerator, rate.denominator] if rate else [owner, 0, 0]
            if found != expected:
                self.findings.add(
                    "rate-differs", activity=activity, month=month, expected=str(expected),
                    found=str(found),
                )  # fmt: skip


def _signed(found: list[int] | None) -> int:
    value = found[0] if found else 0
    return value - 2**256 if value >= 2**255 else value


def _lots(word: Word) -> list[int]:
    return [packed(dict(word.free)), word.this_year, word.last_year]
