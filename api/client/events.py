"""Server-sent events out of the lines of a stream, as the HTML standard reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from api.client.answers import Event


def events_of(lines: Iterable[str]) -> Iterator[Event]:
    """Each event once its blank line has come; comments and what a broken line begins are none."""
    last, kind, data = "", "", list[str]()
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                data.append(value)
            elif name == "event":
                kind = value
            elif name == "id":
                last = value
            continue
        if data:
            yield Event(last, kind or "message", "\n".join(data))
        kind, data = "", []
