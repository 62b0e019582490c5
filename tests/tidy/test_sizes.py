"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
import re

from tests.tidy.files import texts

LONGEST_FILE_LINES = 500
LONGEST_FUNCTION_LINES = 70

_SOLIDITY_FUNCTION = re.compile(r"^ {4}(?:function (\w+)|(constructor|receive|fallback)\b)")


def python_functions(text: str) -> list[tuple[str, int]]:
    """(name, lines) of each function, nested ones included."""
    return [
        (node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def solidity_functions(text: str) -> list[tuple[str, int]]:
    """(name, lines) of each function of a formatted contract: up to the brace that closes it."""
    found: list[tuple[str, int]] = []
    name, began = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        start = _SOLIDITY_FUNCTION.match(line)
        if start:
            name, began = start[1] or start[2], number
        if name and (line.startswith("    }") or (line.rstrip().endswith((";", "}")) and start)):
            found.append((name, number - began + 1))
            name = ""
    return found


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {name: text.count("\n") for name, text in texts(".py", ".sol")}

    assert {n: lines for n, lines in lengths.items() if lines > LONGEST_FILE_LINES} == {}


def test_no_function_is_longer_than_two_screens() -> None:
    too_long = [
        (name, function, lines)
        for suffix, functions in ((".py", python_functions), (".sol", solidity_functions))
        for name, text in texts(suffix)
        for function, lines in functions(text)
        if lines > LONGEST_FUNCTION_LINES
    ]

    assert too_long == []


def test_both_measures_count_what_they_claim_to() -> None:
    python = "def long():\n" + "    pass\n" * 80
    solidity = (
        "contract C {\n    function long() external {\n"
        + "        x = 1;\n" * 80
        + "    }\n    function short() external {}\n}\n"
    )

    assert python_functions(python) == [("long", 81)]
    assert solidity_functions(solidity) == [("long", 82), ("short", 1)]
