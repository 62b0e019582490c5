"""Batches of awards drawn as the sandbox systems draw events: their kinds, weights and quantities.

Which accounts they go to is the caller's, because what an award costs depends on it. The same seed
gives the same bytes. Knows no chain.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from issuers.sandbox.kinds import KINDS, Kind, Scheme
from issuers.standard.catalogue import load
from ledger.chain import calls
from tests.bench.world import ISSUERS, account, event_key

AWARDS_PER_BATCH = 500
MOST_QUANTITY = 2**64 - 1
_IDS = {code: activity.id for code, activity in load().activities.items()}


class Draws:
    """One scheme's awards, batch after batch, numbered from 1."""

    def __init__(self, scheme: Scheme, seed: int = 1) -> None:
        self.scheme = scheme
        self.issuer = ISSUERS[scheme]
        self.number = 0
        self.last: tuple[list[bytes], list[bytes]] = ([], [])
        """Words and keys of the newest batch: a correction's proof."""
        self._random = random.Random(f"{scheme} {seed}")

    def batch(
        self,
        accounts: Sequence[bytes],
        month: int,
        *,
        least: int = 0,
        most: int = MOST_QUANTITY,
    ) -> bytes:
        """Calldata of the next ``mintBatch``: one award an account, in its order.

        Quantities outside ``least`` to ``most``, in the smallest unit, are brought inside.
        """
        self.number += 1
        kinds = KINDS[self.scheme]
        drawn = self._random.choices(kinds, [kind.weight for kind in kinds], k=len(accounts))
        pairs = [(kind, min(max(self._quantity(kind), least), most)) for kind in drawn]
        words = [
            calls.award_word(who, _IDS[kind.code], month, quantity)
            for who, (kind, quantity) in zip(accounts, pairs, strict=True)
        ]
        keys = sorted(event_key(self.issuer, f"{self.number} {row}") for row in range(len(words)))
        self.last = (words, keys)
        root = event_key(self.issuer, f"root {self.number}")
        return calls.mint_batch(self.number, words, keys, root)

    def batches(self, residents: int, count: int, month: int) -> Iterator[bytes]:
        """So many full batches, each to accounts drawn without repeats from ``residents``."""
        for _ in range(count):
            chosen = self._random.sample(range(residents), AWARDS_PER_BATCH)
            yield self.batch([account(self.issuer, number) for number in chosen], month)

    def _quantity(self, kind: Kind) -> int:
        return kind.low + kind.step * self._random.randint(0, (kind.high - kind.low) // kind.step)


def accounts(issuer: int, begin: int, count: int = AWARDS_PER_BATCH) -> list[bytes]:
    """Accounts ``begin`` to ``begin + count`` of an issuer's residents."""
    return [account(issuer, number) for number in range(begin, begin + count)]
