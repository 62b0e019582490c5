"""What a network agreed from the certification standard, read from a node: rates, codes, terms.

Trusts the node as far as it says what the contracts said. Later rate books are followed.
"""

from __future__ import annotations

from typing import NamedTuple

from issuers.standard.agreeing import Agreed, AgreedTerms, NewestRate
from ledger.chain.decode import decoded, event_topic
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.events import (
    ActivityAdded,
    Event,
    IssuerTermsChanged,
    RateAgreed,
    RateBookReplaced,
)
from ledger.rules import Block, Rates
from ledger.rules.rates import Rate


class Book(NamedTuple):
    """The rates as the ledger looks them up, and what was agreed last of each activity."""

    rates: Rates
    agreed: Agreed


def agreed_on(gateway: Gateway, deployment: Deployment, last: int) -> Book:
    """What stands as of block ``last``. Unavailable if the node does not answer."""
    first = deployment.first_block

    def told(address: bytes, *kinds: type[Event]) -> list[Event]:
        topics = [[event_topic(kind) for kind in kinds]]
        return [one for _, one in decoded(gateway.logs(first, last, [address], topics))]

    replaced = told(deployment.ledger, RateBookReplaced)
    books = [one.rate_book for one in replaced if isinstance(one, RateBookReplaced)]
    rates = Rates(Block(0, 0))
    newest = dict[int, NewestRate]()
    for place, book in enumerate(dict.fromkeys([deployment.rate_book, *books])):
        if place:
            rates = Rates(Block(0, 0), rates)
        for event in told(book, ActivityAdded, RateAgreed):
            _take(rates, newest, event)
    terms = {
        one.member: AgreedTerms(
            one.annual_cap_units, one.validity_epochs, one.units_per_native_point
        )
        for one in told(deployment.registry, IssuerTermsChanged)
        if isinstance(one, IssuerTermsChanged)
    }
    return Book(rates, Agreed(newest, terms))


def _take(rates: Rates, newest: dict[int, NewestRate], event: Event) -> None:
    if isinstance(event, ActivityAdded):
        rates.issuers[event.activity] = event.issuer
        code = event.code.rstrip(b"\0").decode("ascii", "replace")
        newest[event.activity] = NewestRate(code, event.issuer, 0, 0, 0, b"")
    elif isinstance(event, RateAgreed):
        rate = Rate(event.from_month, event.numerator, event.denominator)
        rates.versions.setdefault(event.activity, []).append(rate)
        known = newest.get(event.activity, NewestRate("", 0, 0, 0, 0, b""))
        newest[event.activity] = known._replace(
            from_month=event.from_month,
            numerator=event.numerator,
            denominator=event.denominator,
            standard_hash=event.standard_hash,
        )
