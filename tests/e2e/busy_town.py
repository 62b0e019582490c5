"""A small town at work on one node: an issuer's agent that mints, an operator with its wallets.

Every part is the product's own, wired as its process wires it, in threads of this process. Blocks
are mined steadily unless held. Knows how to load the node, not what may happen to it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from api.background import Background
from api.chainside import InThreads, Relay
from api.node import NodeWatch
from issuers.adapter import MarkAnswer
from issuers.bootstrap import agent_of
from issuers.fake_source import FakeSource
from issuers.running import Agent
from issuers.settings import AgentSettings
from issuers.status import status
from ledger.chain.keyfile import write_secret
from ledger.chain.submitter import Submitter
from ledger.errors import OutcomeUnknown, Refused, TongduiError, Unavailable
from ledger.index.index import Index
from ledger.redeeming.relayer import Relayer
from ledger.redeeming.relaying import RelayerLoop
from ledger.redeeming.service import RedemptionService
from ledger.redeeming.telling import Teller, TellerLoop
from ledger.redeeming.values import State
from ledger.redeeming.workplace import Workplace
from ledger.store.engine import Engine, open_database
from ledger.store.index_schema import open_index
from ledger.store.outbox_tables import State as Sending
from ledger.units import BEIJING
from tests.support.network import KEYS, Network
from tests.support.season import CANTEEN, OPERATING, VOLUNTEER

BLOCK_S = 0.05
TICK_S = 0.02
PATIENCE_S = 60.0
"""For what must come about; nothing is judged by how soon it does."""
WALLETS = 8
BATCH_ROWS = 4
EVENT_UNITS = 500
"""Of half an hour at 1000/60."""
ORDER_UNITS, PART_UNITS, BACK_UNITS = 60, 40, 10
T = TypeVar("T")
TRIES = 3_000
"""Of one step of a resident, each a moment after the one before."""


@dataclass
class Volunteers(FakeSource):
    """A source that can be told to confirm nothing for a while."""

    confirms: bool = True

    def confirm_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """As the connector's; Unavailable while told so."""
        if not self.confirms:
            raise Unavailable("source.unavailable", path="confirm", why="told so")
        return super().confirm_marks(event_ids)


@dataclass
class Town:
    """The parts under load. ``asked`` are orders with what they must have come to in the end."""

    network: Network
    source: Volunteers
    agent: Agent
    index: Index
    projection: Engine
    operator: Engine
    submitter: Submitter
    background: Background
    service: RedemptionService
    accounts: dict[str, bytes]
    asked: dict[str, tuple[State, int, int]] = field(default_factory=dict)
    shown: int = 0

    @property
    def outboxes(self) -> tuple[Engine, Engine]:
        """The databases of both keys."""
        return self.agent.parts.engine, self.operator

    def until(self, condition: Callable[[], bool]) -> None:
        """Waits for what the threads bring about; fails at once where one of them stopped."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert self.failures() == []
            assert time.monotonic() < deadline, "it never came about"
            time.sleep(0.01)

    def failures(self) -> list[TongduiError]:
        """What stopped a part for good."""
        found = [self.agent.watch.failure, self.network.chain.failure]
        return [*self.background.failures(), *(error for error in found if error is not None)]

    def serve(self, events: int) -> None:
        """So many half-hours of service more, shared among all wallets."""
        now = datetime.fromtimestamp(self.network.now_s, BEIJING)
        members = sorted(self.accounts)
        for _ in range(events):
            day = 1 + self.shown // len(members) // 16
            member = members[self.shown % len(members)]
            when = now - timedelta(days=day)
            self.source.show(f"e{self.shown}", member, "VOL.SERVICE", 30, when)
            self.shown += 1

    def in_flight(self) -> bool:
        """Whether each key has something at the node that no block holds."""
        submitters = (self.agent.parts.submitter, self.submitter)
        return all(each.status().counts[Sending.SENT] for each in submitters)

    def idle(self) -> bool:
        """Whether the agent has nothing in motion."""
        return bool(status(self.agent.parts.engine, self.agent.watch)["idle"])

    def live(self, wallet: str, enough: threading.Event) -> None:
        """A resident's orders, one after the other, each to its end."""
        number = 0
        while not enough.is_set():
            self._order(f"{wallet}-{number}", wallet, number % 4)
            number += 1

    def _order(self, name: str, wallet: str, kind: int) -> None:
        service, step = self.service, f"{name}-end"
        insist(lambda: service.place_order(name, wallet, CANTEEN, ORDER_UNITS))
        if kind == 0:
            self.asked[name] = (State.RELEASED, 0, 0)
            insist(lambda: service.cancel(step, name))
            return
        taken = PART_UNITS if kind == 1 else ORDER_UNITS
        back = BACK_UNITS if kind == 2 else 0
        self.asked[name] = (State.CAPTURED, taken, back)
        insist(lambda: service.capture(step, name, taken))
        if back:
            insist(lambda: service.refund(f"{name}-back", name, back))


