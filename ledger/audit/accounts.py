"""The second pass over accounts: each one's words replayed with the twin's arithmetic.

One partition at a time, in memory bounded by it. Judges what depends on an account's own history:
clips, annual caps, slices of holds and corrections, keys in effect, awards' standing amounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from eth_hash.auto import keccak

from ledger.audit.feed import Moment, moment
from ledger.audit.findings import Findings
from ledger.audit.records import ENTRY, NO_TARGET, Channel, Entry, Kind
from ledger.audit.spill import read
from ledger.rules import RuleRefusal
from ledger.rules.lanes import Slices, Word
from ledger.units import MONTHS_PER_YEAR

_Holder = tuple[int, bytes]
"""(issuer, account)."""


@dataclass
class Standing:
    """What a corrected award comes to; amounts in units."""

    issuer: int
    number: int
    key: bytes
    full_units: int
    units: int
    corrected: int = 0
    corrections: int = 0


@dataclass
class _Key:
    key: bytes
    effective_at_s: int


class Accounts:
    """One partition's accounts. ``free`` sums what is left, by class, of live epochs."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.words: dict[_Holder, Word] = {}
        self.awards: dict[bytes, Standing] = {}
        """By award id, those of accounts that were corrected."""
        self._corrected: set[tuple[int, bytes, int]] = set()
        self._keys: dict[tuple[int, bytes], _Key] = {}
        self._others: dict[int, Callable[[Entry, Word, Moment], Word]] = {
            Kind.HOLD: self._give,
            Kind.LAND: self._land,
            Kind.CANCEL: self._cancel,
            Kind.CORRECTION: self._correct,
            Kind.REVERSAL: self._reverse,
            Kind.GIVEN: self._give,
            Kind.RECEIVED: self._receive,
        }

    def replay(self, path: Path) -> None:
        """The partition, first for whose awards are corrected, then in order."""
        for fields in read(path, ENTRY):
            if fields[0] == Kind.CORRECTION:
                entry = Entry(*fields)  # type: ignore[arg-type]
                self._corrected.add((entry.issuer, entry.account, entry.month))
        for fields in read(path, ENTRY):
            self._take(Entry(*fields))  # type: ignore[arg-type]

    def free(self, now_epoch: int) -> dict[tuple[int, int], int]:
        """Units by (issuer, epoch), epochs still alive."""
        sums: dict[tuple[int, int], int] = defaultdict(int)
        for (issuer, _), word in self.words.items():
            for epoch, units in word.present(now_epoch).free:
                sums[issuer, epoch] += units
        return sums

    def _take(self, entry: Entry) -> None:
        now = _moment(entry.block, entry.time_s)
        if entry.kind >= Kind.KEY:
            self._register(entry)
            return
        holder = (entry.issuer, entry.account)
        word = self.words.get(holder)
        word = Word(now.epoch) if word is None else word.present(now.epoch)
        try:
            if entry.kind == Kind.AWARD:
                self.words[holder] = self._award(entry, word, now)
            else:
                self.words[holder] = self._others[entry.kind](entry, word, now)
        except RuleRefusal as refusal:
            self._say("account-against-rule", entry, rule=refusal.name, block=entry.block)

    def _award(self, entry: Entry, word: Word, now: Moment) -> Word:
        units, cap = entry.units, entry.cap_units
        this_year = entry.month // MONTHS_PER_YEAR == now.month // MONTHS_PER_YEAR
        issued = word.this_year if this_year else word.last_year
        if cap or units != entry.full_units:
            self._judge_clip(entry, issued)
        if self._corrected and (entry.issuer, entry.account, entry.month) in self._corrected:
            self._remember(entry)
        if not units:
            return word
        word = word.with_issued(this_year, issued + units)
        return word.plus(entry.issuer, _NOBODY, entry.epoch, units)

    def _judge_clip(self, entry: Entry, issued: int) -> None:
        cap, full, units = entry.cap_units, entry.full_units, entry.units
        wanted = min(full, max(cap - issued, 0)) if cap else full
        where = {"number": entry.number, "row": entry.row}
        if units != wanted:
            sums = {"expected_units": wanted, "found_units": units}
            self._say("headroom-differs", entry, **where, **sums)
        if cap and units and issued + units > cap:
            year = entry.month // MONTHS_PER_YEAR
            sums = {"cap_units": cap, "issued_units": issued + units}
            self._say("annual-cap-passed", entry, **where, year=year, **sums)

    def _remember(self, entry: Entry) -> None:
        head = entry.issuer.to_bytes(32, "big") + entry.number.to_bytes(32, "big")
        self.awards[keccak(head + entry.name)] = Standing(
            entry.issuer, entry.number, entry.name, entry.full_units, entry.units
        )

    def _give(self, entry: Entry, word: Word, _now: Moment) -> Word:
        """To a hold or to the fund."""
        self._judge_word(entry)
        return self._spend(entry, word, "hold-slices-differ")

    def _spend(self, entry: Entry, word: Word, code: str) -> Word:
        """Takes the slices, which must be the earliest that were there."""
        slices = entry.taken()
        wanted = word.earliest(entry.units)
        if slices != wanted:
            self._say(code, entry, id=entry.name, expected=str(wanted), found=str(slices))
        return word.without(slices)

    def _receive(self, entry: Entry, word: Word, _now: Moment) -> Word:
        return self._back(entry, word, entry.taken())

    def _cancel(self, entry: Entry, word: Word, now: Moment) -> Word:
        self._judge_word(entry)
        alive = {e: u for e, u in entry.taken().items() if e >= now.epoch}
        return self._back(entry, word, alive)

    def _land(self, entry: Entry, word: Word, now: Moment) -> Word:
        slices: Slices = defaultdict(int)
        for epoch, units in entry.taken().items():
            slices[max(epoch, now.landing)] += units
        return self._back(entry, word, slices)

    def _back(self, entry: Entry, word: Word, slices: Slices) -> Word:
        for epoch, units in slices.items():
            word = word.plus(entry.issuer, _NOBODY, epoch, units)
        return word

    def _correct(self, entry: Entry, word: Word, now: Moment) -> Word:
        award = self.awards.get(entry.other)
        if award is None:
            self._say("correction-unfounded", entry, correction=entry.name, award=entry.other)
        else:
            award.corrections += 1
            award.corrected += entry.units
            self._judge_standing(entry, award)
        word = self._spend(entry, word, "correction-slices-differ")
        return self._count(entry, word, now, -sum(entry.taken().values()))

    def _judge_standing(self, entry: Entry, award: Standing) -> None:
        named = keccak(entry.other + award.corrections.to_bytes(32, "big"))
        if named != entry.name:
            self._say("correction-unfounded", entry, correction=entry.name, award=entry.other)
        standing = award.units - award.corrected
        if entry.full_units not in (NO_TARGET, standing):
            sums = {"expected_units": entry.full_units, "found_units": standing}
            self._say("correction-missed", entry, correction=entry.name, **sums)
        if award.corrected > award.units:
            sums = {"minted_units": award.units, "corrected_units": award.corrected}
            self._say("corrected-too-much", entry, number=award.number, key=award.key, **sums)

    def _reverse(self, entry: Entry, word: Word, now: Moment) -> Word:
        award = self.awards.get(entry.other)
        if award is not None:
            award.corrected -= entry.units
            if award.corrected < 0:
                self._say("correction-unfounded", entry, correction=entry.name, award=entry.other)
        word = self._land(entry, word, now)
        return self._count(entry, word, now, sum(entry.taken().values()))

    def _count(self, entry: Entry, word: Word, now: Moment, units: int) -> Word:
        """Headroom given back or used again, in a year that is still counted."""
        year, now_year = entry.month // MONTHS_PER_YEAR, now.month // MONTHS_PER_YEAR
        if year + 1 < now_year:
            return word
        this_year = year == now_year
        return word.with_issued(this_year, max(word.issued(this_year) + units, 0))

    # Keys

    def _register(self, entry: Entry) -> None:
        place = (entry.month, entry.account)
        if entry.kind == Kind.KEY_WITHDRAWN:
            self._keys.pop(place, None)
        else:
            self._keys[place] = _Key(entry.name, entry.number)

    def _judge_word(self, entry: Entry) -> None:
        """A key in effect alone speaks for its account; without one, only custody does."""
        found = self._keys.get((entry.month, entry.account))
        key = found.key if found and found.effective_at_s <= entry.time_s else None
        if entry.number == Channel.SIGNED and entry.other != key:
            expected = key[12:] if key else None
            signer = entry.other[12:]
            self._say("signature-differs", entry, id=entry.name, expected=expected, found=signer)
        if entry.number == Channel.CUSTODIAL and key is not None:
            self._say("custody-despite-key", entry, id=entry.name)

    def _say(self, code: str, entry: Entry, **fields: int | str | bytes | None) -> None:
        self._findings.add(code, issuer=entry.issuer, account=entry.account, **fields)


_NOBODY = ""
"""The twin names accounts in a refusal; here the finding does."""


@lru_cache(4_096)
def _moment(block: int, time_s: int) -> Moment:
    return moment(block, time_s)


def summed(parts: Iterable[dict[tuple[int, int], int]]) -> dict[tuple[int, int], int]:
    """Partitions' sums together."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for part in parts:
        for name, units in part.items():
            sums[name] += units
    return sums
