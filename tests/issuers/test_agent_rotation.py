"""An issuer's key is changed while its agent mints: nothing twice, no gap, by the chain's word."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from issuers.bootstrap import agent_of
from issuers.fake_source import FakeSource
from issuers.signers import Place
from issuers.words import in_words
from ledger import events
from ledger.chain.decode import decode, event_topic
from ledger.chain.keyfile import write_secret
from ledger.chain.keystore import encrypt
from ledger.chain.signer import Key
from ledger.chain.types import enhex
from ledger.errors import Refused, Rejected, TongduiError, Unavailable
from ledger.store.engine import transaction
from ledger.units import BEIJING
from scripts.commands.key import app
from tests.issuers.market import (
    COUNCIL,
    Clerk,
    Market,
    account,
    clerk,
    key_of,
    member_of,
    open_market,
)
from tests.support.signing_service import signing_service

pytestmark = pytest.mark.slow
SCHEME, PASSWORD, QUICK = "volunteer", "一把 long one", 1_024
OLD, NEW, THIRD = key_of(member_of(SCHEME)), *(Key.from_bytes(one * 32) for one in (b"N", b"T"))
HOUR_UNITS = 1_000


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with open_market(tmp_path_factory.mktemp("market")) as found:
        found.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        yield found


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(SCHEME)


@pytest.fixture
def new_file(market: Market) -> Path:
    """The new key in a keystore, its password beside it."""
    write_secret(market.folder / "new.json", encrypt(NEW, PASSWORD, work=QUICK))
    write_secret(market.folder / "word", PASSWORD)
    return market.folder / "new.json"


def show(source: FakeSource, market: Market, member: str) -> None:
    """An hour's service of a member, of this morning."""
    when = market.now - timedelta(hours=2)
    source.show(f"e-{member}", member, "VOL.SERVICE", 60, when)


def holder(market: Market) -> bytes:
    """The issuer's key on the chain."""
    key: str = market.read("MemberRegistry", "member", member_of(SCHEME))[0]
    return bytes.fromhex(key.removeprefix("0x"))


def minted(market: Market) -> list[tuple[int, bytes]]:
    """(number, sender) of each batch on the chain."""
    ledger = market.deployment.contracts["PointsLedger"]
    logs = market.gateway.logs(0, market.gateway.head(), [ledger],
                               [event_topic(events.BatchMinted)])  # fmt: skip
    found = []
    for log in logs:
        event = decode(log)
        assert isinstance(event, events.BatchMinted)
        shown = market.gateway.rpc.call("eth_getTransactionByHash", enhex(log.transaction_hash))
        found.append((event.number, bytes.fromhex(shown["from"][2:])))
    return found


def next_settings(market: Market, new_file: Path) -> dict[str, Any]:
    """By which the settings name the next key."""
    return {"next_key_file": new_file, "next_key_password_file": market.folder / "word"}


def place(market: Market) -> Place:
    return Place(market.folder / "new.json", market.folder / "word")


def rotated(found: Clerk, asked: Place) -> dict[str, Any]:
    """Asked for and carried through; what the counter then says."""
    rotating = found.agent.parts.rotating
    rotating.ask(asked, "office", found.market.chain.now_s())
    found.settle()
    return rotating.told()


def trouble(found: Clerk) -> TongduiError | None:
    """Of the key, in the last round."""
    return found.agent.watch.troubles.get("key")


@dataclass
class Running:
    """An agent that runs by itself while blocks are mined."""

    market: Market
    source: FakeSource
    told: Callable[[], dict[str, Any]]
    shown: list[str] = field(default_factory=list)

    def show(self) -> None:
        """One more member serves an hour."""
        member = f"m{len(self.shown)}"
        show(self.source, self.market, member)
        self.shown.append(member)

    def until(self, reached: Callable[[dict[str, Any]], bool], wait_s: float = 20) -> None:
        """Goes on showing until the status is as wanted."""
        deadline = time.monotonic() + wait_s
        while not reached(self.told()):
            assert time.monotonic() < deadline, self.told()["words"]
            time.sleep(0.02)


