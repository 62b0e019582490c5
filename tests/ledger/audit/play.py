"""An honest, varied season on a real chain: everything that an audit has to follow, once at least.

Mints with clips, holds to every kind of end, corrections, gifts, keys, windows, disputes, stops, a
succession, new rates, a new desk and rate book, and three years of expiry. Amounts in units.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from eth_abi.abi import encode

from contracts.loader import load
from ledger.chain import calls
from ledger.chain.authorisation import DeskDomain
from ledger.chain.calls import DonationRequest, HoldRequest, HoldWords
from ledger.chain.decode import decode
from ledger.chain.deploy import packed_call
from ledger.chain.signer import Key, Transaction, contract_address
from ledger.chain.types import Receipt
from ledger.events import AwardCorrected, HoldCaptured, HoldPlaced, HoldRefunded
from ledger.units import DAY_S, month_of, start_of_month
from tests.support.network import COUNCIL, KEYS, Network
from tests.support.season import (
    CANTEEN,
    CHARITY,
    CULTURE,
    FUND_ACCOUNT,
    MINUTES,
    OPERATING,
    SPENDING,
    VOLUNTEER,
)

ROOT = b"\2" * 32
REASON = b"\3" * 32
FUND = bytes.fromhex(FUND_ACCOUNT[2:])
RESIDENT_KEY = Key.from_bytes(b"\x77" * 32)
LEAVING = 3


def name(text: str, size: int = 32) -> bytes:
    """A stand-in for something random, the same in every run."""
    return hashlib.sha256(text.encode()).digest()[:size]


@dataclass
class Batch:
    """What a mint said, kept for corrections."""

    issuer: int
    number: int
    words: list[bytes]
    keys: list[bytes]


@dataclass
class Season:
    """The network with what a player must remember."""

    network: Network
    batches: dict[int, list[Batch]] = field(default_factory=dict)
    holds: dict[bytes, HoldWords] = field(default_factory=dict)

    def mint(
        self,
        issuer: int,
        rows: Sequence[tuple[bytes, int]],
        month: int | None = None,
        keys: list[bytes] | None = None,
    ) -> Batch:
        """Mints (account, quantity) rows of the issuer's one activity."""
        activity = {VOLUNTEER: MINUTES, CULTURE: SPENDING}[issuer]
        when = month_of(self.network.now_s) if month is None else month
        earlier = self.batches.setdefault(issuer, [])
        number = len(earlier) + 1
        words = [calls.award_word(who, activity, when, quantity) for who, quantity in rows]
        fresh = sorted(name(f"{issuer} {number} {row}") for row in range(len(rows)))
        batch = Batch(issuer, number, words, keys or fresh)
        earlier.append(batch)
        data = calls.mint_batch(number, words, batch.keys, ROOT)
        self.network.send(KEYS[issuer], "PointsLedger", data)
        return batch

    def hold(self, text: str, account: bytes, units: int, issuer: int = VOLUNTEER) -> bytes:
        """A custodial hold at the canteen for a week; the hold's id."""
        request = self.request(text, account, units, issuer)
        self.take(self.network.send(KEYS[OPERATING], "RedemptionDesk", calls.hold(request)))
        return request.hold_id

    def request(self, text: str, account: bytes, units: int, issuer: int) -> HoldRequest:
        """What a hold at the canteen for a week asks."""
        until = self.network.now_s + 7 * DAY_S
        return HoldRequest(name(text), issuer, account, CANTEEN, units, until, until)

    def take(self, receipt: Receipt) -> Receipt:
        """Remembers every hold's last words."""
        for event in map(decode, receipt.logs):
            if isinstance(event, HoldPlaced | HoldCaptured | HoldRefunded):
                self.holds[event.id] = HoldWords(event.terms, event.points)
        return receipt

    def capture(self, hold: bytes, units: int) -> None:
        """By the canteen."""
        data = calls.capture(hold, self.holds[hold], units)
        self.take(self.network.send(KEYS[CANTEEN], "RedemptionDesk", data))

    def refund(self, hold: bytes, units: int) -> None:
        """By the canteen's host."""
        data = calls.refund(hold, self.holds[hold], units)
        self.take(self.network.send(KEYS[OPERATING], "RedemptionDesk", data))

    def correct(
        self, batch: Batch, row: int, quantity: int, *, closed: bool = False
    ) -> list[object]:
        """By the issuer, or by the council; the correction's event as the entry to reverse."""
        given = (batch.number, batch.words, batch.keys, [(row, quantity, REASON)])
        call = self.network.call
        if closed:
            receipt = call(COUNCIL, "PointsLedger", "correctClosed", batch.issuer, *given)
        else:
            receipt = call(KEYS[batch.issuer], "PointsLedger", "correct", *given)
        found = next(e for e in map(decode, receipt.logs) if isinstance(e, AwardCorrected))
        return [found.correction, found[3:10]]

    def advance(self, days: float) -> None:
        """Lets time pass."""
        self.network.chain.advance_to(self.network.now_s + int(days * DAY_S))

    def advance_to_month(self, month: int) -> None:
        """To the month's first hour."""
        self.network.chain.advance_to(start_of_month(month) + 3_600)


