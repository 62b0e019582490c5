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
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from contracts import build

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "tests" / "mutants"
CACHE = ROOT / "var" / "mutate"
OTHER_ARTIFACTS = "TONGDUI_TEST_ARTIFACTS"
"""Environment: where the tests' EVM looks for a contract's artifact first."""
DEPLOYED = ("MemberRegistry", "RateBook", "ClearingHouse", "PointsLedger", "RedemptionDesk")
TESTS = (
    "tests/contracts",
    "tests/properties/test_examples.py",
    "tests/properties/test_transitions.py",
)
JOBS = 2
"""Compilers side by side: each takes a core and some 400 MB."""
LONGEST_RUN_S = 300
_IMPORT = re.compile(r'^import [^;]*?"(\.[^"]+)";', re.MULTILINE)
_NOTICED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


class MutantError(Exception):
    """A mutant that says nothing about the tests: it does not apply, compile or run."""


@dataclass(frozen=True)
class Mutant:
    """One rule taken out. ``first`` are the tests most likely to notice."""

    name: str
    rule: str
    file: str
    find: str
    replace: str
    first: tuple[str, ...] = ()

    def apply(self, files: build.Files) -> build.Files:
        """The sources without the rule; MutantError unless its text is there exactly once."""
        source = f"contracts/{self.file}"
        count = files.get(source, "").count(self.find)
        if count != 1:
            raise MutantError(f"{self.name}: its text is in {self.file} {count} times, not once")
        return files | {source: files[source].replace(self.find, self.replace)}


@dataclass(frozen=True)
class Verdict:
    """``noticed_by`` is the first test that failed, or empty where the mutant survived."""

    mutant: Mutant
    noticed_by: str


def read_mutants(folder: Path = TABLES) -> list[Mutant]:
    """Every mutant of every table; MutantError where two have one name."""
    found = [
        Mutant(**entry, first=tuple(table["first"]))
        for path in sorted(folder.glob("*.toml"))
        for table in [tomllib.loads(path.read_text("utf-8"))]
        for entry in table["mutant"]
    ]
    names = [mutant.name for mutant in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise MutantError(f"two mutants of one name: {', '.join(twice)}")
    return found


def affected(files: build.Files, file: str) -> list[str]:
    """The deployed contracts whose code a source is part of."""
    source = f"contracts/{file}"
    return [name for name in DEPLOYED if source in set(_closure(files, f"contracts/{name}.sol"))]


def compiled(files: build.Files, contracts: Sequence[str]) -> Path:
    """A folder with these contracts' artifacts, from an earlier run where nothing changed."""
    wanted = {f"contracts/{name}.sol": sorted([name]) for name in contracts}
    needed = sorted({part for source in wanted for part in _closure(files, source)})
    locked = (ROOT / "package-lock.json").read_text("utf-8")
    content = [wanted, {name: files[name] for name in needed}, dict(build.SETTINGS), locked]
    key = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]
    folder = CACHE / key
    if not folder.is_dir():
        _write(folder, _compile({name: files[name] for name in needed}, contracts))
    return folder


def judge(mutant: Mutant, files: build.Files) -> Verdict:
    """Compile and test one mutant."""
    mutated = mutant.apply(files)
    folder = compiled(mutated, affected(files, mutant.file))
    return Verdict(mutant, noticed(folder, mutant.first))


def noticed(folder: Path | None, first: Sequence[str] = ()) -> str:
    """The first test that fails with the artifacts of ``folder``, or empty."""
    environment = {key: value for key, value in os.environ.items() if key != OTHER_ARTIFACTS}
    if folder is not None:
        environment[OTHER_ARTIFACTS] = str(folder)
    options = ("-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", "--tb=no")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *first, *TESTS],
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


def judge_all(mutants: list[Mutant], files: build.Files, jobs: int) -> list[Verdict]:
    """A verdict for each, in the tables' order, with a bar meanwhile."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    verdicts: dict[str, Verdict] = {}
    with Progress(*columns, TimeElapsedColumn()) as bar, ThreadPoolExecutor(jobs) as pool:
        task = bar.add_task("变异 · mutants", total=len(mutants))
        running = {pool.submit(judge, mutant, files): mutant for mutant in mutants}
        try:
            for done in as_completed(running):
                verdict = done.result()
                verdicts[verdict.mutant.name] = verdict
                bar.advance(task)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [verdicts[mutant.name] for mutant in mutants]


def report(verdicts: list[Verdict], console: Console, seconds: float) -> int:
    """Prints the table and the sum; the exit code."""
    table = Table("rule", "mutant", "noticed by", title="规则变异 · a rule less", show_lines=False)
    for verdict in verdicts:
        by = verdict.noticed_by.removeprefix("tests/")
        colour = "green" if by else "red"
        table.add_row(verdict.mutant.rule, verdict.mutant.name, f"[{colour}]{by or 'nobody'}")
    console.print(table)
    survived = [verdict.mutant.name for verdict in verdicts if not verdict.noticed_by]
    noticed_count = len(verdicts) - len(survived)
    console.print(f"{noticed_count} of {len(verdicts)} noticed in {seconds:.0f} s")
    if survived:
        console.print(f"[red]survived: {', '.join(survived)}")
    return int(bool(survived))


def run(names: Sequence[str], jobs: int) -> int:
    """The exit code for these mutants, or for all where none is named."""
    console, began = Console(), time.monotonic()
    try:
        mutants = [m for m in read_mutants() if not names or m.name in names]
        files = build.sources(ROOT / "contracts", ROOT / "node_modules")
        for mutant in mutants:
            mutant.apply(files)
        if not mutants:
            raise MutantError(f"no mutant is called {', '.join(names)}")
        baseline = noticed(compiled(files, DEPLOYED))
        if baseline:
            raise MutantError(f"{baseline} fails without any mutant")
        verdicts = judge_all(mutants, files, jobs)
    except (MutantError, build.BuildError) as error:
        console.print(f"[red]mutate: {error}", style="red", highlight=False)
        return 2
    return report(verdicts, console, time.monotonic() - began)


def _closure(files: build.Files, source: str) -> Iterator[str]:
    """A source and all of ours that it imports, as often as they are imported."""
    yield source
    folder = Path(source).parent
    for found in _IMPORT.findall(files[source]):
        yield from _closure(files, os.path.normpath(folder / found))


def _compile(files: build.Files, contracts: Sequence[str]) -> dict[str, Any]:
    """Contract → artifact, the compiler asked for nothing else; MutantError where it refuses."""
    from solcx import compile_standard
    from solcx.exceptions import SolcError

    outputs = ["abi", "evm.bytecode.object"]
    selection = {f"contracts/{name}.sol": {name: outputs} for name in contracts}
    request = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in files.items()},
        "settings": {**build.SETTINGS, "outputSelection": selection},
    }
    try:
        answer = compile_standard(
            request, solc_binary=build.FOLDER / "solc", base_path=ROOT / "node_modules"
        )
    except SolcError as error:
        raise MutantError(str(error.message)) from error
    return {name: answer["contracts"][f"contracts/{name}.sol"][name] for name in contracts}


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
