"""Webhooks' rows on both databases: what is due and in which order, what is parked and replayed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect

from ledger.errors import Refused, Rejected
from ledger.hooks.courier import Courier, Job, Tried
from ledger.hooks.events import Event, Kind
from ledger.hooks.keeping import Webhooks, signing_secrets
from ledger.hooks.vault import Vault
from ledger.store import access_keys
from ledger.store import hooks_events as events
from ledger.store.access_tables import KeyRow
from ledger.store.engine import Engine, open_database, reading, transaction
from ledger.store.hooks_deliveries import Outcome
from ledger.store.hooks_events import Reader
from ledger.store.hooks_rows import HookRow, Owner
from ledger.store.hooks_tables import EVENTS, DeliveryState, HookState

FAMILY = ("outbox", "operator", "hooks", "access")
CANTEEN, LIBRARY = Owner("acceptor", 3), Owner("acceptor", 4)
URL = "https://hooks.example.org/"
DAY_S = 86_400
VAULT = Vault([b"\5" * 32])


class World:
    """A database with a courier, a clock that a test moves, and two keys that work."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now_s = 1_780_000_000
        self.webhooks = Webhooks(engine, lambda: self.now_s, VAULT, plain=False)
        self.courier = Courier(
            engine,
            lambda: self.now_s,
            reader,
            lambda: 0.0,
            VAULT,
            give_up_s=5 * DAY_S,
            keep_s=90 * DAY_S,
        )
        with transaction(engine) as connection:
            for name in ("one", "other"):
                row = KeyRow(name, "", "acceptor", 3, "", 0, self.now_s + 10 * DAY_S, None)
                access_keys.add(connection, row)

    def hook(self, name: str = "hook", kinds: tuple[str, ...] = ()) -> HookRow:
        """The canteen's."""
        return self.webhooks.make(name, CANTEEN, "one", URL, kinds)

    def happens(self, *objects: str, member: int = 3, kind: Kind = Kind.ORDER_HELD) -> None:
        """Orders of a member move."""
        content = {"seen": True}
        with transaction(self.engine) as connection:
            events.record(
                connection, [Event(kind, name, member, self.now_s, content) for name in objects]
            )

    def due(self, most: int = 100) -> list[Job]:
        """What the courier would send now."""
        self.courier.spread()
        return self.courier.due(lambda _: most, {})

    def objects(self) -> list[str]:
        """Of what."""
        return [job.event.object for job in self.due()]

    def comes_back(self, jobs: list[Job], code: int | None = 204, error: str | None = None) -> None:
        """All of them with the same answer."""
        outcome = Outcome(self.now_s, code, error)
        self.courier.note([Tried(job, outcome) for job in jobs])


def reader(owner: Owner) -> Reader:
    return Reader(frozenset({"order", "window"}), owner.member)


@pytest.fixture
def world(place: Path | str) -> Iterator[World]:
    with open_database(place, FAMILY) as database:
        yield World(database.engine)


def test_an_event_goes_once_to_each_webhook_that_may_know_and_wants_it(world: World) -> None:
    world.hook("all")
    world.hook("captures", (Kind.ORDER_CAPTURED,))
    world.webhooks.make("theirs", LIBRARY, "one", URL, ())
    world.happens("a", member=3)
    world.happens("b", member=4, kind=Kind.ORDER_CAPTURED)
    world.happens("c", member=3, kind=Kind.CLAIM_OPENED)

    found = [(job.hook.id, job.event.object) for job in world.due()]
    world.comes_back(world.due())

    assert sorted(found) == [("all", "a"), ("theirs", "b")]
    assert world.due() == []


def test_of_one_object_the_next_event_waits_for_the_one_before(world: World) -> None:
    world.hook()
    world.happens("a", "b", "a", "a")

    first = world.due()
    world.comes_back(first[:1], code=500)
    world.comes_back(first[1:])
    blocked = world.objects()
    world.now_s += 5
    again = world.due()
    world.comes_back(again)

    assert [job.event.object for job in first] == ["a", "b"]
    assert blocked == []
    assert [job.event.seq for job in again] == [first[0].event.seq]
    assert again[0].delivery.attempts == 1
    assert world.objects() == ["a"]


def test_a_day_of_failures_parks_an_event_and_lets_the_next_go_on(world: World) -> None:
    world.hook()
    world.happens("a", "a")
    first = world.due()[0].event.seq
    tries = 0
    while (jobs := world.due()) and jobs[0].event.seq == first:
        world.comes_back(jobs, code=None, error="timeout")
        tries += 1
        world.now_s += 2 * 3_600

    log = world.webhooks.log(CANTEEN, "hook", None, None, 10)

    assert 10 <= tries <= 20
    assert [one.delivery.state for one in log] == [DeliveryState.WAITING, DeliveryState.PARKED]
    assert (log[1].delivery.attempts, log[1].delivery.error) == (tries, "timeout")


def test_days_without_a_success_stop_a_webhook_with_the_reason_and_enabling_goes_on(
    world: World,
) -> None:
    world.hook()
    for day in range(7):
        world.happens(f"{day}")
        world.comes_back(world.due(), code=500)
        world.now_s += DAY_S - 60

    stopped = world.webhooks.read(CANTEEN, "hook")
    world.happens("later")
    quiet = world.due()
    started = world.webhooks.enable(CANTEEN, "hook", "other")
    waiting = world.objects()

    assert (stopped.state, stopped.reason, quiet) == (HookState.DISABLED, "failing", [])
    assert (started.state, started.reason, started.failing_since_s) == ("active", None, None)
    assert waiting[-1] == "later"


