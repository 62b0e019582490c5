"""What stands of awards on the chain: minted, corrected, reversed, and what is not spent yet.

Asked of the contracts' views and events, at the newest block but for corrections, which are read
when they are final. It moves nothing and knows no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from issuers.outlook import ChainViews, Outlook
from ledger import events
from ledger.chain.awardnames import award_id, correction_id
from ledger.chain.decode import award, decode, event_topic
from ledger.rules.rates import Rate
from ledger.store.agent_batches import Batch

AT_ONCE = 500
"""Awards, or accounts, in one question."""
SPAN_BLOCKS = 100_000
"""Of a search for events by their own names: there are few of them."""


class Standing(NamedTuple):
    """An award as it stands. Amounts in units of 0.01 point."""

    id: bytes
    batch: Batch
    account: bytes
    month: int
    quantity: int
    """As it was minted."""
    minted_units: int
    corrected_units: int
    corrections: int
    """Those that were reversed are counted too."""
    rate: Rate

    @property
    def units(self) -> int:
        """What corrections have left of it."""
        return self.minted_units - self.corrected_units

    def due_units(self, quantity: int) -> int:
        """By how much it shrinks when it is worth ``quantity``; below zero it would grow."""
        return self.units - self.rate.convert(quantity)


class Taken(NamedTuple):
    """A final correction. ``entry`` is what the contract wants to see again to reverse it."""

    id: bytes
    ordinal: int
    """Its place among the award's corrections, from 1."""
    due_units: int
    taken_units: int
    """Of them, what was not spent yet."""
    entry: tuple[int, bytes, int, int, int, int, bytes]
    reversed: bool


def standings(
    views: ChainViews, outlook: Outlook, asked: Sequence[tuple[Batch, int]]
) -> list[Standing]:
    """Awards by batch and row, in that order. Raises what the node raises."""
    keys = {batch.id: batch.key_list() for batch, _ in asked}
    words = {batch.id: batch.word_list() for batch, _ in asked}
    found: list[Standing] = []
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        calls = [
            ("PointsLedger", "awardOf", (outlook.issuer, batch.number, keys[batch.id][row]))
            for batch, row in part
        ]
        for (batch, row), stood in zip(part, views.ask(calls), strict=True):
            was_clipped, clipped_units, corrected, corrections = stood
            word = award(words[batch.id][row])
            rate = outlook.rate(word.activity, word.month)
            assert rate is not None, "a minted award has a rate"
            minted = clipped_units if was_clipped else rate.convert(word.quantity)
            name = award_id(outlook.issuer, batch.number, keys[batch.id][row])
            found.append(
                Standing(
                    name, batch, word.account, word.month, word.quantity,
                    minted, corrected, corrections, rate,
                )
            )  # fmt: skip
    return found


def free_units(views: ChainViews, outlook: Outlook, accounts: Iterable[bytes]) -> dict[bytes, int]:
    """What these accounts may still spend of the issuer's points, holds left out."""
    wanted = sorted(set(accounts))
    found: dict[bytes, int] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        calls = [("PointsLedger", "lotsOf", (outlook.issuer, account)) for account in part]
        answers = views.ask(calls)
        found |= {account: total(lots[0]) for account, lots in zip(part, answers, strict=True)}
    return found


def taken(views: ChainViews, ledger: bytes, standing: Standing) -> list[Taken]:
    """The award's final corrections, in their order."""
    names = [correction_id(standing.id, n) for n in range(1, standing.corrections + 1)]
    if not names:
        return []
    kinds = [event_topic(events.AwardCorrected), event_topic(events.CorrectionReversed)]
    first, last = standing.batch.block_number or 0, views.gateway.finalized()
    ranges = views.gateway.log_ranges(
        first, last, [ledger], [kinds, names], span_blocks=SPAN_BLOCKS
    )
    said = [decode(log) for part in ranges for log in part.logs]
    ended = {e.correction for e in said if isinstance(e, events.CorrectionReversed)}
    corrected = {e.correction: e for e in said if isinstance(e, events.AwardCorrected)}
    return [
        Taken(
            name, ordinal, made.due_units, total(made.slices),
            (made.entry_issuer, made.entry_account, made.month, made.epoch, made.slices,
             made.due_units, made.award),
            name in ended,
        )
        for ordinal, name in enumerate(names, 1)
        if (made := corrected.get(name)) is not None
    ]  # fmt: skip


def total(lanes: int) -> int:
    """Units in packed slices."""
    return sum(lanes >> shift & 0xFFFFFFFF for shift in range(0, 192, 32))
