"""A process that runs an agent, and clerks with files at its counter, until it rests or is killed.

What the clerks do is given in words that another process can send: (what, name of a file, clerk).
They do it over HTTP once the agent rests; who does it again after a kill says the same words.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from issuers.counter.passes import Pass, read_pass, write_pass
from scripts.counter import CounterClient
from tests.issuers.agent_program import ROUNDS, SCHEME, FileSource
from tests.issuers.market import BareChain, attached, clerk

Act = tuple[str, str, str]
"""("preview", "commit", "drop", "undo" or "approve", name of the file, clerk)."""
HEADER = ("会员编号", "事项", "时长（分钟）", "服务日期", "核验人")
DAY = "2026-05-08"
WORDS = "已核对签到表"


def play(folder: Path, url: str, fault: str, acts: list[Act]) -> None:
    """Goes on from whatever is there, lets the clerks act, and goes on until all is at rest."""
    market = attached(folder, url)
    assert isinstance(market.chain, BareChain)
    settings = market.settings(SCHEME, fault=fault, links_file=folder / "links.csv")
    with clerk(market, settings, FileSource(folder / "source.json")) as found:
        found.settle(ROUNDS)
        office = CounterClient(settings.event_secret_file.with_name("office.pass"))
        for what, name, who in acts:
            _act(_clerk(office, who), what, name, folder)
            found.settle(ROUNDS)


def _act(counter: CounterClient, what: str, name: str, folder: Path) -> None:
    """As a clerk who got no answer would: looks what became of the file, and asks again."""
    known = [one for one in counter.get("/files")["files"] if one["name"] == name]
    files = {one["file"]: one["state"] for one in known}
    number = max((one for one, state in files.items() if state != "dropped"), default=None)
    undecided = number is None or files[number] == "previewed"
    if what == "preview":
        if undecided:
            with (folder / name).open("rb") as content:
                counter.upload("/files", content, name=name)
    elif what == "approve":
        for one in counter.get("/reviews", state="open")["reviews"]:
            counter.post(f"/reviews/{one['review']}/approve", reason=WORDS)
    elif number is not None and (what == "undo" or undecided):
        counter.post(f"/files/{number}/{what}", **({"reason": WORDS} if what == "undo" else {}))


def _clerk(office: CounterClient, name: str) -> CounterClient:
    """A clerk's own client, whose pass says where the counter is today."""
    path = office.pass_file.with_name(f"{name}.pass")
    if path.exists():
        secret = read_pass(path).secret
    else:
        secret = office.post("/clerks", name=name)["secret"]
    write_pass(path, Pass(office.holder.url, name, secret))
    return CounterClient(path)


def write_file(path: Path, rows: list[tuple[str, str]]) -> None:
    """A clerk's table in GB18030: (member, minutes)."""
    text = io.StringIO()
    lines = [(member, "社区志愿服务", minutes, DAY, f"checks {member}") for member, minutes in rows]
    csv.writer(text).writerows([HEADER, *lines])
    path.write_bytes(text.getvalue().encode("gb18030"))
