"""Mints, judged row by row from their calldata: keys, rates, amounts, transfers, issuer's limits.

The hot path of an audit. What depends on an account's year (clips) or on other batches (a key
minted twice) is left to the second pass as records. Amounts in units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.audit.feed import Call, Moment
from ledger.audit.records import ENTRY, KEY, NO_NAME, NO_SLICES, Kind
from ledger.audit.stored import StoredHashes
from ledger.audit.transfers import NOBODY, PAD, spoken
from ledger.audit.world import World, epoch_of_month, hexed
from ledger.chain.abi import abi
from ledger.chain.awardnames import data_hash
from ledger.chain.decode import MintCall, mint_call
from ledger.chain.types import Log
from ledger.errors import Broken
from ledger.events import AwardClipped, BatchMinted
from ledger.rules import RuleRefusal
from ledger.rules.issuing import DEBIT, OUTSTANDING, RATE
from ledger.rules.registry import ISSUER, Terms
from ledger.units import DAY_S, LANE_MAX, MONTHS_PER_YEAR, year_is_open

MINT = abi("PointsLedger").selector("mintBatch")
WORD = 32
_HEAD_WORDS = 6
"""Words of a mint's calldata besides its rows: four arguments and two lengths."""
RANDOM_ZEROS = 6
"""Leading zero bytes that a keyed hash has once in 2^48: no key and no account begins so."""
_ZEROS = bytes(RANDOM_ZEROS)
_NO_TERMS = Terms(0, 0, 0, 0, 0, 1, 0)


class RowRate(NamedTuple):
    """What all rows of one activity and month in a batch share."""

    numerator: int
    denominator: int
    month: int
    landing: int
    token: bytes
    """The class's token id, 32 bytes."""
    why: str
    """Why such a row could not be minted, empty where it could."""


@dataclass
class _Batch:
    event: BatchMinted
    moment: Moment
    terms: Terms
    caller: bytes
    transfers: list[Log]
    clips: dict[int, AwardClipped]
    rates: dict[bytes, RowRate] = field(default_factory=dict)
    minted: dict[int, int] = field(default_factory=dict)
    next_transfer: int = 0
    total: int = 0


