"""The one place that wires this process, from its settings to an app that serves.

Databases are open while the context is; threads run while the app does. A node that is away at the
start delays relaying, not reading: only who the operator is must be known, from the projection or
from the node.
"""

from __future__ import annotations

import contextlib
import gc
import hmac
import logging
import secrets
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial

import anyio.to_thread
import uvicorn
from fastapi import FastAPI

from api.apart import Apart
from api.app import create_app
from api.auth import Doorkeeper
from api.background import Background
from api.chainside import ChainSide, InThreads, Relay
from api.directory import Directory
from api.envelopes.wiring import envelopes_over
from api.hooks.wiring import Heralds, heralds_over
from api.idempotency import Answers
from api.limits import Buckets
from api.meters import Meters
from api.node import NodeWatch
from api.notices.wiring import letters_over
from api.office import Office
from api.oidc.telling import telling
from api.oidc.visitors import Visitors, visitors_at
from api.operator import operator_number
from api.places import open_operator_database
from api.readiness import Readiness
from api.reading import Projection
from api.residents.wiring import residents_over
from api.sandbox.example_issuer import ExampleIssuer, example_issuer
from api.schedule import Closer
from api.settings import Settings
from api.totals.counting import Counting
from api.web.browser import Browsers, key_of
from ledger.chain.deployment import Deployment, read_deployment
from ledger.chain.gateway import Gateway
from ledger.chain.keyfile import read_key
from ledger.chain.outbox import Outbox
from ledger.chain.signer import Key
from ledger.chain.submitter import Submitter
from ledger.chain.types import enhex
from ledger.clearing.schedule import schedule_of
from ledger.faults import Faults
from ledger.index.index import Index
from ledger.offers.market import Market
from ledger.projects.service import Projects
from ledger.redeeming.claiming import Claiming
from ledger.redeeming.hosting import Hosts
from ledger.redeeming.ports import Redemption
from ledger.redeeming.relayer import Relayer
from ledger.redeeming.relaying import RelayerLoop
from ledger.redeeming.service import RedemptionService
from ledger.redeeming.telling import Teller, TellerLoop
from ledger.redeeming.workplace import Workplace
from ledger.reminders.letters import Letters
from ledger.residents.service import Residents
from ledger.statements.desk import ClearingDesk
from ledger.store.engine import Engine
from ledger.store.index_schema import open_index
from ledger.store.seats import Seats, seats_over
from ledger.units import DAY_S

THREADS = 120
"""Requests at work at once: most of them wait for the chain, which costs a thread and no more."""
IDLE_S = 0.5
"""Pause between looks while nothing is on its way."""
STRANGERS_SHARE = 10
"""An address without a known key gets this part of what a key gets."""
REDEEMED_A_MINUTE, REDEEMED_AT_ONCE = 10, 30
"""One-time codes that an issuer may try: of 2^45, while each is good for ten minutes."""


APPLIED_A_MINUTE, APPLIED_AT_ONCE = 5, 50
"""Applications of organisations that are taken, whoever sends them."""

TRIED_A_MINUTE, TRIED_AT_ONCE = 10, 30
"""Cards that one desk may try, and tries of one card."""


@dataclass(frozen=True)
class _Core:
    """What talks to chain and databases."""

    engine: Engine
    seats: Seats
    heralds: Heralds
    projection: Projection
    node: NodeWatch
    service: Redemption
    claiming: Claiming
    market: Market
    residents: Residents
    letters: Letters
    projects: Projects
    visitors: Visitors
    background: Background
    clearing: ClearingDesk


def serve(settings: Settings) -> int:
    """Serves until told to end; 0, or 1 where it could not start. Raises what wiring raises."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # The server ends in good order when told to, then raises the signal again: it has been heeded.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    with assembled(settings, apart=True) as app:
        server = server_of(app, settings.host, settings.port)
        settle_memory()
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
        return 0 if server.started else 1


def settle_memory() -> None:
    """Takes what is there now out of the collector's sight, and lets it look less often: a whole
    round over a server's modules and routes held every request up for a sixth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def server_of(app: FastAPI, host: str, port: int) -> uvicorn.Server:
    """The server as this process runs it; ``run`` blocks until it is told to end."""
    config = uvicorn.Config(app, host, port, log_config=None, access_log=False, server_header=False)
    return _Server(config)


class _Server(uvicorn.Server):
    """Ends streams before it waits for requests to end: they would go on for as long."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Told to end."""
        app = self.config.app
        assert isinstance(app, FastAPI)
        app.state.office.heralds.streams.close()
        await super().shutdown(sockets)


