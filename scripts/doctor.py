"""Examines a machine: what Tongdui needs here, what is missing, and how to get it.

Returns findings and prints nothing; the command line shows them. Each probe takes what it looks at
as an argument, so that a test can give it a machine that lacks it. Must not change anything but a
probe file in var/ that it removes again.
"""

from __future__ import annotations

import codecs
import locale
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.node import ROOT, foundry_binary, node_binary

OLDEST_PYTHON = (3, 11)
DISK_NEEDED_BYTES = 2 * 1024**3
"""A season of the demo with chain, journal and databases, and room to spare."""
USUAL_PORTS = (8000, 8545)
"""The pages and API; the embedded chain."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PROBE_TIMEOUT_S = 20
"""A loaded machine may be slow to start a binary of 60 MB for the first time."""


@dataclass(frozen=True)
class Words:
    """One sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Finding:
    """One thing examined. `fix` is there exactly where something is missing."""

    name: str
    ok: bool
    detail: str
    fix: Words | None = None
    required: bool = True
    """Whether the demo cannot run without it."""


def examine(root: Path = ROOT, ports: Iterable[int] = USUAL_PORTS) -> list[Finding]:
    """Every finding about this machine, in the order in which to mend them."""
    return [
        python_version((sys.version_info.major, sys.version_info.minor)),
        environment(root / ".venv", Path(sys.prefix)),
        text_encoding(sys.getfilesystemencoding(), locale.getpreferredencoding(do_setlocale=False)),
        writable(root / "var"),
        disk_space(root, shutil.disk_usage(root).free),
        node(),
        runs("anvil", foundry_binary("anvil", root)),
        runs("forge", foundry_binary("forge", root)),
        *(free_port(port) for port in ports),
        browser(next((found for name in BROWSERS if (found := shutil.which(name))), None)),
    ]


def lacking(findings: Iterable[Finding]) -> list[Finding]:
    """Those without which the demo cannot run; none means exit code 0."""
    return [finding for finding in findings if finding.required and not finding.ok]


def python_version(version: tuple[int, int]) -> Finding:
    """Whether this Python is new enough."""
    fix = Words(
        "安装 Python 3.11 或更新版本，再运行 make setup",
        "install Python 3.11 or newer, then run `make setup`",
    )
    return _finding("python", version >= OLDEST_PYTHON, f"{version[0]}.{version[1]}", fix)


def environment(venv: Path, prefix: Path) -> Finding:
    """Whether we run in the environment that the locks describe."""
    inside = venv.is_dir() and prefix.resolve() == venv.resolve()
    fix = Words(
        "运行 make setup，然后用 .venv/bin/tongdui",
        "run `make setup`, then use .venv/bin/tongdui",
    )
    return _finding("venv", inside, str(prefix), fix)


def text_encoding(files: str, text: str) -> Finding:
    """Whether Chinese text and file names can be read and written."""
    utf8 = all(codecs.lookup(name).name == "utf-8" for name in (files, text))
    fix = Words("设置 LC_ALL=C.UTF-8 或 PYTHONUTF8=1", "set LC_ALL=C.UTF-8 or PYTHONUTF8=1")
    return _finding("utf-8", utf8, f"{files}, {text}", fix)


def writable(folder: Path) -> Finding:
    """Whether chain, journal and databases can be kept in the folder, or the folder be made."""
    place = folder if folder.exists() else folder.parent
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".doctor-"):
            able = True
    except OSError:
        able = False
    fix = Words(f"让当前用户可以写入 {folder}", f"let this user write to {folder}")
    return _finding("var", able, str(folder), fix)


def disk_space(folder: Path, free_bytes: int) -> Finding:
    """Whether a season fits on the disk."""
    needed = f"{DISK_NEEDED_BYTES / 1024**3:.0f} GiB"
    fix = Words(f"在 {folder} 所在磁盘上腾出 {needed}", f"free {needed} on the disk of {folder}")
    return _finding(
        "disk", free_bytes >= DISK_NEEDED_BYTES, f"{free_bytes / 1024**3:.1f} GiB free", fix
    )


def node() -> Finding:
    """Whether there is a Node to compile contracts with; running needs none."""
    fix = Words("运行 make setup", "run `make setup`")
    try:
        return _finding("node", True, str(node_binary()), fix, required=False)
    except FileNotFoundError as error:
        return _finding("node", False, str(error), fix, required=False)


def runs(name: str, binary: Path | None) -> Finding:
    """Whether a Foundry binary is there and starts; without anvil the demo uses eth-tester."""
    fix = Words(
        f"运行 make setup；本机型没有现成的 {name} 时，自行安装 Foundry 1.7 并放到 PATH 上"
        "（没有 anvil 时演示改用 eth-tester，较慢）",
        f"run `make setup`; where this kind of machine has no ready {name}, put Foundry 1.7 on the "
        "PATH (without anvil the demo uses eth-tester, slower)",
    )
    if binary is None:
        return _finding(name, False, "not found", fix, required=False)
    try:
        told = subprocess.run(
            [binary, "--version"],
            check=False,
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return _finding(name, False, f"{binary}: {error}", fix, required=False)
    said = (told.stdout or told.stderr).strip().partition("\n")[0]
    return _finding(name, told.returncode == 0, said, fix, required=False)


def free_port(port: int, host: str = "127.0.0.1") -> Finding:
    """Whether a server of ours can listen there; another port can be set instead."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            free = True
        except OSError:
            free = False
    fix = Words(
        f"停止占用端口 {port} 的程序，或换一个端口",
        f"stop what listens on port {port}, or choose another port",
    )
    detail = f"{host}:{port} {'free' if free else 'taken'}"
    return _finding(f"port {port}", free, detail, fix, required=False)


def browser(found: str | None) -> Finding:
    """Whether there is a browser for `make screenshots`; nothing else needs one."""
    fix = Words(
        "需要截图时安装 chromium（Debian：apt-get install chromium）",
        "for screenshots install chromium (Debian: apt-get install chromium)",
    )
    return _finding("chromium", found is not None, found or "not found", fix, required=False)


def _finding(name: str, ok: bool, detail: str, fix: Words, *, required: bool = True) -> Finding:
    return Finding(name, ok, detail, None if ok else fix, required)