class Batches:
    """Judges each ``BatchMinted``."""

    def __init__(self, world: World, ledger: bytes, stored: StoredHashes) -> None:
        self._world = world
        self._stored = stored
        self._findings = world.findings
        self._ledger = ledger
        self._clips: dict[int, AwardClipped] = {}

    def clip(self, event: AwardClipped) -> None:
        """Stands before the batch's own event."""
        self._clips[event.row] = event

    def mint(self, event: BatchMinted, moment: Moment, call: Call, transfers: list[Log]) -> None:
        """One batch, whole."""
        clips, self._clips = self._clips, {}
        terms = self._world.registry.terms.get(event.issuer, _NO_TERMS)
        batch = _Batch(event, moment, terms, call.sender.rjust(WORD, b"\0"), transfers, clips)
        self._judge_issuer(batch, call)
        state = self._world.points.issuers[event.issuer]
        if event.number != state.last_batch + 1:
            self._say("batch-gap", batch, expected=state.last_batch + 1)
        state.last_batch = event.number
        self._stored.add(event.issuer, event.number, event.data_hash)
        self._world.counts.batches += 1
        rows = self._rows(batch, call)
        if rows is not None:
            self._judge_rows(batch, rows)
        self._close(batch)

    def _judge_issuer(self, batch: _Batch, call: Call) -> None:
        if self._world.points.paused:
            self._findings.add("paused-yet", event="BatchMinted", block=batch.moment.block)
        try:
            member = self._world.registry.with_role(hexed(call.sender), ISSUER)
        except RuleRefusal as refusal:
            self._say("mint-by-other", batch, key=call.sender, rule=refusal.name)
            return
        if member != batch.event.issuer:
            self._say("mint-by-other", batch, key=call.sender, rule="NotAMember")

    def _rows(self, batch: _Batch, call: Call) -> MintCall | None:
        """The batch's rows, or None where the transaction does not hold them."""
        event = batch.event
        if not event.evidence_root.strip(b"\0"):
            self._say("root-missing", batch)
        try:
            if call.to != self._ledger or call.data[:4] != MINT:
                raise Broken("data.mint-malformed", size=len(call.data))
            given = mint_call(call.data)
        except Broken:
            self._say("data-missing", batch, transaction=call.hash)
            return None
        counted = len(given.words) == len(given.keys) == event.awards
        same_root = given.evidence_root == event.evidence_root
        hashed = data_hash(given.words, given.keys)
        if not counted or not same_root or hashed != event.data_hash:
            self._say("data-differs", batch, expected=event.data_hash, found=hashed)
        if len(call.data) != 4 + WORD * (_HEAD_WORDS + len(given.words) + len(given.keys)):
            self._say("data-trailing", batch, transaction=call.hash)
        return given if len(given.words) == len(given.keys) else None

    def _judge_rows(self, batch: _Batch, given: MintCall) -> None:
        event, world, block = batch.event, self._world, batch.moment.block
        number, issuer, cap = event.number, event.issuer, batch.terms.annual_cap
        time_s, previous = batch.moment.time_s, b""
        add_account, add_key = world.accounts.add, world.keys.add
        for row, (word, key) in enumerate(zip(given.words, given.keys, strict=True)):
            account, tag = word[:20], word[20:24]
            rate = batch.rates.get(tag) or self._rate(batch, tag)
            full = int.from_bytes(word[24:], "big") * rate.numerator // rate.denominator
            clip = batch.clips.get(row) if batch.clips else None
            units = full if clip is None else clip.units
            if key <= previous or _ZEROS in (key[:RANDOM_ZEROS], account[:RANDOM_ZEROS]):
                self._judge_form(batch, row, key, previous, account)
            previous = key
            if rate.why or not 0 < full <= LANE_MAX or not account.strip(b"\0"):
                self._judge_row(batch, row, rate, account, full)
            if clip is not None and (clip.key != key or clip.full_units != full or units >= full):
                self._say("clip-differs", batch, row=row, expected_units=full, found_units=units)
            if units:
                self._judge_transfer(batch, row, account, rate, units)
                batch.total += units
                batch.minted[rate.landing] = batch.minted.get(rate.landing, 0) + units
            packed = ENTRY.pack(
                Kind.AWARD, block, time_s, issuer, account, number, row, key, NO_NAME, rate.month,
                rate.landing, full & LANE_MAX, units & LANE_MAX, cap, NO_SLICES,
            )  # fmt: skip
            add_account(account, packed)
            add_key(key, KEY.pack(key, issuer, number, row))
        world.counts.awards += len(given.words)

    def _rate(self, batch: _Batch, tag: bytes) -> RowRate:
        activity, month = int.from_bytes(tag[:2], "big"), int.from_bytes(tag[2:], "big")
        owner, rate = self._world.rate_of(activity, month)
        now, issuer = batch.moment, batch.event.issuer
        reasons = {
            "month-in-future": month > now.month,
            "year-closed": not year_is_open(month // MONTHS_PER_YEAR, now.month),
            "activity-unknown": owner == 0,
            "activity-foreign": owner not in (0, issuer),
            "rate-missing": rate is None,
        }
        why = next((name for name, found in reasons.items() if found), "")
        landing = max(epoch_of_month(month) + batch.terms.validity_epochs, now.landing)
        token = (issuer << 16 | landing).to_bytes(WORD, "big")
        numerator, denominator = (rate.numerator, rate.denominator) if rate else (0, 1)
        batch.rates[tag] = RowRate(numerator, denominator, month, landing, token, why)
        return batch.rates[tag]

    def _judge_form(
        self, batch: _Batch, row: int, key: bytes, previous: bytes, account: bytes
    ) -> None:
        if key <= previous:
            self._say("key-not-rising", batch, row=row, key=key)
        if key.startswith(_ZEROS):
            self._say("key-not-random", batch, row=row, key=key)
        fund = self._world.registry.fund_member_of(hexed(account))
        if account.startswith(_ZEROS) and not fund:
            self._say("account-not-random", batch, row=row, account=account)

    def _judge_row(self, batch: _Batch, row: int, rate: RowRate, account: bytes, full: int) -> None:
        empty = not account.strip(b"\0")
        why = rate.why or ("account-missing" if empty else "amount-out-of-range")
        self._say("row-invalid", batch, row=row, account=account, why=why, full_units=full)

    def _judge_transfer(
        self, batch: _Batch, row: int, account: bytes, rate: RowRate, units: int
    ) -> None:
        place = batch.next_transfer
        log = batch.transfers[place] if place < len(batch.transfers) else None
        wanted = PAD + account
        if log is not None and log.topics[2] == wanted and log.topics[1] == NOBODY:
            batch.next_transfer += 1
            same_class = log.topics[3] == rate.token
            if same_class and log.data == batch.caller + units.to_bytes(WORD, "big"):
                return
        found = spoken(log) if log is not None and batch.next_transfer > place else None
        self._say(
            "award-differs", batch, row=row, account=account, expected_units=units,
            expected_epoch=rate.landing, found=found,
        )  # fmt: skip

    def _close(self, batch: _Batch) -> None:
        event, points = batch.event, self._world.points
        for log in batch.transfers[batch.next_transfer :]:
            self._say("award-unknown", batch, found=spoken(log))
        if batch.total != event.units:
            sums = {"expected_units": batch.total, "found_units": event.units}
            self._say("batch-sum-differs", batch, **sums)
        self._judge_limits(batch)
        for epoch, units in batch.minted.items():
            points.classes[event.issuer, epoch].minted += units
            points.classes[event.issuer, epoch].free += units

    def _judge_limits(self, batch: _Batch) -> None:
        """All three, as of just before the batch; the bucket is written as the contract does."""
        issuer, terms, points = batch.event.issuer, batch.terms, self._world.points
        state = points.issuers[issuer]
        refilled = (batch.moment.time_s - state.level_at_s) * terms.rate_refill_per_day // DAY_S
        level = min(state.level + refilled, terms.rate_capacity)
        if state.level_at_s == 0:
            level = terms.rate_capacity
        debit = self._world.clearing.unsettled_debit(issuer)
        headrooms = {
            OUTSTANDING: terms.outstanding_cap - points.outstanding(issuer),
            RATE: level,
            DEBIT: terms.debit_cap - debit,
        }
        for limit, headroom in headrooms.items():
            if batch.total > max(headroom, 0):
                room = {"headroom_units": max(headroom, 0), "found_units": batch.total}
                self._say("limit-passed", batch, limit=limit, **room)
        state.level, state.level_at_s = max(level - batch.total, 0), batch.moment.time_s

    def _say(self, code: str, batch: _Batch, **fields: int | str | bytes | None) -> None:
        event = batch.event
        self._findings.add(code, issuer=event.issuer, number=event.number, **fields)
