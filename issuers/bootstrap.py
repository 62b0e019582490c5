"""Wires an agent from its settings: the one place of this process that knows every part."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

from issuers import batching, corrections, exchange, rotating, settlements, settling, status
from issuers.adapter import IssuerAdapter, Source, open_adapter
from issuers.batching import Batching
from issuers.correcting import Correcting
from issuers.corrections import Corrections
from issuers.counter.claims import ClaimsAtCounter
from issuers.counter.clerks import Clerks
from issuers.counter.corrections import CorrectionsAtCounter
from issuers.counter.counter import Counter, Reply
from issuers.counter.files import FilesAtCounter
from issuers.counter.keys import KeysAtCounter
from issuers.counter.links import LinksAtCounter
from issuers.counter.passes import OFFICE, Pass, new_secret, write_pass
from issuers.counter.reviews import ReviewsAtCounter
from issuers.counter.routing import Route, Stream
from issuers.counter.tying import TyingAtCounter
from issuers.counter.undoing import UndoingAtCounter
from issuers.decisions import HeldRows, ProposedCorrections
from issuers.directory import ClaimDesk, ExchangeDirectory, OperatorDirectory
from issuers.eventkeys import EventKeys
from issuers.exchange import Exchanges
from issuers.filing import Filing
from issuers.intake import Intake
from issuers.linksfile import LinksFile
from issuers.listening import HOOK, Listener
from issuers.marking import Marking
from issuers.metrics import metrics
from issuers.migrating import Migrating, terms_of
from issuers.officefiles import OfficeFiles
from issuers.outlook import ChainViews
from issuers.residents import Residents
from issuers.reviews import Effect, Reviews
from issuers.rotating import Rotating
from issuers.running import Agent, Parts
from issuers.screening import Screening
from issuers.settings import AgentSettings
from issuers.signers import Signers
from issuers.standard.catalogue import Standard, load
from issuers.status import Watch
from issuers.tying import Tying
from issuers.undoing import Undoing, UndoneFiles
from ledger.chain.deployment import read_deployment
from ledger.chain.keyfile import read_line
from ledger.chain.submitter import Submitter
from ledger.chain.types import enhex
from ledger.errors import TongduiError
from ledger.faults import Faults, from_setting
from ledger.store.agent_reviews import Kind
from ledger.store.engine import Engine, open_database

FAMILY = ("outbox", "agent")
"""Revisions of the agent's database."""
HOOKS = (
    settling.finished, corrections.finished, exchange.finished, settlements.finished,
    rotating.finished,
)  # fmt: skip
"""Run in the transaction that ends an outbox row."""


class Front:
    """What the listener answers from."""

    def __init__(self, engine: Engine, agent: Agent, counter: Counter) -> None:
        self._engine = engine
        self._agent = agent
        self._counter = counter
        self._told: dict[str, Any] | None = None

    def accept(self, headers: dict[str, str], body: bytes) -> int:
        """As ``Agent.accept``."""
        return self._agent.accept(headers, body)

    def health(self) -> tuple[int, dict[str, Any]]:
        """200 while the loop runs or starts, 503 once it stopped."""
        watch = self._agent.watch
        said: dict[str, Any] = {"state": watch.stage, "scheme": watch.scheme}
        said |= {"rounds": watch.rounds, "troubles": [e.code for e in watch.troubles.values()]}
        return (503 if watch.stage == "stopped" else 200), said

    def status(self) -> dict[str, Any]:
        """As ``issuers.status.status``; while the database can't be read, what is known."""
        try:
            self._told = status.status(self._engine, self._agent.watch)
        except TongduiError as error:
            return status.without_store(self._agent.watch, error, self._told)
        return self._told

    def rejected(self, after: int, most: int) -> list[dict[str, Any]]:
        """As ``issuers.status.rejected``."""
        return status.rejected(self._engine, after, most)

    def metrics(self) -> bytes:
        """As ``issuers.metrics.metrics``."""
        return metrics(self.status())

    def counter(
        self, method: str, target: str, headers: Mapping[str, str], stream: Stream, length: int
    ) -> Reply:
        """As ``Counter.answer``."""
        return self._counter.answer(method, target, headers, stream, length)


@contextlib.contextmanager
def agent_of(
    settings: AgentSettings,
    *,
    adapter: IssuerAdapter | None = None,
    directory: ExchangeDirectory | None = None,
    standard: Standard | None = None,
) -> Iterator[tuple[Agent, Listener]]:
    """The agent of these settings, listening and not yet running; closed at the end.

    An adapter, directory or standard given takes the place of the settings'. Raises the errors of
    settings, secrets and database.
    """
    signers = Signers(settings)
    signers.open(signers.present())  # before anything else: a password may be asked for
    faults = from_setting(settings.fault)
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(
            open_database(settings.database, FAMILY, password=_database_password(settings))
        )
        reached = adapter or open_adapter(settings.adapter, source_of(settings))
        stack.callback(reached.close)
        parts = wire(
            settings, signers, database.engine, reached, standard or load(), faults,
            directory or _directory(settings, stack),
        )  # fmt: skip
        listener, agent = _listening(settings, parts, reached.scheme)
        stack.callback(listener.close)
        yield agent, listener