@contextmanager
def assembled(
    settings: Settings, faults: Faults | None = None, *, apart: bool = False
) -> Iterator[FastAPI]:
    """The app, wired. Raises Rejected or Refused for settings, key, deployment or databases that
    do not serve, Unavailable where neither node nor projection knows the operator. ``faults`` is
    told what the rows of relaying go through. ``apart``: what goes to the chain and comes from it
    does so in a process of its own."""
    with ExitStack() as stack:
        core = _core(settings, stack, faults, apart=apart)

        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
            anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
            await anyio.to_thread.run_sync(core.background.start)
            try:
                yield
            finally:
                await anyio.to_thread.run_sync(core.background.stop)

        issuer = example_issuer(settings)
        if issuer is not None:
            stack.callback(issuer.close)
        yield create_app(_office(settings, core, issuer), lifespan)


@contextmanager
def chain_side_alone(settings: Settings, news: Callable[[], object]) -> Iterator[InThreads]:
    """The chain's side of another process, which has made the databases and holds their locks."""
    keys = [read_key(file) for file in (settings.operator_key, *settings.operator_keys)]
    deployment = read_deployment(settings.deployment)
    gateway = deployment.gateway(settings.node_url)
    with (
        open_operator_database(settings, exclusive=False) as database,
        open_index(settings.index_file, exclusive=False) as projection,
    ):
        seats = seats_over(database.engine)
        try:
            index = Index(projection.engine, gateway, deployment)
            engines = (database.engine, projection.engine)
            deliver = heralds_over(database.engine, settings, seats, time.time).deliver
            yield _in_threads(
                settings, keys, engines, gateway, deployment, index, seats, deliver, news
            )
        finally:
            seats.leave()


def _core(settings: Settings, stack: ExitStack, faults: Faults | None, *, apart: bool) -> _Core:
    keys = [read_key(file) for file in (settings.operator_key, *settings.operator_keys)]
    deployment = read_deployment(settings.deployment)
    gateway = deployment.gateway(settings.node_url)
    database = stack.enter_context(open_operator_database(settings))
    engine = database.engine
    index_engine = stack.enter_context(open_index(settings.index_file)).engine
    seats = seats_over(engine)
    stack.callback(seats.leave)
    heralds = heralds_over(engine, settings, seats, time.time, faults)
    projection = Projection(index_engine)
    index = Index(index_engine, gateway, deployment)
    numbers = [operator_number(projection, gateway, deployment, key) for key in keys]
    engines = (engine, index_engine)
    teller = Teller(*engines)
    tick_s = IDLE_S if seats.mine is None else settings.relayer_tick_s  # else news is enough
    telling_loop = TellerLoop(teller, tick_s=tick_s, idle_s=IDLE_S)
    chain_side: ChainSide
    if apart:
        chain_side = Apart(settings, telling_loop.news, database.held)
    else:
        chain_side = _in_threads(
            settings, keys, engines, gateway, deployment, index, seats, heralds.deliver,
            telling_loop.news, faults,
        )  # fmt: skip
    outboxes = [Outbox(key, deployment.chain_id) for key in keys]
    workplace = Workplace(
        *engines, outboxes, teller, deployment, numbers[0], faults, chain_side.wake
    )
    service = RedemptionService(workplace)
    market = Market.at(workplace)
    claiming = Claiming(
        workplace, time.time, _code_secret(seats, keys[0]), settings.claims_due_days
    )
    residents = residents_over(engine, settings, time.time)
    directory = Directory(projection, settings.names, time.monotonic)
    projects = Projects.at(workplace, residents.seals.voter, settings.districts, residents.post)
    letters = letters_over(workplace, market, residents.post, directory, settings, time.time)
    visitors = stack.enter_context(
        visitors_at(engine, settings.sign_in, time.time, time.monotonic, telling(residents.post))
    )
    clearing = ClearingDesk.at(workplace, gateway, time.time)
    closer = Closer(schedule_of(settings.clearing_close), projection, service)
    node = NodeWatch(gateway, settings.node_check_s)
    background = Background(
        chain_side,
        telling_loop,
        node,
        release_overdue=partial(_tended, market, residents, letters, projects, service),
        close_due=closer.look,
        check_s=settings.overdue_check_s,
        seats=seats,
    )
    return _Core(
        engine=engine,
        seats=seats,
        heralds=heralds,
        projection=projection,
        node=node,
        service=service,
        claiming=claiming,
        market=market,
        residents=residents,
        letters=letters,
        projects=projects,
        visitors=visitors,
        background=background,
        clearing=clearing,
    )


