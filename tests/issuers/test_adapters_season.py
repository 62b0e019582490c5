"""The six adapters read a dirty season over real HTTP, and nothing is lost, added or misread."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import cast

import pytest

from issuers.adapter import (
    BEGINNING,
    AlreadyConfirmed,
    CorrectionNotice,
    CreditRefused,
    EarningEvent,
    EventUnknown,
    Item,
    MarkState,
    NotReserved,
    PullAdapter,
    PushAdapter,
    RawRow,
    RejectedRow,
    SpentNatively,
)
from issuers.connector import ConnectedAdapter
from issuers.sandbox import season
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.process import Service, running, start, wait_until_up
from issuers.sandbox.season import Flaw
from ledger.errors import Broken, Refused
from tests.issuers.outside import SPEC, Receiver, adapter_of, parsed, pulled

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


@pytest.mark.parametrize("scheme", Scheme)
def test_two_phases_of_a_mark_keep_the_scheme_from_spending_it(
    services: Running, rows: dict[Scheme, list[RawRow]], scheme: Scheme
) -> None:
    first, second, third, *_ = good_events(scheme)
    with adapter_of(services[scheme]) as adapter:
        adapter.prepare_mark(first.event_id)
        adapter.prepare_mark(first.event_id)
        assert adapter.mark_state(first.event_id) is MarkState.RESERVED
        assert spend(services[scheme], first) == 409

        adapter.confirm_mark(first.event_id)
        adapter.confirm_mark(first.event_id)
        assert adapter.mark_state(first.event_id) is MarkState.CREDITED_ELSEWHERE
        assert spend(services[scheme], first) == 409
        with pytest.raises(AlreadyConfirmed):
            adapter.cancel_mark(first.event_id)

        adapter.prepare_mark(second.event_id)
        adapter.cancel_mark(second.event_id)
        adapter.cancel_mark(second.event_id)
        assert adapter.mark_state(second.event_id) is MarkState.OPEN
        with pytest.raises(NotReserved):
            adapter.confirm_mark(second.event_id)
        assert spend(services[scheme], second) == 200
        with pytest.raises(SpentNatively) as caught:
            adapter.prepare_mark(second.event_id)
        assert caught.value.fields == {"event_id": second.event_id}

        with pytest.raises(EventUnknown):
            adapter.prepare_mark("nobody's event")
        assert adapter.mark_state("nobody's event") is MarkState.UNKNOWN
        answers = adapter.prepare_marks([third.event_id, second.event_id])
        assert [answer.refusal is None for answer in answers.values()] == [True, False]


@pytest.mark.parametrize("scheme", Scheme)
def test_a_credit_happens_once_and_a_frozen_member_is_refused_for_good(
    services: Running, rows: dict[Scheme, list[RawRow]], scheme: Scheme
) -> None:
    service, (first, second) = services[scheme], two_members(scheme)
    with adapter_of(service) as adapter:
        before = service.control("state")["credited_points"]
        adapter.credit("hold-1", first, 12)
        adapter.credit("hold-1", first, 12)
        assert service.control("state")["credited_points"] == before + 12
        with pytest.raises(Broken, match=r"credit\.differs"):
            adapter.credit("hold-1", first, 13)

        service.control("freeze", {"member_id": second})
        with pytest.raises(CreditRefused) as frozen:
            adapter.credit("hold-2", second, 5)
        with pytest.raises(CreditRefused) as nobody:
            adapter.credit("hold-3", "nobody", 5)
        with pytest.raises(Refused, match=r"source\.refused"):
            adapter.credit("hold-4", first, 0)

    assert frozen.value.fields["why"] == "member_frozen"
    assert nobody.value.fields["why"] == "member_unknown"


@pytest.mark.parametrize("scheme", Scheme)
def test_an_adapter_is_of_the_kind_its_source_needs(services: Running, scheme: Scheme) -> None:
    with adapter_of(services[scheme]) as adapter:
        assert isinstance(adapter, PushAdapter if scheme is Scheme.ENVIRONMENT else PullAdapter)
        assert isinstance(adapter, PushAdapter) != isinstance(adapter, PullAdapter)
        assert adapter.scheme == scheme


@pytest.mark.parametrize("scheme", PULLED)
def test_reading_page_by_page_from_each_cursor_gives_the_same_rows(
    services: Running, rows: dict[Scheme, list[RawRow]], scheme: Scheme
) -> None:
    with adapter_of(services[scheme]) as adapter:
        again: list[RawRow] = []
        cursor = BEGINNING
        while page := next(cast("PullAdapter", adapter).read(cursor), None):
            again += page.rows
            cursor = page.next

    assert [row.content for row in again] == [row.content for row in rows[scheme]]


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


def two_members(scheme: Scheme) -> tuple[str, str]:
    """Two of the scheme's members; the second one's events are never marked here."""
    found = sorted({event.member_id for event in good_events(scheme)[50:]})
    return found[0], found[1]


def spend(service: Service, event: season.Event) -> int:
    """The status with which the scheme's own shop answers the member."""
    with adapter_of(service) as adapter:
        connected = cast("ConnectedAdapter", adapter)
        path = f"{connected.prefix}/members/{event.member_id}/spend"
        return connected.remote.ask("POST", path, body={"event_id": event.event_id}).status_code
