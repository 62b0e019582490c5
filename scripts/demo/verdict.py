"""The auditor's part: every invariant from a node alone, and a forgery that the verdict must name.

The verification runs as a process of its own that is given a node's URL and the deployment file,
nothing else. The forgery is played on a second chain that begins as this one stands; the city's
own chain never sees it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson

from ledger.chain import calls, decode
from ledger.chain.deployment import Deployment
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.gateway import Gateway
from ledger.chain.signer import TRANSACTION_GAS_MAX, Key, Transaction
from ledger.chain.types import enhex, unhex
from ledger.errors import Broken, Unavailable
from ledger.events import BatchMinted
from scripts import charter
from scripts.demo.city import City
from scripts.telling import Teller

UNIQUE_KEYS = "2"
"""The invariant that a key is in one batch only."""
_STYLES = {"holds": "green", "broken": "bold red", "not-decidable": "yellow"}
_MARKS = {"holds": "✓", "broken": "✗", "not-decidable": "?"}
Verdicts = dict[str, Any]


def verify(node_url: str, deployment: Path) -> Verdicts:
    """What `tongdui audit verify --json` says, run apart from everything else."""
    words = ["audit", "verify", "--node", node_url, "--deployment", str(deployment), "--json"]
    # Nothing of the operator's: an empty folder, and no settings in the environment.
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TONGDUI_")}
    with tempfile.TemporaryDirectory(prefix="tongdui-auditor-") as folder:
        told = subprocess.run(
            [sys.executable, "-m", "scripts.cli", *words],
            cwd=folder,
            env=clean,
            check=False,
            capture_output=True,
        )
    if told.returncode not in (0, 1):
        why = told.stderr.decode("utf-8", "replace")[-500:]
        raise Unavailable("child.did-not-start", name="audit verify", words=why)
    found: Verdicts = orjson.loads(told.stdout)
    return found


def show(tell: Teller, report: Verdicts) -> None:
    """A line for each verdict, its findings, and who decides what no node can."""
    for one in report["verdicts"]:
        outcome, says, basis = one["outcome"], one["statement"], one["basis"]
        mark = f"{_MARKS[outcome]} {one['subject']} "
        tell.say(says["zh"], says["en"], style=_STYLES[outcome], mark=mark)
        if outcome == "not-decidable":
            tell.say(basis["zh"], basis["en"], mark="    ")
        for finding in one["findings"]:
            tell.say(finding["zh"], finding["en"], style="red", mark="    - ")
    covered = report["coverage"]
    awards, holds, took_s = covered["awards"], covered["holds"], report["seconds"]
    tell.say(
        f"核验 {awards:,} 笔授予、{holds:,} 笔预留，用时 {took_s:.1f} 秒",
        f"{awards:,} awards and {holds:,} holds verified in {took_s:.1f} s",
    )


def forge(city: City, tell: Teller) -> bool:
    """Mints one key in two batches on a copy of the chain; whether the verdict names both."""
    with city.chain.rehearsal() as copy:
        gateway = copy.gateway()
        first, second = _mint_again(copy, gateway, city.deployment, city.place.key("VOL"))
        tell.say(
            f"在副本链上把第 {first} 批的一个事件再放进第 {second} 批",
            f"on a copy of the chain an event of batch {first} is minted again in batch {second}",
        )
        report = verify(copy.url, city.place.deployment)
    broken = [one for one in report["verdicts"] if one["outcome"] == "broken"]
    for one in broken:
        for finding in one["findings"]:
            mark = f"✗ {one['subject']} "
            tell.say(finding["zh"], finding["en"], style="yellow", mark=mark)
    named = [
        set(finding["fields"].values())
        for one in broken
        if one["subject"] == UNIQUE_KEYS
        for finding in one["findings"]
    ]
    return any({first, second} <= values for values in named)


def _mint_again(
    chain: EmbeddedChain, gateway: Gateway, deployment: Deployment, key: Key
) -> tuple[int, int]:
    """Puts an award of the issuer's newest batch into one more batch; the two numbers."""
    issuer = charter.NUMBER["VOL"].to_bytes(32, "big")
    topics = [decode.event_topic(BatchMinted), issuer]
    logs = gateway.logs(deployment.first_block, gateway.head(), [deployment.ledger], topics)
    minted = decode.decode(logs[-1])
    assert isinstance(minted, BatchMinted)
    sent = gateway.rpc.call("eth_getTransactionByHash", enhex(logs[-1].transaction_hash))
    batch = decode.mint_call(unhex(sent["input"]))
    again = calls.mint_batch(minted.number + 1, batch.words[:1], batch.keys[:1], bytes(32))
    nonce = gateway.transaction_count(key.address)
    made = Transaction(deployment.ledger, again, nonce, TRANSACTION_GAS_MAX, gateway.chain_id)
    gateway.send_raw([key.sign_transaction(made).raw])
    chain.settle()
    if gateway.transaction_count(key.address) != nonce + 1:
        raise Broken("demo.forgery-not-mined", nonce=nonce)
    return minted.number, minted.number + 1
