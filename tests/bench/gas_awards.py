"""What an award costs in gas, 500 a transaction, with every rule in force.

Distinct accounts are the dearest case: an account met twice in a batch is cheaper the second time.
A figure is the whole transaction's gas over its awards, its fixed costs shared among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from issuers.sandbox.kinds import Scheme
from ledger.chain.types import Receipt
from ledger.units import MONTHS_PER_EPOCH, start_of_month
from tests.bench.draws import AWARDS_PER_BATCH, Batch, Draws, accounts
from tests.bench.figures import Figure, Told, gas
from tests.bench.world import KEYS
from tests.support.network import Network
from tests.support.season import FIRST_RATE_MONTH

KNOWN_MOST = 10_500
NEW_MOST = 28_000
NEXT_EPOCH_MONTH = (FIRST_RATE_MONTH // MONTHS_PER_EPOCH + 1) * MONTHS_PER_EPOCH
NEXT_YEAR_MONTH = NEXT_EPOCH_MONTH + MONTHS_PER_EPOCH
CLIPPED_AWARDS = 400
"""500 clipped ones, each with its record, would pass what one transaction may use."""
CLIPPING_FEN = 200_000
"""A spending worth 300 points: more than culture's cap of 200 a year."""
SMALL_FEN = 2_000
UNCLIPPED_FEN = 33_000
"""Most that the others spend at a time: four times so much stays under the cap."""
CLIPPED_BEGIN = 1_000
"""Number of the first account that is clipped: the others keep headroom."""
_SECTORS = {
    Scheme.VOLUNTEER: ("志愿", "volunteer"),
    Scheme.TRAFFIC: ("出行", "traffic"),
    Scheme.ENVIRONMENT: ("环保", "environment"),
    Scheme.CULTURE: ("文化（年度上限）", "culture (annual cap)"),
    Scheme.RESIDENCE: ("居住证", "residence"),
}


class AwardGas:
    """Mints for some schemes, each moment of the year once: call the methods in their order."""

    def __init__(self, network: Network, schemes: Sequence[Scheme], told: Told) -> None:
        self._network = network
        self._told = told
        self.draws = {scheme: Draws(scheme) for scheme in schemes}
        self.newest: dict[Scheme, Batch] = {}

    def at_first(self) -> Iterator[Figure]:
        """New accounts, then the same again; culture's clipped ones too."""
        for scheme in self.draws:
            yield self._minted(scheme, "new", "新账户", "new account", NEW_MOST, FIRST_RATE_MONTH)
        for scheme in self.draws:
            words = ("已有账户", "known account")
            yield self._minted(scheme, "known", *words, KNOWN_MOST, FIRST_RATE_MONTH)
        if Scheme.CULTURE in self.draws:
            yield from self._clipped()

    def in_the_next_epoch(self) -> Iterator[Figure]:
        """The same accounts in July, then with events of June."""
        self._network.chain.advance_to(start_of_month(NEXT_EPOCH_MONTH) + 3_600)
        for scheme in self.draws:
            words = ("已有账户，新的半年", "known account, new epoch")
            yield self._minted(scheme, "new-epoch", *words, KNOWN_MOST, NEXT_EPOCH_MONTH)
        for scheme in self.draws:
            words = ("已有账户，上半年迟报", "known account, late row of the epoch before")
            yield self._minted(scheme, "late", *words, KNOWN_MOST, NEXT_EPOCH_MONTH - 1)

    def in_the_next_year(self) -> Iterator[Figure]:
        """The same accounts in January, when the year's counters shift too."""
        self._network.chain.advance_to(start_of_month(NEXT_YEAR_MONTH) + 3_600)
        for scheme in self.draws:
            words = ("已有账户，新的一年", "known account, new year")
            yield self._minted(scheme, "new-year", *words, KNOWN_MOST, NEXT_YEAR_MONTH)

    def send(self, scheme: Scheme, batch: Batch) -> Receipt:
        """One batch by its issuer, in a block of its own."""
        self._told()
        self.newest[scheme] = batch
        key = KEYS[self.draws[scheme].issuer]
        return self._network.send(key, "PointsLedger", batch.packed())

    def _minted(
        self, scheme: Scheme, name: str, zh: str, en: str, most: float, month: int
    ) -> Figure:
        draws = self.draws[scheme]
        batch = draws.batch(accounts(draws.issuer, 0), month, most=UNCLIPPED_FEN)
        receipt = self.send(scheme, batch)
        sector = _SECTORS[scheme]
        return gas(
            f"gas.award.{name}.{scheme}",
            f"授予 · {sector[0]} · {zh}",
            f"award · {sector[1]} · {en}",
            receipt.gas_used / AWARDS_PER_BATCH,
            most,
        )

    def _clipped(self) -> Iterator[Figure]:
        """An award that the annual cap cuts short, and one of which it leaves nothing."""
        draws = self.draws[Scheme.CULTURE]
        chosen = accounts(draws.issuer, CLIPPED_BEGIN, CLIPPED_AWARDS)

        def mint(fen: int) -> float:
            batch = draws.batch(chosen, FIRST_RATE_MONTH, least=fen, most=fen)
            return self.send(Scheme.CULTURE, batch).gas_used / CLIPPED_AWARDS

        mint(SMALL_FEN)
        for name, zh, en in (
            ("clipped", "每行都被年度上限截短", "every row cut by the cap"),
            ("clipped-out", "每行都被截为零", "every row cut to nothing"),
        ):
            yield gas(
                f"gas.award.{name}.culture",
                f"授予 · 文化 · {zh}（{CLIPPED_AWARDS} 行一笔）",
                f"award · culture · {en} ({CLIPPED_AWARDS} a batch)",
                mint(CLIPPING_FEN),
                KNOWN_MOST,
            )
