"""A varied season on a real chain: everything that moves points or changes a rule happens in it.

Plays a founded network from May 2026 to July 2027 and keeps what the next call has to show. What
it made is compared with the contracts' own views by ``tests.ledger.index.comparing``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from eth_abi.abi import encode

from contracts.loader import load
from ledger.chain import calls, decode
from ledger.chain.abi import abi
from ledger.chain.authorisation import DeskDomain
from ledger.chain.calls import HoldWords
from ledger.chain.signer import Key, Transaction
from ledger.chain.types import Receipt
from ledger.events import AwardCorrected, HoldCaptured, HoldPlaced, HoldRefunded
from ledger.units import DAY_S, month_of, start_of_month
from tests.support.evm import GUARDIAN_ROLE
from tests.support.network import CHAIN_ID, COUNCIL, GAS, KEYS, Network
from tests.support.season import CANTEEN, CHARITY, CULTURE, MINUTES, OPERATING, SPENDING, VOLUNTEER

ANNE, BEN, CLEO, DORA = (bytes([0xA0 + n]) * 20 for n in range(4))
FUND = CHARITY.to_bytes(20, "big")
KEYED = Key.from_bytes(b"\x56" * 32)
ACCOUNTS = (ANNE, BEN, CLEO, DORA, FUND, bytes(KEYED.address))
REASON = b"\3" * 32
_WORDS = (HoldPlaced, HoldCaptured, HoldRefunded)


def hold_id(number: int) -> bytes:
    """An id that is easy to recognise."""
    return number.to_bytes(32, "big")


@dataclass
class Season:
    """A network being played. Amounts are units of 0.01 point."""

    network: Network
    words: dict[bytes, HoldWords] = field(default_factory=dict)
    batches: dict[tuple[int, int], tuple[list[bytes], list[bytes]]] = field(default_factory=dict)
    corrections: list[AwardCorrected] = field(default_factory=list)

    def send(self, key: Key, contract: str, data: bytes) -> Receipt:
        """One transaction; what it says of holds and corrections is kept."""
        receipt = self.network.send(key, contract, data)
        for _, event in decode.decoded(list(receipt.logs)):
            if isinstance(event, _WORDS):
                self.words[event.id] = HoldWords(event.terms, event.points)
            elif isinstance(event, AwardCorrected):
                self.corrections.append(event)
        return receipt

    def call(self, key: Key, contract: str, function: str, *arguments: object) -> Receipt:
        """As ``send``, packed by the ABI."""
        return self.send(key, contract, abi(contract).call(function, *arguments))

    def mint(self, issuer: int, *rows: tuple[bytes, int]) -> None:
        """(account, quantity) rows of this month."""
        activity, month = {VOLUNTEER: MINUTES, CULTURE: SPENDING}[issuer], month_of(self.now_s)
        words = [calls.award_word(who, activity, month, quantity) for who, quantity in rows]
        number = self.network.batches[issuer] = self.network.batches.get(issuer, 0) + 1
        keys = [(number * 1_000 + row).to_bytes(32, "big") for row in range(len(rows))]
        self.batches[issuer, number] = words, keys
        batch = calls.mint_batch(number, words, keys, b"\2" * 32)
        self.send(KEYS[issuer], "PointsLedger", batch)

    def hold(self, number: int, issuer: int, account: bytes, units: int, days: int = 7) -> None:
        """A custodial hold for the canteen."""
        until = self.now_s + days * DAY_S
        request = (hold_id(number), issuer, account, CANTEEN, units, until, until)
        self.send(KEYS[OPERATING], "RedemptionDesk", calls.hold(calls.HoldRequest(*request)))

    def capture(self, number: int, units: int) -> None:
        """By the canteen."""
        data = calls.capture(hold_id(number), self.words[hold_id(number)], units)
        self.send(KEYS[CANTEEN], "RedemptionDesk", data)

    def refund(self, number: int, units: int) -> None:
        """By the canteen."""
        data = calls.refund(hold_id(number), self.words[hold_id(number)], units)
        self.send(KEYS[CANTEEN], "RedemptionDesk", data)

    def correct(self, issuer: int, number: int, row: int, quantity: int) -> None:
        """By the issuer."""
        batch = (number, *self.batches[issuer, number], [(row, quantity, REASON)])
        self.call(KEYS[issuer], "PointsLedger", "correct", *batch)

    def reverse(self, place: int) -> None:
        """A correction made before, by its issuer."""
        c = self.corrections[place]
        entry = (c.issuer, c.account, c.month, c.epoch, c.slices, c.due_units, c.award)
        key = KEYS[c.issuer]
        self.call(key, "PointsLedger", "reverse", c.correction, entry, REASON)

    def advance_to(self, year: int, month: int, *, days: int = 0) -> None:
        """To so many days, and an hour, into a month."""
        begin = start_of_month(year * 12 + month - 1)
        self.network.chain.advance_to(begin + days * DAY_S + 3_600)

    def create(self, name: str, kinds: list[str], values: list[object]) -> bytes:
        """Another contract; its address."""
        code = load(name).bytecode + encode(kinds, values)
        gateway = self.network.gateway
        nonce = gateway.transaction_count(COUNCIL.address)
        signed = COUNCIL.sign_transaction(Transaction(None, code, nonce, GAS, CHAIN_ID))
        self.network.nonces[COUNCIL.address] = nonce + 1
        gateway.send_raw([signed.raw])
        self.network.chain.mine()
        receipt = gateway.receipts(gateway.latest(), only=[signed.hash])[0]
        assert receipt.contract_address is not None
        return receipt.contract_address

    @property
    def now_s(self) -> int:
        """The newest block's time."""
        return self.network.now_s


