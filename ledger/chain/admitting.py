"""Admitting an issuer to a network that stands: member, terms, activities, first rates.

The council's own calls, worked out from what the chain says already: a run that was killed goes on
where it stopped, and a second run finds nothing to do. Where a vote stands in the council's place,
the same calls are what it votes on. The council's key is used for nothing else while this runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from ledger.chain.abi import abi
from ledger.chain.deployment import Deployment
from ledger.chain.direct import send
from ledger.chain.gateway import Gateway
from ledger.chain.signer import Signer
from ledger.chain.types import unhex
from ledger.errors import Refused
from ledger.founding import Terms
from ledger.rules.registry import ISSUER
from ledger.units import Month, month_of

CODE_BYTES = 32


class AgreedActivity(NamedTuple):
    """An activity of the standard with the rate agreed for it."""

    id: int
    code: str
    numerator: int
    denominator: int


class Admission(NamedTuple):
    """Who joins and on which terms. ``key`` is the address of the issuer's own key."""

    code: str
    key: bytes
    terms: Terms
    activities: tuple[AgreedActivity, ...]
    standard_hash: bytes


class Step(NamedTuple):
    """One call of the council's."""

    contract: str
    function: str
    arguments: tuple[Any, ...]

    def calldata(self) -> bytes:
        """As the contract is called, by key or by vote."""
        return abi(self.contract).call(self.function, *self.arguments)


class Plan(NamedTuple):
    """What is still to be done. Rates that are there already keep their own months."""

    member: int
    """The issuer's number: the one it has, or the next that is free."""
    rates_from: Month
    """First month in which the rates that are still to be agreed hold."""
    steps: tuple[Step, ...]
    deployment: Deployment
    """With the rate book that the ledger asks now."""


def plan(gateway: Gateway, deployment: Deployment, admission: Admission) -> Plan:
    """What the chain still lacks of the admission.

    Raises Refused: admission.key-of-another where the key is a member's under another code,
    admission.activity-of-another where an activity is another issuer's.
    """
    at = _Chain(gateway, deployment)
    book = unhex(at.view("PointsLedger", "rateBook"))
    at = _Chain(gateway, replace(deployment, rate_book=book))
    known = at.view("MemberRegistry", "memberOf", admission.key)
    number = known or at.view("MemberRegistry", "memberCount") + 1
    rates_from = Month(month_of(gateway.latest().timestamp_s) + 1)
    steps = [*_membership(at, admission, known, number)]
    for one in admission.activities:
        steps += _activity(at, one, number, rates_from, admission.standard_hash)
    return Plan(number, rates_from, tuple(steps), at.deployment)


def carry_out(
    gateway: Gateway, council: Signer, found: Plan, told: Callable[[int, int], None] | None = None
) -> None:
    """Sends the steps one after another, each once the one before is mined; ``told`` hears how
    many are. Raises the refusal of a contract that says no, as where the key is not the council's.
    """
    for done, step in enumerate(found.steps):
        if told is not None:
            told(done, len(found.steps))
        send(gateway, found.deployment, council, step.contract, step.function, *step.arguments)
    if told is not None:
        told(len(found.steps), len(found.steps))


class _Chain(NamedTuple):
    gateway: Gateway
    deployment: Deployment

    def view(self, contract: str, function: str, *arguments: Any) -> Any:
        data = abi(contract).call(function, *arguments)
        answer = self.gateway.call(self.deployment.contracts[contract], data)
        return abi(contract).answer(function, answer)


def _membership(at: _Chain, admission: Admission, known: int, number: int) -> Iterator[Step]:
    code = admission.code.encode("ascii").ljust(CODE_BYTES, b"\0")
    if not known:
        yield Step("MemberRegistry", "addMember", (admission.key, ISSUER, code))
    else:
        _, roles, _, _, _, has = at.view("MemberRegistry", "member", known)
        if has != code or not roles & ISSUER:
            said = has.rstrip(b"\0").decode("ascii", "replace")
            raise Refused("admission.key-of-another", key=admission.key, member=known, code=said)
    if not known or at.view("MemberRegistry", "termsOf", number) != tuple(admission.terms):
        yield Step("MemberRegistry", "setTerms", (number, tuple(admission.terms)))


def _activity(
    at: _Chain, one: AgreedActivity, number: int, rates_from: Month, standard_hash: bytes
) -> Iterator[Step]:
    owner, numerator, denominator = at.view("RateBook", "rateOf", one.id, rates_from)
    if owner not in (0, number):
        raise Refused("admission.activity-of-another", activity=one.code, member=owner)
    if not owner:
        code = one.code.encode("ascii").ljust(CODE_BYTES, b"\0")
        yield Step("RateBook", "addActivity", (one.id, number, code))
    if (numerator, denominator) != (one.numerator, one.denominator):
        rate = (rates_from, one.numerator, one.denominator)
        yield Step("RateBook", "addRate", (one.id, rate, standard_hash))
