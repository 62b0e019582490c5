"""Twin and contracts side by side: each command goes to both, and both must say the same.

Knows how a command is spelled on either side and what a chain's caller must remember (the last
event's preimage of a hold, a batch's data). The commands to try are chosen in ``test_twin``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eth_abi.abi import decode

from ledger.rules import Block, Clearing, Desk, Points, Rates, Registry, RuleRefusal
from ledger.rules.clearing import Transfer
from ledger.rules.desk import HoldRequest
from ledger.rules.rates import Rate
from ledger.rules.registry import Terms
from ledger.rules.state import AwardWord, Hold
from ledger.units import start_of_month
from tests.properties.comparing import Comparing
from tests.properties.witness import Witness
from tests.support.evm import COUNCIL, GUARDIAN, Refusal, event_topic, type_of
from tests.support.season import (
    BEGIN_MONTH,
    CANTEEN,
    CAPPED,
    CHARITY,
    CULTURE,
    FIRST_RATE_MONTH,
    FUND_ACCOUNT,
    KEYS,
    MINUTES,
    OPERATING,
    ROLES,
    ROOMY,
    SPENDING,
    VOLUNTEER,
    award_word,
    world,
)

LAST_YEAR_S = 4_000_000_000
"""Late in 2096: times in the contracts have room to 2106, so a run gets no further."""
MONTHLY, DAILY = 50_000, 90_000
"""Custodial caps low enough that a run of a few dozen commands meets them; units."""


class Pair(Comparing):
    """One world twice. ``now`` and the block number are the same on both sides."""

    def __init__(self) -> None:
        self.evm = world(accounts_monthly_units=MONTHLY, operator_daily_units=DAILY)
        self.witness = Witness(self.evm)
        self.block = Block(start_of_month(BEGIN_MONTH) + 3_600, 1)
        self.registry = Registry()
        self.rates = Rates(self.block)
        self.clearing = Clearing(self.block, self.registry)
        self.points = Points(self.block, self.registry, self.rates, self.clearing)
        self.desk = Desk(self.points, MONTHLY, DAILY)
        self._agree()
        self.block.time_s, self.block.number = self.evm.now, self.evm.number
        self.entries: dict[bytes, Any] = {}
        self.batches: dict[tuple[int, int], tuple[list[bytes], list[bytes]]] = {}
        self.corrections: dict[tuple[int, int, int, int], tuple[bytes, Any]] = {}

    def _agree(self) -> None:
        for member, key in KEYS.items():
            self.registry.add(key, ROLES[member])
        self.registry.terms = {VOLUNTEER: Terms(*ROOMY), CULTURE: Terms(*CAPPED)}
        self.registry.members[CANTEEN].host = OPERATING
        for activity, issuer, rate in (
            (MINUTES, VOLUNTEER, (1000, 60)),
            (SPENDING, CULTURE, (15, 100)),
        ):
            self.rates.add_activity(activity, issuer)
            self.rates.add_rate(activity, Rate(FIRST_RATE_MONTH, *rate))
            self.witness.rates[activity] = [(FIRST_RATE_MONTH, *rate)]

    def tick(self, seconds: int) -> None:
        self.evm.tick(seconds if self.evm.now + seconds < LAST_YEAR_S else 1)
        self.block.time_s, self.block.number = self.evm.now, self.evm.number

    def both(
        self, twin: Callable[[], Any], chain: Callable[[], Any], *, heard: bool = True
    ) -> tuple[bool, Any]:
        """Run on both; whether they did it, and the twin's answer. Unequal refusals fail."""
        refused: RuleRefusal | None = None
        refused_there: Refusal | None = None
        answer: Any = None
        try:
            answer = twin()
        except RuleRefusal as refusal:
            refused = refusal
        try:
            chain()
        except Refusal as refusal:
            refused_there = refusal
        here = refused and (refused.name, refused.values)
        there = refused_there and (refused_there.name, refused_there.values)
        assert here == there, f"twin {here}, contract {there}"
        if refused is None and heard:
            self.witness.heard()
        return refused is None, answer

    def mint(self, issuer: int, number: int, rows: list[AwardWord], keys: list[int]) -> None:
        words = [award_word(r.account, r.activity, r.month, r.quantity) for r in rows]
        raw = [key.to_bytes(32, "big") for key in keys]
        debit = self.evm.read("ClearingHouse", "unsettledDebit", issuer)
        outstanding = self.evm.read("PointsLedger", "outstandingOf", issuer)
        done, minted = self.both(
            lambda: self.points.mint(KEYS[issuer], number, rows, keys),
            lambda: self.evm.send(
                KEYS[issuer], "PointsLedger", "mintBatch", number, words, raw, b"\2" * 32
            ),
            heard=False,
        )
        if done:
            self.batches[issuer, number] = (words, raw)
            self.witness.batch(issuer, number, words, raw)
            units = sum(row.units for row in minted)
            self.witness.check_limits(issuer, (debit, outstanding), units)

    def hold(self, request: HoldRequest) -> None:
        fields = tuple(vars(request).values())
        done, hold = self.both(
            lambda: self.desk.hold(KEYS[OPERATING], request),
            lambda: self.evm.send(KEYS[OPERATING], "RedemptionDesk", "hold", fields),
        )
        if done:
            self.entries[request.hold_id] = self._entry("HoldPlaced")
            assert self.entries[request.hold_id] == hold.words()

    def capture(self, hold_id: bytes, units: int) -> None:
        entry = self.entries[hold_id]
        acceptor = Hold.of_words(*entry, captured=False).acceptor
        key = KEYS[acceptor]
        done, after = self.both(
            lambda: self.desk.capture(key, hold_id, acceptor, units),
            lambda: self.evm.send(key, "RedemptionDesk", "capture", hold_id, entry, units),
        )
        if done:
            self.entries[hold_id] = self._entry("HoldCaptured")
            assert self.entries[hold_id] == after.words()

    def refund(self, hold_id: bytes, units: int) -> None:
        entry = self.entries[hold_id]
        acceptor = Hold.of_words(*entry, captured=True).acceptor
        key = KEYS[acceptor]
        done, _ = self.both(
            lambda: self.desk.refund(key, hold_id, acceptor, units),
            lambda: self.evm.send(key, "RedemptionDesk", "refund", hold_id, entry, units),
        )
        if done:
            self.entries[hold_id] = self._entry("HoldRefunded")

    def end(self, hold_id: bytes, how: str) -> None:
        """``decline``, ``cancel`` or ``releaseOverdue``."""
        entry = self.entries[hold_id]
        hold = Hold.of_words(*entry, captured=False)
        resident = CHARITY if hold.account == FUND_ACCOUNT else OPERATING
        caller = KEYS[resident if how == "cancel" else CANTEEN]
        twin = {
            "decline": lambda: self.desk.decline(caller, hold_id, hold.acceptor),
            "cancel": lambda: self.desk.cancel(caller, hold_id, hold.account),
            "releaseOverdue": lambda: self.desk.release_overdue(hold_id),
        }[how]
        self.both(twin, lambda: self.evm.send(caller, "RedemptionDesk", how, hold_id, entry))

    def donate(self, donation_id: bytes, issuer: int, account: str, units: int) -> None:
        gift = (donation_id, issuer, account, FUND_ACCOUNT, units)
        self.both(
            lambda: self.desk.donate(KEYS[OPERATING], *gift),
            lambda: self.evm.send(KEYS[OPERATING], "RedemptionDesk", "donate", gift),
        )

    def correct(
        self, issuer: int, number: int, row: int, quantity: int, *, closed: bool = False
    ) -> None:
        """By the issuer, or ``closed``: by the council."""
        words, keys = self.batches[issuer, number]
        key = int.from_bytes(keys[row], "big")
        request = (number, words, keys, [(row, quantity, b"\3" * 32)])
        done, _ = self.both(
            lambda: (
                self.points.correct_closed(issuer, number, key, row, quantity)
                if closed
                else self.points.correct(KEYS[issuer], number, key, row, quantity)
            ),
            lambda: (
                self.evm.send(COUNCIL, "PointsLedger", "correctClosed", issuer, *request)
                if closed
                else self.evm.send(KEYS[issuer], "PointsLedger", "correct", *request)
            ),
        )
        if done:
            count = self.points.awards[issuer, number, key].corrections
            log = next(log for log in self.evm.logs if len(log.data[1]) == 256)
            kinds = [type_of(p) for p in self._abi("AwardCorrected")["inputs"] if not p["indexed"]]
            entry = decode(kinds, bytes(log.data[1]))[0]
            correction_id = bytes.fromhex(str(log.topics[1]).removeprefix("0x"))
            self.corrections[issuer, number, key, count] = (correction_id, entry)

    def reverse(self, which: tuple[int, int, int, int], *, closed: bool = False) -> None:
        entry = (*self.corrections[which], b"\4" * 32)
        done, _ = self.both(
            lambda: (
                self.points.reverse_closed(which)
                if closed
                else self.points.reverse(KEYS[which[0]], which)
            ),
            lambda: (
                self.evm.send(COUNCIL, "PointsLedger", "reverseClosed", *entry)
                if closed
                else self.evm.send(KEYS[which[0]], "PointsLedger", "reverse", *entry)
            ),
        )
        if done:
            del self.corrections[which]

    def book_expiry(self, issuer: int, epoch: int) -> None:
        self.both(
            lambda: self.points.book_expiry(issuer, epoch),
            lambda: self.evm.send(COUNCIL, "PointsLedger", "bookExpiry", issuer, epoch),
        )

    def stop(self, how: str) -> None:
        """``pause``, ``stopStrictly`` or ``resume``."""
        twin = {
            "pause": self.points.pause,
            "stopStrictly": self.points.stop_strictly,
            "resume": self.points.resume,
        }[how]
        caller = COUNCIL if how == "resume" else GUARDIAN
        self.both(twin, lambda: self.evm.send(caller, "PointsLedger", how))

    def close_window(self) -> None:
        self.both(
            lambda: self.clearing.close_window(KEYS[CANTEEN]),
            lambda: self.evm.send(KEYS[CANTEEN], "ClearingHouse", "closeWindow"),
        )

    def settle(self, window: int, transfers: list[tuple[int, int, int]]) -> None:
        """Publish, and have both sides of each transfer confirm."""
        listed = [(payer, payee, units, False, False) for payer, payee, units in transfers]
        done, _ = self.both(
            lambda: self.clearing.publish_settlement(
                KEYS[CANTEEN], window, [Transfer(*t) for t in transfers]
            ),
            lambda: self.evm.send(
                KEYS[CANTEEN], "ClearingHouse", "publishSettlement", window, listed
            ),
        )
        for index, (payer, payee, _) in enumerate(transfers if done else []):
            for member in (payer, payee):
                self._confirm(window, index, member)

    def change_terms(self, issuer: int, terms: Terms) -> None:
        values = tuple(vars(terms).values())
        self.both(
            lambda: self.registry.set_terms(issuer, terms),
            lambda: self.evm.send(COUNCIL, "MemberRegistry", "setTerms", issuer, values),
        )

    def change_status(self, member: int, status: int) -> None:
        self.both(
            lambda: self.registry.set_status(member, status),
            lambda: self.evm.send(COUNCIL, "MemberRegistry", "setStatus", member, status),
        )

    def _confirm(self, window: int, index: int, member: int) -> None:
        self.both(
            lambda: self.clearing.confirm_transfer(KEYS[member], window, index),
            lambda: self.evm.send(KEYS[member], "ClearingHouse", "confirmTransfer", window, index),
        )

    def _abi(self, event: str) -> dict[str, Any]:
        abi = self.evm.abis["PointsLedger"]
        return next(entry for entry in abi if entry.get("name") == event)

    def _entry(self, event: str) -> Any:
        kinds = [type_of(p) for p in self._abi(event)["inputs"] if not p["indexed"]]
        topic = "0x" + event_topic(self._abi(event)).hex()
        data = next(bytes(log.data[1]) for log in self.evm.logs if str(log.topics[0]) == topic)
        return decode(kinds, data)[-1]
