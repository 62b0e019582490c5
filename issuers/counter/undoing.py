"""The undo of a file at the counter: look first, then ask."""

from __future__ import annotations

from typing import Any

from issuers.counter.routing import Answer, Ask, Route, Who
from issuers.undoing import Undoing, Undone


class UndoingAtCounter:
    """The routes of undoing."""

    def __init__(self, undoing: Undoing) -> None:
        self._undoing = undoing

    def routes(self) -> list[Route]:
        """What the counter answers about undoing."""
        return [
            Route("GET", "/files/{file}/undo", Who.CLERK, self._look),
            Route("POST", "/files/{file}/undo", Who.CLERK, self._ask),
        ]

    def _look(self, ask: Ask) -> Answer:
        return _told(self._undoing.look(ask.id("file")))

    def _ask(self, ask: Ask) -> Answer:
        reason = str(ask.json().get("reason", ""))[:1000]
        return _told(self._undoing.ask(ask.id("file"), reason.strip(), ask.by, ask.at_s))


def _told(found: Undone) -> dict[str, Any]:
    said: dict[str, Any] = {"file": found.file, "state": str(found.state)}
    return said | {"approval": found.approval, "review": found.review} | found.sums._asdict()