def test_the_key_is_changed_under_load_by_one_command(
    market: Market, source: FakeSource, new_file: Path
) -> None:
    members = [f"m{number}" for number in range(120)]
    rows = [f"{one},0x{account(SCHEME, one).hex()}" for one in members]
    (market.folder / "links.csv").write_text("\n".join(["member_id,account", *rows]), "utf-8")
    settings = market.settings(SCHEME, links_file=market.folder / "links.csv", batch_rows=4)
    enough = threading.Event()
    with agent_of(settings, adapter=source) as (agent, listener):
        del listener
        runner = threading.Thread(target=agent.run, args=(enough,))
        market.chain.start_mining(0.02, clock=None)  # type: ignore[attr-defined]
        runner.start()
        running = Running(market, source, lambda: _told(agent))
        running.until(lambda told: told["state"] == "running")
        found = list[str]()
        try:
            changed = threading.Thread(target=_rotate, args=(market.folder, new_file, found))
            for number in range(len(members)):
                running.show()
                if number == 30:
                    running.until(lambda told: told["batches"]["final"] > 0)
                    changed.start()
                time.sleep(0.005)
            changed.join()
            running.until(lambda told: told["rows"]["done"] == len(members) and told["idle"])
        finally:
            enough.set()
            agent.wake()
            runner.join()
            market.chain.stop_mining()  # type: ignore[attr-defined]

    batches = minted(market)
    assert found == [enhex(NEW.address)]
    assert holder(market) == NEW.address
    assert [number for number, _ in batches] == list(range(1, len(batches) + 1))
    senders = [sender for _, sender in batches]
    assert list(dict.fromkeys(senders)) == [OLD.address, NEW.address]
    assert senders.index(NEW.address) == senders.count(OLD.address)  # one after the other
    units = {market.free_units(SCHEME, account(SCHEME, one)) for one in members}
    assert units == {HOUR_UNITS}


def _told(agent: Any) -> dict[str, Any]:
    from issuers import status

    return status.status(agent.parts.engine, agent.watch)


def _rotate(folder: Path, new_file: Path, found: list[str]) -> None:
    words = ["rotate", "--new", str(new_file), "--password-file", str(folder / "word"),
             "--as", str(folder / "agent" / "office.pass"), "--json"]  # fmt: skip
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found.append(json.loads(result.stdout)["address"])


def test_nothing_is_recorded_between_the_request_and_its_end(
    market: Market, source: FakeSource, new_file: Path
) -> None:
    del new_file
    with clerk(market, market.settings(SCHEME), source) as found:
        found.link("m1")
        show(source, market, "m1")
        rotating = found.agent.parts.rotating
        first = rotating.ask(place(market), "office", market.chain.now_s())
        again = rotating.ask(place(market), "office", market.chain.now_s())
        outbox = found.agent.parts.submitter.outbox
        with pytest.raises(Unavailable) as shut, transaction(found.engine) as connection:
            outbox.record(connection, "another", NEW.address, b"", 100_000)
        with pytest.raises(Refused) as second:
            rotating.ask(_other(market), "office", market.chain.now_s())
        found.agent.step()
        waits, told = trouble(found), found.told()
        batched = market.last_batch(SCHEME)
        after = found.settle()

    assert first == again
    assert (shut.value.code, shut.value.fields) == ("rotation.under-way", {"new": NEW.address})
    assert (second.value.code, second.value.fields) == ("rotation.another", {"new": NEW.address})
    assert first["rotation"]["state"] == "recorded"
    assert isinstance(waits, Unavailable)
    assert (waits.code, waits.fields) == ("rotation.under-way", {"new": NEW.address})
    assert told["rows"]["ready"] + told["rows"]["received"] == 1
    assert not told["idle"]
    assert batched == 0
    assert after["address"] == enhex(NEW.address)
    assert minted(market) == [(1, NEW.address)]


def test_a_restart_goes_on_with_the_key_that_the_chain_has(
    market: Market, source: FakeSource, new_file: Path
) -> None:
    del new_file
    with clerk(market, market.settings(SCHEME), source) as found:
        told = rotated(found, place(market))
        words = in_words(found.told(), "en")
    assert told["rotation"]["state"] == "adopted"
    assert not told["in_settings"]
    assert any("agent.toml still names the former key" in line for line in words)

    with clerk(market, market.settings(SCHEME), source) as found:
        found.link("m1")
        show(source, market, "m1")
        told = found.settle()

    assert told["address"] == enhex(NEW.address)
    assert minted(market) == [(1, NEW.address)]


