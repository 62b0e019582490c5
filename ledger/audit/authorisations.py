"""On whose word a hold or gift was made: its request and signature, found in the transaction.

The request is found by its selector and id wherever it stands in the calldata, so a batch of calls
or a relaying contract hides nothing. Which key was in effect, the second pass knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ledger.audit.feed import Call, Moment
from ledger.audit.records import NO_NAME, Channel
from ledger.audit.world import World, hexed
from ledger.chain.abi import abi
from ledger.chain.authorisation import DeskDomain
from ledger.chain.calls import DonationRequest, HoldRequest
from ledger.chain.passkeys import NOBODY, judged
from ledger.rules import RuleRefusal
from ledger.rules.refusal import require
from ledger.rules.registry import OPERATOR

WORD = 32
_HOLDS = {"hold": Channel.CUSTODIAL, "holdSigned": Channel.SIGNED, "holdFromFund": Channel.FUND}
_GIFTS = {"donate": Channel.CUSTODIAL, "donateSigned": Channel.SIGNED}
_CANCELS = {"cancel": Channel.CUSTODIAL, "cancelSigned": Channel.SIGNED}


class CancelRequest(NamedTuple):
    """A resident's own release of a hold, by the hold's two words."""

    hold_id: bytes
    terms: int
    points: int

    @property
    def account(self) -> bytes:
        """Whose hold it is."""
        return (self.terms >> 96).to_bytes(20, "big")


Request = HoldRequest | DonationRequest | CancelRequest


@dataclass(frozen=True)
class Word:
    """On whose word: the channel, and who signed (20 bytes, left-padded), else zeros."""

    channel: Channel
    signer: bytes = NO_NAME


class Authorisations:
    """Judges the request behind each hold and gift."""

    def __init__(self, world: World, chain_id: int) -> None:
        self._world = world
        self._chain_id = chain_id

    def of_hold(self, made: HoldRequest, desk: bytes, call: Call, moment: Moment) -> Word:
        """The word behind a hold; findings where the request says otherwise."""
        return self._word(made, made.hold_id, _HOLDS, desk, call, moment)

    def of_gift(self, made: DonationRequest, desk: bytes, call: Call, moment: Moment) -> Word:
        """The word behind a gift."""
        return self._word(made, made.donation_id, _GIFTS, desk, call, moment)

    def of_cancel(self, made: CancelRequest, desk: bytes, call: Call, moment: Moment) -> Word:
        """The word behind a resident's own release."""
        return self._word(made, made.hold_id, _CANCELS, desk, call, moment)

    def judge_acceptor(
        self, name: bytes, event: str, acceptor: int, desk: bytes, call: Call
    ) -> None:
        """What an acceptor did was sent by its own key or its host's."""
        if call.to == desk and not self._world.registry.may_act_for(hexed(call.sender), acceptor):
            self._world.findings.add("acted-by-stranger", id=name, event=event, key=call.sender)

    def _word(
        self,
        made: Request,
        name: bytes,
        functions: dict[str, Channel],
        desk: bytes,
        call: Call,
        moment: Moment,
    ) -> Word:
        found = list(_found(made, name, functions, call.data))
        same = [(channel, rest) for channel, request, rest in found if request == made]
        if not same:
            code = "authorisation-differs" if found else "authorisation-missing"
            self._world.findings.add(code, id=name, transaction=call.hash)
            return Word(Channel.UNSEEN)
        channel, rest = same[0]
        if channel is Channel.SIGNED:
            return self._signed(made, name, desk, rest, moment)
        if call.to == desk:
            self._judge_sender(name, channel, made.account, call)
        return Word(channel)

    def _signed(self, made: Request, name: bytes, desk: bytes, rest: bytes, moment: Moment) -> Word:
        expires_at_s = int.from_bytes(rest[:WORD], "big")
        if moment.time_s > expires_at_s:
            self._world.findings.add(
                "authorisation-expired",
                id=name,
                expires_at_s=expires_at_s,
                placed_at_s=moment.time_s,
            )
        domain = DeskDomain(self._chain_id, desk)
        if isinstance(made, HoldRequest):
            digest = domain.hold(made, expires_at_s)
        elif isinstance(made, DonationRequest):
            digest = domain.donation(made, expires_at_s)
        else:
            digest = domain.cancel(name, expires_at_s)
        length = int.from_bytes(rest[2 * WORD : 3 * WORD], "big")
        signer = judged(digest, rest[3 * WORD : 3 * WORD + length]).signer
        if signer == NOBODY:
            return Word(Channel.SIGNED)
        return Word(Channel.SIGNED, signer.rjust(WORD, b"\0"))

    def _judge_sender(self, name: bytes, channel: Channel, account: bytes, call: Call) -> None:
        """In custody an active operator, for the fund's own accounts the fund."""
        registry, sender = self._world.registry, hexed(call.sender)
        fund = registry.fund_member_of(hexed(account))
        try:
            if fund:
                require(registry.member_of(sender) == fund, "NotTheFundsAccount")
            else:
                require(channel is Channel.CUSTODIAL, "NotTheFundsAccount")
                registry.with_role(sender, OPERATOR)
        except RuleRefusal as refusal:
            self._world.findings.add(
                "operator-stranger", id=name, key=call.sender, rule=refusal.name
            )


def _found(
    made: Request, name: bytes, functions: dict[str, Channel], data: bytes
) -> Iterator[tuple[Channel, Request, bytes]]:
    """Every request with this id: its channel, its content, and what follows in the calldata."""
    for function, channel in functions.items():
        begin = data.find(abi("RedemptionDesk").selector(function) + name)
        while begin >= 0:
            body = data[begin + 4 :]
            request, size = _READERS[type(made)](body)
            yield channel, request, body[size:]
            begin = data.find(abi("RedemptionDesk").selector(function) + name, begin + 1)


def _hold(body: bytes) -> tuple[HoldRequest, int]:
    words = [body[i : i + WORD] for i in range(0, 7 * WORD, WORD)]
    issuer, acceptor, *rest = (int.from_bytes(words[i], "big") for i in (1, 3, 4, 5, 6))
    return HoldRequest(words[0], issuer, words[2][12:], acceptor, *rest), 7 * WORD


def _gift(body: bytes) -> tuple[DonationRequest, int]:
    words = [body[i : i + WORD] for i in range(0, 5 * WORD, WORD)]
    issuer, units = int.from_bytes(words[1], "big"), int.from_bytes(words[4], "big")
    return DonationRequest(words[0], issuer, words[2][12:], words[3][12:], units), 5 * WORD


def _cancel(body: bytes) -> tuple[CancelRequest, int]:
    terms, points = (int.from_bytes(body[i : i + WORD], "big") for i in (WORD, 2 * WORD))
    return CancelRequest(body[:WORD], terms, points), 3 * WORD


_READERS: dict[type, Callable[[bytes], tuple[Request, int]]] = {
    HoldRequest: _hold,
    DonationRequest: _gift,
    CancelRequest: _cancel,
}
