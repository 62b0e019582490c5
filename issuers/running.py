"""The agent's loop: every stage in turn, each with its own troubles, until it is told to stop.

A stage that a source or a node keeps waiting leaves the others going. What only a person can mend
stops the loop, and the status says so. It may be killed anywhere: what counts is in the database.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar, cast

from issuers import rebuilding
from issuers.adapter import IssuerAdapter, PushAdapter
from issuers.batching import Batching
from issuers.correcting import Correcting
from issuers.corrections import Corrections
from issuers.eventkeys import EventKeys
from issuers.exchange import Exchanges
from issuers.filing import Filing
from issuers.intake import Intake
from issuers.linksfile import LinksFile
from issuers.marking import Marking
from issuers.outlook import ChainViews, Outlook
from issuers.residents import Residents
from issuers.reviews import Reviews
from issuers.rotating import Rotating
from issuers.screening import Screening
from issuers.settlements import Settlements
from issuers.settling import Settling
from issuers.standard.catalogue import Standard
from issuers.status import Watch
from issuers.undoing import Undoing
from issuers.watching import Watching
from ledger.chain.deployment import Deployment
from ledger.chain.submitter import Submitter
from ledger.chain.types import enhex
from ledger.errors import Broken, OutcomeUnknown, Refused, TongduiError, Unavailable
from ledger.faults import Faults
from ledger.store import agent_inbox, agent_notes
from ledger.store.engine import Engine, reading, transaction
from ledger.store.outbox_tables import State
from ledger.units import BEIJING

BEFORE_ANYTHING = date(2000, 1, 1)
"""From when a source is asked to call again, once a database was lost."""
SUBMIT_S = 0.2
"""Between rounds of sending."""
BUSY_S = 0.1
"""Between rounds while something is in motion."""
STOPS = (
    "agent.minted-elsewhere", "outbox.key-used-elsewhere", "agent.secret-lost",
    "store.gone", "store.locked",
)  # fmt: skip
"""Refusals that only a person can mend."""
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass
class Parts:
    """What the bootstrap wired."""

    engine: Engine
    adapter: IssuerAdapter
    standard: Standard
    views: ChainViews
    deployment: Deployment
    submitter: Submitter
    rotating: Rotating
    keys: EventKeys
    links: LinksFile
    residents: Residents
    intake: Intake
    screening: Screening
    batching: Batching
    marking: Marking
    corrections: Corrections
    filing: Filing
    undoing: Undoing
    correcting: Correcting
    reviews: Reviews
    exchanges: Exchanges | None
    faults: Faults


class Agent:
    """One issuer's agent. ``step`` is a round; ``run`` goes on until it is stopped."""

    def __init__(self, parts: Parts, watch: Watch, poll_s: float, hook_url: str) -> None:
        self.parts = parts
        self.watch = watch
        self._poll_s = poll_s
        self._hook_url = hook_url
        self._threaded = False
        self._subscribed = False
        self._wake = threading.Event()

    def wake(self) -> None:
        """Something came: the next round begins now."""
        self._wake.set()

    def accept(self, headers: dict[str, str], body: bytes) -> int:
        """Stores one call of the source; how many rows. Raises as ``Intake.accept``."""
        outlook = self.watch.outlook
        if outlook is None:
            raise Refused("outbox.not-bootstrapped", sender=self.parts.views.key)
        stored = self.parts.intake.accept(headers, body, outlook.time_s)
        self.wake()
        return stored

    def prepare(self) -> None:
        """Everything before the first round; safe to repeat. Raises what is not as it should be."""
        p, watch = self.parts, self.watch
        p.rotating.begin()
        watch.address = enhex(p.views.key)
        outlook = p.views.read()
        owned = [a for a, issuer in outlook.points.rates.issuers.items() if issuer]
        if not any(outlook.points.rates.issuers[a] == outlook.issuer for a in owned):
            raise Refused("agent.other-scheme", scheme=watch.scheme, member=outlook.issuer)
        p.keys.load(outlook.last_batch)
        adopted = self._take_over(outlook)
        ledger = p.deployment.contracts["PointsLedger"]
        gateway, member = p.views.gateway, outlook.issuer
        self._settling = Settling(p.engine, gateway, ledger, member, p.marking, p.faults)
        self._watching = Watching(p.engine, gateway, p.deployment, member, p.faults)
        self._settlements = Settlements(p.engine, p.views, p.submitter.outbox, member, p.faults)
        if adopted:  # what became of holds since then is read before anything is done about them
            self._watch(outlook)
        watch.adopted += adopted
        p.filing.resume()
        watch.member, watch.outlook = member, outlook
        watch.stage = "running"

    def _take_over(self, outlook: Outlook) -> int:
        """Adopts what the chain has of ours and this database has not; how many batches.

        At a start that is an empty or an older database. Once the agent runs, it is another agent.
        Raises Unavailable while something of it is not final.
        """
        p, last = self.parts, outlook.last_batch
        if p.submitter.is_behind() or rebuilding.is_missing(p.engine, last):
            rebuilding.note_behind(p.engine)
        p.submitter.bootstrap(adopt_used_key=True)
        if rebuilding.is_rebuilt(p.engine):
            return 0
        left = p.submitter.catch_up()
        if left:
            raise Unavailable("agent.catching-up", left=left)
        adoption = rebuilding.Adoption(
            p.engine, p.views.gateway, p.deployment, outlook.issuer, outlook.rate, p.faults
        )
        adopted = adoption.run(last)
        if adopted:
            _log.warning("the database is older than the chain: %d batches adopted", adopted)
        return adopted

    def step(self) -> bool:
        """One round of all stages; whether anything moved. Raises what only a person can mend."""
        moved = 0
        outlook = self._stage("chain", self.parts.views.read)
        if self.parts.submitter.failure is not None:
            raise self.parts.submitter.failure
        complete = False
        if outlook is not None:
            self.watch.outlook = outlook
            if self.parts.intake.calls_us and not self._subscribed:
                self._subscribed = self._stage("subscribing", self._subscribe) or False
            read = self._stage("source", lambda: self.parts.intake.pull(outlook.time_s))
            complete = read is not None and read.complete
            self.watch.backlogged = read is not None and read.held
            moved += read.rows if read is not None else 0
            moved += self._work(outlook)
        watch = self.watch
        watch.held_by, watch.rests = self.parts.batching.held_by, self.parts.batching.rests
        watch.complete, watch.calm = complete, not moved
        watch.rounds += 1
        return bool(moved)

    def run(self, enough: threading.Event) -> None:
        """Rounds until ``enough``. Where a person must look, it stops and waits for the end."""
        sender = threading.Thread(
            target=self.parts.submitter.run, args=(enough, SUBMIT_S), name="submitter", daemon=True
        )
        try:
            while not enough.is_set() and self._stage("start", self._prepared) is None:
                enough.wait(min(self._poll_s, 1.0))
            if not enough.is_set():
                self._threaded = True
                sender.start()
            while not enough.is_set():
                moved = self._round()
                busy = moved or self._stage("store", self._in_motion)
                self._wake.wait(BUSY_S if busy else self._poll_s)
                self._wake.clear()
        except TongduiError as error:
            _log.error("the agent stopped: %s", error)
            self.watch.stage, self.watch.failure = "stopped", error
            enough.wait()
        if sender.is_alive():
            sender.join()

    def _round(self) -> bool:
        """As ``step``; what is away, the database above all, is waited for."""
        try:
            moved = self.step()
        except (Unavailable, OutcomeUnknown) as error:
            self.watch.troubles["round"], self.watch.calm = error, False
            _log.warning("a round ended early: %s", error)
            return False
        self.watch.troubles.pop("round", None)
        return moved

    def _work(self, outlook: Outlook) -> int:
        """Every stage after reading; how many rows moved."""
        p, now_s = self.parts, outlook.time_s
        moved = self._many("key", lambda: p.rotating.step(outlook))
        self.watch.address, self.watch.key = enhex(p.views.key), p.rotating.told()
        records = p.rotating.may_record(outlook)
        moved += self._many("links", lambda: p.links.read(now_s))
        moved += self._many("files", p.filing.step, again=True)
        moved += self._many("undoing", p.undoing.step)
        moved += self._many("screening", lambda: p.screening.screen(outlook), again=True)
        moved += self._many("waiting", lambda: p.screening.sweep(now_s))
        if records:
            moved += self._many("minting", p.batching.step, again=True)
        if not self._threaded:
            moved += self._many("sending", lambda: sum(p.submitter.step()))
        moved += self._many("confirming", self._settling.step, again=True)
        if records:
            moved += self._many("correcting", lambda: p.corrections.step(outlook))
        moved += self._many("watching", lambda: self._watch(outlook))
        for name, stage in p.residents.stages(now_s):
            moved += self._many(name, stage)
        return moved + (self._duties(outlook) if records else 0)

    def _duties(self, outlook: Outlook) -> int:
        """What the chain calls upon this member to do."""
        moved, serves = 0, outlook.exchanges and self.parts.exchanges is not None
        exchanges = self.parts.exchanges
        if serves and exchanges is not None:
            moved += self._many("exchanging", lambda: exchanges.step(outlook.time_s))
        contracts = self.parts.deployment.contracts
        addresses = (contracts["ClearingHouse"], contracts["PointsLedger"])
        return moved + self._many("settling", lambda: self._settlements.step(*addresses))

    def _watch(self, outlook: Outlook) -> int:
        """What the chain's final events ask of us."""
        return self._watching.step(
            exchanges=outlook.exchanges, native_units=outlook.units_per_native_point
        )

    def _many(self, name: str, work: Callable[[], int], *, again: bool = False) -> int:
        """A stage that counts; ``again`` while there is more."""
        moved = 0
        while found := self._stage(name, work):
            moved += found
            if not again:
                break
        return moved

    def _stage(self, name: str, work: Callable[[], T]) -> T | None:
        """What the stage gives; None, with the trouble noted, where it must be tried again."""
        try:
            found = work()
        except Broken:
            raise
        except TongduiError as error:
            if error.code in STOPS:
                raise
            self.watch.troubles[name] = error
            _log.warning("%s: %s", name, error)
            return None
        self.watch.troubles.pop(name, None)
        return found

    def _prepared(self) -> bool:
        self.prepare()
        return True

    def _in_motion(self) -> bool:
        """Whether the chain or the source still owes us an answer."""
        counts = self.parts.submitter.status().counts
        return any(counts[state] for state in (State.RECORDED, State.SENT, State.MINED))

    def _subscribe(self) -> bool:
        """A source that calls is told where, and asked to call again: since the day before the
        newest row here, as the database may have been put back by some hours without a sign on the
        chain; after a loss, since ever."""
        adapter = cast("PushAdapter", self.parts.adapter)
        adapter.subscribe(self._hook_url)
        with reading(self.parts.engine) as connection:
            lost = int(agent_notes.get(connection, agent_notes.REBUILT) or 0) > 0
            replayed = bool(agent_notes.get(connection, agent_notes.REPLAYED))
            newest_s = agent_inbox.newest_s(connection)
        if lost and not replayed:
            adapter.replay(BEFORE_ANYTHING)
        elif newest_s is not None:
            day = datetime.fromtimestamp(newest_s, BEIJING).date()
            adapter.replay(day - timedelta(days=1))
        if not replayed:
            with transaction(self.parts.engine) as connection:
                agent_notes.put(connection, agent_notes.REPLAYED, "yes")
        return True
