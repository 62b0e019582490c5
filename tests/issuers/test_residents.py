"""Residents from end to end: wallets at a real operator, an issuer's agent, a real chain.

Links by code both ways, claims and their answers by the command line, and an erasure after which
no store and no byte on the chain tells of the member.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from api.access import Role
from api.commands import create_key_in
from api.links import consent
from api.settings import Settings
from issuers.fake_source import FakeSource
from ledger.chain.rpc import Rpc
from ledger.chain.types import unhex
from ledger.store import agent_links
from ledger.store.agent_tables import INBOX
from ledger.store.engine import reading
from ledger.units import BEIJING
from scripts.commands import claims as claims_command
from scripts.commands import link as link_command
from tests.api.serving import served as serving
from tests.issuers.market import OPERATING, Clerk, Market, clerk, key_of, member_of, open_market

pytestmark = pytest.mark.slow
SCHEME = "volunteer"
NUMBER = member_of(SCHEME)
AGREED = {"consent": True, "consent_version": consent.VERSION}


@dataclass
class Town:
    """A chain, an operator over it, and what an issuer's agent needs to be started."""

    market: Market
    settings: Settings
    http: httpx.Client
    worker: str
    issuer_key: Path
    source: FakeSource
    """Of all agents here, one after another: each goes on where the one before stopped."""

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """A desk's request for a resident."""
        name = {"Idempotency-Key": str(uuid.uuid4()), "Authorization": f"Bearer {self.worker}"}
        answer = self.http.post(path, json=body, headers=name)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        """What a desk reads."""
        answer = self.http.get(path, headers={"Authorization": f"Bearer {self.worker}"})
        assert answer.is_success, answer.text
        return answer.json()

    def wallet(self) -> tuple[str, bytes]:
        """A new wallet, and its account in the scheme."""
        opened = self.post("/v1/wallets", {"issuers": [NUMBER]})
        return opened["id"], bytes.fromhex(opened["accounts"][0]["account"][2:])

    def agent(self) -> AbstractContextManager[Clerk]:
        """The issuer's agent, taken round by round."""
        url, key = str(self.http.base_url), self.issuer_key
        settings = self.market.settings(
            SCHEME, operator_url=url, operator_key_file=key, claims_every_s=0.001
        )
        return clerk(self.market, settings, self.source)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with open_market(folder) as market:
        market.advance_to(datetime(2026, 5, 10, 12, tzinfo=BEIJING))
        key = folder / "operator.key"
        key.write_text(key_of(OPERATING).to_bytes().hex(), "ascii")
        key.chmod(0o600)
        settings = Settings(
            node_url=market.chain.url, deployment=folder / "deployment.json", operator_key=key,
            data=folder / "operator", index_tick_s=0.05, requests_per_minute=600_000,
            requests_burst=10_000,
        )  # fmt: skip
        worker = create_key_in(settings, Role.WORKER).token
        issuer = folder / "issuer.key"
        issuer.write_text(create_key_in(settings, Role.ISSUER, NUMBER).token, "ascii")
        issuer.chmod(0o600)
        with serving(settings) as url, httpx.Client(base_url=url, trust_env=False) as http:
            yield Town(market, settings, http, worker, issuer, FakeSource(SCHEME))


def told(app: Any, *words: str, found: Clerk, code: int = 0) -> Any:
    """What a command says, as JSON, at this agent's counter."""
    office = found.market.folder / "agent" / "office.pass"
    done = CliRunner().invoke(app, [*words, "--as", str(office), "--json"])
    assert done.exit_code == code, (done.output, done.exception)
    return json.loads(done.stdout)


def show(source: FakeSource, market: Market, event: str, member: str) -> None:
    """An hour's service of yesterday."""
    source.show(event, member, "VOL.SERVICE", 60, market.now - timedelta(days=1))