def test_a_lost_database_finds_the_next_key_of_the_settings_in_use(
    market: Market, source: FakeSource, new_file: Path
) -> None:
    following = next_settings(market, new_file)
    with clerk(market, market.settings(SCHEME, **following), source) as found:
        found.link("m1")
        show(source, market, "m1")
        told = found.settle()
        assert told["key"]["rotation"]["by"] == "settings"
    for path in (market.folder / "agent").glob("agent.db*"):
        path.unlink()

    with clerk(market, market.settings(SCHEME, **following), source) as found:
        found.link("m1", "m2")
        show(source, market, "m2")
        told = found.settle()

    assert told["address"] == enhex(NEW.address)
    assert told["key"]["rotation"] is None
    assert minted(market)[0][0] == 1
    assert minted(market)[-1] == (2, NEW.address)
    for one in ("m1", "m2"):
        assert market.free_units(SCHEME, account(SCHEME, one)) == HOUR_UNITS


def test_a_lost_database_whose_settings_name_the_former_key_says_so_and_asks_for_the_new(
    market: Market, source: FakeSource, new_file: Path
) -> None:
    del new_file
    with clerk(market, market.settings(SCHEME), source) as found:
        rotated(found, place(market))
    for path in (market.folder / "agent").glob("agent.db*"):
        path.unlink()

    with clerk(market, market.settings(SCHEME), source) as found:
        found.link("m1")
        show(source, market, "m1")
        found.agent.step()
        said = trouble(found)
        told = rotated(found, place(market))

    assert said is not None
    assert (said.code, said.fields["found"]) == ("key.replaced", NEW.address)
    assert told["rotation"]["state"] == "adopted"
    assert minted(market) == [(1, NEW.address)]


def test_a_key_that_the_council_replaced_mints_nothing_until_the_new_one_is_here(
    market: Market, source: FakeSource, new_file: Path
) -> None:
    del new_file
    with clerk(market, market.settings(SCHEME), source) as found:
        found.link("m1", "m2")
        show(source, market, "m1")
        found.settle()
        show(source, market, "m2")
        market.send(COUNCIL, "MemberRegistry", "replaceKey", member_of(SCHEME), NEW.address)
        for _ in range(3):
            found.agent.step()
            market.chain.mine()
        said, told = trouble(found), found.told()
        with pytest.raises(Refused) as stranger:
            found.agent.parts.rotating.ask(_other(market), "office", market.chain.now_s())
        batches = market.last_batch(SCHEME)
        after = rotated(found, place(market))
        done = found.told()["rows"]["done"]

    assert isinstance(said, Refused)
    assert said.code == stranger.value.code == "key.replaced"
    assert said.fields == {"member": 5, "ours": OLD.address, "found": NEW.address}
    assert told["state"] == "running"
    assert any("tongdui issuer key rotate" in line["en"] for line in told["words"])
    assert batches == 1
    assert (told["batches"]["in_flight"], told["batches"]["failed"]) == (0, 0)  # nor was it tried
    assert (after["rotation"]["state"], after["rotation"]["by"]) == ("adopted", "office")
    assert done == 2
    assert minted(market) == [(1, OLD.address), (2, NEW.address)]


def _other(market: Market) -> Place:
    write_secret(market.folder / "third", THIRD.to_bytes().hex())
    return Place(market.folder / "third")


@pytest.mark.parametrize("old_is_here", [True, False])
def test_batches_under_a_key_that_was_replaced_meanwhile_come_again_under_the_new_one(
    market: Market, source: FakeSource, new_file: Path, *, old_is_here: bool
) -> None:
    changed = next_settings(market, new_file)
    if not old_is_here:
        changed = {"key_file": new_file, "key_password_file": market.folder / "word"}
    with clerk(market, market.settings(SCHEME), source) as found:
        found.link("m1")
        show(source, market, "m1")
        market.post(COUNCIL, "MemberRegistry", "replaceKey", member_of(SCHEME), NEW.address)
        found.agent.step()  # recorded and sent, behind the council's transaction
        waiting = found.told()["rows"]["batched"]
    market.chain.mine(2)

    with clerk(market, market.settings(SCHEME, **changed), source) as found:
        told = found.settle()

    assert waiting == 1
    assert told["address"] == enhex(NEW.address)
    assert told["batches"]["failed"] == 1
    assert minted(market) == [(1, NEW.address)]
    assert market.free_units(SCHEME, account(SCHEME, "m1")) == HOUR_UNITS


