"""What kind of file came, told by its first bytes, and whether its name says the same.

A name is a claim: a web page or a tab-separated text that is called .xls is refused, with what it
really is, rather than guessed at.
"""

from __future__ import annotations

from enum import StrEnum
from typing import BinaryIO

from issuers.files.names import extension, file_name
from ledger.errors import Rejected

_HEAD_BYTES = 4096
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
"""The name of the one thing inside a workbook with a password to open it."""


class Kind(StrEnum):
    """Of files that are read."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"


EXTENSIONS = {
    ".csv": Kind.CSV,
    ".txt": Kind.CSV,
    ".tsv": Kind.CSV,
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".xls": Kind.XLS,
}
"""Kind by the end of a file's name. Excel's "Unicode text" is a .txt."""


def kind_of(file: BinaryIO, given: str) -> Kind:
    """The kind, where name and content agree; the file stands at its beginning afterwards."""
    name, end = file_name(given), extension(given)
    claimed = EXTENSIONS.get(end)
    if claimed is None:
        raise Rejected("file.kind-unknown", name=name)
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if not head.strip():
        raise Rejected("file.empty", name=name)
    found = _sniffed(head)
    if found == Kind.XLS and _is_encrypted(file):
        raise Rejected("file.encrypted", name=name)
    if found != claimed:
        raise Rejected("file.kind-differs", name=name, extension=end, found=str(found))
    return claimed


def _sniffed(head: bytes) -> str:
    """A Kind, or a word for something else."""
    for magic, kind in (
        (b"PK\x03\x04", Kind.XLSX),
        (b"PK\x05\x06", Kind.XLSX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.XLS),
        (b"%PDF", "pdf"),
        (b"Rar!", "rar"),
        (b"7z\xbc\xaf", "7z"),
        (b"\x89PNG", "png"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"\x1f\x8b", "gzip"),
    ):
        if head.startswith(magic):
            return kind
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.CSV
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<html", b"<!doctype", b"<table", b"<meta")):
        return "html"
    if text.startswith(b"<?xml"):
        return "html" if b"<html" in text else "xml"
    return "binary" if b"\0" in head else Kind.CSV


def _is_encrypted(file: BinaryIO) -> bool:
    """Looked for piece by piece, with enough of each kept for a name across two."""
    rest = b""
    try:
        while chunk := file.read(1 << 20):
            if _ENCRYPTED_PACKAGE in rest + chunk:
                return True
            rest = chunk[-len(_ENCRYPTED_PACKAGE) :]
    finally:
        file.seek(0)
    return False