def _in_threads(
    settings: Settings,
    keys: Sequence[Key],
    engines: tuple[Engine, Engine],
    gateway: Gateway,
    deployment: Deployment,
    index: Index,
    seats: Seats,
    deliver: Callable[[threading.Event], None],
    news: Callable[[], object],
    faults: Faults | None = None,
) -> InThreads:
    """Projection, relayers and webhooks of this process."""
    relays = _relays(settings, keys, engines, gateway, deployment.desk, seats, news, faults)
    return InThreads(
        index,
        relays,
        index_tick_s=settings.index_tick_s,
        adopt_used_key=settings.adopt_used_key,
        deliver=deliver,
        news=news,
    )


def _relays(
    settings: Settings,
    keys: Sequence[Key],
    engines: tuple[Engine, Engine],
    gateway: Gateway,
    desk: bytes,
    seats: Seats,
    news: Callable[[], object],
    faults: Faults | None,
) -> list[Relay]:
    """A relayer for each key. Where other processes may have the key, one looks for it often."""
    _, index_engine = engines
    hosts, relays = Hosts(index_engine, keys), []
    tick_s = settings.relayer_tick_s
    for key in keys:
        duty = f"relayer {enhex(key.address)}"
        own = seats.engine(duty)
        submitter = Submitter(own, gateway, key, faults)
        others = partial(hosts.of_others, key.address) if len(keys) > 1 else None
        relayer = Relayer(
            own, index_engine, submitter, desk, follow=_elsewhere, faults=faults, others=others,
            news=news, keys=[each.address for each in keys],
        )  # fmt: skip
        idle_s = min(IDLE_S, IDLE_S if seats.mine is None else tick_s)
        loop = RelayerLoop(
            relayer, tick_s=tick_s, idle_s=idle_s, poll_s=IDLE_S, take=partial(seats.take, duty)
        )
        relays.append(Relay(submitter, loop))
    return relays


def _code_secret(seats: Seats, key: Key) -> bytes:
    """What one-time codes are keyed by: new at each start, or the same in all processes."""
    if seats.mine is None:
        return secrets.token_bytes(32)
    return hmac.digest(key.to_bytes(), b"tongdui one-time codes", "sha256")


def _office(settings: Settings, core: _Core, issuer: ExampleIssuer | None) -> Office:
    directory = Directory(core.projection, settings.names, time.monotonic)
    counting = Counting(core.service, core.projection, directory, time.monotonic)
    readiness = Readiness(
        core.node,
        core.projection,
        core.background,
        core.service,
        settings.ready_lag_blocks,
        core.heralds.webhooks.counts,
    )
    answers = Answers(
        core.engine,
        time.time,
        keep_s=settings.answers_kept_days * DAY_S,
        patience_s=settings.confirm_wait_s,
        seats=core.seats,
    )
    return Office(
        settings=settings,
        clock=time.time,
        service=core.service,
        claiming=core.claiming,
        clearing=core.clearing,
        market=core.market,
        applying=Buckets(APPLIED_A_MINUTE, APPLIED_AT_ONCE, time.monotonic),
        guesses=Buckets(REDEEMED_A_MINUTE, REDEEMED_AT_ONCE, time.monotonic),
        residents=core.residents,
        letters=core.letters,
        projects=core.projects,
        envelopes=envelopes_over(core.engine, settings, time.time, core.residents.post),
        deployment=read_deployment(settings.deployment),
        visitors=core.visitors,
        tries=Buckets(TRIED_A_MINUTE, TRIED_AT_ONCE, time.monotonic),
        heralds=core.heralds,
        projection=core.projection,
        directory=directory,
        counting=counting,
        doorkeeper=_doorkeeper(settings, core),
        answers=answers,
        node=core.node,
        readiness=readiness,
        meters=Meters(),
        browsers=Browsers(key_of(read_key(settings.operator_key)), time.time),
        example_issuer=issuer,
    )


def _doorkeeper(settings: Settings, core: _Core) -> Doorkeeper:
    a_minute, burst = settings.requests_per_minute, settings.requests_burst
    few, few_at_once = max(1, a_minute // STRANGERS_SHARE), max(1, burst // STRANGERS_SHARE)
    return Doorkeeper(
        core.engine,
        time.time,
        believe_s=settings.key_cache_s,
        of_a_key=Buckets(a_minute, burst, time.monotonic),
        of_a_stranger=Buckets(few, few_at_once, time.monotonic),
        sittings=core.residents.sittings.find,
        visits=core.visitors.visit,
    )


def _tended(
    market: Market,
    residents: Residents,
    letters: Letters,
    projects: Projects,
    service: Redemption,
) -> int:
    """Calls whoever waits for a place that is free, sends residents what waits for them, asks for
    the release of what is overdue, and reminds residents of what expires."""
    market.tend()
    residents.tidy()
    released = service.release_overdue()
    letters.tend(int(time.time()))
    projects.tend()
    return released


def _elsewhere() -> None:
    """The projection is followed by a thread of its own."""
