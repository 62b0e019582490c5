"""One adapter on its stage: what the checks have in their hands, and how they end.

A check returns, or raises Failed, or DoesNotApply where the source has no use for what it asks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, NoReturn, TypeVar, cast

from issuers.adapter import (
    BEGINNING,
    EarningEvent,
    IssuerAdapter,
    Item,
    MarkAnswer,
    PullAdapter,
    PushAdapter,
    RawRow,
    RejectedRow,
    Source,
)
from issuers.conformance.gate import Gate
from issuers.conformance.receiver import Receiver
from issuers.conformance.stage import CallingStage, Candidate, Deed, Stage
from issuers.reasons import Sentence
from ledger.errors import TongduiError
from ledger.units import BEIJING

DELIVERED_EVERY_S = 0.02
T = TypeVar("T")


class Failed(Exception):
    """The adapter does not do what the check asks."""

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(expected, came)
        self.expected, self.came = expected, came


class DoesNotApply(Exception):
    """The source has no use for what the check asks; ``why`` in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Sentence(zh, en)


class Wire(NamedTuple):
    """An adapter with a gate of its own in front of the source."""

    gate: Gate
    adapter: IssuerAdapter

    def ask(self) -> None:
        """The adapter's plainest read: all pages, or a mark's state where it is called."""
        if isinstance(self.adapter, PullAdapter):
            for _ in self.adapter.read(BEGINNING):
                pass
        else:
            self.adapter.mark_state(NOBODYS)


NOBODYS = "conformance-nobodys-event"
"""An event id that no source knows."""


