"""What a node sees of the contracts, and the invariants judged from that alone.

Knows logs, a mint's calldata and the contracts' views; never the twin. Each check asserts one of
DOMAIN.md's invariants by its number, and is called after every step.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from eth_abi.abi import decode, encode
from eth_hash.auto import keccak

from ledger.rules.lanes import unpacked
from ledger.rules.state import Hold
from ledger.units import LANE_MAX, LANES, epoch_of
from tests.support.evm import Evm, Refusal, event_topic, type_of
from tests.support.reading import CLASS_FIELDS

ENDED = (1).to_bytes(32, "big")
COME = ("minted", "refunded_in", "carried_in")
GONE = ("free", "held", "captured", "expired", "corrected", "carried_out")
NEWEST = 4
"""How many of the newest holds and authorisations each step looks at again."""


@dataclass
class Kept:
    """A hold as its events told it; units."""

    entry: Any
    captured: int | None = None
    refunded: int = 0
    ended: bool = False


@dataclass
class Witness:
    """Adds up everything that one chain's logs say."""

    evm: Evm
    keys: dict[int, list[list[bytes]]] = field(default_factory=lambda: defaultdict(list))
    minted: dict[bytes, int] = field(default_factory=dict)
    issued: Counter[tuple[int, str, int]] = field(default_factory=Counter)
    rates: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    holds: dict[bytes, Kept] = field(default_factory=dict)
    owed: list[tuple[int, int, int, int]] = field(default_factory=list)
    corrections: dict[bytes, tuple[Any, bool]] = field(default_factory=dict)
    authorisations: list[tuple[str, bytes]] = field(default_factory=list)
    classes: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._events = {
            "0x" + event_topic(abi).hex(): abi
            for name in ("PointsLedger", "ClearingHouse")
            for abi in self.evm.abis[name]
            if abi["type"] == "event"
        }

    def heard(self) -> list[tuple[str, list[Any], tuple[Any, ...]]]:
        """Take in the last transaction's logs: (event, indexed values as hex, other values)."""
        told = []
        for log in self.evm.logs:
            abi = self._events.get(str(log.topics[0]))
            if abi is None:
                continue
            kinds = [type_of(p) for p in abi["inputs"] if not p["indexed"]]
            values = decode(kinds, bytes(log.data[1]))
            told.append((abi["name"], [str(topic) for topic in log.topics[1:]], values))
        for name, topics, values in told:
            self._take(name, topics, values)
            if name == "CorrectionReversed":
                entry, _ = self.corrections[bytes.fromhex(topics[0][2:])]
                back = sum(v[1] for n, _, v in told if n == "Transfer")
                assert back == _taken(entry), "11: reversals within what the correction took"
        return told

    def batch(self, issuer: int, number: int, words: list[bytes], keys: list[bytes]) -> None:
        """Invariants 2 and 3 for a batch that was just minted."""
        told = self.heard()
        self.keys[issuer].append(keys)
        assert number == len(self.keys[issuer]), "2: batch numbers have no gaps"
        assert sorted(set(keys)) == keys, "2: no key twice in a batch"
        cap = self.evm.read("MemberRegistry", "termsOf", issuer)[4]
        expected = []
        for word, key in zip(words, keys, strict=True):
            account, units = "0x" + word[:20].hex(), self._worth(word)
            year = int.from_bytes(word[22:24], "big") // 12
            if cap:
                units = min(units, max(cap - self.issued[issuer, account, year], 0))
            self.issued[issuer, account, year] += units
            self.minted[keccak(encode(["uint16", "uint64", "bytes32"], [issuer, number, key]))] = (
                units
            )
            expected += [(account, units)] if units else []
        moved = [
            ("0x" + topics[1][-40:], values[1])
            for name, topics, values in told
            if name == "Transfer"
        ]
        assert moved == expected, "3: floor(quantity x rate), or the headroom that was left"

    def check(self, accounts: list[str], issuers: tuple[int, ...], members: list[int]) -> None:
        """Invariants 1, 5, 6, 7 and 11, from the chain alone."""
        self.check_classes(accounts, issuers)
        self.check_windows(members)
        self.check_holds()
        self.check_authorisations()
        self.check_corrections()

    def check_classes(self, accounts: list[str], issuers: tuple[int, ...]) -> None:
        """Invariant 1: each class balances; free and held are sums over accounts and holds."""
        now = epoch_of(self.evm.now)
        held: Counter[tuple[int, int]] = Counter()
        for kept in self.holds.values():
            if not kept.ended and kept.captured is None:
                hold = Hold.of_words(*kept.entry, captured=False)
                for epoch, units in hold.slices:
                    held[hold.issuer, epoch] += units
        for issuer in issuers:
            lanes = [self.evm.read("PointsLedger", "lotsOf", issuer, a)[0] for a in accounts]
            for epoch in range(now, now + LANES):
                self.classes.add((issuer, epoch))
                shift = epoch % LANES * 32
                free = sum(word >> shift & LANE_MAX for word in lanes)
                assert self._class(issuer, epoch)["free"] == free, "1: free, over accounts"
        for issuer, epoch in self.classes:
            figures = self._class(issuer, epoch)
            come, gone = (sum(figures[name] for name in names) for names in (COME, GONE))
            assert come == gone, f"1: {issuer} {epoch} {figures}"
            assert figures["held"] == held[issuer, epoch], "1: held, over holds"

    def check_windows(self, members: list[int]) -> None:
        """Invariant 5: sums of zero, sums of obligations, every entry in exactly one window."""
        entries, window = 0, 1
        while True:
            first, last = self.evm.read("ClearingHouse", "windowOf", window)[:2]
            if first == 0:
                break
            entries += self._check_window(window, first, last, members)
            window += 1
        assert entries == len(self.owed), "5: in exactly one window"

    def check_holds(self) -> None:
        """Invariant 6: a hold ends once; refunds never exceed the capture."""
        for hold_id, kept in list(self.holds.items())[-NEWEST:]:
            stored = self.evm.read("PointsLedger", "commitmentOf", hold_id)
            assert (stored == ENDED) == kept.ended, "6: ended, and only once"
            if kept.captured is not None:
                assert kept.refunded <= kept.captured, "6: refunds within the capture"
            if kept.ended:
                acceptor = Hold.of_words(*kept.entry, captured=False).acceptor
                key = self.evm.read("MemberRegistry", "member", acceptor)[0]
                call = ("RedemptionDesk", "decline", hold_id, kept.entry)
                refusal = self._refusal(key, self.evm.encode(*call))
                assert refusal == ("HoldMismatch", (hold_id,)), "6: what ended stays ended"

    def check_authorisations(self) -> None:
        """Invariant 7: what was signed once and used does nothing again."""
        for sender, call in self.authorisations[-NEWEST:]:
            assert self._refusal(sender, call) is not None, "7: an authorisation works once"

    def check_corrections(self) -> None:
        """Invariant 11: corrections within what was minted, reversals within what they took."""
        standing: Counter[bytes] = Counter()
        for entry, in_force in self.corrections.values():
            standing[entry[6]] += entry[5] if in_force else 0
            assert _taken(entry) <= entry[5], "11: taken within due"
        for award, due in standing.items():
            assert due <= self.minted[award], "11: corrections within what was minted"

    def check_limits(self, issuer: int, before: tuple[int, int], units: int) -> None:
        """Invariant 4 after a mint, given the debit and the outstanding units before it."""
        outstanding_cap, capacity, _, debit_cap, *_ = self.evm.read(
            "MemberRegistry", "termsOf", issuer
        )
        level = self.evm.read("PointsLedger", "issuerState", issuer)[1]
        outstanding = self.evm.read("PointsLedger", "outstandingOf", issuer)
        debit, outstanding_before = before
        assert outstanding == outstanding_before + units, "4: outstanding is what was minted"
        assert units == 0 or outstanding <= outstanding_cap, "4: outstanding cap"
        assert level + units <= capacity, "4: rate limit"
        assert units <= max(debit_cap - debit, 0), "4: debit cap"

    def _check_window(self, window: int, first: int, last: int, members: list[int]) -> int:
        positions = {m: self.evm.read("ClearingHouse", "positionOf", window, m) for m in members}
        assert sum(positions.values()) == 0, "5: positions sum to zero"
        inside = [entry for entry in self.owed if first <= entry[0] <= (last or entry[0])]
        sums: Counter[tuple[int, int]] = Counter()
        for _, debtor, creditor, units in inside:
            sums[debtor, creditor] += units
        for member, position in positions.items():
            owed = sum(u * ((c == member) - (d == member)) for (d, c), u in sums.items())
            assert position == owed, "5: positions are the sums of obligations"
        for (debtor, creditor), units in sums.items():
            stored = self.evm.read("ClearingHouse", "obligationOf", window, debtor, creditor)
            assert stored == units, "5: obligations are the sums of entries"
        return len(inside)

    def _take(self, name: str, topics: list[str], values: tuple[Any, ...]) -> None:
        if name == "AwardCorrected":
            entry = values[0]
            self.corrections[bytes.fromhex(topics[0][2:])] = (entry, True)
            self.issued[entry[0], entry[1], entry[2] // 12] -= _taken(entry)
        elif name == "CorrectionReversed":
            entry, _ = self.corrections[bytes.fromhex(topics[0][2:])]
            self.corrections[bytes.fromhex(topics[0][2:])] = (entry, False)
            self.issued[entry[0], entry[1], entry[2] // 12] += _taken(entry)
        elif name == "DisputeAccepted":
            debtor, creditor = (int(topic, 16) for topic in topics[1:3])
            self.owed.append((self.evm.number, debtor, creditor, -values[0]))
        elif name.startswith("Hold"):
            self._take_hold(name, bytes.fromhex(topics[0][2:]), topics, values)

    def _take_hold(
        self, name: str, hold_id: bytes, topics: list[str], values: tuple[Any, ...]
    ) -> None:
        if name == "HoldPlaced":
            assert hold_id not in self.holds, "6: an id is taken once"
            self.holds[hold_id] = Kept(values[0])
            return
        kept = self.holds[hold_id]
        assert not kept.ended, "6: a hold ends once"
        if name == "HoldReleased":
            assert kept.captured is None, "6: captured or released"
            kept.ended = True
            return
        debtor, creditor = (int(topic, 16) for topic in topics[1:3])
        kept.entry = values[1]
        if name == "HoldCaptured":
            assert kept.captured is None, "6: captured once"
            kept.captured = values[0]
            self.owed.append((self.evm.number, debtor, creditor, values[0]))
        else:
            kept.refunded += values[0]
            kept.ended = kept.refunded == kept.captured
            self.owed.append((self.evm.number, debtor, creditor, -values[0]))

    def _worth(self, word: bytes) -> int:
        activity, month = (int.from_bytes(word[at : at + 2], "big") for at in (20, 22))
        versions = [rate for rate in self.rates[activity] if rate[0] <= month]
        _, numerator, denominator = versions[-1]
        return int.from_bytes(word[24:], "big") * numerator // denominator

    def _class(self, issuer: int, epoch: int) -> dict[str, int]:
        figures = self.evm.read("PointsLedger", "classOf", issuer, epoch)
        return dict(zip(CLASS_FIELDS, figures, strict=True))

    def _refusal(self, sender: str, call: bytes) -> tuple[str, tuple[Any, ...]] | None:
        checkpoint, logs = self.evm.vm.snapshot(), self.evm.logs
        try:
            self.evm.send_raw(sender, "RedemptionDesk", call)
        except Refusal as refusal:
            return refusal.name, refusal.values
        finally:
            self.evm.vm.revert(checkpoint)
            self.evm.logs = logs
        return None


def _taken(entry: Any) -> int:
    """What a correction took from the account; its slices' lanes count from its epoch."""
    return sum(unpacked(entry[4], entry[3]).values())
