"""The table of sources' habits cannot rot: every test it names is there, every aspect is told."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from issuers.sandbox.kinds import Scheme

PAGE = "docs/source-habits.md"
ASPECTS = ("encoding", "order", "repeats", "lateness", "login", "id", "units", "refunds", "dirt")
_FILE = re.compile(r"`(\w+)` = `(tests/[\w/]+\.py)`")
_TEST = re.compile(r"`(\w+)::(test_\w+)`")


def sections(root: Path) -> dict[str, list[str]]:
    """Lines of each table by the first word of its heading."""
    parts = (root / PAGE).read_text("utf-8").split("\n## ")[1:]
    return {
        part.split()[0]: [line for line in part.splitlines() if line.startswith("| ")][1:]
        for part in parts
    }


def names_in(path: Path) -> set[str]:
    """Names of the file's tests."""
    found = ast.parse(path.read_text("utf-8")).body
    return {one.name for one in found if isinstance(one, ast.FunctionDef)}


def test_every_source_tells_every_aspect_of_its_habits_once(root: Path) -> None:
    told = {
        name: [line.split("|")[1].split()[-1] for line in lines if "---" not in line]
        for name, lines in sections(root).items()
    }

    assert {str(scheme) for scheme in Scheme} <= told.keys()
    short = {name: missing for name, said in told.items() if (missing := set(ASPECTS) - set(said))}
    assert short == {}
    assert [name for name, said in told.items() if len(set(said)) != len(said)] == []


def test_every_test_that_the_table_names_is_there(root: Path) -> None:
    text = (root / PAGE).read_text("utf-8")
    files = dict(_FILE.findall(text))
    named = _TEST.findall(text)

    gone = [
        f"{short}::{test}"
        for short, test in sorted(set(named))
        if short not in files or test not in names_in(root / files[short])
    ]

    assert gone == []
    assert files.keys() == {short for short, _ in named}
    lines = [line for some in sections(root).values() for line in some if "---" not in line]
    assert [line for line in lines if not _TEST.search(line)] == []