def play(network: Network) -> Season:
    """The whole season, about eighty transactions."""
    season = Season(network)
    residents = [name(f"resident {n}", 20) for n in range(8)]
    guard = ("AccessManager", "grantRole", 2, COUNCIL.address, 0)
    network.send(COUNCIL, guard[0], packed_call(*guard))
    _earn(season, residents)
    _redeem(season, residents)
    _clear(season)
    _speak_with_a_key(season)
    _stop(season, residents)
    _correct(season, residents)
    _grow_old(season, residents)
    _replace(season, residents)
    network.chain.settle()
    return season


def _earn(season: Season, residents: list[bytes]) -> None:
    season.mint(VOLUNTEER, [(who, 600 * (n + 1)) for n, who in enumerate(residents)])
    season.mint(CULTURE, [(residents[0], 100_000)] * 3 + [(residents[1], 7)])
    season.mint(VOLUNTEER, [(residents[2], 60), (RESIDENT_KEY.address, 6_000)])


def _redeem(season: Season, residents: list[bytes]) -> None:
    whole = season.hold("whole", residents[7], 5_000)
    part = season.hold("part", residents[6], 4_000)
    season.capture(whole, 5_000)
    season.capture(part, 2_500)
    season.refund(part, 700)
    season.refund(whole, 5_000)
    declined = season.hold("declined", residents[5], 3_000)
    cancelled = season.hold("cancelled", residents[5], 2_000)
    send = season.network.send
    send(KEYS[CANTEEN], "RedemptionDesk", calls.decline(declined, season.holds[declined]))
    send(KEYS[OPERATING], "RedemptionDesk", calls.cancel(cancelled, season.holds[cancelled]))
    gift = DonationRequest(name("gift"), VOLUNTEER, residents[4], FUND, 1_500)
    send(KEYS[OPERATING], "RedemptionDesk", calls.donate(gift))
    fund = season.request("from the fund", FUND, 900, VOLUNTEER)
    season.take(send(KEYS[CHARITY], "RedemptionDesk", calls.hold_from_fund(fund)))
    season.capture(fund.hold_id, 900)
    overdue = season.hold("overdue", residents[3], 1_000)
    orders = [season.request(f"order {n}", residents[n], 100 + n, VOLUNTEER) for n in range(3)]
    refused = [season.request("too much", residents[0], 10**6, VOLUNTEER)]
    batch = calls.try_all([calls.hold(one) for one in orders + refused])
    season.take(send(KEYS[OPERATING], "RedemptionDesk", batch))
    season.advance(8)
    late = calls.release_overdue(overdue, season.holds[overdue])
    send(RESIDENT_KEY, "RedemptionDesk", late)


def _clear(season: Season) -> None:
    call = season.network.call
    call(KEYS[CANTEEN], "ClearingHouse", "closeWindow")
    owed = season.network.read("ClearingHouse", "positionOf", 1, CANTEEN)
    transfers = [(VOLUNTEER, CANTEEN, owed, False, False)]
    call(KEYS[CULTURE], "ClearingHouse", "publishSettlement", 1, transfers)
    call(KEYS[VOLUNTEER], "ClearingHouse", "confirmTransfer", 1, 0)
    dispute = (1, VOLUNTEER, CANTEEN, VOLUNTEER, 200)
    call(KEYS[VOLUNTEER], "ClearingHouse", "proposeReversal", dispute, name("dispute"), REASON)
    call(KEYS[CANTEEN], "ClearingHouse", "acceptReversal", name("dispute"))
    call(KEYS[CANTEEN], "ClearingHouse", "confirmTransfer", 1, 0)
    season.advance(1)
    call(KEYS[CANTEEN], "ClearingHouse", "closeWindow")


def _speak_with_a_key(season: Season) -> None:
    network, own = season.network, RESIDENT_KEY
    domain = DeskDomain(network.deployment.chain_id, network.deployment.desk)
    until = network.now_s + DAY_S
    proof = own.sign_digest(domain.key_registration(own.address, own.address, 0, until))
    registration = (own.address, own.address, until, proof)
    network.call(KEYS[OPERATING], "RedemptionDesk", "registerKey", *registration)
    request = season.request("signed", own.address, 12_345, VOLUNTEER)
    signed = calls.hold_signed(request, until, own.sign_digest(domain.hold(request, until)))
    season.take(network.send(KEYS[OPERATING], "RedemptionDesk", signed))
    season.capture(request.hold_id, 12_000)


