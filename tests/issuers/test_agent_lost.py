"""Two agents, or one without its memory: nothing is minted twice, and one says why it stops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

import pytest

from issuers.adapter import MarkState, RawRow
from issuers.fake_source import FakeSource
from ledger.errors import Refused
from ledger.refusals import explain
from ledger.store import agent_inbox
from ledger.store.engine import reading
from ledger.units import BEIJING
from tests.issuers.market import Clerk, Market, account, clerk, open_market

pytestmark = pytest.mark.slow
WHO = account("volunteer", "m1")


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        yield found


def source_with(market: Market, events: int) -> FakeSource:
    """Services of an hour, of a member each day."""
    source = FakeSource("volunteer")
    for number in range(events):
        when = market.now - timedelta(days=1 + number // 4, hours=number % 4)
        source.show(f"e{number}", "m1", "VOL.SERVICE", 60, when)
    return source


def test_a_second_agent_on_the_same_database_is_locked_out(market: Market) -> None:
    settings = market.settings("volunteer")
    with (
        clerk(market, settings, FakeSource("volunteer")),
        pytest.raises(Refused, match=r"store\.locked"),
        clerk(market, settings, FakeSource("volunteer")),
    ):
        pass


def test_a_lost_database_is_rebuilt_from_the_chain_before_anything_is_minted(
    market: Market,
) -> None:
    source = source_with(market, 7)
    settings = market.settings("volunteer", batch_rows=3)
    with clerk(market, settings, source) as found:
        found.link("m1")
        before = found.settle()
    for path in settings.event_secret_file.parent.glob("agent.db*"):
        path.unlink()
    source.show("new", "m1", "VOL.SERVICE", 30, market.now)
    source.show_notice("n1", "e0", 30)

    with clerk(market, settings, source) as found:
        found.link("m1")
        after = found.settle()
        with reading(found.engine) as connection:
            places = agent_inbox.places(connection, [f"e{n}" for n in range(7)])

    assert (before["rows"]["done"], after["rows"]["done"]) == (7, 8)
    assert len(places) == 7
    assert market.last_batch("volunteer") == 4
    assert after["points"]["minted_units"] == 7_500
    assert market.free_units("volunteer", WHO) == 7_000
    assert set(source.marks.values()) == {MarkState.CREDITED_ELSEWHERE}


def test_a_lost_database_does_not_repeat_a_correction(market: Market) -> None:
    source = source_with(market, 1)
    source.show_notice("n1", "e0", 30)
    settings = market.settings("volunteer")
    with clerk(market, settings, source) as found:
        found.link("m1")
        found.settle()
    for path in settings.event_secret_file.parent.glob("agent.db*"):
        path.unlink()

    with clerk(market, settings, source) as found:
        told = found.settle()

    assert told["corrections"]["done"] == 1
    assert market.free_units("volunteer", WHO) == 500


def test_without_the_event_secret_nothing_is_minted_once_something_was(market: Market) -> None:
    settings = market.settings("volunteer")
    with clerk(market, settings, source_with(market, 1)) as found:
        found.link("m1")
        found.settle()
    for path in (settings.event_secret_file, *settings.event_secret_file.parent.glob("agent.db*")):
        path.unlink()

    with pytest.raises(Refused) as refusal, clerk(market, settings, source_with(market, 1)):
        pass

    assert refusal.value.code == "agent.secret-lost"
    assert refusal.value.fields["number"] == 1
    assert not settings.event_secret_file.exists()


def test_another_database_is_stopped_by_the_batch_number_and_says_so(market: Market) -> None:
    ours, theirs = source_with(market, 2), source_with(market, 4)
    with clerk(market, market.settings("volunteer"), ours) as first:
        first.link("m1")
        first.settle()
        secret = market.settings("volunteer").event_secret_file.read_text()
        other = market.settings("volunteer", "other")
        other.event_secret_file.write_text(secret)
        other.event_secret_file.chmod(0o600)
        with clerk(market, other, theirs) as second:
            second.link("m1")
            second.settle()
        ours.show("later", "m1", "VOL.SERVICE", 60, market.now)

        with pytest.raises(Refused) as refusal:
            first.settle()

    assert refusal.value.code in ("agent.minted-elsewhere", "outbox.key-used-elsewhere")
    told = explain(refusal.value, "en")
    assert "another agent mints" in told.sentence
    assert market.last_batch("volunteer") == 2
    assert market.free_units("volunteer", WHO) == 4_000


class CallingSource(FakeSource):
    """A source that calls instead of being read; what it sent is in ``sent``."""

    sent = 0
    hooks: tuple[str, ...] = ()

    def subscribe(self, url: str) -> None:
        self._answer("subscribe")
        self.hooks = (*self.hooks, url)

    def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[RawRow, ...]:
        return (RawRow(f"call {headers['number']}", body),)

    def replay(self, since: date) -> int:
        self.sent = 0
        return len(self.rows)

    def deliver(self, found: Clerk) -> None:
        """Calls for every row that was not acknowledged yet."""
        while self.sent < len(self.rows):
            found.agent.accept({"number": str(self.sent)}, self.rows[self.sent])
            self.sent += 1


def test_a_source_that_calls_is_asked_to_call_again_after_a_loss(market: Market) -> None:
    source = CallingSource("volunteer", source_with(market, 3).rows)
    settings = market.settings("volunteer", public_url="http://agent.example/hook")
    with clerk(market, settings, source) as found:
        found.link("m1")
        source.deliver(found)
        before = found.settle()
    for path in settings.event_secret_file.parent.glob("agent.db*"):
        path.unlink()

    with clerk(market, settings, source) as found:
        found.link("m1")
        found.agent.step()
        replayed = source.sent == 0
        source.deliver(found)
        after = found.settle()

    assert replayed
    assert set(source.hooks) == {"http://agent.example/hook"}
    assert before["rows"]["done"] == after["rows"]["done"] == 3
    assert market.last_batch("volunteer") == 1


def test_a_source_that_is_down_at_the_start_is_told_later_where_to_call(market: Market) -> None:
    source = CallingSource("volunteer", reachable=False)
    with clerk(market, market.settings("volunteer"), source) as found:
        found.agent.step()
        down = found.told()
        source.reachable = True
        told = found.settle()

    assert [one["stage"] for one in down["troubles"]] == ["subscribing"]
    assert (told["troubles"], len(source.hooks)) == ([], 1)
