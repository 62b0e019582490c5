"""The agent's parts without a chain: limits, evidence, links, plans, and the database itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from issuers import evidence, links
from issuers.bootstrap import FAMILY
from issuers.limits import Limits
from issuers.outlook import Outlook
from issuers.planning import plan
from issuers.standard.catalogue import Activity, load
from ledger.errors import Refused, Rejected
from ledger.rules import Block, Clearing, Points, Rates, Registry
from ledger.rules.rates import Rate
from ledger.rules.registry import Member, Terms
from ledger.store import agent_links
from ledger.store.agent_inbox import Candidate
from ledger.store.agent_tables import Inbox
from ledger.store.engine import Engine, open_database, transaction
from ledger.store.tables import METADATA
from ledger.units import start_of_month

SERVICE = load().activities["VOL.SERVICE"]
MONTH = 2026 * 12 + 4
KEY = "0x" + "11" * 20


@pytest.fixture
def engine() -> Iterator[Engine]:
    with open_database("sqlite://", FAMILY) as database:
        yield database.engine


def test_the_migration_makes_the_tables_that_the_code_describes(engine: Engine) -> None:
    ours = {name for name in METADATA.tables if name.startswith("agent_")}
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda _, name, kind, *__: kind != "table" or name in ours},
        )
        found = compare_metadata(context, METADATA)

    assert found == []
    assert len(ours) == 15


def activity(**limits: int) -> Activity:
    usual = {"per_session": 0, "per_day": 0, "per_year": 0}
    return replace(SERVICE, **(usual | limits))  # type: ignore[arg-type]


@pytest.mark.parametrize("order", list(permutations((50, 70, 90))))
def test_a_days_sum_does_not_depend_on_the_order_of_rows(order: tuple[int, ...]) -> None:
    limits = Limits({("m", SERVICE.id, 20_000): 20})

    counted = [limits.count(activity(per_day=150), "m", 20_000, q) for q in order]

    assert sum(quantity for quantity, _ in counted) == 130
    assert counted[0] == (order[0], None)
    assert counted[-1][1] == "limit.day"


def test_each_limit_names_itself_and_counts_for_its_own_span() -> None:
    limits, service = Limits({}), activity(per_session=100, per_day=120, per_year=150)

    counted = [
        limits.count(service, member, day, quantity)
        for member, day, quantity in (
            ("m", 20_600, 130), ("m", 20_600, 50), ("m", 20_601, 50), ("m", 20_601, 50),
            ("n", 20_600, 50), ("m", 20_960, 50),
        )
    ]  # fmt: skip

    assert counted == [
        (100, "limit.session"), (20, "limit.day"), (30, "limit.year"), (0, "limit.year"),
        (50, None), (50, None),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
def test_every_leaf_is_proved_by_its_path_and_no_other(size: int) -> None:
    leaves = [evidence.leaf(bytes([n]) * 32, b"record") for n in range(size)]
    root = evidence.root(leaves)

    for place, one in enumerate(leaves):
        nodes = evidence.path(leaves, place)
        assert evidence.proves(root, one, place, size, nodes)
        assert not evidence.proves(root, evidence.leaf(b"x", b"y"), place, size, nodes)
        assert not evidence.proves(root, one, place, size, [*nodes, root])
        assert size == 1 or not evidence.proves(root, one, place, size, nodes[1:])


def test_the_tree_is_that_of_rfc_6962() -> None:
    a, b, c = (evidence.leaf(b"", bytes([n])) for n in range(3))

    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\1" + left + right).digest()

    assert a == hashlib.sha256(b"\0\0").digest()
    assert evidence.root([a, b, c]) == node(node(a, b), c)


def test_a_member_keeps_its_account_over_an_unlink(engine: Engine) -> None:
    first, second = b"\1" * 20, b"\2" * 20
    with transaction(engine) as connection:
        assert links.link(connection, "m", first, 100) == first
        assert links.unlink(connection, "m", 200)
        assert not links.unlink(connection, "m", 201)
        with pytest.raises(Refused, match=r"link\.other-account") as other:
            links.link(connection, "m", second, 300)
        assert links.link(connection, "m", first, 300) == first
        with pytest.raises(Refused, match=r"link\.account-taken"):
            links.link(connection, "n", first, 400)
        found = agent_links.of_members(connection, ["m"])["m"]

    assert (found.linked_at_s, found.unlinked_at_s) == (300, None)
    assert other.value.fields == {"account": first}


def test_a_file_of_links_is_taken_line_by_line(engine: Engine) -> None:
    account = "0x" + "ab" * 20
    text = "\n".join([
        "account,member_id,linked_at",
        f"{account},m1,2026-05-01T08:00:00+08:00",
        f"{'cd' * 20},m2,1777777777",
        f"{account},m3,",
        "0x12,m4,",
        f"{'ef' * 20},m5,someday",
        f"{'ef' * 20},,",
    ])  # fmt: skip
    with transaction(engine) as connection:
        done = links.import_links(connection, text, 5)
        links.unlink(connection, "m2", 6)
        again = links.import_links(connection, text, 7)
        found = agent_links.of_members(connection, ["m1", "m2"])

    assert (done.linked, done.relinked, done.unchanged) == (2, 0, 0)
    assert [(one.line, one.code, one.value) for one in done.wrong] == [
        (4, "link.account-taken", "m3"), (5, "link.line", "0x12"),
        (6, "link.line", "ef" * 20), (7, "link.line", "ef" * 20),
    ]  # fmt: skip
    assert (again.linked, again.relinked, again.unchanged) == (0, 1, 1)
    assert [one.linked_at_s for one in found.values()] == [1_777_593_600, 1_777_777_777]
    with transaction(engine) as connection, pytest.raises(Rejected, match=r"link\.columns"):
        links.import_links(connection, "member,konto\n", 5)


def outlook(**terms: int) -> Outlook:
    """A volunteer issuer in the middle of May."""
    now = start_of_month(MONTH) + 14 * 86_400
    block = Block(now, 1)
    registry, rates = Registry(), Rates(block)
    registry.members[1] = Member(KEY, 1)
    wide = {"outstanding_cap": 10**9, "rate_capacity": 10**9, "debit_cap": 10**9}
    registry.terms[1] = Terms(**(wide | {
        "rate_refill_per_day": 0, "annual_cap": 0, "validity_epochs": 2,
        "units_per_native_point": 100,
    } | terms))  # fmt: skip
    rates.issuers[101], rates.versions[101] = 1, [Rate(MONTH, 1000, 60)]
    points = Points(block, registry, rates, Clearing(block, registry))
    return Outlook(1, now, 1, KEY, 0, 0, 100, True, points)


def row(number: int, *, month: int = MONTH, activity_id: int = 101, minutes: int = 60) -> Candidate:
    key = hashlib.sha256(bytes([number])).digest()
    who = bytes([number]) * 20
    event = f"e{number}"
    return Candidate(number, Inbox.READY, event, who, activity_id, month, minutes, key, b"", b"")


def test_a_plan_takes_rows_in_the_order_of_their_keys_and_says_what_they_come_to() -> None:
    made = plan(outlook(), 1, [row(n) for n in (1, 2, 3)])

    assert [one.key for one in made.rows] == sorted(one.key for one in made.rows)
    assert [one.units for one in made.minted] == [1_000] * 3
    assert (made.units, made.never, made.held_by) == (3_000, [], None)


@pytest.mark.parametrize(
    ("limit", "number"), [("outstanding_cap", 0), ("rate_capacity", 1), ("debit_cap", 2)]
)
def test_a_plan_takes_the_first_that_fit_and_tells_the_limit(limit: str, number: int) -> None:
    made = plan(outlook(**{limit: 2_500}), 1, [row(n) for n in (1, 2, 3, 4)])

    assert sorted(one.id for one in made.rows) == [1, 2]
    assert made.held_by is not None
    assert (made.held_by.name, made.held_by.values[1:]) == ("IssuanceLimitReached", (number, 2_500))


def test_a_plan_sets_apart_what_no_contract_will_take() -> None:
    offered = [
        row(1), row(2, month=MONTH - 1), row(3, activity_id=999), row(4, minutes=10**9),
        row(5, month=MONTH + 1), row(6, month=MONTH - 24),
    ]  # fmt: skip

    made = plan(outlook(), 1, offered)

    assert [one.id for one in made.rows] == [1]
    assert {one.id: reason for one, reason in made.never} == {
        2: "rate.none", 3: "activity.unknown", 4: "award.refused", 6: "time.year-closed",
    }  # fmt: skip
    assert made.held_by is not None
    assert made.held_by.name == "MonthInFuture"


def test_a_plan_waits_for_an_issuer_that_may_not_mint() -> None:
    seen = outlook()
    seen.points.paused = True

    made = plan(seen, 1, [row(1)])

    assert made.rows == []
    assert made.held_by is not None
    assert made.held_by.name == "PausedNow"


def test_a_database_in_a_file_is_opened_by_one_agent(tmp_path: Path) -> None:
    with (
        open_database(tmp_path / "agent.db", FAMILY),
        pytest.raises(Refused, match=r"store\.locked"),
    ):
        open_database(tmp_path / "agent.db", FAMILY)