def _stop(season: Season, residents: list[bytes]) -> None:
    call, send = season.network.call, season.network.send
    stopped = season.hold("through the stop", residents[7], 500)
    released = season.hold("released in the stop", residents[7], 600)
    call(COUNCIL, "PointsLedger", "pause")
    call(COUNCIL, "PointsLedger", "resume")
    call(COUNCIL, "PointsLedger", "stopStrictly")
    season.advance(9)
    send(KEYS[CANTEEN], "RedemptionDesk", calls.decline(released, season.holds[released]))
    call(COUNCIL, "PointsLedger", "resume")
    season.capture(stopped, 500)


def _correct(season: Season, residents: list[bytes]) -> None:
    first = season.batches[VOLUNTEER][0]
    correction = season.correct(first, 4, 1_200)
    season.correct(first, 4, 600)
    season.network.call(KEYS[VOLUNTEER], "PointsLedger", "reverse", *correction, REASON)
    spent = season.hold("spent before its correction", residents[0], 9_000)
    season.correct(first, 0, 0)
    season.capture(spent, 8_000)
    clipped = season.batches[CULTURE][0]
    season.correct(clipped, 1, 10_000)
    season.mint(CULTURE, [(residents[0], 90_000)])


def _grow_old(season: Season, residents: list[bytes]) -> None:
    network, call = season.network, season.network.call
    month = month_of(network.now_s)
    rate = (month + 1, 2_000, 60)
    call(COUNCIL, "RateBook", "addRate", MINUTES, rate, b"\4" * 32)
    open_hold = season.hold("open for long", residents[6], 300)
    season.advance_to_month(2026 * 12 + 10)  # November: the first half of 2027 is where points land
    season.mint(VOLUNTEER, [(residents[1], 90), (residents[2], 90)], month + 1)
    carried = season.hold("carried", residents[7], 700)
    season.capture(carried, 400)
    call(COUNCIL, "MemberRegistry", "setStatus", VOLUNTEER, LEAVING)
    call(COUNCIL, "MemberRegistry", "nameSuccessor", VOLUNTEER, CULTURE)
    season.refund(carried, 100)
    season.capture(season.hold("of the successor", residents[7], 800), 800)
    late = calls.release_overdue(open_hold, season.holds[open_hold])
    network.send(RESIDENT_KEY, "RedemptionDesk", late)
    season.advance_to_month(2027 * 12 + 1)
    season.mint(CULTURE, [(residents[3], 50_000), (residents[0], 150_000)], 2026 * 12 + 11)
    season.advance_to_month(2027 * 12 + 4)
    correction = season.correct(season.batches[VOLUNTEER][0], 7, 0, closed=True)
    call(COUNCIL, "PointsLedger", "reverseClosed", *correction, REASON)
    season.advance_to_month(2027 * 12 + 6)
    call(RESIDENT_KEY, "PointsLedger", "bookExpiry", VOLUNTEER, 2026 * 2 + 2)
    season.hold("left open", residents[3], 1_000, CULTURE)
    season.advance_to_month(2028 * 12 + 7)
    call(RESIDENT_KEY, "PointsLedger", "bookExpiry", VOLUNTEER, 2027 * 2 + 1)
    season.mint(CULTURE, [(residents[0], 1_000), (residents[5], 3_000)])


def _replace(season: Season, residents: list[bytes]) -> None:
    """A new rate book and a new desk; the old desk finishes what it began."""
    network, call = season.network, season.network.call
    given = network.deployment
    old = season.hold("at the old desk", residents[5], 400, CULTURE)
    book = _create(network, "RateBook", given.manager, given.rate_book)
    rate = (month_of(network.now_s) + 1, 20, 100)
    successors = Network(network.chain, network.gateway, replace(given, rate_book=book))
    successors.call(COUNCIL, "RateBook", "addRate", SPENDING, rate, b"\5" * 32)
    call(COUNCIL, "PointsLedger", "replaceRateBook", book)
    caps = (1_000_000, 10**8)
    desk = _create(network, "RedemptionDesk", given.manager, given.registry, given.ledger, *caps)
    call(COUNCIL, "PointsLedger", "appointDesk", desk)
    season.capture(old, 150)
    season.advance(31)
    season.mint(CULTURE, [(residents[0], 1_000)])
    successors = Network(network.chain, network.gateway, replace(given, desk=desk))
    request = season.request("at the new desk", residents[5], 50, CULTURE)
    season.take(successors.send(KEYS[OPERATING], "RedemptionDesk", calls.hold(request)))


def _create(network: Network, contract: str, *arguments: object) -> bytes:
    """A further contract of the council's; its address."""
    artifact = load(contract)
    maker = next(part for part in artifact.abi if part["type"] == "constructor")
    data = artifact.bytecode + encode([part["type"] for part in maker["inputs"]], arguments)
    nonce = network.gateway.transaction_count(COUNCIL.address)
    made = Transaction(None, data, nonce, 8_000_000, network.deployment.chain_id)
    network.gateway.send_raw([COUNCIL.sign_transaction(made).raw])
    network.chain.mine()
    network.nonces.pop(COUNCIL.address, None)
    return contract_address(COUNCIL.address, nonce)
