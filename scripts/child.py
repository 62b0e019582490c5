"""Child processes of an installation: started with a log, watched for health, ended with us.

A child ends itself when the process that started it is gone, even by SIGKILL: it runs its module
under ``python -m scripts.child PARENT MODULE …``. One that is left all the same is ended at the
next start. Knows nothing of what a module does.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from ledger.chain.engine import end_stray, write_pid
from ledger.errors import Unavailable

START_S = 60.0
"""How long a start may take on a busy machine."""
STOP_S = 15.0
LOOK_EVERY_S = 1.0
_POLL_S = 0.05


@dataclass
class Child:
    """One running child."""

    name: str
    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def wait_until_up(self, path: str = "/healthz") -> None:
        """Return once it answers; Unavailable, with its last words, if it ends or is late."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.alive():
            try:
                if httpx.get(self.url + path, trust_env=False, timeout=5).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(_POLL_S)
        words = self.log.read_text("utf-8", "replace")[-500:]
        raise Unavailable("child.did-not-start", name=self.name, words=words)

    def stop(self) -> None:
        """End it, gently and then not."""
        if self.alive():
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        (self.log.parent / f"{self.name}.pid").unlink(missing_ok=True)


def start(
    name: str,
    module: str,
    words: Sequence[str],
    *,
    url: str,
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> Child:
    """Start a module as a child, without waiting; ``environment`` is added to ours."""
    log.parent.mkdir(parents=True, exist_ok=True)
    end_stray(log.parent, f"{name}.pid")
    command = [sys.executable, "-m", "scripts.child", str(os.getpid()), module, *words]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # an interrupt at the terminal is ours to handle
            env={**os.environ, **(environment or {})},
        )
    write_pid(log.parent / f"{name}.pid", process.pid)
    return Child(name, url, log, process)


def _follow(parent: int) -> None:
    """End this process when its parent is gone."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run a module as ``python -m`` would, and end with the parent."""
    parent, module = int(sys.argv[1]), sys.argv[2]
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    sys.argv = [module, *sys.argv[3:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