def test_what_waited_is_minted_once_the_member_links_by_a_code_either_way(town: Town) -> None:
    source, (wallet, account), (other, second) = town.source, town.wallet(), town.wallet()
    show(source, town.market, "waits-1", "member-wang")
    show(source, town.market, "waits-2", "member-zhao")
    with town.agent() as found:
        before = found.settle()
        code = told(link_command.app, "code", "member-wang", found=found)["codes"][0]["code"]
        asked = town.post("/v1/links", {"wallet": wallet, "scheme": NUMBER, "code": code, **AGREED})
        made = town.post("/v1/link-codes", {"wallet": other, "scheme": NUMBER, **AGREED})
        done = told(link_command.app, "redeem", "member-zhao", made["code"], found=found)
        after = found.settle()
        listed = told(link_command.app, "list", found=found)

    assert (before["waiting"], after["waiting"], after["rows"]["done"]) == (2, 0, 2)
    assert town.get(f"/v1/links/{asked['id']}")["state"] == "linked"
    assert town.get(f"/v1/links/{done['claim']}")["answer"]["reason"] == "link.done"
    assert [town.market.free_units(SCHEME, one) for one in (account, second)] == [1_000, 1_000]
    assert [one["member_id"] for one in listed["links"]] == ["member-wang", "member-zhao"]


def test_a_claim_is_answered_by_a_clerk_and_read_by_the_resident(town: Town) -> None:
    wallet, _ = town.wallet()
    asked = town.post(
        "/v1/claims",
        {"wallet": wallet, "scheme": NUMBER, "kind": "missing", "words": "少了一次",
         "about": {"activity": 501, "day": "2026-05-09"}},
    )  # fmt: skip
    with town.agent() as found:
        status = found.settle()
        listed = told(claims_command.app, "list", found=found)
        shown = told(claims_command.app, "show", asked["id"], found=found)
        words = ("--refuse", "--reason", "claim.no-record", "--words", "签到表上没有")
        told(claims_command.app, "answer", asked["id"], *words, found=found)
        found.settle()
        gone = told(claims_command.app, "list", found=found)

    answer = town.get(f"/v1/claims/{asked['id']}")["answer"]
    assert [one["reason"] for one in status["waits"]] == ["claim.open"]
    assert [one["claim"] for one in listed["claims"]] == [asked["id"]]
    assert (shown["words"], shown["about"]["day"]) == ("少了一次", "2026-05-09")
    assert "claim.awarded" in [one["reason"] for one in shown["choices"]]
    assert (answer["accepted"], answer["words"]) == (False, "签到表上没有")
    assert gone["claims"] == []


def test_codes_for_many_members_are_written_to_a_file_for_letters(
    town: Town, tmp_path: Path
) -> None:
    members, out = tmp_path / "members.csv", tmp_path / "codes.csv"
    members.write_text("member_id\nmember-qian\n=member-sun\n", "utf-8")
    with town.agent() as found:
        found.settle()
        files = ("--file", str(members), "--out", str(out))
        made = told(link_command.app, "code", *files, found=found)

    lines = out.read_text("utf-8-sig").splitlines()
    assert made["codes"] == 2
    assert lines[0] == "member_id,code,expires_at"
    assert [line.split(",")[0] for line in lines[1:]] == ["member-qian", "'=member-sun"]
    assert out.stat().st_mode & 0o077 == 0


