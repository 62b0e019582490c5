"""A source in memory as a stage, with an adapter that is honest and may be made less so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

import orjson

from issuers.adapter import (
    Cursor,
    IssuerAdapter,
    Item,
    MarkAnswer,
    MarkState,
    Page,
    RawRow,
    Source,
)
from issuers.conformance.stage import Deed, Spoilt, Stage, TakenBack
from issuers.conformance.trial import NOBODYS
from issuers.fake_source import FakeSource
from ledger.units import BEIJING

FIRST = datetime(2026, 5, 3, 9, 30, tzinfo=BEIJING)
ACTIVITY = "VOL.SERVICE"
SPOILT: dict[str, dict[str, object]] = {
    "quantity.zero": {"quantity": 0},
    "quantity.unreadable": {"quantity": "若干"},
    "time.unreadable": {"at": "2026-13-45"},
    "field.missing": {"member": ""},
}


class MemoryStage:
    """The stage's handles on a FakeSource."""

    scheme = "volunteer"
    source = Source("memory:", "nobody", "an invented secret")

    def __init__(self, id_prefix: str = "") -> None:
        self.system = FakeSource(self.scheme)
        self._id_prefix = id_prefix
        self.system.frozen.add(NOBODYS)
        self._numbers, self._members = count(1), count(1)
        self._deeds: dict[str, Deed] = {}

    def happen(self, count: int, again: int = 0) -> list[Deed]:
        deeds = [self._deed() for _ in range(count)]
        for deed in deeds:
            self._show(deed)
        for deed in deeds[:again]:
            self._show(deed, quantity=f"{deed.quantity}.0", at=f"{deed.occurred:%Y/%m/%d %H:%M}")
        return deeds

    def spoil(self) -> list[Spoilt]:
        for odd in SPOILT.values():
            self._show(self._deed(), **odd)
        self.system.rows.append(b'{"id": "cut sh')
        return [Spoilt(code, str(odd)) for code, odd in SPOILT.items()] + [
            Spoilt("row.broken", "cut short")
        ]

    def take_back(self, event_id: str) -> TakenBack | None:
        left = self._deeds[event_id].quantity // 3
        self.system.show_notice(f"notice {event_id}", event_id, left)
        return TakenBack(event_id, left)

    def spend(self, event_id: str) -> bool:
        return self.system.spend(event_id)

    def member(self) -> str:
        return f"single {next(self._members)}"

    def shut_out(self, member_id: str) -> None:
        self.system.frozen.add(member_id)

    def native_points(self, member_id: str) -> int:
        return sum(points for whose, points in self.system.credits.values() if whose == member_id)

    def wear_out_login(self) -> bool:
        return False

    def change_layout(self, *, changed: bool) -> bool:
        return False

    def restart(self) -> bool:
        return False

    def _deed(self) -> Deed:
        number = next(self._numbers)
        occurred = FIRST + timedelta(minutes=37 * number % 600)
        deed = Deed(
            f"{self._id_prefix}E{number}", f"m{number % 7}", ACTIVITY, 30 + number % 60, occurred
        )
        self._deeds[deed.event_id] = deed
        return deed

    def _show(self, deed: Deed, **odd: object) -> None:
        row = {
            "id": deed.event_id, "member": deed.member_id, "activity": deed.activity_code,
            "quantity": deed.quantity, "at": deed.occurred.isoformat(),
        }  # fmt: skip
        self.system.rows.append(orjson.dumps(row | odd))


class Honest:
    """An adapter of the source in memory. Those that are broken say otherwise in one place."""

    scheme = "volunteer"
    id_prefix = ""
    """Of the ids that the source gives."""

    def __init__(self, system: FakeSource) -> None:
        self.system = system

    def read(self, since: Cursor) -> Iterator[Page]:
        yield from self.system.read(since)

    def parse(self, row: RawRow, now: datetime) -> Item:
        return self.system.parse(row, now)

    def prepare_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        return self.system.prepare_marks(event_ids)

    def confirm_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        return self.system.confirm_marks(event_ids)

    def cancel_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        return self.system.cancel_marks(event_ids)

    def prepare_mark(self, event_id: str) -> None:
        _raise(self.prepare_marks([event_id])[event_id])

    def confirm_mark(self, event_id: str) -> None:
        _raise(self.confirm_marks([event_id])[event_id])

    def cancel_mark(self, event_id: str) -> None:
        _raise(self.cancel_marks([event_id])[event_id])

    def mark_state(self, event_id: str) -> MarkState:
        return self.system.mark_state(event_id)

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        self.system.credit(hold_id, member_id, native_points)

    def close(self) -> None:
        """Nothing to release."""


class InMemory:
    """A candidate: the stage in memory, and some adapter of it."""

    def __init__(self, adapter: type[Honest]) -> None:
        self._adapter = adapter
        self._system = FakeSource("volunteer")

    def open_adapter(self, source: Source) -> IssuerAdapter:
        return self._adapter(self._system)

    @contextmanager
    def conformance_source(self) -> Iterator[Stage]:
        stage = MemoryStage(self._adapter.id_prefix)
        self._system = stage.system
        yield stage


def _raise(answer: MarkAnswer) -> None:
    if answer.refusal is not None:
        raise answer.refusal
