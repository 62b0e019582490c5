"""Hold, capture, release, refund, donation and the two stops: ``contracts/PointsLedger.sol``."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum

from ledger.rules.clearing import Clearing
from ledger.rules.correcting import Correcting
from ledger.rules.lanes import Slices, Word, take
from ledger.rules.rates import Rates
from ledger.rules.refusal import RuleRefusal, require
from ledger.rules.registry import Registry
from ledger.rules.state import Block, Hold
from ledger.units import DAY_S, end_of_epoch

LONGEST_HOLD_S = 30 * DAY_S
PAST_EXPIRY_S = 14 * DAY_S
REFUND_WINDOW_S = 90 * DAY_S
GRACE_AFTER_STRICT_STOP_S = 72 * 3_600


class Releaser(IntEnum):
    """On whose word a hold is released."""

    ACCEPTOR = 0
    RESIDENT = 1
    ANYONE = 2


class Points(Correcting):
    """The ledger. Ids are 32 bytes; None marks an id that has ended."""

    def __init__(self, block: Block, registry: Registry, rates: Rates, clearing: Clearing) -> None:
        super().__init__(block, registry, rates, clearing)
        self.holds: dict[bytes, Hold | None] = {}
        self.strict = False
        self.strict_since_s = 0
        self.strict_until_s = 0

    def pause(self) -> None:
        self.paused = True

    def stop_strictly(self) -> None:
        """Captures stop too; a stop within the grace of the one before continues it."""
        self.paused = True
        if not self.strict:
            self.strict = True
            if self.block.time_s >= self.strict_until_s + GRACE_AFTER_STRICT_STOP_S:
                self.strict_since_s = self.block.time_s

    def resume(self) -> None:
        self.paused = False
        if self.strict:
            self.strict = False
            self.strict_until_s = self.block.time_s

    def deadline_passed(self, deadline_s: int) -> bool:
        """No deadline passes in a strict stop, nor within 72 hours after it."""
        if self.strict_since_s and deadline_s >= self.strict_since_s:
            if self.strict:
                return False
            deadline_s = max(deadline_s, self.strict_until_s + GRACE_AFTER_STRICT_STOP_S)
        return self.block.time_s > deadline_s

    def place_hold(
        self,
        hold_id: bytes,
        issuer: int,
        account: str,
        acceptor: int,
        units: int,
        deadline_s: int,
        service_at_s: int,
    ) -> Hold:
        """Set points aside, earliest expiry first; every rule that can say no says it here."""
        self._require_fresh(hold_id, units)
        self.registry.check_acceptor(acceptor, units)
        on_time = service_at_s <= deadline_s
        require(on_time, "ServiceAfterDeadline", service_at_s, deadline_s)
        slices = self._free_slices(issuer, account, units)
        self._require_deadline(deadline_s, min(slices))
        self.words[issuer, account] = self.word(issuer, account).without(slices)
        for epoch, slice_units in slices.items():
            self.classes[issuer, epoch].free -= slice_units
            self.classes[issuer, epoch].held += slice_units
        epoch = self.now_epoch()
        held = tuple(slices.items())
        hold = Hold(issuer, acceptor, account, deadline_s, service_at_s, epoch, held)
        self.holds[hold_id] = hold
        return hold

    def capture(self, hold_id: bytes, units: int) -> Hold:
        """Burn ``units``, release the rest, and book the debt; what stays refundable."""
        require(not self.strict, "StrictStopInForce")
        hold = self._in_phase(hold_id, captured=False)
        passed = self.deadline_passed(hold.deadline_s)
        require(not passed, "DeadlinePassed", hold.deadline_s)
        require(0 < units <= hold.total(), "UnitsOutOfRange", units, hold.total())
        captured = take(hold.slices, units)
        rest = {e: u - captured.get(e, 0) for e, u in hold.slices if u > captured.get(e, 0)}
        self._unhold(hold, rest, own_cancel=False)
        for epoch, slice_units in captured.items():
            self.classes[hold.issuer, epoch].held -= slice_units
            self.classes[hold.issuer, epoch].captured += slice_units
        after = replace(
            hold,
            slices=tuple(captured.items()),
            deadline_s=self.block.time_s + REFUND_WINDOW_S,
            captured=True,
        )
        self.holds[hold_id] = after
        self.clearing.record(self.registry.debtor_of(hold.issuer), hold.acceptor, units)
        return after

    def release(self, hold_id: bytes, by: Releaser) -> None:
        """Undo a hold; a resident's own cancel never extends life."""
        hold = self._in_phase(hold_id, captured=False)
        if by is Releaser.RESIDENT:
            in_time = self.block.time_s <= hold.service_at_s
            require(in_time, "ServiceTimePassed", hold.service_at_s)
        if by is Releaser.ANYONE:
            passed = self.deadline_passed(hold.deadline_s)
            require(passed, "DeadlineNotPassed", hold.deadline_s)
        self._unhold(hold, dict(hold.slices), own_cancel=by is Releaser.RESIDENT)
        self.holds[hold_id] = None

    def refund(self, hold_id: bytes, units: int) -> Hold | None:
        """Give captured units back, latest expiry first; the open window's debt shrinks by them."""
        hold = self._in_phase(hold_id, captured=True)
        require(self.block.time_s <= hold.deadline_s, "DeadlinePassed", hold.deadline_s)
        require(0 < units <= hold.total(), "UnitsOutOfRange", units, hold.total())
        returned = take(hold.slices, units, latest_first=True)
        word = self.word(hold.issuer, hold.account)
        for epoch, slice_units in returned.items():
            self.classes[hold.issuer, epoch].refunded_in += slice_units
            word = self._land(word, hold.issuer, hold.account, epoch, slice_units)
        self.words[hold.issuer, hold.account] = word
        left = tuple((e, u - returned.get(e, 0)) for e, u in hold.slices if u > returned.get(e, 0))
        self.holds[hold_id] = replace(hold, slices=left) if left else None
        self.clearing.record(self.registry.debtor_of(hold.issuer), hold.acceptor, -units)
        return self.holds[hold_id]

    def donate(
        self, donation_id: bytes, issuer: int, account: str, fund_account: str, units: int
    ) -> Slices:
        """Move lots, lanes kept, to an account of the community fund."""
        self._require_fresh(donation_id, units)
        known = self.registry.fund_member_of(fund_account) != 0
        require(known, "NotAFundAccount", fund_account)
        slices = self._free_slices(issuer, account, units)
        self.words[issuer, account] = self.word(issuer, account).without(slices)
        word: Word = self.word(issuer, fund_account)
        for epoch, slice_units in slices.items():
            word = word.plus(issuer, fund_account, epoch, slice_units)
        self.words[issuer, fund_account] = word
        self.holds[donation_id] = None
        return slices

    def _require_fresh(self, hold_id: bytes, units: int) -> None:
        require(not self.paused, "PausedNow")
        require(hold_id not in self.holds, "HoldIdUsed", hold_id)
        require(units != 0, "ZeroUnits")

    def _in_phase(self, hold_id: bytes, *, captured: bool) -> Hold:
        hold = self.holds.get(hold_id)
        if hold is None or hold.captured != captured:
            raise RuleRefusal("HoldMismatch", hold_id)
        return hold

    def _free_slices(self, issuer: int, account: str, units: int) -> Slices:
        slices = self.word(issuer, account).earliest(units)
        taken = sum(slices.values())
        require(taken == units, "InsufficientPoints", taken, units)
        return slices

    def _require_deadline(self, deadline_s: int, earliest_epoch: int) -> None:
        now = self.block.time_s
        latest = min(now + LONGEST_HOLD_S, end_of_epoch(earliest_epoch) + PAST_EXPIRY_S)
        fits = now < deadline_s <= latest
        require(fits, "DeadlineOutOfRange", deadline_s, now + 1, latest)

    def _unhold(self, hold: Hold, slices: Slices, *, own_cancel: bool) -> None:
        now_epoch = self.now_epoch()
        word = self.word(hold.issuer, hold.account)
        for epoch, units in slices.items():
            home = self.classes[hold.issuer, epoch]
            home.held -= units
            if not own_cancel:
                word = self._land(word, hold.issuer, hold.account, epoch, units)
            elif epoch < now_epoch:
                home.expired += units
            else:
                home.free += units
                word = word.plus(hold.issuer, hold.account, epoch, units)
        self.words[hold.issuer, hold.account] = word
