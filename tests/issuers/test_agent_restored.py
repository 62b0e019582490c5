"""An agent whose database was put back to an older day: it takes over what it did since then.

The database is copied before each of its commits; copies are put back one by one while the chain
and the source have gone on. Nothing is minted, corrected or credited twice, and nothing is lost.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from issuers.adapter import MarkState
from issuers.fake_source import FakeSource
from issuers.settings import AgentSettings
from ledger.errors import Refused, Unavailable
from ledger.store import agent_inbox
from ledger.store.engine import Engine, reading
from ledger.units import BEIJING
from tests.issuers.market import Market, account, clerk, open_market
from tests.issuers.running_agent import CallingSource
from tests.issuers.test_agent_duties import Wallets, exchange_states, hold
from tests.issuers.test_agent_duties import market as culture_market

pytestmark = pytest.mark.slow
EVENTS, UNITS = 8, 1_000
WHO = account("volunteer", "m1")
__all__ = ["culture_market"]


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 20, 12, tzinfo=BEIJING))
        yield found


def serve(source: FakeSource, market: Market, name: str, member: str = "m1") -> None:
    """An hour of service on a day of its own, so that no limit of the day is met."""
    days = 1 + len(source.rows)
    source.show(name, member, "VOL.SERVICE", 60, market.now - timedelta(days=days))


def keep(settings: AgentSettings, name: str) -> Path:
    """A copy of the database as its last commit left it."""
    copy = settings.event_secret_file.with_name(name)
    with (
        contextlib.closing(sqlite3.connect(settings.database)) as now,
        contextlib.closing(sqlite3.connect(copy)) as kept,
    ):
        now.backup(kept)
    return copy


def put_back(settings: AgentSettings, copy: Path) -> None:
    """The copy stands where the database was."""
    for path in settings.event_secret_file.parent.glob("agent.db*"):
        path.unlink()
    Path(settings.database).write_bytes(copy.read_bytes())


@contextlib.contextmanager
def kept_at_every_commit(engine: Engine, settings: AgentSettings) -> Iterator[list[Path]]:
    """Copies of the database, one before each commit of the block."""
    copies: list[Path] = []

    def note(connection: object) -> None:
        copies.append(keep(settings, f"copy{len(copies)}"))

    event.listen(engine, "commit", note)
    yield copies
    event.remove(engine, "commit", note)


def some_of(copies: list[Path]) -> list[Path]:
    """Every third. Commits of readers change nothing: of equal copies only the first counts."""
    found: dict[bytes, Path] = {}
    for copy in copies:
        found.setdefault(copy.read_bytes(), copy)
    return list(found.values())[::3]


def test_put_back_to_some_commit_before_it_mints_and_corrects_nothing_twice(market: Market) -> None:
    source = FakeSource("volunteer")
    settings = market.settings("volunteer", batch_rows=3)
    for number in range(EVENTS - 1):
        serve(source, market, f"e{number}")
    serve(source, market, "late", "m2")
    with clerk(market, settings, source) as found:
        found.link("m1")
        with kept_at_every_commit(found.engine, settings) as copies:
            found.agent.step()
            source.show_notice("n1", "e0", 30)
            found.settle()
            found.link("m2")
            found.settle()
    batches, marks = market.last_batch("volunteer"), dict(source.marks)

    moments = some_of(copies)
    for at, copy in enumerate(moments):
        put_back(settings, copy)
        with clerk(market, settings, source) as found:
            found.link("m1", "m2")
            told = found.settle()
            with reading(found.engine) as connection:
                known = agent_inbox.places(connection, [f"e{n}" for n in range(EVENTS - 1)])

        assert told["rows"]["done"] == EVENTS, (at, told)
        assert told["corrections"]["done"] == 1, (at, told)
        assert len(known) == EVENTS - 1
        assert told["adopted"] > 0 or at > len(moments) // 2
        assert (market.last_batch("volunteer"), source.marks) == (batches, marks)
        assert market.free_units("volunteer", WHO) == (EVENTS - 1) * UNITS - UNITS // 2
        assert market.free_units("volunteer", account("volunteer", "m2")) == UNITS
    assert len(moments) > 8

    put_back(settings, moments[len(moments) // 2])
    serve(source, market, "new")
    source.show_notice("n2", "e1", 0)
    with clerk(market, settings, source) as found:
        found.link("m1", "m2")
        told = found.settle()
    assert (told["rows"]["done"], told["corrections"]["done"]) == (EVENTS + 1, 2)
    assert market.free_units("volunteer", WHO) == (EVENTS - 1) * UNITS - UNITS // 2
    assert set(source.marks.values()) == {MarkState.CREDITED_ELSEWHERE}


def test_it_says_that_the_database_was_older_and_how_much_it_took_over(market: Market) -> None:
    source = FakeSource("volunteer")
    settings = market.settings("volunteer", batch_rows=1)
    serve(source, market, "e0")
    with clerk(market, settings, source) as found:
        found.link("m1")
        found.settle()
        copy = keep(settings, "copy")
        for name in ("e1", "e2"):
            serve(source, market, name)
        found.settle()
    put_back(settings, copy)

    with clerk(market, settings, source) as found:
        told = found.settle()

    assert (told["adopted"], told["last_batch"]["number"]) == (2, 3)
    assert any(
        "older than the chain" in line["en"] and "2 " in line["en"] for line in told["words"]
    )
    assert any("2 批" in line["zh"] for line in told["words"])


def test_what_the_lost_one_had_handed_over_is_waited_for(market: Market) -> None:
    source = FakeSource("volunteer")
    settings = market.settings("volunteer")
    with clerk(market, settings, source) as found:
        found.link("m1")
        found.settle()
        copy = keep(settings, "copy")
        serve(source, market, "e0")
        found.agent.step()  # recorded and sent, in no block yet
    put_back(settings, copy)

    with pytest.raises(Unavailable) as refusal, clerk(market, settings, source):
        pass
    market.chain.mine(3)  # the last of them makes it final
    with clerk(market, settings, source) as found:
        told = found.settle()

    assert refusal.value.code == "outbox.others-wait"
    assert (told["adopted"], told["rows"]["done"], market.last_batch("volunteer")) == (1, 1, 1)
    assert market.free_units("volunteer", WHO) == UNITS


def test_a_transaction_that_was_given_up_since_then_gives_its_rows_back(market: Market) -> None:
    source = FakeSource("volunteer")
    settings = market.settings("volunteer")
    serve(source, market, "e0")
    with clerk(market, settings, source) as found:
        found.link("m1")
        found.agent.step()
        market.gateway.rpc.send("anvil_dropAllTransactions")
        copy = keep(settings, "copy")
        found.agent.parts.submitter.replace_with_nothing(0)
        found.settle()
    assert market.gateway.transaction_count(found.agent.parts.views.key) == 2
    put_back(settings, copy)

    with clerk(market, settings, source) as found:
        told = found.settle()

    assert (told["adopted"], told["rows"]["done"], told["batches"]["failed"]) == (1, 1, 1)
    assert told["last_failure"] == "outbox.replaced"
    assert market.free_units("volunteer", WHO) == UNITS


def test_another_hand_while_it_runs_stops_it_and_a_start_takes_over(market: Market) -> None:
    source = FakeSource("volunteer")
    settings = market.settings("volunteer")
    with clerk(market, settings, source) as found:
        found.link("m1")
        found.settle()
        other = market.settings("volunteer", "other")
        other.event_secret_file.write_text(settings.event_secret_file.read_text())
        other.event_secret_file.chmod(0o600)
        serve(source, market, "e0")
        with clerk(market, other, source) as second:
            second.link("m1")
            second.settle()
        with pytest.raises(Refused) as refusal:
            found.settle()
    with clerk(market, settings, source) as found:
        told = found.settle()

    assert refusal.value.code in ("agent.minted-elsewhere", "outbox.key-used-elsewhere")
    assert (told["adopted"], told["rows"]["done"], market.last_batch("volunteer")) == (1, 1, 1)
    assert market.free_units("volunteer", WHO) == UNITS


class Repeating(CallingSource):
    """A source that calls, and remembers since when it was asked to call again."""

    since: date | None = None

    def replay(self, since: date) -> int:
        self.since = since
        return len(self.rows)


def test_calls_of_which_the_chain_shows_nothing_are_asked_for_again_at_every_start(
    market: Market,
) -> None:
    source = Repeating("volunteer")
    settings = market.settings("volunteer")
    serve(source, market, "e0")
    with clerk(market, settings, source) as found:
        found.settle()
        at_first = source.since
        found.agent.accept({"number": "0"}, source.rows[0])  # of nobody who has linked
        found.settle()
        copy = keep(settings, "copy")
        serve(source, market, "e1")
        found.agent.accept({"number": "1"}, source.rows[1])
        found.settle()
    put_back(settings, copy)

    with clerk(market, settings, source) as found:
        found.settle()

    assert at_first is None
    assert source.since == date(2026, 5, 19)  # the newest row that is left came on the 20th


def test_put_back_to_some_commit_before_it_credits_an_exchange_once(culture_market: Market) -> None:
    market, source, wallets = culture_market, FakeSource("volunteer"), Wallets()
    good, unlinked = hold(market, 1, 300), hold(market, 2, 500)
    wallets.accounts[good] = account("volunteer", "m1")
    wallets.accounts[unlinked] = account("volunteer", "m3")
    settings = market.settings("volunteer")
    with clerk(market, settings, source, wallets) as found:
        found.link("m1")
        with kept_at_every_commit(found.engine, settings) as copies:
            found.settle()
    credited = dict(source.credits)

    for copy in some_of(copies):
        put_back(settings, copy)
        with clerk(market, settings, source, wallets) as found:
            found.link("m1")
            found.settle()
            assert exchange_states(found) == {"credited": 1, "ended": 1}
        assert source.credits == credited == {"0x" + good.hex(): ("m1", 3)}
    assert market.free_units("culture", account("culture", "c1")) == 20_000 - 300