def test_what_the_former_key_has_under_way_is_followed_to_its_end_first(
    market: Market, source: FakeSource, new_file: Path
) -> None:
    del new_file
    with clerk(market, market.settings(SCHEME), source) as found:
        found.link("m1")
        show(source, market, "m1")
        found.agent.step()  # a batch is with the node, and ahead of the council
        market.post(COUNCIL, "MemberRegistry", "replaceKey", member_of(SCHEME), NEW.address)
        market.chain.mine(3)
        rotating = found.agent.parts.rotating
        asked = rotating.ask(place(market), "office", market.chain.now_s())
        with pytest.raises(Unavailable) as waits:
            rotating.step(found.agent.parts.views.read())
        told = found.settle()

    assert asked["rotation"]["state"] == "final"
    assert waits.value.code == "rotation.under-way"
    assert (told["rows"]["done"], told["address"]) == (1, enhex(NEW.address))
    assert minted(market) == [(1, OLD.address)]


def test_a_new_key_that_is_a_members_already_is_refused(market: Market, source: FakeSource) -> None:
    write_secret(market.folder / "taken", key_of(1).to_bytes().hex())
    with clerk(market, market.settings(SCHEME), source) as found:
        rotating = found.agent.parts.rotating
        with pytest.raises(Refused) as refusal:
            rotating.ask(Place(market.folder / "taken"), "office", 0)
        same = rotating.ask(Place(market.folder / "agent" / "key"), "office", 0)

    assert refusal.value.code == "member.key-in-use"
    assert refusal.value.fields == {"key": key_of(1).address}
    assert (same["rotation"], same["in_settings"]) == (None, True)


def test_a_change_that_the_chain_refuses_leaves_the_old_key_at_work(
    market: Market, source: FakeSource, new_file: Path
) -> None:
    following = next_settings(market, new_file)
    with clerk(market, market.settings(SCHEME, **following), source) as found:
        found.link("m1")
        show(source, market, "m1")
        market.post(COUNCIL, "MemberRegistry", "addMember", NEW.address, 2, b"X".ljust(32, b"\0"))
        for _ in range(8):
            found.agent.step()
            market.chain.mine()
        said, told = trouble(found), found.told()

    assert isinstance(said, Refused)
    assert said.code == "rotation.failed"
    assert said.fields == {"new": NEW.address, "why": "member.key-in-use"}
    assert told["key"]["rotation"]["state"] == "failed"
    assert told["rows"]["done"] == 1
    assert minted(market) == [(1, OLD.address)]


def test_a_new_key_whose_file_was_changed_is_waited_for(
    market: Market, source: FakeSource, new_file: Path
) -> None:
    with clerk(market, market.settings(SCHEME), source) as found:
        found.link("m1")
        show(source, market, "m1")
        found.agent.parts.rotating.ask(place(market), "office", market.chain.now_s())
        kept = new_file.read_text("utf-8")
        write_secret(new_file, THIRD.to_bytes().hex())
        for _ in range(6):
            found.agent.step()
            market.chain.mine()
        said = trouble(found)
        write_secret(new_file, kept.strip())
        told = found.settle()

    assert isinstance(said, Rejected)
    assert said.code == "rotation.other-key"
    assert said.fields == {"path": str(new_file), "new": NEW.address, "found": THIRD.address}
    assert told["address"] == enhex(NEW.address)
    assert minted(market) == [(1, NEW.address)]


def test_a_key_moves_to_an_external_signer_which_may_be_away(
    market: Market, source: FakeSource
) -> None:
    with signing_service(NEW) as service:
        reached: dict[str, Any] = {"signer_url": service.url, "signer_timeout_s": 0.5}
        settings = market.settings(SCHEME, **reached)
        with clerk(market, settings, source) as found:
            with pytest.raises(Refused, match=r"signer\.no-such-key"):
                found.agent.parts.rotating.ask(Place(address=THIRD.address), "office", 0)
            told = rotated(found, Place(address=NEW.address))
        assert told["address"] == enhex(NEW.address)

        alone = market.settings(SCHEME, **reached, key_file=None, signer_address=enhex(NEW.address))
        with clerk(market, alone, source) as found:
            found.link("m1", "m2")
            service.moods += ["500", "other"]
            show(source, market, "m1")
            found.agent.step()
            away = found.agent.watch.troubles["minting"]
            reserved = found.told()["rows"]["reserved"]
            time.sleep(2.1)  # while it is left alone
            found.agent.step()
            wrong = found.agent.watch.troubles["minting"]
            found.settle()

    assert (away.code, wrong.code) == ("signer.no-answer", "signer.wrong-signature")
    assert reserved == 1
    assert found.agent.parts.rotating.told()["in_settings"]
    assert minted(market) == [(1, NEW.address)]
    assert market.free_units(SCHEME, account(SCHEME, "m1")) == HOUR_UNITS
