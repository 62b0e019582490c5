"""Rows as nobody would write them: what a parser has to reject rather than fall over.

Made from real rows by seeded draws, so that every run says the same. Pure.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from issuers.adapter import RawRow

SEED = 20_260_501
BYTES_PER_ROW = 6
ODD: tuple[Any, ...] = (
    None, "", " ", 0, -1, 1.5, 10**18, 1e308, -0.0, True, [], {}, ["1"], {"a": 1}, "若干", "１２",
    "9" * 5000, "2026-13-45", "0000-00-00", "2026-05-03T25:61:00+99:99", "3/5/2026", "\x00",
    "=1+1", "x" * 10_000, "\u202e", "1e5", "Infinity", "99999999999999999999", 253_402_300_800_000,
)  # fmt: skip
"""Values that stand where others should."""
WHOLE = (
    b"", b"null", b"[]", b"{}", b"0", b'"text"', b"[1,2,3]", b"{", b"\xff\xfe\x00", b"\x00" * 64,
    b'{"data":null}', b'{"data":[]}', b'{"data":{}}', b"[" * 2000, b'{"a":' * 400,
)  # fmt: skip
"""Rows that are none."""


def garbage(rows: Sequence[RawRow]) -> Iterator[RawRow]:
    """Spoilt copies of the rows, and rows that never were any."""
    draw = random.Random(SEED)
    for content in WHOLE:
        yield RawRow("garbage", content)
    for row in rows:
        for content in _values(row.content):
            yield RawRow(row.place, content)
        for content in _bytes(draw, row.content):
            yield RawRow(row.place, content)


def _values(content: bytes) -> Iterator[bytes]:
    """One value odd, or gone."""
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return
    for path in _paths(found):
        for odd in (*ODD, ...):
            yield orjson.dumps(_with(found, path, odd))


def _paths(found: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    places = found.items() if isinstance(found, dict) else ()
    for name, value in places:
        yield (*before, name)
        yield from _paths(value, (*before, name))


def _with(found: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """A copy with ``odd`` at the path; an ellipsis takes the field away."""
    name, *rest = path
    copy = dict(found)
    if rest:
        copy[name] = _with(found[name], tuple(rest), odd)
    elif odd is ...:
        del copy[name]
    else:
        copy[name] = odd
    return copy


def _bytes(draw: random.Random, content: bytes) -> Iterator[bytes]:
    """Cut short, or with bytes of chance."""
    for _ in range(BYTES_PER_ROW):
        at = int(draw.random() * (len(content) + 1))
        yield content[:at]
        yield content[:at] + bytes([int(draw.random() * 256)]) + content[at + 1 :]
