"""What the text of the repository never holds: one machine's paths, registries, or work put off."""

from __future__ import annotations

import ast
import re

from tests.tidy.files import texts

# Put together from parts, so that this file does not hold what it looks for.
_HOMES = ("work", "farm", "tmp", "root", "home", "Users")
MACHINE_PATH = re.compile(r"(?<![\w.$}{)/*-])/(?:" + "|".join(_HOMES) + r")/[\w.-]")
REGISTRY = re.compile(
    r"registry\." + r"npmjs|pypi\." + r"org|python" + r"hosted|crates\." + r"io|repo1\." + r"maven"
)
PUT_OFF = re.compile(r"\b(?:TO" + "DO|FIX" + "ME|X" + "XX|HA" + r"CK)\b")


def offences(pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    """`file:line: text` of each match."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts(*suffixes)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_knows_the_folders_of_one_machine() -> None:
    assert offences(MACHINE_PATH) == []


def test_no_file_names_a_registry() -> None:
    assert offences(REGISTRY) == []


def test_no_work_is_put_off_in_a_comment() -> None:
    assert offences(PUT_OFF) == []


def test_the_patterns_find_what_they_look_for() -> None:
    assert MACHINE_PATH.search("see /" + "tmp/x")
    assert not MACHINE_PATH.search("GET /v1/" + "work/x")
    assert REGISTRY.search("pypi." + "org")
    assert PUT_OFF.search("# TO" + "DO: later")


def test_names_in_code_are_ascii() -> None:
    odd = [
        (file, node.id if isinstance(node, ast.Name) else node.name)
        for file, text in texts(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not (node.id if isinstance(node, ast.Name) else node.name).isascii()
    ]

    assert odd == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name
        for name, text in texts(".py")
        if text.strip() and ast.get_docstring(ast.parse(text)) is None
    ]

    assert silent == []
