"""What an agent answers over HTTP, and how it is set up: nothing secret, nothing to a stranger."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from issuers import agent, listening
from issuers.adapter import SignatureInvalid
from issuers.counter.counter import Reply
from issuers.counter.routing import Stream
from issuers.listening import Listener
from issuers.metrics import metrics
from issuers.settings import AgentSettings, read_settings
from issuers.words import in_words
from ledger.chain.keyfile import make_secret, read_key, read_secret, write_secret
from ledger.errors import Refused, Rejected, TongduiError
from ledger.units import points_text

SETTINGS = {
    "node_url": "http://127.0.0.1:8545",
    "deployment": "deployment.json",
    "database": "agent.db",
    "key_file": "key",
    "event_secret_file": "event.secret",
    "adapter": "issuers.volunteer",
    "source_url": "http://127.0.0.1:9001",
}
STATUS: dict[str, Any] = {
    "state": "running", "idle": True, "troubles": [], "rounds": 3, "links": 2, "chain": None,
    "rows": dict.fromkeys(
        ("received", "rejected", "duplicate", "waiting", "ready", "reserving", "reserved",
         "cancelling", "batched", "minted", "done", "noted", "correcting"), 1
    ),
    "corrections": {"done": 1}, "rejected_by": {"quantity.zero": 1},
    "points": {"minted_units": 123_456, "clipped_units": 5, "corrected_units": 0, "lost_units": 0},
    "batches": {"final": 4, "in_flight": 0},
    "waits": [{"count": 1, "zh": "等", "en": "waits", "fix_zh": "看", "fix_en": "look"}],
    "failure": {"zh": "停。", "en": "Stopped.", "fix_zh": "看。", "fix_en": "Look."},
}  # fmt: skip


class Desk:
    """Answers as an agent would."""

    def __init__(self) -> None:
        self.calls: list[bytes] = []
        self.stopped = False

    def accept(self, headers: dict[str, str], body: bytes) -> int:
        if body != b"genuine":
            raise SignatureInvalid("webhook.signature", message_id="1", why="signature")
        self.calls.append(body)
        return 1

    def health(self) -> tuple[int, dict[str, Any]]:
        return (503 if self.stopped else 200), {"state": "stopped" if self.stopped else "running"}

    def status(self) -> dict[str, Any]:
        return STATUS

    def rejected(self, after: int, most: int) -> list[dict[str, Any]]:
        return [{"id": after + 1, "most": most}]

    def metrics(self) -> bytes:
        return metrics(STATUS)

    def counter(
        self, method: str, target: str, headers: Mapping[str, str], stream: Stream, length: int
    ) -> Reply:
        return 404, {"asked": [method, target, headers, stream, length]}


@pytest.fixture
def desk() -> Iterator[tuple[Desk, httpx.Client]]:
    """A desk and a client of its listener."""
    made = Desk()
    listener = Listener("127.0.0.1", 0, lambda: made)
    with httpx.Client(base_url=listener.url, trust_env=False) as client:
        yield made, client
    listener.close()


def test_a_call_is_acknowledged_only_when_it_was_stored(desk: tuple[Desk, httpx.Client]) -> None:
    served, client = desk

    answers = [client.post("/hook", content=body) for body in (b"genuine", b"forged")]
    elsewhere = client.post("/other", content=b"genuine")
    large = client.post("/hook", content=b"x" * (listening.LARGEST_BODY + 1))

    assert [answer.status_code for answer in answers] == [204, 401]
    assert answers[1].json() == {"code": "webhook.signature"}
    assert (elsewhere.status_code, large.status_code) == (404, 413)
    assert served.calls == [b"genuine"]


def test_health_status_rows_and_metrics_are_told(desk: tuple[Desk, httpx.Client]) -> None:
    served, client = desk

    assert client.get("/healthz").status_code == 200
    served.stopped = True
    assert client.get("/healthz").status_code == 503
    assert client.get("/status").json()["rounds"] == 3
    assert client.get("/rejected?after=7&limit=900").json()["rows"] == [{"id": 8, "most": 500}]
    assert client.get("/nothing").status_code == 404
    text = client.get("/metrics").text
    assert 'tongdui_agent_rows{kind="done"} 1.0' in text
    assert "tongdui_agent_idle 1.0" in text


def test_rows_are_told_to_this_machine_alone() -> None:
    listener = Listener("127.0.0.1", 0, Desk, trusted=("192.0.2.1",))
    with httpx.Client(base_url=listener.url, trust_env=False) as client:
        answers = {path: client.get(path).status_code for path in ("/status", "/rejected")}
        health = client.get("/healthz").status_code
    listener.close()

    assert answers == {"/status": 404, "/rejected": 404}
    assert health == 200


def test_a_port_that_is_taken_is_said(desk: tuple[Desk, httpx.Client]) -> None:
    port = desk[1].base_url.port or 0

    with pytest.raises(Refused, match=r"agent\.port-taken"):
        Listener("127.0.0.1", port, lambda: desk[0])


def test_the_status_is_told_in_plain_words() -> None:
    zh, en = in_words(STATUS, "zh"), in_words(STATUS, "en")

    assert zh[0].startswith("运行中；共收到 13 行：授予 1，重复 1，退回 1，处理中 7，等待 1。")
    assert "1,234.56 points minted" in en[0]
    assert zh[1:] == [
        "1 × 等：看。",
        "1 × 数量为零：请核对实际数量；确为零则删除该行。",
        "停：看。",
    ]
    assert len(en) == len(zh)
    assert points_text(-5) == "-0.05"


def test_files_are_told_by_where_they_stand_and_how_long_the_first_waits() -> None:
    piles = {
        "reading": {"files": 0, "rows": 0, "oldest_age_s": 0},
        "previewed": {"files": 2, "rows": 30, "oldest_age_s": 9_000},
        "committing": {"files": 1, "rows": 40, "oldest_age_s": 60},
        "undoing": {"files": 0, "rows": 0, "oldest_age_s": 0},
        "committed": {"files": 3, "rows": 50, "oldest_age_s": 86_400},
        "undone": {"files": 1, "rows": 5, "oldest_age_s": 86_400},
    }
    shown = STATUS | {"files": piles}

    assert (
        "文件：待提交 2 份（最早一份 2 小时前交来），提交中 1 份，已提交 3 份，已撤销 1 份。"
    ) in in_words(shown, "zh")
    assert (
        "Files: 2 to be committed (the first came 2 hours ago), 1 being committed, "
        "3 committed, 1 undone."
    ) in in_words(shown, "en")
    told = metrics(shown).decode()
    assert 'tongdui_agent_files{kind="previewed"} 2.0' in told
    assert "tongdui_agent_file_age_s 9000.0" in told
    piles["previewed"]["oldest_age_s"] = 200_000
    assert any("2 天前" in line for line in in_words(shown, "zh"))


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("11" * 32)
    path.chmod(0o640)

    with pytest.raises(Rejected) as refusal:
        read_key(path)

    assert refusal.value.code == "key.readable-by-others"
    assert refusal.value.fields == {"path": str(path), "mode": "0640"}


@pytest.mark.parametrize("text", ["", "zz", "11" * 31, "00" * 32])
def test_a_key_file_that_holds_no_key_is_rejected(tmp_path: Path, text: str) -> None:
    write_secret(tmp_path / "key", text)

    with pytest.raises(Rejected, match=r"key\.malformed"):
        read_key(tmp_path / "key")
    with pytest.raises(Rejected, match=r"key\.missing"):
        read_key(tmp_path / "none")


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "event.secret"

    secret = make_secret(path)

    assert read_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        make_secret(path)
    assert read_secret(path) == secret


def written(tmp_path: Path, **more: object) -> Path:
    path = tmp_path / "agent.toml"
    lines = [f"{name} = {value!r}" for name, value in (SETTINGS | more).items()]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_settings_come_from_the_file_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGDUI_POLL_S", "0.5")
    monkeypatch.setenv("TONGDUI_FAULT", "inbox.minted-done.after")

    settings = read_settings(written(tmp_path, poll_s=9))

    assert settings.key_file == tmp_path / "key"
    assert (settings.poll_s, settings.fault) == (0.5, "inbox.minted-done.after")
    assert settings.batch_rows == 500


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("batch_rows", 501, "batch_rows"),
        ("polls", 1, "polls"),
        ("node_url", "ftp://x", "url"),
        ("listen_port", 70_000, "listen_port"),
    ],
)
def test_settings_that_cannot_be_taken_are_named(
    tmp_path: Path, name: str, value: object, said: str
) -> None:
    with pytest.raises(Rejected) as refusal:
        read_settings(written(tmp_path, **{name: value}))

    assert refusal.value.code == "agent.settings-wrong"
    assert said in str(refusal.value.fields["why"])


def test_the_settings_never_show_or_change(tmp_path: Path) -> None:
    settings = AgentSettings(**SETTINGS)  # type: ignore[arg-type]

    with pytest.raises(Exception, match="frozen"):
        settings.poll_s = 1.0  # type: ignore[misc]


def test_what_keeps_an_agent_from_starting_is_said_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = agent.main(["--config", str(tmp_path / "none.toml")])
    said = capsys.readouterr().err
    no_key = agent.main(["--config", str(written(tmp_path))])

    assert (code, no_key) == (1, 1)
    assert "找不到设置文件" in said
    assert "There is no settings file" in said
    assert issubclass(Rejected, TongduiError)