def insist(ask: Callable[[], T]) -> T:
    """Asks under the same id until it is answered, as a client does that knows nothing of nodes."""
    for _ in range(TRIES):
        try:
            return ask()
        except (Unavailable, OutcomeUnknown, Refused):
            time.sleep(TICK_S)
    return ask()


@contextlib.contextmanager
def at_work(town: Town) -> Iterator[list[Future[None]]]:
    """All residents live until the block ends; what one of them met is raised then."""
    enough = threading.Event()
    with ThreadPoolExecutor(len(town.accounts)) as residents:
        lives = [residents.submit(town.live, wallet, enough) for wallet in town.accounts]
        try:
            yield lives
        finally:
            enough.set()
    for life in lives:
        life.result()


@contextlib.contextmanager
def open_town(network: Network, folder: Path) -> Iterator[Town]:
    """Agent and operator at work over databases in a folder, and blocks mined for them."""
    gateway, deployment = network.chain.gateway(), network.deployment
    with (
        open_database(
            folder / "operator.db", ("outbox", "operator", "hooks", "offers")
        ) as operator,
        open_index(folder / "index.db") as projection,
        contextlib.ExitStack() as stack,
    ):
        submitter = Submitter(operator.engine, gateway, KEYS[OPERATING])
        index = Index(projection.engine, gateway, deployment)
        engines = (operator.engine, projection.engine)
        teller = Teller(*engines)
        telling = TellerLoop(teller, tick_s=TICK_S, idle_s=0.5)
        relayer = Relayer(
            *engines, submitter, deployment.desk, follow=lambda: None, news=telling.news
        )
        loop = RelayerLoop(relayer, tick_s=TICK_S)
        chain_side = InThreads(
            index, [Relay(submitter, loop)], index_tick_s=TICK_S, adopt_used_key=True,
            news=telling.news,
        )  # fmt: skip
        service = RedemptionService(
            Workplace(
                *engines, [submitter.outbox], teller, deployment, OPERATING, wake=chain_side.wake
            )
        )
        background = Background(
            chain_side, telling, NodeWatch(gateway, 1.0),
            release_overdue=service.release_overdue, close_due=lambda: None, check_s=1.0,
        )  # fmt: skip
        index.catch_up()
        accounts = {
            name: service.open_wallet(name, [VOLUNTEER]).accounts[0].account
            for name in (f"w{number}" for number in range(WALLETS))
        }
        source = Volunteers("volunteer")
        agent = stack.enter_context(_agent(network, folder, source, accounts))
        background.start()
        stack.callback(background.stop)
        network.chain.start_mining(BLOCK_S, clock=None)
        stack.callback(network.chain.stop_mining)
        yield Town(
            network, source, agent, index, projection.engine, operator.engine, submitter,
            background, service, accounts,
        )  # fmt: skip


@contextlib.contextmanager
def _agent(
    network: Network, folder: Path, source: Volunteers, accounts: dict[str, bytes]
) -> Iterator[Agent]:
    """The issuer's agent, running."""
    lines = [f"{member},0x{account.hex()}" for member, account in accounts.items()]
    (folder / "links.csv").write_text("\n".join(["member_id,account", *lines]), "utf-8")
    write_secret(folder / "key", KEYS[VOLUNTEER].to_bytes().hex())
    network.deployment.write(folder / "deployment.json")
    settings = AgentSettings(
        node_url=network.chain.url,
        deployment=folder / "deployment.json",
        database=folder / "agent.db",
        key_file=folder / "key",
        event_secret_file=folder / "event.secret",
        links_file=folder / "links.csv",
        adapter="issuers.volunteer",
        source_url="http://127.0.0.1:9",
        poll_s=0.05,
        batch_rows=BATCH_ROWS,
    )
    enough = threading.Event()
    with agent_of(settings, adapter=source) as (agent, _):
        thread = threading.Thread(target=agent.run, args=(enough,), name="agent")
        thread.start()
        try:
            yield agent
        finally:
            enough.set()
            agent.wake()
            thread.join()
