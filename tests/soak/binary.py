"""A validator's binary, built from a folder of Go sources and kept by what it was made from.

One change is made on the way: a validator's clock may lie behind, by ``behind.go``. Rates take
effect in a month after the one in which they are agreed, and nobody waits for that month here.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.soak.telling import Words, say

CONSENSUS = "github.com/cometbft/cometbft"
_CLOCK = Path(__file__).with_name("behind.go")
_NOW, _NOW_BEHIND = "Canonical(time.Now())", "Canonical(time.Now().Add(-behind))"
_COMPILERS = ("gcc", "clang", "cc")
_BUILD = ("build", "-mod=mod", "-p=1", "-trimpath", "-ldflags=-s -w", "-o", "validator", ".")
BUILD_S = 1_800
"""Longest that one step of a build may take, the download of its modules included."""


class BuildFailed(Exception):
    """A step of the build failed; its words stand in ``log``."""

    def __init__(self, log: Path) -> None:
        super().__init__(str(log))
        self.log = log


def lacking(sources: Path) -> Words | None:
    """What has to be installed or given before anything can be built here; None: nothing."""
    if not (sources / "go.mod").is_file():
        return Words(
            "缺少验证节点的源码：用 --prototype 指定其目录",
            "the validator's sources are missing: name their folder with --prototype",
        )
    wanted = re.search(r"^go (\d+\.\d+)", (sources / "go.mod").read_text("utf-8"), re.MULTILINE)
    oldest = wanted[1] if wanted else "1.25"
    if _numbers(go_version()) < _numbers(oldest):
        return Words(f"请安装 Go {oldest} 或更新版本", f"install Go {oldest} or newer")
    if any(map(shutil.which, (os.environ.get("CC", ""), *_COMPILERS))):
        return None
    return Words(
        "请安装 C 编译器（Debian：apt-get install gcc libc6-dev）",
        "install a C compiler (Debian: apt-get install gcc libc6-dev)",
    )


def go_version() -> str:
    """Such as ``1.25.9``; empty where Go is missing."""
    go = shutil.which("go")
    if go is None:
        return ""
    words = [go, "env", "GOVERSION"]
    told = subprocess.run(words, env=_environment(), capture_output=True, text=True, check=False)
    return told.stdout.strip().removeprefix("go")


def built(sources: Path, folder: Path) -> Path:
    """The binary in ``folder``, built if it is not there yet. Raises BuildFailed."""
    files = _files(sources)
    binary = folder / f"validator-{_digest(files)}"
    if binary.is_file():
        say("验证节点程序已在", "the validator's binary is there already")
        return binary
    say("正在编译验证节点，首次约需数分钟", "building the validator, some minutes the first time")
    scratch, log = folder / "source", folder / "build.log"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    log.unlink(missing_ok=True)
    try:
        _build(files, scratch, log)
        for older in folder.glob("validator-*"):
            older.unlink()
        (scratch / "validator").replace(binary)
        log.unlink()
    finally:
        shutil.rmtree(scratch)
    return binary


def _build(files: Sequence[Path], scratch: Path, log: Path) -> None:
    for file in files:
        shutil.copyfile(file, scratch / file.name)
    _go(scratch, log, "mod", "tidy")
    _bend_clock(scratch, log)
    _go(scratch, log, *_BUILD)


def _bend_clock(scratch: Path, log: Path) -> None:
    """Puts a copy of the consensus engine beside, whose clock may lie behind."""
    told = _go(scratch, log, "list", "-m", "-f", "{{.Dir}}", CONSENSUS)
    original, copy = Path(told.strip()), scratch / "consensus"
    for path in original.rglob("*"):
        if path.is_file():  # by content alone: the module cache forbids writing
            target = copy / path.relative_to(original)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    clock = copy / "types" / "time" / "time.go"
    text = clock.read_text("utf-8")
    assert text.count(_NOW) == 1, "the consensus engine reads its clock in another way now"
    clock.write_text(text.replace(_NOW, _NOW_BEHIND), "utf-8")
    shutil.copyfile(_CLOCK, clock.with_name(_CLOCK.name))
    _go(scratch, log, "mod", "edit", f"-replace={CONSENSUS}=./{copy.name}")


def _go(scratch: Path, log: Path, *words: str) -> str:
    """Runs Go politely; what it printed. Raises BuildFailed."""
    with log.open("a", encoding="utf-8") as output:
        try:
            ran = subprocess.run(
                [*polite(10), "go", *words],
                cwd=scratch,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                check=True,
                timeout=BUILD_S,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            output.write(f"{error}\n")
            raise BuildFailed(log) from error
    return ran.stdout


def polite(niceness: int) -> Sequence[str]:
    """Words before a command that let other work on the machine go first."""
    return ["nice", "-n", str(niceness)] if shutil.which("nice") else []


def _environment() -> dict[str, str]:
    """Go's caches stay where the machine has them; no other version of Go is fetched."""
    return os.environ | {"CGO_ENABLED": "1", "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false"}


def _files(sources: Path) -> list[Path]:
    return sorted([*sources.glob("*.go"), *sources.glob("go.*")])


def _digest(files: Sequence[Path]) -> str:
    """Changes with the sources, with what is done to them, and with Go."""
    content = hashlib.sha256(go_version().encode())
    content.update(repr((CONSENSUS, _NOW, _NOW_BEHIND, _BUILD)).encode())
    for file in (*files, _CLOCK):
        content.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return content.hexdigest()[:16]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
