"""Paths of the counter: who may ask what, and what an ask and an answer are.

Each feature lists its routes in a module beside this one. A route says who may use it: anybody on
this machine (reads of counts), a clerk by the pass that was made for him or her, or the office (IT
staff, who can read the agent's own pass). It knows no socket.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from ledger.errors import Rejected

LARGEST_JSON = 1024 * 1024
"""Bytes of a request's JSON; files come as streams."""
LONGEST_NUMBER = 15
"""Digits."""


class Stream(Protocol):
    """A request's body."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; none at its end."""
        ...


class Who(enum.StrEnum):
    """Whose route it is."""

    CLERK = "clerk"
    """Any clerk; the office too."""
    OFFICE = "office"


@dataclass(frozen=True)
class Ask:
    """One request. ``by`` is the clerk's name, or ``office``; ``at_s`` is the chain's time."""

    by: str
    at_s: int
    path: Mapping[str, str]
    query: Mapping[str, str]
    stream: Stream
    length: int

    def json(self) -> dict[str, Any]:
        """The body as an object. Rejected("counter.body")."""
        if self.length > LARGEST_JSON:
            raise Rejected("counter.body", why=f"{self.length} bytes")
        try:
            found = orjson.loads(self.stream.read(self.length) or b"{}")
        except orjson.JSONDecodeError as error:
            raise Rejected("counter.body", why=str(error)) from error
        if not isinstance(found, dict):
            raise Rejected("counter.body", why="no object")
        return found

    def text(self, body: Mapping[str, Any], name: str, *, most: int = 1000) -> str:
        """A text of the body that must be there. Rejected("counter.field")."""
        found = body.get(name)
        if not isinstance(found, str) or not found.strip() or len(found) > most:
            raise Rejected("counter.field", field=name)
        return found.strip()

    def id(self, name: str) -> int:
        """A number in the path. Rejected("counter.field")."""
        told = self.path[name]
        if not told.isdecimal() or len(told) > LONGEST_NUMBER:
            raise Rejected("counter.field", field=name)
        return int(told)

    def number(self, name: str, usual: int, most: int = 2**53) -> int:
        """A whole number of the query, or the usual one. Rejected("counter.field")."""
        told = self.query.get(name, str(usual))
        if not told.isdecimal() or len(told) > LONGEST_NUMBER or int(told) > most:
            raise Rejected("counter.field", field=name)
        return int(told)


@dataclass(frozen=True)
class Download:
    """An answer that is a file."""

    name: str
    media_type: str
    parts: Iterator[bytes]


Answer = dict[str, Any] | Download
"""An object is answered as JSON."""


@dataclass(frozen=True)
class Route:
    """``pattern`` such as ``/files/{file}/commit``; a name in braces matches one part."""

    method: str
    pattern: str
    who: Who
    handler: Callable[[Ask], Answer]

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The parts that the braces stand for; None where it is another path."""
        if method != self.method:
            return None
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.pattern), path)
        return None if found is None else found.groupdict()


class Routes:
    """All routes of a counter."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple(routes)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route, and what its braces stand for."""
        for route in self._routes:
            parts = route.match(method, path)
            if parts is not None:
                return route, parts
        return None
