"""Takes one rule at a time out of the contracts, and asks whether some test notices.

The rules are tables in tests/mutants: a title, a file, an exact text and what stands there instead.
A text that is not found exactly once fails loudly. Each mutant is compiled as the contracts are, in
memory, kept by content under var/mutate, and met by the fast tests of contracts and twin. The exit
code: 0 every mutant was noticed; 1 one survived; 2 a mutant does not apply, compile or run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from contracts import build
from scripts.mutants import DEPLOYED, Mutant, MutantError, affected, closure, read_mutants
from scripts.node import node_binary

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "var" / "mutate"
OTHER_ARTIFACTS = "TONGDUI_TEST_ARTIFACTS"
"""Environment: where the tests' EVM looks for a contract's artifact first."""
TESTS = (
    "tests/contracts",
    "tests/properties/test_examples.py",
    "tests/properties/test_transitions.py",
)
SERVER = ROOT / "scripts" / "compile_many.cjs"
SETTINGS = {**build.SETTINGS, "optimizer": {"enabled": False}}
"""As the contracts are compiled but for the optimiser: half the time, and no rule depends on it."""
JOBS = 2
"""Compilers side by side: each takes a core and some 400 MB."""
LONGEST_RUN_S = 300
_NOTICED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


class Compiler:
    """A compiler that stays, for one thread at a time."""

    def __init__(self) -> None:
        command = [
            str(node_binary()),
            "--stack-size=4000",
            str(SERVER),
            str(build.ROOT / "node_modules"),
        ]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def compile(self, files: build.Files, contracts: Sequence[str]) -> dict[str, Any]:
        """Contract → what the compiler made of it; MutantError with its words if it refuses."""
        outputs = ["abi", "evm.bytecode.object"]
        selection = {f"contracts/{name}.sol": {name: outputs} for name in contracts}
        request = {
            "language": "Solidity",
            "sources": {name: {"content": text} for name, text in files.items()},
            "settings": {**SETTINGS, "outputSelection": selection},
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        errors = [e for e in answer.get("errors", []) if e["severity"] == "error"]
        if errors:
            raise MutantError(errors[0]["formattedMessage"])
        return {name: answer["contracts"][f"contracts/{name}.sol"][name] for name in contracts}

    def close(self) -> None:
        """End the compiler's process."""
        self._process.terminate()
        self._process.communicate()


@dataclass(frozen=True)
class Verdict:
    """``noticed_by`` is the first test that failed, or empty where the mutant survived.

    ``broken`` says why a mutant could not be judged at all.
    """

    mutant: Mutant
    noticed_by: str = ""
    broken: str = ""

    def word(self) -> str:
        """What the table says."""
        if self.broken:
            return f"[red]not judged: {self.broken.splitlines()[0]}"
        by = self.noticed_by.removeprefix("tests/")
        return f"[green]{by}" if by else "[red]nobody"


def compiled(files: build.Files, contracts: Sequence[str], compiler: Compiler) -> Path:
    """A folder with these contracts' artifacts, from an earlier run where nothing changed."""
    parts = (part for name in contracts for part in closure(files, f"contracts/{name}.sol"))
    needed = {part: files[part] for part in sorted(set(parts))}
    locked = (ROOT / "package-lock.json").read_text("utf-8")
    content = json.dumps([needed, list(contracts), SETTINGS, locked], sort_keys=True)
    folder = CACHE / hashlib.sha256(content.encode()).hexdigest()[:24]
    if not folder.is_dir():
        _write(folder, compiler.compile(needed, contracts))
    return folder


def judge(mutant: Mutant, files: build.Files, compilers: Queue[Compiler]) -> Verdict:
    """Compile and test one mutant."""
    mutated = mutant.apply(files)
    compiler = compilers.get()
    try:
        folder = compiled(mutated, affected(files, mutant.file), compiler)
    except MutantError as error:
        return Verdict(mutant, broken=str(error))
    finally:
        compilers.put(compiler)
    try:
        return Verdict(mutant, noticed(folder, mutant.first))
    except MutantError as error:
        return Verdict(mutant, broken=str(error))


def noticed(folder: Path, first: Sequence[str] = ()) -> str:
    """The first test that fails with the artifacts of ``folder``, or empty.

    Those most likely to fail run first and alone: to collect all the others takes longer than they.
    """
    return (_first_failure(folder, first) if first else "") or _first_failure(folder, TESTS)


