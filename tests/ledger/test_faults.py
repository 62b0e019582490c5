"""Fault points follow from the machines, and no row changes its state behind their back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger import faults
from ledger.errors import Broken
from ledger.faults import NEW, KillAt, NoFaults, Transitions, from_setting

LAMP = Transitions("lamp", ((NEW, "off"), ("off", "on"), ("on", "off")))
ALLOWED = "ledger/store/transitions.py"
FOLDERS = ("ledger", "issuers", "api")
OUTSIDE = "issuers/sandbox/"
"""The outside systems keep states of their own, in files of their own."""
_SQL = re.compile(
    r"\b(?:update\b.*\bset\b|insert\b.*\binto\b)[^;]*\bstate\b", re.IGNORECASE | re.DOTALL
)


def state_writes(text: str) -> list[int]:
    """Lines that write a column ``state``: as ``values(state=…)``, in a dict given to ``values``,
    ``execute``, ``insert`` or ``update``, or in SQL text."""
    found: list[int] = []
    tree = ast.parse(text)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in prose and _SQL.search(node.value):
                found.append(node.lineno)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if name in ("values", "execute", "insert", "update") and any(_named_state(node)):
                found.append(node.lineno)
    return found


def _named_state(call: ast.Call) -> Iterator[bool]:
    yield any(keyword.arg == "state" for keyword in call.keywords)
    for given in [*call.args, *(keyword.value for keyword in call.keywords)]:
        for node in ast.walk(given):
            if isinstance(node, ast.Dict):
                yield any(_is_state(key) for key in node.keys)


def _is_state(key: ast.expr | None) -> bool:
    named = isinstance(key, ast.Constant) and key.value == "state"
    return named or (isinstance(key, ast.Attribute) and key.attr == "state")


def test_no_code_writes_a_state_but_the_one_function(root: Path) -> None:
    files = (path for folder in FOLDERS for path in (root / folder).rglob("*.py"))
    named = {path.relative_to(root).as_posix(): path for path in files}

    writes = {
        name: lines
        for name, path in named.items()
        if not name.startswith(OUTSIDE) and (lines := state_writes(path.read_text("utf-8")))
    }

    assert writes.keys() == {ALLOWED}


@pytest.mark.parametrize(
    "text",
    [
        "connection.execute(update(t).values(state='on'))",
        "connection.execute(insert(t), [{'id': 1, 'state': 'on'}])",
        "update(t).values({t.c.state: 'on'})",
        "update(t).values(dict(x) | {'state': 'on'})",
        "connection.exec_driver_sql('UPDATE lamps SET state = 1')",
        "text('insert into lamps (id, state) values (1, 2)')",
    ],
)
def test_the_check_finds_every_way_to_write_a_state(text: str) -> None:
    assert state_writes(text)


def test_the_check_leaves_readers_alone() -> None:
    assert not state_writes("select(t.c.state).where(t.c.state == 'on'); f(state='on')")
    assert not state_writes("def f():\n    'An update of the set of those in a state.'")


def test_a_machine_has_two_points_for_each_move() -> None:
    assert LAMP.points() == [
        "lamp.new-off.before",
        "lamp.new-off.after",
        "lamp.off-on.before",
        "lamp.off-on.after",
        "lamp.on-off.before",
        "lamp.on-off.after",
    ]


def test_a_move_that_is_not_allowed_is_broken() -> None:
    with pytest.raises(Broken) as refusal:
        LAMP.check("off", "off")

    assert refusal.value.code == "store.no-such-transition"
    assert refusal.value.fields == {"machine": "lamp", "move": "off-off"}


def test_a_name_belongs_to_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_MACHINES", {})
    faults.declare("lamp", LAMP.moves)

    again = faults.declare("lamp", LAMP.moves)
    with pytest.raises(ValueError, match="already"):
        faults.declare("lamp", [(NEW, "on")])
    with pytest.raises(ValueError, match="lower-case"):
        faults.declare("Lamp", LAMP.moves)

    assert faults.machines() == {"lamp": again}
    assert faults.all_points() == LAMP.points()


def test_a_setting_names_a_point_and_which_time() -> None:
    first, third = from_setting("lamp.off-on.before"), from_setting("lamp.off-on.after#3")

    assert isinstance(from_setting(None), NoFaults)
    assert isinstance(from_setting(""), NoFaults)
    assert isinstance(first, KillAt)
    assert (first.point, first._left) == ("lamp.off-on.before", 1)
    assert isinstance(third, KillAt)
    assert (third.point, third._left) == ("lamp.off-on.after", 3)


@pytest.mark.parametrize("text", ["lamp", "lamp.off-on", "lamp.off-on.before#0", "x.y-z.after#"])
def test_a_setting_that_could_never_fire_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"machine\.from-to"):
        from_setting(text)