def play(network: Network) -> Season:
    """The whole of it."""
    season = Season(network)
    _earn_and_spend(season)
    _undo(season)
    _clear(season)
    _change_rules(season)
    _expire(season)
    _leave(season)
    return season


def _earn_and_spend(season: Season) -> None:
    season.mint(VOLUNTEER, (ANNE, 600), (BEN, 300), (CLEO, 120))
    season.mint(CULTURE, (ANNE, 100_000), (BEN, 60_000), (ANNE, 90_000))
    season.mint(CULTURE, (ANNE, 1_000), (DORA, 2_000))
    for number, issuer, account, units in (
        (1, VOLUNTEER, ANNE, 5_000),
        (2, VOLUNTEER, BEN, 4_000),
        (3, VOLUNTEER, CLEO, 2_000),
        (4, CULTURE, ANNE, 700),
        (5, CULTURE, BEN, 300),
    ):
        season.hold(number, issuer, account, units)
    season.capture(1, 3_000)
    season.capture(2, 4_000)
    season.capture(3, 2_000)
    season.refund(2, 1_500)
    season.refund(2, 2_500)


def _undo(season: Season) -> None:
    desk = "RedemptionDesk"
    four, five = hold_id(4), hold_id(5)
    season.send(KEYS[CANTEEN], desk, calls.decline(four, season.words[four]))
    again = calls.cancel(five, season.words[five])
    season.send(KEYS[OPERATING], desk, calls.try_all([again, again]))
    season.correct(VOLUNTEER, 1, 0, 450)
    season.correct(VOLUNTEER, 1, 2, 0)
    season.correct(CULTURE, 1, 2, 0)
    season.reverse(1)
    season.reverse(2)
    gift = calls.DonationRequest(hold_id(6), VOLUNTEER, BEN, FUND, 900)
    season.send(KEYS[OPERATING], desk, calls.donate(gift))
    domain = DeskDomain(CHAIN_ID, season.network.deployment.desk)
    account, until = bytes(KEYED.address), season.now_s + DAY_S
    proof = KEYED.sign_digest(domain.key_registration(account, account, 0, until))
    season.call(KEYS[CANTEEN], desk, "registerKey", account, account, until, proof)
    announced = (DORA, bytes(KEYED.address), until)
    proof = KEYED.sign_digest(domain.key_registration(DORA, account, 0, until))
    season.call(KEYS[OPERATING], desk, "registerKey", *announced, proof)
    season.call(KEYS[OPERATING], desk, "withdrawKey", DORA)


def _clear(season: Season) -> None:
    house = "ClearingHouse"
    season.call(COUNCIL, house, "setUnitPrice", 12_000)
    season.call(KEYS[CANTEEN], house, "closeWindow")
    owed = [(VOLUNTEER, CANTEEN, 5_000, False, False)]
    season.call(KEYS[CANTEEN], house, "publishSettlement", 1, owed)
    season.call(KEYS[VOLUNTEER], house, "confirmTransfer", 1, 0)
    entry = (1, VOLUNTEER, CANTEEN, VOLUNTEER, 200)
    season.call(KEYS[VOLUNTEER], house, "proposeReversal", entry, hold_id(70), REASON)
    season.call(KEYS[CANTEEN], house, "acceptReversal", hold_id(70))
    entry = (1, VOLUNTEER, CANTEEN, CANTEEN, 100)
    season.call(KEYS[CANTEEN], house, "proposeReversal", entry, hold_id(71), REASON)
    season.call(KEYS[CANTEEN], house, "confirmTransfer", 1, 0)


