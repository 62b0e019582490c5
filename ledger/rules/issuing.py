"""Batches of awards, their limits, and expiry: ``contracts/Minting.sol`` and ``Lots.sol``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from ledger.rules.clearing import Clearing
from ledger.rules.lanes import Word
from ledger.rules.rates import Rate, Rates
from ledger.rules.refusal import RuleRefusal, require
from ledger.rules.registry import ISSUER, Registry, Terms
from ledger.rules.state import Award, AwardWord, Block, Class
from ledger.units import (
    DAY_S,
    LANE_MAX,
    LANES,
    MONTHS_PER_EPOCH,
    MONTHS_PER_YEAR,
    end_of_epoch,
    epoch_of,
    first_landing_epoch,
    month_of,
    year_is_open,
)

NO_ACCOUNT = "0x" + "00" * 20
OUTSTANDING, RATE, DEBIT = range(3)


@dataclass
class IssuerState:
    """Batches, the rate limit's bucket, and what corrections found already spent; in units."""

    last_batch: int = 0
    level: int = 0
    level_at_s: int = 0
    loss: int = 0


@dataclass(frozen=True)
class Minted:
    """What one row would mint or did: units, its rate, and the full amount before a clip."""

    row: int
    units: int
    full_units: int
    rate: Rate
    epoch: int


@dataclass
class _Batch:
    issuer: int
    terms: Terms
    limit: int
    headroom: int
    total: int = 0
    words: dict[str, Word] = field(default_factory=dict)
    minted: list[Minted] = field(default_factory=list)


