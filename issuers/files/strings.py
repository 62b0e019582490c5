"""The strings that a workbook's sheets share, in flat memory however many there are.

A workbook of a million rows can hold several million of them, so they go to a temporary file in
blocks, with one offset a block in memory; the blocks used last stay decoded. Sheets refer to
strings mostly in the order of their first use, or to a few again and again: both find their block
at hand.
"""

from __future__ import annotations

import tempfile
from array import array
from collections import OrderedDict
from typing import Any

import orjson

from issuers.files.limits import FileLimits
from issuers.files.xml import feed, local, parser, unescaped
from issuers.files.ziparchive import Archive
from ledger.errors import Rejected

PART = "xl/sharedStrings.xml"
BLOCK = 256
"""Strings together."""
HELD_BYTES = 2**20
"""Of blocks that stay decoded, as they are stored."""


class SharedStrings:
    """String by number; an IndexError for a number that is not there."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._offsets = array("Q", [0])
        self._writing = list[str]()
        self._held: OrderedDict[int, tuple[list[str], int]] = OrderedDict()
        self._held_bytes = 0
        self.count = 0

    def add(self, text: str) -> None:
        """The next string."""
        self._writing.append(text)
        self.count += 1
        if len(self._writing) == BLOCK:
            self._spill()

    def done(self) -> None:
        """No more will come."""
        self._spill()

    def __getitem__(self, number: int) -> str:
        block, place = divmod(number, BLOCK)
        found = self._held.get(block)
        return (found[0] if found is not None else self._load(block))[place]

    def close(self) -> None:
        """Takes the temporary file away."""
        self._file.close()

    def _spill(self) -> None:
        if self._writing:
            self._file.write(orjson.dumps(self._writing))
            self._offsets.append(self._file.tell())
            self._writing = []

    def _load(self, block: int) -> list[str]:
        if not 0 <= block < len(self._offsets) - 1:
            raise IndexError(block)
        begin, end = self._offsets[block], self._offsets[block + 1]
        self._file.seek(begin)
        strings: list[str] = orjson.loads(self._file.read(end - begin))
        self._held[block] = strings, end - begin
        self._held_bytes += end - begin
        while self._held_bytes > HELD_BYTES and len(self._held) > 1:
            _, (_, gone) = self._held.popitem(last=False)
            self._held_bytes -= gone
        return strings


def read_strings(archive: Archive, part: str, name: str, limits: FileLimits) -> SharedStrings:
    """All strings of the part, without the pronunciation that Excel keeps beside Chinese text."""
    strings, reader = SharedStrings(), _Reader(name, limits)
    made = parser(part, name)
    made.StartElementHandler = reader.start
    made.EndElementHandler = reader.end
    made.CharacterDataHandler = reader.text
    try:
        for text in feed(archive, part, made, reader.taken):
            strings.add(str(text))
        strings.done()
    except BaseException:
        strings.close()
        raise
    return strings


class _Reader:
    """Gathers the text of ``si`` elements: of their ``t``, outside of ``rPh``."""

    def __init__(self, name: str, limits: FileLimits) -> None:
        self._name = name
        self._most = limits.cell_characters
        self._found = list[str]()
        self._parts = list[str]()
        self._length = 0
        self._reads = self._aside = False

    def taken(self) -> list[str]:
        """What was completed since the last call."""
        found, self._found = self._found, []
        return found

    def text(self, text: str) -> None:
        """A piece of text; the parser's call, as the two below."""
        if self._reads:
            self._length += len(text)
            if self._length > self._most:
                raise Rejected("file.cell-too-long", name=self._name, place=PART, most=self._most)
            self._parts.append(text)

    def start(self, tag: str, _: dict[str, Any]) -> None:
        """An element begins."""
        kind = local(tag)
        if kind == "t":
            self._reads = not self._aside
        elif kind == "rPh":
            self._aside = True
        elif kind == "si":
            self._parts, self._length = [], 0

    def end(self, tag: str) -> None:
        """An element ends."""
        kind = local(tag)
        if kind == "t":
            self._reads = False
        elif kind == "rPh":
            self._aside = False
        elif kind == "si":
            self._found.append(unescaped("".join(self._parts)))