def _change_rules(season: Season) -> None:
    season.call(COUNCIL, "AccessManager", "grantRole", GUARDIAN_ROLE, bytes(COUNCIL.address), 0)
    for function in ("pause", "resume", "stopStrictly", "resume"):
        season.call(COUNCIL, "PointsLedger", function)
    season.call(KEYS[CULTURE], "MemberRegistry", "chooseHost", OPERATING)
    season.call(COUNCIL, "MemberRegistry", "setStatus", CHARITY, 2)
    roomy = (2**64 - 1, 2**64 - 1, 2**64 - 1, 2**64 - 1, 0, 2, 100)
    season.call(COUNCIL, "MemberRegistry", "setTerms", VOLUNTEER, roomy)
    season.call(COUNCIL, "RedemptionDesk", "setCaps", 2_000_000, 2**64 - 1)
    season.hold(7, VOLUNTEER, ANNE, 100)
    at = season.network.deployment
    book = season.create("RateBook", ["address", "address"], [at.manager, at.rate_book])
    agreed = abi("RateBook").call("addRate", MINUTES, (month_of(season.now_s) + 3, 2, 1), REASON)
    _send_to(season, book, agreed)
    season.call(COUNCIL, "PointsLedger", "replaceRateBook", book)
    later = abi("RateBook").call("addRate", MINUTES, (month_of(season.now_s) + 9, 3, 1), REASON)
    _send_to(season, book, later)
    kinds = ["address", "address", "address", "uint32", "uint64"]
    caps = [1_000_000, 1_000_000_000]
    desk = season.create("RedemptionDesk", kinds, [at.manager, at.registry, at.ledger, *caps])
    _send_to(season, desk, abi("RedemptionDesk").call("setCaps", 70_000, 10**9))
    season.call(COUNCIL, "PointsLedger", "appointDesk", desk)
    season.capture(7, 60)
    season.call(COUNCIL, "PointsLedger", "appointDesk", at.desk)


def _send_to(season: Season, address: bytes, data: bytes) -> None:
    """The council's, to a contract that the deployment does not name."""
    gateway, nonces = season.network.gateway, season.network.nonces
    nonce = gateway.transaction_count(COUNCIL.address)
    signed = COUNCIL.sign_transaction(Transaction(address, data, nonce, GAS, CHAIN_ID))
    nonces[COUNCIL.address] = nonce + 1
    gateway.send_raw([signed.raw])
    season.network.chain.mine()
    assert gateway.receipts(gateway.latest(), only=[signed.hash])[0].succeeded


def _expire(season: Season) -> None:
    season.advance_to(2026, 12, days=5)
    season.mint(VOLUNTEER, (ANNE, 50), (BEN, 40))
    season.advance_to(2027, 6, days=24)
    for number, account, units in ((8, ANNE, 300), (9, BEN, 250), (10, ANNE, 400), (11, BEN, 90)):
        season.hold(number, VOLUNTEER, account, units)
    season.capture(11, 90)
    season.advance_to(2027, 7)
    eight = hold_id(8)
    cancel = calls.cancel(eight, season.words[eight])
    season.send(KEYS[OPERATING], "RedemptionDesk", cancel)
    season.capture(9, 200)
    season.refund(11, 40)
    epoch = (2027 * 12 + 5) // 6
    season.call(KEYS[CANTEEN], "PointsLedger", "bookExpiry", VOLUNTEER, epoch)
    season.advance_to(2027, 7, days=12)
    ten = hold_id(10)
    overdue = calls.release_overdue(ten, season.words[ten])
    season.send(KEYS[CANTEEN], "RedemptionDesk", overdue)


def _leave(season: Season) -> None:
    season.hold(12, VOLUNTEER, ANNE, 150)
    season.call(COUNCIL, "MemberRegistry", "setStatus", VOLUNTEER, 3)
    season.call(COUNCIL, "MemberRegistry", "nameSuccessor", VOLUNTEER, CULTURE)
    season.capture(12, 150)
    season.call(KEYS[CHARITY], "MemberRegistry", "rotateKey", b"\x77" * 20)
    season.call(KEYS[CANTEEN], "ClearingHouse", "closeWindow")
    season.call(COUNCIL, "PointsLedger", "pause")
    season.network.chain.mine()
