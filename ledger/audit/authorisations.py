"""On whose word a hold or gift was made: its request and signature, found in the transaction.

The request is found by its selector and id wherever it stands in the calldata, so a batch of calls
or a relaying contract hides nothing. Which key was in effect, the second pass knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.audit.feed import Call, Moment
from ledger.audit.records import NO_NAME, Channel
from ledger.audit.world import World, hexed
from ledger.chain.abi import abi
from ledger.chain.authorisation import DeskDomain
from ledger.chain.calls import DonationRequest, HoldRequest
from ledger.chain.signer import recover
from ledger.rules import RuleRefusal
from ledger.rules.registry import OPERATOR

WORD = 32
_HOLDS = {"hold": Channel.CUSTODIAL, "holdSigned": Channel.SIGNED, "holdFromFund": Channel.FUND}
_GIFTS = {"donate": Channel.CUSTODIAL, "donateSigned": Channel.SIGNED}
Request = HoldRequest | DonationRequest


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
        if channel is Channel.CUSTODIAL and call.to == desk:
            self._judge_operator(name, call)
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
        else:
            digest = domain.donation(made, expires_at_s)
        length = int.from_bytes(rest[2 * WORD : 3 * WORD], "big")
        try:
            signer = recover(digest, rest[3 * WORD : 3 * WORD + length])
        except ValueError:
            return Word(Channel.SIGNED)
        return Word(Channel.SIGNED, signer.rjust(WORD, b"\0"))

    def _judge_operator(self, name: bytes, call: Call) -> None:
        try:
            self._world.registry.with_role(hexed(call.sender), OPERATOR)
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
            request, size = _hold(body) if isinstance(made, HoldRequest) else _gift(body)
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
