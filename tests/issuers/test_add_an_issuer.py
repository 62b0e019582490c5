"""The guide that adds an issuer is followed to the letter, to its first award on the chain."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from issuers.sandbox.process import free_port
from issuers.standard.catalogue import load
from ledger.chain.abi import abi
from ledger.chain.decode import award, decoded, event_topic, mint_call
from ledger.chain.deployment import Deployment, read_deployment
from ledger.chain.gateway import Gateway
from ledger.chain.types import enhex, unhex
from ledger.events import BatchMinted
from ledger.units import Month

GUIDE = Path("docs", "guides", "add-an-issuer.md")
FILES = (
    Path("issuers", "standard", "blood.toml"),
    Path("issuers", "blood.py"),
    Path("docs", "guides", "blood.agent.toml"),
)
"""What an issuer is made of, in the guide's order."""
PATIENCE_S = 120.0
JUNE = Month(2026 * 12 + 5)
POINTS_UNITS = 5_000
"""Of 200 ml of whole blood, as the guide says."""


class Followed(NamedTuple):
    """What came of the guide's commands."""

    said: str
    gateway: Gateway
    deployment: Deployment

    def read(self, contract: str, function: str, *given: object) -> Any:
        """A view's answer."""
        asked = abi(contract)
        to, data = self.deployment.contracts[contract], asked.call(function, *given)
        return asked.answer(function, self.gateway.call(to, data))


def blocks(guide: str, kinds: str) -> list[str]:
    """The guide's blocks of these kinds, in order."""
    return re.findall(rf"^```(?:{kinds})\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    return (root / GUIDE).read_text("utf-8")


def test_the_three_files_stand_in_the_guide_as_they_are(guide: str, root: Path) -> None:
    shown = blocks(guide, "toml|python")

    assert shown == [(root / file).read_text("utf-8") for file in FILES]


@pytest.fixture(scope="module")
def followed(
    guide: str, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Followed]:
    """Every command but the last, which ends what they started; on other ports, in a folder that
    is nobody's."""
    home = tmp_path_factory.mktemp("guide") / "blood"
    ports = {shown: str(free_port()) for shown in ("18545", "19100", "19200")}
    *commands, last = blocks(guide, "sh")
    script = "set -e\n" + "".join(commands).replace("var/blood", str(home))
    for shown, port in ports.items():
        script = script.replace(shown, port)
    environment = os.environ | {
        "TONGDUI_NODE_URL": f"http://127.0.0.1:{ports['18545']}",
        "TONGDUI_SOURCE_URL": f"http://127.0.0.1:{ports['19100']}",
        "TONGDUI_LISTEN_PORT": ports["19200"],
        "COLUMNS": "200",
    }
    started = subprocess.Popen(
        ["bash", "-c", script],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = started.communicate(timeout=PATIENCE_S)
        assert started.returncode == 0, said[-3000:]
        assert last == "kill $(jobs -p)\n"
        deployment = read_deployment(home / "deployment.json")
        yield Followed(said, deployment.gateway(environment["TONGDUI_NODE_URL"]), deployment)
    finally:
        os.killpg(started.pid, signal.SIGTERM)


@pytest.mark.slow
def test_the_network_knew_no_blood_donation_before(followed: Followed, root: Path) -> None:
    founding = (root / "docs" / "guides" / "founding.example.toml").read_text("utf-8")

    assert "blood" not in founding
    assert followed.read("MemberRegistry", "memberCount") == founding.count("[[member]]") + 1


@pytest.mark.slow
def test_the_rates_hold_from_the_month_that_the_command_named(followed: Followed) -> None:
    member = followed.read("MemberRegistry", "memberCount")

    assert "折算率自 2026-06 起生效" in followed.said
    for one in load().by_scheme("blood"):
        assert followed.read("RateBook", "rateOf", one.id, JUNE - 1) == (member, 0, 0)
        rate = (member, one.numerator, one.denominator)
        assert followed.read("RateBook", "rateOf", one.id, JUNE) == rate


@pytest.mark.slow
def test_the_adapter_passes_its_conformance(followed: Followed) -> None:
    assert re.search(r"blood：符合 \d+ 项，不符 0 项", followed.said)


@pytest.mark.slow
def test_the_status_says_what_waits_before_anybody_is_linked(followed: Followed) -> None:
    assert "会员尚未绑定通兑账户：等待居民绑定；绑定后自动授予" in followed.said


@pytest.mark.slow
def test_the_first_award_is_on_the_chain(followed: Followed, guide: str) -> None:
    gateway, member = followed.gateway, followed.read("MemberRegistry", "memberCount")
    account = re.search(r"XM\d+,0x([0-9a-f]{40})", guide)
    assert account is not None

    logs = gateway.logs(0, gateway.head(), [followed.deployment.ledger], [event_topic(BatchMinted)])
    [(at, minted)] = decoded(logs)
    sent = gateway.rpc.call("eth_getTransactionByHash", enhex(at.transaction))
    [word] = mint_call(unhex(sent["input"])).words

    assert isinstance(minted, BatchMinted)
    assert (minted.issuer, minted.number, minted.units) == (member, 1, POINTS_UNITS)
    said = award(word)
    assert (said.account, said.activity, said.month, said.quantity) == (
        bytes.fromhex(account[1]), load().activities["BLO.WHOLE"].id, JUNE, 200,
    )  # fmt: skip