def _first_failure(folder: Path, tests: Sequence[str]) -> str:
    environment = {
        **os.environ,
        OTHER_ARTIFACTS: str(folder),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # ours need none, and finding them takes a second
    }
    options = ("-q", "-x", "-m", "not slow", "--tb=no", "-o", f"cache_dir={CACHE / 'pytest'}")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN_S,
        check=False,
    )
    if ran.returncode == 0:
        return ""
    who = _NOTICED.search(ran.stdout)
    if ran.returncode != 1 or who is None:
        raise MutantError(f"the tests did not run: {(ran.stdout + ran.stderr)[-2000:]}")
    return who[1]


def judge_all(
    mutants: list[Mutant], files: build.Files, compilers: Queue[Compiler]
) -> list[Verdict]:
    """A verdict for each, in the tables' order, with a bar meanwhile."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    verdicts: dict[str, Verdict] = {}
    with (
        Progress(*columns, TimeElapsedColumn()) as bar,
        ThreadPoolExecutor(compilers.qsize()) as pool,
    ):
        task = bar.add_task("变异 · mutants", total=len(mutants))
        running = {pool.submit(judge, mutant, files, compilers): mutant for mutant in mutants}
        try:
            for done in as_completed(running):
                verdict = done.result()
                verdicts[verdict.mutant.name] = verdict
                if not verdict.noticed_by or not bar.console.is_terminal:
                    bar.console.print(f"{verdict.mutant.name}: {verdict.word()}")
                bar.advance(task)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [verdicts[mutant.name] for mutant in mutants]


def report(verdicts: list[Verdict], console: Console, seconds: float) -> int:
    """Prints the table and the sum; the exit code."""
    table = Table("rule", "mutant", "noticed by", title="规则变异 · a rule less", show_lines=False)
    for verdict in verdicts:
        table.add_row(verdict.mutant.rule, verdict.mutant.name, verdict.word())
    console.print(table)
    broken = [verdict.mutant.name for verdict in verdicts if verdict.broken]
    survived = [v.mutant.name for v in verdicts if not v.noticed_by and not v.broken]
    noticed_count = len(verdicts) - len(survived) - len(broken)
    console.print(f"{noticed_count} of {len(verdicts)} noticed in {seconds:.0f} s")
    for word, names in (("survived", survived), ("not judged", broken)):
        if names:
            console.print(f"[red]{word}: {', '.join(names)}")
    return 2 if broken else int(bool(survived))


def run(names: Sequence[str], jobs: int) -> int:
    """The exit code for these mutants, or for all where none is named."""
    console, began = Console(), time.monotonic()
    with ExitStack() as stack:
        try:
            mutants = [m for m in read_mutants() if not names or m.name in names]
            files = build.sources(ROOT / "contracts", ROOT / "node_modules")
            for mutant in mutants:
                mutant.apply(files)
            if not mutants:
                raise MutantError(f"no mutant is called {', '.join(names)}")
            compilers: Queue[Compiler] = Queue()
            for _ in range(jobs):
                compilers.put(stack.enter_context(closing(Compiler())))
            _check_baseline(files, compilers)
            verdicts = judge_all(mutants, files, compilers)
        except MutantError as error:
            console.print(f"mutate: {error}", style="red", highlight=False, markup=False)
            return 2
    return report(verdicts, console, time.monotonic() - began)


def _check_baseline(files: build.Files, compilers: Queue[Compiler]) -> None:
    compiler = compilers.get()
    folder = compiled(files, DEPLOYED, compiler)
    compilers.put(compiler)
    fails = noticed(folder)
    if fails:
        raise MutantError(f"{fails} fails without any mutant")


def _write(folder: Path, answer: dict[str, Any]) -> None:
    """Whole or not at all: a run that is interrupted leaves nothing behind that looks finished."""
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}.{time.monotonic_ns()}")
    fresh.mkdir(parents=True)
    for name, found in answer.items():
        artifact = {
            "contractName": name,
            "abi": found["abi"],
            "bytecode": "0x" + found["evm"]["bytecode"]["object"],
        }
        (fresh / f"{name}.json").write_text(json.dumps(artifact), "utf-8")
    if folder.is_dir():
        return
    fresh.rename(folder)


def main() -> int:
    """The command `python -m scripts.mutate [NAME…] [--jobs N]`."""
    parser = argparse.ArgumentParser(prog="python -m scripts.mutate", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these mutants")
    parser.add_argument("--jobs", type=int, default=JOBS, help="how many side by side")
    options = parser.parse_args()
    return run(options.names, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
