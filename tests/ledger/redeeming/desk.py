"""An operator's whole desk over a founded network: databases, index, relayer, service.

Blocks are mined by a thread a few times a second, each a second of chain time after the one before.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.chain import calls
from ledger.chain.abi import abi
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.signer import Key, Transaction
from ledger.chain.submitter import Submitter
from ledger.faults import Faults
from ledger.index.index import Index
from ledger.redeeming.relayer import Relayer
from ledger.redeeming.relaying import RelayerLoop
from ledger.redeeming.seeing import indexed
from ledger.redeeming.service import RedemptionService
from ledger.redeeming.telling import Teller, TellerLoop
from ledger.redeeming.values import Order
from ledger.redeeming.workplace import Workplace
from ledger.store import operator_commands as commands
from ledger.store import operator_facts as chain
from ledger.store.engine import Database, open_database
from ledger.store.index_schema import open_index
from ledger.store.outbox_tables import State
from ledger.units import month_of
from tests.support.network import CHAIN_ID, GAS, KEYS, Network
from tests.support.season import CULTURE, MINUTES, OPERATING, SPENDING, VOLUNTEER

FAMILY = ("outbox", "operator", "hooks", "offers", "statements", "logins", "reminders", "envelopes")
BLOCK_S = 0.08
TICK_S = 0.02
PATIENCE_S = 10.0
DAY_S = 86_400


@dataclass(frozen=True)
class Award:
    """A batch of one, as a correction has to show it."""

    number: int
    words: list[bytes]
    keys: list[bytes]

    def correction(self, quantity: int) -> bytes:
        """Calldata of its correction to another quantity."""
        request = (0, quantity, b"\3" * 32)
        return abi("PointsLedger").call("correct", self.number, self.words, self.keys, [request])


@dataclass
class Desk:
    """The parts of one operator's process."""

    database: Database
    submitter: Submitter
    loop: RelayerLoop
    work: Workplace
    service: RedemptionService

    def indexed(self) -> int:
        """The newest block in the projection."""
        with self.work.look() as at:
            return indexed(at.projection).block

    def until(self, condition: Callable[[], bool]) -> None:
        """Waits for what the relayer's thread brings about."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "it never came about"
            assert self.loop.failure is None, self.loop.failure
            self.loop.wake()
            time.sleep(0.01)

    def final(self, order_id: str) -> Order:
        """The order once it is final."""
        self.until(lambda: self.service.order(order_id).final)
        return self.service.order(order_id)


@dataclass
class Operator(Desk):
    """The same, with the network on which others act."""

    network: Network

    def wallet(self, minutes: int = 0, yuan: int = 0) -> str:
        """A new wallet with an account in both schemes, and so much awarded to it.

        100 units (a point) for 6 minutes or for 6.67 yuan.
        """
        name = f"w-{secrets.token_hex(6)}"
        by_issuer = {a.issuer: a.account for a in self.service.open_wallet(name, BOTH).accounts}
        with self.quiet():
            if minutes:
                self.network.mint(VOLUNTEER, [(by_issuer[VOLUNTEER], MINUTES, minutes)])
            if yuan:
                self.network.mint(CULTURE, [(by_issuer[CULTURE], SPENDING, yuan * 100)])
        return name

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """No block but those mined inside; afterwards the projection has seen them."""
        self.network.chain.stop_mining()
        yield
        head = self.network.gateway.head()
        self.until(lambda: self.indexed() >= head)
        self.network.chain.start_mining(BLOCK_S, clock=None)

    @contextmanager
    def together(self) -> Iterator[None]:
        """No block until the end; then one with all that was sent, in the order of sending."""
        self.network.chain.stop_mining()
        yield
        self.until(lambda: not self.submitter.status().counts[State.RECORDED])
        self.until(lambda: not self._recorded())
        self.network.chain.mine()
        self.network.chain.start_mining(BLOCK_S, clock=None)

    def send_later(self, key: Key, contract: str, data: bytes) -> None:
        """Hands a transaction to the node, for the next block."""
        to, nonces = self.network.deployment.contracts[contract], self.network.nonces
        nonce = nonces.get(key.address, self.network.gateway.transaction_count(key.address))
        nonces[key.address] = nonce + 1
        signed = key.sign_transaction(Transaction(to, data, nonce, GAS, CHAIN_ID))
        self.network.gateway.send_raw([signed.raw])

    def award(self, issuer: int, account: bytes, activity: int, quantity: int) -> Award:
        """Mints one award in a batch of its own, that can be corrected."""
        month = month_of(self.network.now_s)
        words = [calls.award_word(account, activity, month, quantity)]
        number = self.network.batches[issuer] = self.network.batches.get(issuer, 0) + 1
        award = Award(number, words, [secrets.token_bytes(32)])
        data = calls.mint_batch(number, words, award.keys, b"\2" * 32)
        self.network.send(KEYS[issuer], "PointsLedger", data)
        return award

    def _recorded(self) -> bool:
        """Whether a call is in no batch yet."""
        with self.work.look() as at:
            return bool(commands.waiting(at.operator, 1))

    def words(self, hold_id: bytes) -> tuple[int, int]:
        """The hold's words as the chain said them last."""
        with self.work.look() as at:
            hold = chain.holds(at.projection, [hold_id])[hold_id]
        return hold.terms, hold.points


BOTH = (VOLUNTEER, CULTURE)


@contextmanager
def opened(
    gateway: Gateway,
    deployment: Deployment,
    folder: Path,
    secret: bytes,
    faults: Faults | None = None,
    more: Sequence[Key] = (),
) -> Iterator[Desk]:
    """The operator's process over its databases in a folder; ``more`` are further keys of its."""
    with (
        open_database(folder / "operator.db", FAMILY) as database,
        open_index(folder / "index.db") as projection,
    ):
        index = Index(projection.engine, gateway, deployment)
        index.catch_up()
        engines = (database.engine, projection.engine)
        teller = Teller(*engines)
        telling = TellerLoop(teller, tick_s=TICK_S, idle_s=0.1)
        keys, loops = [Key.from_bytes(secret), *more], list[RelayerLoop]()
        for key in keys:
            submitter = Submitter(database.engine, gateway, key, faults)
            submitter.bootstrap(adopt_used_key=True)
            relayer = Relayer(
                *engines, submitter, deployment.desk, faults=faults, news=telling.news,
                follow=(lambda: None) if loops else index.step, keys=[k.address for k in keys],
            )  # fmt: skip
            loops.append(RelayerLoop(relayer, tick_s=TICK_S, idle_s=0.1))

        def wake() -> None:
            for loop in loops:
                loop.wake()

        outboxes = [loop.relayer.submitter.outbox for loop in loops]
        work = Workplace(*engines, outboxes, teller, deployment, OPERATING, faults, wake)
        first = loops[0]
        telling.start()
        for loop in loops:
            loop.start()
        try:
            yield Desk(database, first.relayer.submitter, first, work, RedemptionService(work))
        finally:
            for loop in loops:
                loop.stop()
            telling.stop()


@contextmanager
def operator(network: Network, folder: Path, more: Sequence[Key] = ()) -> Iterator[Operator]:
    """The operator's process in this one, with the network to play the others."""
    secret = KEYS[OPERATING].to_bytes()
    with opened(network.gateway, network.deployment, folder, secret, more=more) as desk:
        try:
            yield Operator(**vars(desk), network=network)
        finally:
            network.chain.stop_mining()
