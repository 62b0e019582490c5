"""The six adapters read a dirty season over real HTTP, and nothing is lost, added or misread."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import cast

import pytest

from issuers.adapter import (
    CorrectionNotice,
    EarningEvent,
    Item,
    MarkState,
    PushAdapter,
    RawRow,
    RejectedRow,
)
from issuers.conformance.receiver import Receiver
from issuers.connector import ConnectedAdapter
from issuers.sandbox import season
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.process import Service, running, start, wait_until_up
from issuers.sandbox.season import Flaw
from tests.issuers.outside import SPEC, adapter_of, parsed, pulled

pytestmark = pytest.mark.slow
MIDDLE = date(2026, 7, 15)
PULLED = [scheme for scheme in Scheme if scheme is not Scheme.ENVIRONMENT]
Running = dict[Scheme, Service]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(Scheme, SPEC, tmp_path_factory.mktemp("outside")) as found:
        yield found


@pytest.fixture(scope="module")
def rows(services: Running) -> dict[Scheme, list[RawRow]]:
    """Every row of the season, read as an agent would: a part in July, the rest in November."""
    return {scheme: _read(services[scheme]) for scheme in Scheme}


@pytest.fixture(scope="module")
def items(services: Running, rows: dict[Scheme, list[RawRow]]) -> dict[Scheme, list[Item]]:
    found = {}
    for scheme, service in services.items():
        with adapter_of(service) as adapter:
            found[scheme] = parsed(adapter, rows[scheme])
    return found


def _read(service: Service) -> list[RawRow]:
    with adapter_of(service) as adapter:
        if service.scheme is Scheme.ENVIRONMENT:
            return _received(service, cast("PushAdapter", adapter))
        service.move_today(MIDDLE)
        first, cursor = pulled(adapter)
        assert len(first) == season.manifest(SPEC, service.scheme, MIDDLE).rows
        service.move_today(SPEC.last)
        second, cursor = pulled(adapter, cursor)
        assert pulled(adapter, cursor) == ([], cursor)
        return first + second


def _received(service: Service, adapter: PushAdapter) -> list[RawRow]:
    receiver = Receiver(adapter)
    try:
        adapter.subscribe(receiver.url)
        service.control("advance", {"date": SPEC.last.isoformat()})
        deadline = time.monotonic() + 60
        while service.control("waiting")["waiting"] and time.monotonic() < deadline:
            time.sleep(0.1)
        assert receiver.refused == 0
        return receiver.rows
    finally:
        receiver.close()


@pytest.mark.parametrize("scheme", Scheme)
def test_every_good_event_arrives_as_it_happened(
    items: dict[Scheme, list[Item]], scheme: Scheme
) -> None:
    good = {
        row.event_id: (e.member_id, e.code, e.quantity)
        for row in season.rows(SPEC, scheme)
        if (e := row.event).flaw not in season.REASONS
    }

    read = {
        item.event_id: (item.member_id, item.activity_code, item.quantity)
        for item in items[scheme]
        if isinstance(item, EarningEvent)
    }

    assert read == good
    told = season.manifest(SPEC, scheme)
    assert len(good) == told.good + told.unknown_member


@pytest.mark.parametrize("scheme", Scheme)
def test_every_event_arrives_with_the_time_at_which_it_happened(
    items: dict[Scheme, list[Item]], scheme: Scheme
) -> None:
    seconds = 60 if scheme is Scheme.TRAFFIC else 1
    happened = {row.event_id: row.event.began for row in season.rows(SPEC, scheme)}

    wrong = [
        item
        for item in items[scheme]
        if isinstance(item, EarningEvent)
        and not 0 <= (happened[item.event_id] - item.occurred).total_seconds() < seconds
    ]

    assert wrong == []


@pytest.mark.parametrize("scheme", Scheme)
def test_repeats_are_handed_on_with_the_same_evidence(
    items: dict[Scheme, list[Item]], scheme: Scheme
) -> None:
    told = season.manifest(SPEC, scheme)
    events = [item for item in items[scheme] if isinstance(item, EarningEvent)]

    assert len(events) == told.good + told.unknown_member + told.duplicates
    assert told.duplicates > 0
    assert len({(e.event_id, e.record) for e in events}) == len({e.event_id for e in events})


@pytest.mark.parametrize("scheme", Scheme)
def test_every_dirty_row_is_rejected_for_its_own_reason_with_place_field_and_fix(
    items: dict[Scheme, list[Item]], scheme: Scheme
) -> None:
    rejected = [item for item in items[scheme] if isinstance(item, RejectedRow)]

    assert Counter(row.reason_code for row in rejected) == season.manifest(SPEC, scheme).rejected
    assert all(row.place and row.field and row.fix.zh and row.fix.en for row in rejected)
    assert all(row.event_id or row.reason_code in ("row.broken", "field.missing") or
               scheme is Scheme.RESIDENCE for row in rejected)  # fmt: skip


def test_a_refund_leaves_what_was_not_taken_back(items: dict[Scheme, list[Item]]) -> None:
    wanted = [
        (row.event_id, row.event.quantity - row.refunded)
        for row in season.rows(SPEC, Scheme.CULTURE)
        if row.refund_step
    ]

    notices = [item for item in items[Scheme.CULTURE] if isinstance(item, CorrectionNotice)]

    assert [(notice.event_id, notice.new_quantity) for notice in notices] == wanted
    assert len({notice.notice_id for notice in notices}) == len(notices) > 0


def test_weighings_come_in_no_order(items: dict[Scheme, list[Item]]) -> None:
    times = [e.occurred for e in items[Scheme.ENVIRONMENT] if isinstance(e, EarningEvent)]

    assert times != sorted(times)


def test_an_agent_that_lost_everything_has_the_calls_sent_again(
    services: Running, rows: dict[Scheme, list[RawRow]]
) -> None:
    service = services[Scheme.ENVIRONMENT]
    with adapter_of(service) as adapter:
        pushing = cast("PushAdapter", adapter)
        receiver = Receiver(pushing)
        pushing.subscribe(receiver.url)
        queued = pushing.replay(MIDDLE)
        deadline = time.monotonic() + 60
        while service.control("waiting")["waiting"] and time.monotonic() < deadline:
            time.sleep(0.1)
        receiver.close()

    wanted = [r for r in season.rows(SPEC, Scheme.ENVIRONMENT) if r.visible_on >= MIDDLE]
    assert queued == len(wanted) == len(receiver.rows) > 0
    assert {row.content for row in receiver.rows} <= {r.content for r in rows[Scheme.ENVIRONMENT]}


@pytest.mark.parametrize("scheme", [Scheme.VOLUNTEER, Scheme.ENVIRONMENT])
def test_a_kill_and_a_restart_keep_marks_credits_and_the_day(
    tmp_path_factory: pytest.TempPathFactory, scheme: Scheme
) -> None:
    folder, event = tmp_path_factory.mktemp("killed"), good_events(scheme)[0]
    service = start(scheme, SPEC, folder)
    try:
        wait_until_up(service)
        service.move_today(MIDDLE)
        service.move_today(SPEC.last)
        with adapter_of(service) as adapter:
            adapter.prepare_mark(event.event_id)
            adapter.credit("hold-1", event.member_id, 3)
            before = service.control("state")

            service.process.kill()
            service.process.wait()
            service = start(scheme, SPEC, folder, service.port)
            wait_until_up(service)

            assert service.control("state") == before
            adapter.confirm_mark(event.event_id)
            assert adapter.mark_state(event.event_id) is MarkState.CREDITED_ELSEWHERE
            assert spend(service, event) == 409
    finally:
        service.stop()


def good_events(scheme: Scheme) -> list[season.Event]:
    """Events whose member exists, in the season's order."""
    return [row.event for row in season.rows(SPEC, scheme) if row.event.flaw is Flaw.NONE]


def spend(service: Service, event: season.Event) -> int:
    """The status with which the scheme's own shop answers the member."""
    with adapter_of(service) as adapter:
        connected = cast("ConnectedAdapter", adapter)
        path = f"{connected.prefix}/members/{event.member_id}/spend"
        return connected.remote.ask("POST", path, body={"event_id": event.event_id}).status_code