class Issuing:
    """Words, classes, awards. ``preview`` answers what ``mint`` would, and changes nothing."""

    def __init__(self, block: Block, registry: Registry, rates: Rates, clearing: Clearing) -> None:
        self.block = block
        self.registry = registry
        self.rates = rates
        self.clearing = clearing
        self.paused = False
        self.words: dict[tuple[int, str], Word] = {}
        self.classes: dict[tuple[int, int], Class] = defaultdict(Class)
        self.issuers: dict[int, IssuerState] = defaultdict(IssuerState)
        self.awards: dict[tuple[int, int, int], Award] = {}

    def now_epoch(self) -> int:
        return epoch_of(self.block.time_s)

    def word(self, issuer: int, account: str) -> Word:
        """The account's word with the issuer, brought to the present."""
        epoch = self.now_epoch()
        return self.words.get((issuer, account), Word(epoch)).present(epoch)

    def outstanding(self, issuer: int) -> int:
        """Units that can still be spent: live classes, and what is held of the last passed."""
        epoch = self.now_epoch()
        live = [self.classes[issuer, e] for e in range(epoch, epoch + LANES)]
        return self.classes[issuer, epoch - 1].held + sum(c.free + c.held for c in live)

    def mint(
        self, caller: str, number: int, rows: list[AwardWord], keys: list[int]
    ) -> list[Minted]:
        """Mint a batch whole or not at all; amounts in units, by row."""
        batch = self._judge(caller, number, rows, keys)
        state = self.issuers[batch.issuer]
        level = self._level(state, batch.terms)
        state.last_batch, state.level, state.level_at_s = (
            number,
            level - batch.total,
            self.block.time_s,
        )
        for account, word in batch.words.items():
            self.words[batch.issuer, account] = word
        for row, minted in enumerate(batch.minted):
            clipped = minted.units if minted.units < minted.full_units else None
            self.awards[batch.issuer, number, keys[row]] = Award(rows[row], clipped)
            if minted.units:
                landed = self.classes[batch.issuer, minted.epoch]
                landed.minted += minted.units
                landed.free += minted.units
        return batch.minted

    def preview(
        self, caller: str, number: int, rows: list[AwardWord], keys: list[int]
    ) -> list[Minted]:
        """What ``mint`` would answer or refuse, with nothing changed."""
        return self._judge(caller, number, rows, keys).minted

    def book_expiry(self, issuer: int, epoch: int) -> int:
        """Books what a passed class still had free as expired; the units booked."""
        ends_at = end_of_epoch(epoch)
        require(self.block.time_s >= ends_at, "EpochNotOver", epoch, ends_at)
        passed = self.classes[issuer, epoch]
        units, passed.free = passed.free, 0
        passed.expired += units
        return units

    def _judge(self, caller: str, number: int, rows: list[AwardWord], keys: list[int]) -> _Batch:
        require(not self.paused, "PausedNow")
        issuer = self.registry.with_role(caller, ISSUER)
        terms = self.registry.terms.get(issuer)
        if terms is None:
            raise RuleRefusal("TermsOutOfRange", issuer, 0)
        expected = self.issuers[issuer].last_batch + 1
        require(number == expected, "WrongBatchNumber", issuer, expected, number)
        sound = len(rows) != 0 and len(rows) == len(keys)
        require(sound, "BatchMalformed", len(rows), len(keys))
        batch = _Batch(issuer, terms, *self._limit(issuer, terms))
        previous = 0
        for row, (award, key) in enumerate(zip(rows, keys, strict=True)):
            require(key > previous, "KeysNotRising", row)
            previous = key
            self._judge_row(batch, row, award)
        return batch

    def _judge_row(self, batch: _Batch, row: int, award: AwardWord) -> None:
        require(award.account != NO_ACCOUNT, "AccountMissing", row)
        rate = self._rate(batch.issuer, row, award)
        full = rate.convert(award.quantity)
        require(0 < full <= LANE_MAX, "AmountOutOfRange", row, full)
        word = batch.words.get(award.account) or self.word(batch.issuer, award.account)
        now_month = month_of(self.block.time_s)
        this_year = award.month // MONTHS_PER_YEAR == now_month // MONTHS_PER_YEAR
        units, issued = full, word.issued(this_year)
        if batch.terms.annual_cap:
            units = min(full, max(batch.terms.annual_cap - issued, 0))
        epoch = award.month // MONTHS_PER_EPOCH + batch.terms.validity_epochs
        epoch = max(epoch, first_landing_epoch(self.block.time_s))
        batch.minted.append(Minted(row, units, full, rate, epoch))
        if units == 0:
            return
        batch.total += units
        within = batch.total <= batch.headroom
        require(within, "IssuanceLimitReached", row, batch.limit, batch.headroom)
        word = word.with_issued(this_year, issued + units)
        batch.words[award.account] = word.plus(batch.issuer, award.account, epoch, units)

    def _rate(self, issuer: int, row: int, award: AwardWord) -> Rate:
        now_month = month_of(self.block.time_s)
        require(award.month <= now_month, "MonthInFuture", row, award.month, now_month)
        self._require_open(row, award.month)
        owner, rate = self.rates.rate_of(award.activity, award.month)
        require(owner != 0, "UnknownActivity", row, award.activity)
        require(owner == issuer, "ForeignActivity", row, award.activity, owner)
        if rate is None:
            raise RuleRefusal("NoRateYet", row, award.activity, award.month)
        return rate

    def _limit(self, issuer: int, terms: Terms) -> tuple[int, int]:
        """The tightest of the three limits and its headroom; the first named where equal."""
        debit = self.clearing.unsettled_debit(issuer)
        headrooms = (
            max(terms.outstanding_cap - self.outstanding(issuer), 0),
            self._level(self.issuers[issuer], terms),
            max(terms.debit_cap - debit, 0),
        )
        tightest = min(range(3), key=lambda limit: headrooms[limit])
        return tightest, headrooms[tightest]

    def headroom(self, issuer: int) -> int:
        """Units that the tightest of the issuer's three limits leaves now."""
        terms = self.registry.terms.get(issuer)
        return 0 if terms is None else self._limit(issuer, terms)[1]

    def _level(self, state: IssuerState, terms: Terms) -> int:
        if state.level_at_s == 0:
            return terms.rate_capacity
        refilled = (self.block.time_s - state.level_at_s) * terms.rate_refill_per_day // DAY_S
        return min(state.level + refilled, terms.rate_capacity)

    def _require_open(self, row: int, month: int) -> None:
        year = month // MONTHS_PER_YEAR
        require(year_is_open(year, month_of(self.block.time_s)), "YearClosed", row, year)
