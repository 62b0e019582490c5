"""XLSX and XLSM: a ZIP of XML, read part by part. Macros are noted and never run, links to other
workbooks never followed.

This module knows the workbook: its sheets, formats, strings. ``xlsxsheet`` streams one sheet.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO
from xml.etree.ElementTree import Element

from issuers.files.book import Layout, Line, Merged, SheetName
from issuers.files.cells import Cell
from issuers.files.formats import Shape, reader_of, shape_of
from issuers.files.limits import FileLimits
from issuers.files.strings import SharedStrings, read_strings
from issuers.files.xlsxsheet import Context, column_of, stream
from issuers.files.xml import attribute, children, tree
from issuers.files.ziparchive import Archive
from issuers.reasons import Sentence
from ledger.errors import Rejected

WORKBOOK = "xl/workbook.xml"
_ROOT = "_rels/.rels"
MACROS = Sentence(
    "文件带有宏；只读取单元格的内容，宏不会运行。",
    "The file has macros; only the cells are read, the macros never run.",
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_HIDDEN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_COLUMN_SPAN = re.compile(rb'(?=.*\bmin="(\d{1,5})")(?=.*\bmax="(\d{1,5})")', re.DOTALL)
_OVERLAP_BYTES = 512
"""Kept of each piece, so that an element across two is found whole."""


class XlsxBook:
    """A workbook; see ``book.Book``."""

    def __init__(self, file: BinaryIO, name: str, limits: FileLimits) -> None:
        self._name = name
        self._limits = limits
        self._archive = Archive(file, name, limits)
        self._strings: SharedStrings | None = None
        self._main = self._found()
        workbook = tree(self._archive, self._main, name)
        self._parts, self.sheets = self._listed(workbook)
        properties = children(workbook, "workbookPr")
        self.date1904 = any(attribute(one, "date1904") in ("1", "true") for one in properties)
        computing = children(workbook, "calcPr")
        self._stale = any(attribute(one, "fullCalcOnLoad") in ("1", "true") for one in computing)
        self._readers = self._formats()
        macros = any(part.lower().endswith("vbaproject.bin") for part in self._archive.parts)
        self.notes: Sequence[Sentence] = (MACROS,) if macros else ()

    def layout(self, sheet: int) -> Layout:
        """From the sheet's raw bytes: what is merged stands behind all of its rows."""
        merged, hidden, rest = list[Merged](), set[int](), b""
        columns_known = False
        for chunk in self._archive.chunks(self._parts[sheet]):
            text = rest + chunk
            if not columns_known:
                columns_known = b"sheetData" in text
                hidden |= _hidden_columns(text)
            last = 0
            for found in _MERGED.finditer(text):
                merged.append(_range(found))
                last = found.end()
            if len(merged) > self._limits.merged_ranges:
                most = self._limits.merged_ranges
                raise Rejected("file.too-many-merges", name=self._name, most=most)
            rest = text[max(last, len(text) - _OVERLAP_BYTES) :]
        return Layout(merged, frozenset(hidden))

    def lines(self, sheet: int) -> Iterator[Line]:
        """Streamed from the sheet's XML."""
        if self._strings is None:
            self._strings = self._read_strings()
        context = Context(
            self._name,
            self.sheets[sheet].name,
            self._parts[sheet],
            self._strings,
            self._readers,
            self._stale,
            self._limits,
        )
        return stream(self._archive, context)

    def close(self) -> None:
        """Takes the temporary file of strings away."""
        if self._strings is not None:
            self._strings.close()
        self._archive.close()

    def _found(self) -> str:
        """The part that is the workbook: some programs give it a name of their own."""
        mains = [WORKBOOK]
        if _ROOT in self._archive.parts:
            found = children(tree(self._archive, _ROOT, self._name), "Relationship")
            mains = [
                posixpath.normpath(attribute(one, "Target").lstrip("/"))
                for one in found
                if attribute(one, "Type").endswith("/officeDocument")
            ] or mains
        if mains[0] not in self._archive.parts:
            raise self._archive.damaged(mains[0])
        return mains[0]

    def _listed(self, workbook: Element) -> tuple[list[str], Sequence[SheetName]]:
        """Parts and names of the sheets that hold cells; charts and the like are none."""
        targets = self._targets("worksheet")
        parts, names = list[str](), list[SheetName]()
        for one in children(workbook, "sheet"):
            part = targets.get(attribute(one, "id"))
            if part is not None:
                parts.append(part)
                hidden = attribute(one, "state") in ("hidden", "veryHidden")
                names.append(SheetName(attribute(one, "name"), hidden))
        if len(names) > self._limits.sheets:
            raise Rejected("file.too-many-sheets", name=self._name, most=self._limits.sheets)
        if not names:
            raise self._archive.damaged(self._main)
        return parts, tuple(names)

    def _targets(self, kind: str) -> dict[str, str]:
        """Part by relation id, of the workbook's relations of one kind that are in this file."""
        folder, base = posixpath.split(self._main)
        found, part = dict[str, str](), f"{folder}/_rels/{base}.rels"
        if part not in self._archive.parts:
            raise self._archive.damaged(part)
        for one in children(tree(self._archive, part, self._name), "Relationship"):
            inside = attribute(one, "TargetMode") != "External"
            if inside and attribute(one, "Type").endswith("/" + kind):
                target = posixpath.normpath(posixpath.join(f"/{folder}", attribute(one, "Target")))[
                    1:
                ]
                if target not in self._archive.parts:
                    raise self._archive.damaged(target)
                found[attribute(one, "Id")] = target
        return found

    def _read_strings(self) -> SharedStrings:
        parts = list(self._targets("sharedStrings").values())
        if not parts:
            return SharedStrings()
        return read_strings(self._archive, parts[0], self._name, self._limits)

    def _formats(self) -> list[Callable[[str], Cell]]:
        """What reads a number, by the number of a cell's style."""
        parts = list(self._targets("styles").values())
        if not parts:
            return []
        root = tree(self._archive, parts[0], self._name)
        codes = {
            _int(attribute(one, "numFmtId")): attribute(one, "formatCode")
            for one in children(root, "numFmt")
        }
        by_shape = {shape: reader_of(shape, self.date1904) for shape in Shape}
        styles = (xf for box in children(root, "cellXfs") for xf in children(box, "xf"))
        numbers = (_int(attribute(xf, "numFmtId")) for xf in styles)
        return [by_shape[shape_of(number, codes.get(number))] for number in numbers]


def _int(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _range(found: re.Match[bytes]) -> Merged:
    left, top, right, bottom = (part.decode("ascii") for part in found.groups())
    return Merged(int(top), int(bottom), column_of(left), column_of(right))


def _hidden_columns(text: bytes) -> set[int]:
    found = set[int]()
    for one in _HIDDEN.findall(text):
        if re.search(rb'hidden="(?:1|true)"', one):
            span = _COLUMN_SPAN.match(one)
            found |= set(range(int(span[1]) - 1, int(span[2]))) if span else set()
    return found