def stored_in(folder: Path) -> bytes:
    """Every byte of every file of databases in a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.db*")))


def on_chain(url: str) -> bytes:
    """Inputs of all transactions, and topics and data of all logs, of all blocks."""
    rpc, found = Rpc(url), list[bytes]()
    head = int(rpc.call("eth_blockNumber"), 16)
    for number in range(head + 1):
        block = rpc.call("eth_getBlockByNumber", hex(number), True)
        found += [unhex(block["extraData"])]
        found += [unhex(shown["input"]) for shown in block["transactions"]]
    for start in range(0, head + 1, 1_000):
        asked = {"fromBlock": hex(start), "toBlock": hex(min(start + 999, head))}
        for log in rpc.call("eth_getLogs", asked):
            found += [*map(unhex, log["topics"]), unhex(log["data"])]
    return b"\0".join(found)


def test_after_an_erasure_no_store_and_no_byte_on_chain_tells_of_the_member(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    member, events = "erased-member-4471", [f"erased-event-{n}-9d3f" for n in range(4)]
    source, (wallet, account), market = town.source, town.wallet(), town.market
    home = market.folder / "agent"
    for event in events[:2]:
        show(source, market, event, member)
    show(source, market, "kept-event-1", "kept-member-1")
    with town.agent() as found:
        found.settle()
        code = told(link_command.app, "code", member, found=found)["codes"][0]["code"]
        town.post("/v1/links", {"wallet": wallet, "scheme": NUMBER, "code": code, **AGREED})
        found.settle()
        source.show_notice("erased-notice-1", events[0], 30)
        source.rows.append(next(row for row in source.rows if events[1].encode() in row))
        source.rows.append(b'{"id":"?","member":"erased-member-4471"}')  # nobody can read it
        found.settle()
        town.post(
            "/v1/claims",
            {"wallet": wallet, "scheme": NUMBER, "kind": "missing", "words": "erased-words-8812",
             "about": {"activity": 501, "day": "2026-05-09"}},
        )  # fmt: skip
        show(source, market, events[2], member)
        found.agent.step()  # the claim is here, and an award is under way
        with reading(found.engine) as connection:
            mine = INBOX.c.member_id == member
            rows = connection.execute(
                INBOX.select().with_only_columns(INBOX.c.salt, INBOX.c.record).where(mine)
            ).all()
        secrets = [bytes(part) for row in rows for part in row if part]
        names = [one.encode() for one in (member, *events[:3], "erased-notice-1")]
        wanted = [*names, *secrets, b"erased-words-8812"]
        before = stored_in(home)
        erased = told(link_command.app, "erase", member, found=found)
        pending = found.told()["erasures"]
    with town.agent() as found:  # the rest survives a restart
        market.chain.mine()
        found.settle()
        source.rows += [row for row in source.rows if b"erased-event" in row]  # all again
        source.show_notice("erased-notice-2", events[1], 30)
        found.settle()
        after_all = found.settle()  # what the late correction held is gone too
        later = stored_in(home)
        with reading(found.engine) as connection:
            kept = agent_links.of_account(connection, account)
    town.http.delete(
        f"/v1/wallets/{wallet}",
        headers={"Authorization": f"Bearer {create_key_in(town.settings, Role.OPERATOR).token}"},
    )
    chain, operator = on_chain(market.chain.url), stored_in(town.market.folder / "operator")

    assert len(secrets) >= 6
    assert [one for one in wanted if one not in before] == []
    assert (erased["under_way"], pending, after_all["erasures"]) == (1, 1, 0)
    assert [one for one in wanted if one in later] == []
    assert b"erased-notice-2" not in later
    assert [one for one in wanted if one in chain] == []
    assert [one for one in names if one in operator] == []
    assert b"erased-words-8812" not in chain
    assert b"kept-member-1" in later
    assert kept is None
    assert market.free_units(SCHEME, account) == 500 + 500 + 1_000
    assert [one for one in (member, *events) if one in caplog.text] == []


def test_while_the_operator_is_down_the_agent_works_on_and_says_what_waits(town: Town) -> None:
    settings = town.market.settings(
        SCHEME, operator_url="http://127.0.0.1:9", operator_key_file=town.issuer_key
    )
    show(town.source, town.market, "meanwhile-1", "member-wang")
    with clerk(town.market, settings, town.source) as found:
        told_then = found.settle()
    with town.agent() as found:
        told_after = found.settle()

    assert [(one["stage"], one["code"]) for one in told_then["troubles"]] == [
        ("claims", "operator.unavailable")
    ]
    assert told_then["rows"]["done"] == told_after["rows"]["done"]
    assert told_after["troubles"] == []