def wire(
    settings: AgentSettings,
    signers: Signers,
    engine: Engine,
    adapter: IssuerAdapter,
    standard: Standard,
    faults: Faults,
    directory: ExchangeDirectory | None,
) -> Parts:
    """Every part, on one database, one node and one source."""
    deployment = read_deployment(settings.deployment)
    gateway = deployment.gateway(*settings.node_urls)
    ids = [activity.id for activity in standard.by_scheme(adapter.scheme)]
    key = signers.open(signers.present())
    views = ChainViews(gateway, deployment, key.address, ids)
    submitter = Submitter(engine, gateway, key, faults, on_final=HOOKS, gate=rotating.gate)
    ledger, desk = deployment.contracts["PointsLedger"], deployment.contracts["RedemptionDesk"]
    marking, keys = Marking(engine, adapter, faults), EventKeys(settings.event_secret_file)
    at = time.fromisoformat(settings.batch_at) if settings.batch_at else None
    outbox = submitter.outbox
    whole = frozenset(one.id for one in standard.by_scheme(adapter.scheme) if one.once)
    habits = batching.Habits(settings.batch_rows, settings.batch_every_s, at, whole)
    files = OfficeFiles(standard.by_scheme(adapter.scheme))
    terms = terms_of(files.terms, adapter)
    filing = Filing(engine, views, standard, adapter.scheme, keys, terms, faults)
    exchanges = None
    if directory is not None:
        exchanges = Exchanges(engine, adapter, directory, outbox, desk, faults)
    residents = Residents(
        engine, keys, standard, adapter.scheme,
        _claim_desk(directory), faults,
        code_days=settings.link_code_days, poll_s=settings.claims_every_s,
    )  # fmt: skip
    effects: dict[str, Effect] = {
        Kind.EVENT: HeldRows(standard),
        Kind.CORRECTION: ProposedCorrections(standard),
        Kind.UNDO: UndoneFiles(),
    }
    return Parts(
        engine=engine,
        adapter=adapter,
        standard=standard,
        views=views,
        deployment=deployment,
        submitter=submitter,
        rotating=Rotating(engine, views, deployment, submitter, signers, faults),
        keys=keys,
        links=LinksFile(engine, settings.links_file, residents.tombs),
        residents=residents,
        intake=Intake(engine, adapter, faults, settings.backlog_rows),
        screening=Screening(engine, adapter, standard, keys, faults, filing.parse),
        batching=Batching(engine, views, marking, outbox, ledger, habits, faults),
        marking=marking,
        corrections=Corrections(engine, views, outbox, ledger, faults),
        filing=filing,
        undoing=Undoing(engine, views, settings.approve_above_units, faults),
        correcting=Correcting(engine, views, ledger, settings.approve_above_units, faults),
        reviews=Reviews(engine, effects, settings.one_clerk_wait_h, faults),
        exchanges=exchanges,
        faults=faults,
    )


def source_of(settings: AgentSettings) -> Source:
    """How the adapter reaches its system."""
    secret = read_line(settings.source_secret_file) if settings.source_secret_file else ""
    return Source(
        settings.source_url,
        settings.source_user,
        secret,
        settings.source_timeout_s,
        settings.source_extra,
    )


def _database_password(settings: AgentSettings) -> str:
    path = settings.database_password_file
    return read_line(path) if path else ""


def _claim_desk(directory: object) -> ClaimDesk | None:
    """The directory, where it carries claims too."""
    return directory if isinstance(directory, ClaimDesk) else None


def _directory(settings: AgentSettings, stack: contextlib.ExitStack) -> ExchangeDirectory | None:
    if not settings.operator_url:
        return None
    key = read_line(settings.operator_key_file) if settings.operator_key_file else ""
    directory = OperatorDirectory(settings.operator_url, key)
    stack.callback(directory.close)
    return directory


def _listening(settings: AgentSettings, parts: Parts, scheme: str) -> tuple[Listener, Agent]:
    fronts: list[Front] = []
    listener = Listener(settings.listen_host, settings.listen_port, lambda: fronts[0])
    watch = Watch(scheme, enhex(parts.views.key), exchanging=parts.exchanges is not None)
    hook_url = settings.public_url or listener.url + HOOK
    agent = Agent(parts, watch, settings.poll_s, hook_url)
    secret = new_secret()
    clerks = Clerks(parts.engine, parts.faults)
    counter = Counter(clerks, counter_routes(parts), secret, lambda: _now(watch))
    fronts.append(Front(parts.engine, agent, counter))
    path = settings.office_pass or settings.event_secret_file.with_name("office.pass")
    write_pass(path, Pass(listener.url, OFFICE, secret))
    return listener, agent


def counter_routes(parts: Parts) -> list[Route]:
    """What the counter answers, feature by feature."""
    activities = parts.standard.by_scheme(parts.adapter.scheme)
    office, scheme = OfficeFiles(activities), parts.adapter.scheme
    migrating = Migrating(parts.filing, parts.adapter)
    files = FilesAtCounter(parts.engine, parts.filing, migrating, office, activities)
    tying = Tying(parts.engine, parts.views, parts.standard, scheme, parts.faults)
    reviews = ReviewsAtCounter(parts.reviews)
    corrections = CorrectionsAtCounter(parts.correcting, parts.standard)
    return [
        *reviews.routes(),
        *corrections.routes(),
        *files.routes(),
        *UndoingAtCounter(parts.undoing).routes(),
        *TyingAtCounter(parts.engine, tying, office, parts.adapter).routes(),
        *LinksAtCounter(parts.engine, parts.residents, parts.faults).routes(),
        *ClaimsAtCounter(parts.engine, parts.residents).routes(),
        *KeysAtCounter(parts.rotating).routes(),
    ]


def _now(watch: Watch) -> int | None:
    return None if watch.outlook is None else watch.outlook.time_s
