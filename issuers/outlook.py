"""What the chain would say to a batch now: the pure twin, filled from the contracts' views.

Everything is read at one block; batches that are recorded and not yet in it are played on top. The
contracts still judge: an outlook only keeps rows from being sent in vain. It knows no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.chain.abi import abi
from ledger.chain.decode import award
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import NodeRefused
from ledger.chain.types import Block as ChainBlock
from ledger.chain.types import enhex
from ledger.errors import Refused
from ledger.rules import Block, Clearing, Points, Rates, Registry
from ledger.rules.issuing import IssuerState
from ledger.rules.lanes import Word, unpacked
from ledger.rules.rates import Rate
from ledger.rules.registry import ACCEPTOR, ISSUER, Member, Terms
from ledger.rules.state import AwardWord, Class
from ledger.units import LANES, epoch_of, month_of

TRIES = 3
"""Readings until one lies within a single block; the last is taken as it is."""
_Call = tuple[str, str, tuple[Any, ...]]


@dataclass(frozen=True)
class Outlook:
    """The twin at a block, for one issuer. ``caller`` is the issuer's key as 0x text."""

    block: int
    time_s: int
    issuer: int
    caller: str
    last_batch: int
    loss_units: int
    units_per_native_point: int
    exchanges: bool
    """Whether the member is an issuer only, and so takes holds for native points."""
    points: Points
    holder: bytes = b""
    """The key that the chain has for the member at that block, which may be another than ours."""

    @property
    def month(self) -> int:
        """The block's month."""
        return month_of(self.time_s)

    def rate(self, activity: int, month: int) -> Rate | None:
        """The version in force in that month, if the activity is this issuer's."""
        owner, rate = self.points.rates.rate_of(activity, month)
        return rate if owner == self.issuer else None


class ChainViews:
    """Reads outlooks of one issuer. ``activities`` are the chain ids of its scheme."""

    def __init__(
        self, gateway: Gateway, deployment: Deployment, key: bytes, activities: Iterable[int]
    ) -> None:
        self.gateway = gateway
        self.key = key
        self.issuer: int | None = None
        """The member, once it is known: its key may change while the agent runs."""
        self._at = dict(deployment.contracts)
        self._activities = tuple(activities)

    def member(self) -> int:
        """The member whose key this is; Refused("agent.not-a-member") for a stranger."""
        found = int(self.ask([("MemberRegistry", "memberOf", (self.key,))])[0])
        if not found:
            raise Refused("agent.not-a-member", key=self.key)
        return found

    def read(self, accounts: Sequence[bytes] = ()) -> Outlook:
        """The twin with the words of these accounts. Raises Unavailable, NodeRefused."""
        issuer = self.issuer = self.issuer or self.member()
        self._at["RateBook"] = self._rate_book()
        for _ in range(TRIES):
            before = self.gateway.latest()
            answers = self.ask(self._wanted(issuer, before.timestamp_s, accounts))
            if self.gateway.latest().hash == before.hash:
                break
        return self._outlook(issuer, before, accounts, answers)

    def ask(self, calls: Sequence[_Call]) -> list[Any]:
        """Answers of views, in order; the refusal of the first that says no."""
        asked = [(self._at[name], abi(name).call(view, *given)) for name, view, given in calls]
        found = []
        for (name, view, _), answer in zip(calls, self.gateway.call_many(asked), strict=True):
            if isinstance(answer, NodeRefused):
                raise answer
            found.append(abi(name).answer(view, answer))
        return found

    def _rate_book(self) -> bytes:
        return bytes.fromhex(self.ask([("PointsLedger", "rateBook", ())])[0][2:])

    def _wanted(self, issuer: int, time_s: int, accounts: Sequence[bytes]) -> list[_Call]:
        month, epoch = month_of(time_s), epoch_of(time_s)
        ledger = "PointsLedger"
        return [
            ("MemberRegistry", "member", (issuer,)),
            ("MemberRegistry", "termsOf", (issuer,)),
            (ledger, "issuerState", (issuer,)),
            (ledger, "stops", ()),
            ("ClearingHouse", "unsettledDebit", (issuer,)),
            *((ledger, "classOf", (issuer, e)) for e in range(epoch - 1, epoch + LANES)),
            *(("RateBook", "rateOf", (a, month)) for a in self._activities),
            *(("RateBook", "versionsOf", (a,)) for a in self._activities),
            *((ledger, "lotsOf", (issuer, account)) for account in accounts),
        ]

    def _outlook(
        self, issuer: int, at: ChainBlock, accounts: Sequence[bytes], answers: list[Any]
    ) -> Outlook:
        member, terms, state, stops, debit, *rest = answers
        epoch, caller = epoch_of(at.timestamp_s), enhex(self.key)
        block = Block(at.timestamp_s, at.number)
        registry, rates = Registry(), Rates(block)
        registry.members[issuer] = Member(caller, member[1], member[2], member[3], member[4])
        if terms[5]:
            registry.terms[issuer] = Terms(*terms)
        clearing = Clearing(block, registry)
        clearing.positions[1, issuer] = -debit
        points = Points(block, registry, rates, clearing)
        points.paused, points.strict = stops[0], stops[1]
        points.issuers[issuer] = IssuerState(*state)
        for at_epoch in range(epoch - 1, epoch + LANES):
            points.classes[issuer, at_epoch] = Class(*rest.pop(0))
        owners = [rest.pop(0) for _ in self._activities]
        for activity, owner in zip(self._activities, owners, strict=True):
            rates.issuers[activity] = owner[0]
            rates.versions[activity] = [Rate(*version) for version in rest.pop(0)]
        for account, (lanes, this_year, last_year) in zip(accounts, rest, strict=True):
            free = tuple(unpacked(lanes, epoch).items())
            points.words[issuer, enhex(account)] = Word(epoch, free, this_year, last_year)
        alone = bool(member[1] & ISSUER) and not member[1] & ACCEPTOR
        return Outlook(
            at.number, at.timestamp_s, issuer, caller, state[0], state[3], terms[6], alone, points,
            bytes.fromhex(member[0].removeprefix("0x")),
        )  # fmt: skip


def award_words(words: Iterable[bytes]) -> list[AwardWord]:
    """Packed words as the twin takes them."""
    parts = (award(word) for word in words)
    return [AwardWord(enhex(p.account), p.activity, p.month, p.quantity) for p in parts]
