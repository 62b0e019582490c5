"""Who may ask what at an agent's counter, over real HTTP, and how the command line asks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from issuers.counter.clerks import Clerks
from issuers.counter.counter import Counter
from issuers.counter.passes import OFFICE, Pass, write_pass
from issuers.counter.routing import Answer, Ask, Download, Route, Who
from issuers.listening import Listener
from ledger.errors import Refused, Rejected, TongduiError, Unavailable
from ledger.faults import NoFaults
from ledger.store.engine import open_database
from scripts.commands import clerk
from scripts.counter import CounterClient

SECRET = "the office's own"
NOW_S = 1_790_000_000


class Served:
    """An agent with a counter alone."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter.answer


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Path]:
    """The office's pass at a counter that also takes and gives files."""

    def echo(ask: Ask) -> Answer:
        size = sum(len(part) for part in iter(lambda: ask.stream.read(1000), b""))
        return {"by": ask.by, "at_s": ask.at_s, "file": ask.path["file"], "size": size}

    def give(ask: Ask) -> Answer:
        if ask.number("parts", 2) > 9:
            raise Refused("counter.no-clerk", name="九")
        return Download("名单.csv", "text/csv", iter([b"a" * 10] * ask.number("parts", 2)))

    routes = [
        Route("POST", "/files/{file}", Who.CLERK, echo),
        Route("GET", "/file", Who.CLERK, give),
    ]
    with open_database(tmp_path / "agent.db", ("outbox", "agent")) as database:
        clerks = Clerks(database.engine, NoFaults())
        counter = Counter(clerks, routes, SECRET, lambda: NOW_S)
        listener = Listener("127.0.0.1", 0, lambda: Served(counter))  # type: ignore[arg-type, return-value]
        write_pass(tmp_path / "office.pass", Pass(listener.url, OFFICE, SECRET))
        yield tmp_path / "office.pass"
        listener.close()


def _refused(client: CounterClient, path: str) -> TongduiError:
    with pytest.raises(TongduiError) as caught:
        client.get(path)
    return caught.value


def _pass_of(office: Path, name: str) -> Path:
    made = CounterClient(office).post("/clerks", name=name)
    path = office.with_name(f"{name}.pass")
    write_pass(path, Pass(CounterClient(office).holder.url, name, made["secret"]))
    return path


def test_a_clerk_acts_under_the_own_name_until_ended(office: Path) -> None:
    path = _pass_of(office, "王示例")

    with io.BytesIO(b"x" * 5_000) as file:
        told = CounterClient(path).upload("/files/七 八", file)
    CounterClient(office).post("/clerks/王示例/end")
    after = _refused(CounterClient(path), "/file")

    assert told == {"by": "王示例", "at_s": NOW_S, "file": "七 八", "size": 5_000}
    assert (type(after), after.code) == (Refused, "counter.unknown-secret")
    assert path.stat().st_mode & 0o077 == 0


def test_a_clerk_can_make_no_clerks(office: Path) -> None:
    error = _refused(CounterClient(_pass_of(office, "李示例")), "/clerks")

    assert (type(error), error.code, error.fields) == (
        Refused, "counter.office-only", {"name": "李示例"},
    )  # fmt: skip


def test_names_are_used_once(office: Path) -> None:
    client = CounterClient(office)
    client.post("/clerks", name="赵示例")
    client.post("/clerks/赵示例/end")

    for body, code in (
        ({"name": "赵示例"}, "counter.clerk-exists"),
        ({"name": OFFICE}, "counter.field"),
        ({"name": " "}, "counter.field"),
        ({}, "counter.field"),
        ({"name": "钱" * 61}, "counter.field"),
    ):
        with pytest.raises(TongduiError) as caught:
            client.post("/clerks", **body)
        assert caught.value.code == code, body
    with pytest.raises(Refused) as gone:
        client.post("/clerks/赵示例/end")
    assert (gone.value.code, gone.value.fields) == ("counter.no-clerk", {"name": "赵示例"})


def test_without_a_pass_nothing_is_told(office: Path) -> None:
    url = CounterClient(office).holder.url

    bare = httpx.get(f"{url}/counter/clerks", trust_env=False)
    odd = httpx.get(f"{url}/counter/clerks", trust_env=False, headers={"Authorization": "Bearer x"})

    assert [(a.status_code, a.json()["code"]) for a in (bare, odd)] == [
        (401, "counter.no-secret"), (401, "counter.unknown-secret"),
    ]  # fmt: skip
    assert all(bare.json()[name] for name in ("zh", "fix_zh", "en", "fix_en"))


def test_a_file_comes_whole_or_not_at_all(office: Path, tmp_path: Path) -> None:
    client, to = CounterClient(office), tmp_path / "given.csv"

    size = client.download("/file", to, parts=9)
    with pytest.raises(Refused) as refused:
        client.download("/file", to, parts=10)

    assert (size, to.read_bytes()) == (90, b"a" * 90)
    assert refused.value.fields == {"name": "九"}


def test_what_is_no_counter_is_said(office: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "old.pass"
    write_pass(elsewhere, Pass("http://127.0.0.1:9", "x", "y"))

    missing = _refused(CounterClient(office), "/nothing")
    away = _refused(CounterClient(elsewhere), "/file")

    assert (type(missing), missing.fields) == (Rejected, {"method": "GET", "path": "/nothing"})
    assert (type(away), away.code) == (Unavailable, "agent.no-answer")
    with pytest.raises(Rejected) as none:
        CounterClient(tmp_path / "none.pass")
    assert none.value.code == "counter.no-pass"


def test_it_staff_add_and_end_clerks_by_command(office: Path, tmp_path: Path) -> None:
    out, at = tmp_path / "sun.pass", ["--as", str(office)]

    made = CliRunner().invoke(clerk.app, ["add", "孙示例", "--out", str(out), *at])
    listed = CliRunner().invoke(clerk.app, ["list", "--json", *at])
    ended = CliRunner().invoke(clerk.app, ["end", "孙示例", *at])

    assert [one.exit_code for one in (made, listed, ended)] == [0, 0, 0]
    assert CounterClient(out).holder.name == "孙示例"
    assert '"孙示例"' in listed.stdout