def test_a_receiver_that_says_gone_is_asked_no_more(world: World) -> None:
    world.hook()
    world.happens("a")
    world.comes_back(world.due(), code=410)

    assert world.webhooks.read(CANTEEN, "hook").reason == "gone"


def test_a_success_ends_what_counted_as_failing(world: World) -> None:
    world.hook()
    world.happens("a", "b")
    failing, fine = world.due()
    world.comes_back([failing], code=500)
    since = world.webhooks.read(CANTEEN, "hook").failing_since_s
    world.comes_back([fine])

    assert since == world.now_s
    assert world.webhooks.read(CANTEEN, "hook").failing_since_s is None


def test_a_webhook_ends_with_the_key_that_made_it(world: World) -> None:
    world.hook()
    world.happens("a")
    with transaction(world.engine) as connection:
        access_keys.revoke(connection, "one", world.now_s)

    assert world.due() == []
    assert world.webhooks.read(CANTEEN, "hook").reason == "key-ended"


def test_a_replay_sends_again_under_the_same_ids_what_happened_since(world: World) -> None:
    world.happens("before")
    world.now_s += 100
    since_s = world.now_s
    world.happens("a")
    world.hook()
    world.happens("b", "b")
    sent = []
    for _ in range(2):
        jobs = world.due()
        sent += jobs
        world.comes_back(jobs)

    planned = world.webhooks.replay(CANTEEN, "hook", reader(CANTEEN), since_s, dry_run=True)
    nothing = world.due()
    count = world.webhooks.replay(CANTEEN, "hook", reader(CANTEEN), since_s, dry_run=False)
    again = world.due()
    world.comes_back(again)
    last = world.due()

    assert [job.event.object for job in sent] == ["b", "b"]
    assert (planned, nothing, count) == (3, [], 3)
    assert [job.event.object for job in again] == ["a", "b"]
    assert [job.event.id for job in [again[1], *last]] == [job.event.id for job in sent]


def test_what_was_noted_meanwhile_counts_no_second_time(world: World) -> None:
    world.hook()
    world.happens("a")
    jobs = world.due()
    world.comes_back(jobs)

    world.comes_back(jobs, code=500)
    world.webhooks.drop(CANTEEN, "hook")
    world.comes_back(jobs)

    assert world.webhooks.every(CANTEEN) == []


def test_a_secret_is_replaced_with_both_signing_for_a_day_and_once_for_a_command(
    world: World,
) -> None:
    first = world.hook()
    second = world.webhooks.rotate("r", CANTEEN, "hook")
    again = world.webhooks.rotate("r", CANTEEN, "hook")
    in_between = signing_secrets(again, world.now_s + DAY_S - 1)
    world.courier.forget()
    world.now_s += DAY_S
    world.courier.forget()
    after = world.webhooks.signing(CANTEEN, "hook")

    assert first.secret != second.secret == again.secret
    assert in_between == [second.secret, first.secret]
    assert signing_secrets(after, world.now_s) == [second.secret]
    assert (after.former_secret, after.former_until_s) == (None, None)


def test_nobody_elses_webhook_is_there(world: World) -> None:
    world.hook()

    for ask in (
        lambda: world.webhooks.read(LIBRARY, "hook"),
        lambda: world.webhooks.drop(Owner("issuer", 3), "hook"),
        lambda: world.webhooks.rotate("r", Owner("acceptor", None), "hook"),
    ):
        with pytest.raises(Rejected) as refusal:
            ask()
        assert (refusal.value.code, refusal.value.fields) == ("hook.unknown", {"id": "hook"})


def test_the_same_id_is_one_webhook_and_there_are_only_so_many(world: World) -> None:
    first = world.hook("0")
    again = world.hook("0")
    with pytest.raises(Rejected) as reused:
        world.webhooks.make("0", CANTEEN, "one", URL + "x", ())
    for number in range(1, 10):
        world.hook(str(number))
    with pytest.raises(Refused) as full:
        world.hook("11")

    assert first == again
    assert reused.value.code == "hook.id-reused"
    assert (full.value.code, full.value.fields) == ("hook.too-many", {"most": 10})


def test_old_events_go_with_their_deliveries(world: World) -> None:
    world.hook()
    world.happens("old")
    world.comes_back(world.due())
    world.now_s += 91 * DAY_S
    world.happens("new")

    world.courier.forget()

    with reading(world.engine) as connection:
        left = events.page(connection, reader(CANTEEN), (), 0, 10)
    assert [row.object for row in left] == ["new"]
    assert world.webhooks.log(CANTEEN, "hook", None, None, 10) == []


def test_the_revision_makes_the_described_tables_columns_and_indexes(world: World) -> None:
    described = {n: t for n, t in EVENTS.metadata.tables.items() if n.startswith("hooks_")}
    found = inspect(world.engine)
    columns = {
        name: {c["name"]: c["nullable"] for c in found.get_columns(name)} for name in described
    }
    indexes = {
        name: {i["name"] for i in found.get_indexes(name) if not i["unique"]} for name in described
    }

    assert columns == {n: {c.name: c.nullable for c in t.columns} for n, t in described.items()}
    assert indexes == {n: {i.name for i in t.indexes} for n, t in described.items()}
