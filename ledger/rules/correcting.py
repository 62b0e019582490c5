"""Linked opposite entries: corrections and their reversals, ``contracts/Corrections.sol``."""

from __future__ import annotations

from ledger.rules.clearing import Clearing
from ledger.rules.issuing import Issuing
from ledger.rules.lanes import Slices, Word
from ledger.rules.rates import Rates
from ledger.rules.refusal import RuleRefusal, require
from ledger.rules.registry import ISSUER, Registry
from ledger.rules.state import Award, AwardWord, Block, Correction
from ledger.units import MONTHS_PER_YEAR, first_landing_epoch, month_of, year_is_open

Which = tuple[int, int, int, int]
"""A correction: issuer, batch number, key, and which of the award's corrections, from 1."""


class Correcting(Issuing):
    """Takes from the account's lots, earliest first; what is no longer there is a loss."""

    def __init__(self, block: Block, registry: Registry, rates: Rates, clearing: Clearing) -> None:
        super().__init__(block, registry, rates, clearing)
        self.corrections: dict[Which, Correction] = {}

    def correct(self, caller: str, number: int, key: int, row: int, quantity: int) -> Correction:
        """The issuer's correction of one award down to ``quantity``, while its year is open."""
        issuer = self.registry.with_role(caller, ISSUER, active=False)
        return self._correct(issuer, number, key, row, quantity, open_year=True)

    def correct_closed(
        self, issuer: int, number: int, key: int, row: int, quantity: int
    ) -> Correction:
        """The council's correction, once the award's year is closed."""
        return self._correct(issuer, number, key, row, quantity, open_year=False)

    def reverse(self, caller: str, correction: Which) -> None:
        """Undo a correction: what it took comes back, what it lost is void."""
        issuer = self.registry.with_role(caller, ISSUER, active=False)
        self._reverse(issuer, correction, open_year=True)

    def reverse_closed(self, correction: Which) -> None:
        """The council's reversal, once the award's year is closed."""
        self._reverse(correction[0], correction, open_year=False)

    def _correct(
        self, issuer: int, number: int, key: int, row: int, quantity: int, *, open_year: bool
    ) -> Correction:
        award = self.awards.get((issuer, number, key))
        if award is None:
            raise RuleRefusal("BatchDataMismatch", issuer, number)
        self._require_year(row, award.word.month, open_year=open_year)
        due = self._due(award, row, quantity)
        slices = self.word(issuer, award.word.account).earliest(due)
        award.corrected += due
        award.corrections += 1
        self._take_back(issuer, award.word, slices)
        self.issuers[issuer].loss += due - sum(slices.values())
        word, taken = award.word, tuple(slices.items())
        entry = Correction(issuer, word.account, word.month, taken, due, (issuer, number, key))
        self.corrections[issuer, number, key, award.corrections] = entry
        return entry

    def _reverse(self, issuer: int, correction: Which, *, open_year: bool) -> None:
        entry = self.corrections.get(correction)
        if entry is None or entry.issuer != issuer:
            raise RuleRefusal("CorrectionMismatch", correction)
        self._require_year(0, entry.month, open_year=open_year)
        del self.corrections[correction]
        self.awards[entry.award].corrected -= entry.due
        word = self.word(issuer, entry.account)
        for epoch, units in entry.slices:
            self.classes[issuer, epoch].corrected -= units
            word = self._land(word, issuer, entry.account, epoch, units)
        taken = sum(entry.taken().values())
        self.words[issuer, entry.account] = self._count(word, entry.month, taken)
        self.issuers[issuer].loss -= entry.due - taken

    def _due(self, award: Award, row: int, quantity: int) -> int:
        _, rate = self.rates.rate_of(award.word.activity, award.word.month)
        assert rate is not None, "a minted award has a rate"
        minted = rate.convert(award.word.quantity) if award.clipped_to is None else award.clipped_to
        standing, target = minted - award.corrected, rate.convert(quantity)
        require(target < standing, "NothingToCorrect", row, standing, target)
        return standing - target

    def _take_back(self, issuer: int, award: AwardWord, slices: Slices) -> None:
        word = self.word(issuer, award.account).without(slices)
        for epoch, units in slices.items():
            self.classes[issuer, epoch].free -= units
            self.classes[issuer, epoch].corrected += units
        taken = sum(slices.values())
        self.words[issuer, award.account] = self._count(word, award.month, -taken)

    def _land(self, word: Word, issuer: int, account: str, epoch: int, units: int) -> Word:
        """Into their own epoch, or carried to the first that does not end in less than 90 days."""
        landing = max(epoch, first_landing_epoch(self.block.time_s))
        word = word.plus(issuer, account, landing, units)
        if landing != epoch:
            self.classes[issuer, epoch].carried_out += units
            self.classes[issuer, landing].carried_in += units
        self.classes[issuer, landing].free += units
        return word

    def _count(self, word: Word, month: int, units: int) -> Word:
        """Add to (or give back) the counter of the month's year, where it is still counted."""
        year, now_year = (m // MONTHS_PER_YEAR for m in (month, month_of(self.block.time_s)))
        if year + 1 < now_year:
            return word
        this_year = year == now_year
        return word.with_issued(this_year, max(word.issued(this_year) + units, 0))

    def _require_year(self, row: int, month: int, *, open_year: bool) -> None:
        year = month // MONTHS_PER_YEAR
        is_open = year_is_open(year, month_of(self.block.time_s))
        require(is_open or not open_year, "YearClosed", row, year)
        require(open_year or not is_open, "YearStillOpen", year)