class Trial:
    """The stage, the adapter under test, and every row that it has handed on so far."""

    def __init__(self, candidate: Candidate, stage: Stage, patience_s: float) -> None:
        self.candidate, self.stage, self.patience_s = candidate, stage, patience_s
        self.now = datetime.now(BEIJING)
        self.seen: list[RawRow] = []
        self.receiver: Receiver | None = None
        self._cursor = BEGINNING
        self._lock = threading.RLock()
        self._made: dict[str, object] = {}
        self._stack = ExitStack()
        self.over_http = stage.source.url.startswith(("http://", "https://"))
        self.adapter = self._stack.enter_context(self.opened())

    def close(self) -> None:
        """The adapter and its receiver."""
        if self.receiver is not None:
            self.receiver.close()
        self._stack.close()

    @contextmanager
    def opened(self, source: Source | None = None) -> Iterator[IssuerAdapter]:
        """A fresh adapter."""
        adapter = self.candidate.open_adapter(source or self.stage.source)
        try:
            yield adapter
        finally:
            adapter.close()

    @contextmanager
    def wire(self, source: Source | None = None) -> Iterator[Wire]:
        """A fresh adapter behind a gate."""
        if not self.over_http:
            raise DoesNotApply("该来源不经由 HTTP", "the source is not reached over HTTP")
        given = source or self.stage.source
        gate = Gate(given.url)
        try:
            with self.opened(replace(given, url=gate.url)) as adapter:
                yield Wire(gate, adapter)
        finally:
            gate.close()

    def deeds(self, count: int, again: int = 0) -> list[Deed]:
        """Deeds that happen now."""
        with self._lock:
            found = self.stage.happen(count, again)
        if len(found) != count:
            raise RuntimeError(f"the stage made {len(found)} deeds of {count}")
        return found

    def deed(self) -> Deed:
        """One that happens now."""
        return self.deeds(1)[0]

    def member(self) -> str:
        """Another one each time."""
        with self._lock:
            return self.stage.member()

    def shut_out(self, member_id: str) -> None:
        """No credit for the member from now on."""
        with self._lock:
            self.stage.shut_out(member_id)

    def points(self, member_id: str) -> int:
        """Native points by exchange."""
        with self._lock:
            return self.stage.native_points(member_id)

    def pulling(self) -> PullAdapter:
        """The adapter, if it asks its source."""
        if not isinstance(self.adapter, PullAdapter):
            raise DoesNotApply("该来源主动推送", "the source calls by itself")
        return self.adapter

    def calling(self) -> tuple[CallingStage, PushAdapter, Receiver]:
        """Stage, adapter and receiver, if the source calls."""
        if not isinstance(self.adapter, PushAdapter) or not isinstance(self.stage, CallingStage):
            raise DoesNotApply("该来源不推送", "the source does not call")
        if self.receiver is None:
            self.receiver = Receiver(self.adapter)
            self.adapter.subscribe(self.receiver.url)
        return self.stage, self.adapter, self.receiver

    def rows(self) -> list[RawRow]:
        """What the source has shown since the last time, as the agent would read it."""
        found = self._pulled() if isinstance(self.adapter, PullAdapter) else self._received()
        self.seen += found
        return found

    def items(self) -> list[Item]:
        """What the rows since the last time say."""
        return [self.adapter.parse(row, self.now) for row in self.rows()]

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What was made under that name, made now if it was not."""
        if name not in self._made:
            self._made[name] = make()
        return cast("T", self._made[name])

    def sample(self) -> list[RawRow]:
        """Some of the rows seen so far, of every kind."""
        if not self.seen:
            self.deeds(3)
            self.rows()
        return self.seen[:40] + self.seen[-40:]

    def _pulled(self) -> list[RawRow]:
        rows: list[RawRow] = []
        for page in cast("PullAdapter", self.adapter).read(self._cursor):
            rows += page.rows
            self._cursor = page.next
        return rows

    def _received(self) -> list[RawRow]:
        stage, _, receiver = self.calling()
        deadline = time.monotonic() + self.patience_s
        while stage.waiting() and time.monotonic() < deadline:
            if receiver.errors:
                raise Failed("rows, or SignatureInvalid", named(receiver.errors.pop()))
            time.sleep(DELIVERED_EVERY_S)
        rows, receiver.rows = receiver.rows, []
        return rows


def same(expected: object, came: object) -> None:
    """Failed unless they are equal."""
    if expected != came:
        raise Failed(shown(expected), shown(came))


def holds(condition: object, expected: str, came: object) -> None:
    """Failed unless the condition holds."""
    if not condition:
        raise Failed(expected, shown(came))


def raises(kind: type[TongduiError], code: str, call: Callable[[], object]) -> TongduiError:
    """The error, of this kind and code; Failed for any other and for none."""
    wanted = f"{kind.__name__}: {code}"
    try:
        came = call()
    except TongduiError as error:
        if not isinstance(error, kind) or error.code != code:
            raise Failed(wanted, named(error)) from error
        return error
    except Exception as error:
        raise Failed(wanted, named(error)) from error
    raise Failed(wanted, shown(came))


def refused(answer: MarkAnswer, kind: type[TongduiError], event_id: str) -> None:
    """Failed unless the answer is this refusal of this event."""
    told = answer.refusal
    if type(told) is not kind or told.fields.get("event_id") != event_id:
        raise Failed(f"{kind.__name__}, event_id={event_id}", shown(answer))


def not_applicable(zh: str, en: str) -> NoReturn:
    """Ends a check that the source has no use for."""
    raise DoesNotApply(zh, en)


def events_in(items: Sequence[Item]) -> list[EarningEvent]:
    """The earning events among them."""
    return [item for item in items if isinstance(item, EarningEvent)]


def rejected_in(items: Sequence[Item]) -> list[RejectedRow]:
    """The rejected rows among them."""
    return [item for item in items if isinstance(item, RejectedRow)]


def named(error: BaseException) -> str:
    """An error for the report."""
    return f"{type(error).__name__}: {error}"[:300]


def shown(value: object) -> str:
    """A value for the report."""
    return (value if isinstance(value, str) else repr(value))[:300]


def within(seconds: float, call: Callable[[], T]) -> T:
    """What the call comes to; Failed where it takes longer, and is left behind."""
    came: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            came.append(call())
        except BaseException as error:  # noqa: BLE001 - handed on to the caller, whatever it is
            errors.append(error)

    thread = threading.Thread(target=run, name="check", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if thread.is_alive():
        raise Failed(f"done within {seconds:g} s", "still waiting")
    return came[0]
