"""Batches of awards drawn as the sandbox systems draw events: their kinds, weights and quantities.

Which accounts they go to is the caller's, because what an award costs depends on it. The same seed
gives the same bytes. Knows no chain.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from issuers.sandbox.kinds import KINDS, Kind, Scheme
from issuers.standard.catalogue import load
from ledger.chain import calls
from tests.bench.world import ISSUERS, account, event_key

AWARDS_PER_BATCH = 500
MOST_QUANTITY = 2**64 - 1
_IDS = {code: activity.id for code, activity in load().activities.items()}


class Row(NamedTuple):
    """One award before it is packed."""

    account: bytes
    activity: int
    month: int
    quantity: int


class Batch(NamedTuple):
    """What one ``mintBatch`` says, with as many keys as rows, rising."""

    number: int
    rows: list[Row]
    keys: list[bytes]
    root: bytes

    def words(self) -> list[bytes]:
        """One word an award."""
        return [calls.award_word(*row) for row in self.rows]

    def packed(self) -> bytes:
        """Its calldata, packed by hand."""
        return calls.mint_batch(self.number, self.words(), self.keys, self.root)


class Draws:
    """One scheme's awards, batch after batch, numbered from 1."""

    def __init__(self, scheme: Scheme, seed: int = 1) -> None:
        self.scheme = scheme
        self.issuer = ISSUERS[scheme]
        self.number = 0
        self._random = random.Random(f"{scheme} {seed}")

    def batch(
        self,
        accounts: Sequence[bytes],
        month: int,
        *,
        least: int = 0,
        most: int = MOST_QUANTITY,
    ) -> Batch:
        """The next batch: one award an account, in its order.

        Quantities outside ``least`` to ``most``, in the smallest unit, are brought inside.
        """
        self.number += 1
        kinds = KINDS[self.scheme]
        drawn = self._random.choices(kinds, [kind.weight for kind in kinds], k=len(accounts))
        rows = [
            Row(who, _IDS[kind.code], month, min(max(self._quantity(kind), least), most))
            for who, kind in zip(accounts, drawn, strict=True)
        ]
        keys = sorted(event_key(self.issuer, f"{self.number} {row}") for row in range(len(rows)))
        return Batch(self.number, rows, keys, event_key(self.issuer, f"root {self.number}"))

    def batches(self, residents: int, count: int, month: int) -> Iterator[Batch]:
        """So many full batches, each to accounts drawn without repeats from ``residents``."""
        for _ in range(count):
            chosen = self._random.sample(range(residents), AWARDS_PER_BATCH)
            yield self.batch([account(self.issuer, number) for number in chosen], month)

    def _quantity(self, kind: Kind) -> int:
        return kind.low + kind.step * self._random.randint(0, (kind.high - kind.low) // kind.step)


def accounts(issuer: int, begin: int, count: int = AWARDS_PER_BATCH) -> list[bytes]:
    """Accounts ``begin`` to ``begin + count`` of an issuer's residents."""
    return [account(issuer, number) for number in range(begin, begin + count)]
