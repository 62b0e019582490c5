"""Fault points: moments at which a process may die, named, so that a test makes it die there.

Rows with a state move only along a machine's allowed moves, each inside a database transaction. A
move has two points: ``before`` its commit and ``after`` it. All points are computed from the
machines' moves, so a new move cannot be forgotten by the tests. Knows no SQL, no clock and no
environment: each process reads its setting in its own bootstrap.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from ledger.errors import Broken

NEW = "new"
"""The state of a row that is not there yet."""
_MACHINES: dict[str, Transitions] = {}
_WORD = re.compile(r"[a-z][a-z_]*")
_SETTING = re.compile(r"([a-z_]+\.[a-z_]+-[a-z_]+\.(?:before|after))(?:#([1-9]\d{0,8}))?")


class Faults(Protocol):
    """Is told of every fault point that is reached."""

    def reach(self, point: str) -> None:
        """Returns, or ends the process then and there."""
        ...


class NoFaults:
    """Nothing happens: every process outside a test."""

    def reach(self, point: str) -> None:
        """Returns."""


class KillAt:
    """Kills its own process, as a power cut would, the ``nth`` time that a point is reached."""

    def __init__(self, point: str, nth: int = 1) -> None:
        self.point = point
        self._left = nth

    def reach(self, point: str) -> None:
        """Returns, or never does."""
        if point == self.point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def from_setting(text: str | None) -> Faults:
    """From ``point`` or ``point#3`` (the third time); without text nothing happens.

    ValueError for anything else.
    """
    if not text:
        return NoFaults()
    found = _SETTING.fullmatch(text)
    if found is None:
        raise ValueError("a fault is `machine.from-to.before` or `.after`, with `#n` for the nth")
    return KillAt(found[1], int(found[2] or 1))


@dataclass(frozen=True)
class Transitions:
    """A machine: its name and the moves that its rows may make, as (from, to) pairs of states."""

    machine: str
    moves: tuple[tuple[str, str], ...]

    def check(self, before: str, after: str) -> None:
        """Broken unless a row may move so."""
        if (before, after) not in self.moves:
            move = f"{before}-{after}"
            raise Broken("store.no-such-transition", machine=self.machine, move=move)

    def point(self, before: str, after: str) -> str:
        """The name that the two fault points of a move begin with; Broken if there is none."""
        self.check(before, after)
        return f"{self.machine}.{before}-{after}"

    def points(self) -> list[str]:
        """Every fault point of this machine, in the order of its moves."""
        moves = (self.point(before, after) for before, after in self.moves)
        return [f"{move}.{side}" for move in moves for side in ("before", "after")]


def declare(machine: str, moves: Iterable[tuple[str, str]]) -> Transitions:
    """Registers a machine under its name: once, in the module that owns its table.

    Names and states are lower-case words; the first state of a move may be ``NEW``.
    """
    made = Transitions(machine, tuple(moves))
    words = {machine, *(word for move in made.moves for word in move)}
    if not all(_WORD.fullmatch(word) for word in words):
        raise ValueError("machines and states are lower-case words")
    if _MACHINES.setdefault(machine, made) != made:
        raise ValueError(f"there is a machine {machine} already")
    return made


def machines() -> dict[str, Transitions]:
    """The machines of the modules imported so far, by name."""
    return dict(_MACHINES)


def all_points() -> list[str]:
    """Every fault point of every machine of the modules imported so far."""
    return [point for machine in _MACHINES.values() for point in machine.points()]
