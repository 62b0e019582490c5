"""Pictures of offers: what they really are, how large, and nothing in them but the picture. Pure.

The content decides, not its name: PNG, JPEG and WebP by their first bytes, walked through piece by
piece. What a camera adds (place, time, its owner's name) and what stands behind the picture's end
is left out, so what is published is what can be seen. Other formats, SVG above all, are refused.
Pixels are not decoded: a browser does that, and takes no harm from a picture that is cut.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ledger.errors import Rejected

LARGEST_SIDE, SMALLEST_SIDE = 4_096, 16
"""Pixels."""
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"}
)
_JPEG_KEPT_APPS = frozenset({0xE0, 0xE2, 0xEE})
"""JFIF, the colour profile, Adobe's colours: all that decoding needs."""
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_SCAN, _JPEG_END, _JPEG_NOTE = 0xDA, 0xD9, 0xFE
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ICCP"})
_WEBP_ALPHA, _WEBP_PROFILE = 0x10, 0x20
_EXTENDED_BYTES = 10


class Picture(NamedTuple):
    """A picture fit to be shown."""

    media: str
    width: int
    height: int
    content: bytes


class _Spoilt(Exception):
    """The content ends too early or contradicts itself."""


def checked(content: bytes) -> Picture:
    """The picture without what it need not hold.

    How many bytes are taken at all, the HTTP interface says. Raises Rejected:
    offer.picture-unknown, offer.picture-spoilt, offer.picture-size.
    """
    try:
        found = _read(content)
    except (_Spoilt, struct.error, IndexError):
        raise Rejected("offer.picture-spoilt", field="body") from None
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in (found.width, found.height)):
        raise Rejected(
            "offer.picture-size", field="body", width=found.width, height=found.height,
            least=SMALLEST_SIDE, most=LARGEST_SIDE,
        )  # fmt: skip
    return found


def _read(content: bytes) -> Picture:
    if content.startswith(_PNG):
        return _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp(content)
    raise Rejected("offer.picture-unknown", field="body")


def _png(content: bytes) -> Picture:
    kept, size = [_PNG], (0, 0)
    names = list[bytes]()
    at = len(_PNG)
    while names[-1:] != [b"IEND"]:
        length, name = struct.unpack_from(">I4s", content, at)
        piece = content[at : at + length + 12]
        if len(piece) != length + 12 or (not names and name != b"IHDR"):
            raise _Spoilt
        names.append(name)
        if name == b"IHDR":
            size = struct.unpack_from(">II", piece, 8)
        if name in _PNG_KEPT:
            kept.append(piece)
        at += len(piece)
    if b"IDAT" not in names or names.count(b"IHDR") != 1:
        raise _Spoilt
    return Picture("image/png", *size, b"".join(kept))


def _jpeg(content: bytes) -> Picture:
    kept, size = [b"\xff\xd8"], (0, 0)
    scanned = False
    for marker, piece in _jpeg_pieces(content):
        is_app = marker in range(0xE0, 0xF0)
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", piece, 5)
            if size != (0, 0):
                raise _Spoilt
            size = (width, height)
        scanned |= marker == _JPEG_SCAN
        if marker != _JPEG_NOTE and (not is_app or marker in _JPEG_KEPT_APPS):
            kept.append(piece)
    if not scanned or size == (0, 0):
        raise _Spoilt
    return Picture("image/jpeg", *size, b"".join(kept))


def _jpeg_pieces(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, piece) up to the end; a scan's piece holds its coded picture."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise _Spoilt
        while content[at + 1] == 0xFF:
            at += 1
        marker = content[at + 1]
        if marker == _JPEG_END:
            yield marker, content[at : at + 2]
            return
        end = at + 2
        if marker not in _JPEG_BARE:
            end += struct.unpack_from(">H", content, end)[0]
        if end > len(content) or marker in (0x00, 0xD8):
            raise _Spoilt
        if marker == _JPEG_SCAN:
            end = _scan_end(content, end)
        yield marker, content[at:end]
        at = end


def _scan_end(content: bytes, at: int) -> int:
    """Where the coded picture ends: at the next marker that is neither stuffing nor a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise _Spoilt
        following = content[at + 1]
        if following != 0x00 and following not in _JPEG_BARE and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2


def _webp(content: bytes) -> Picture:
    end = struct.unpack_from("<I", content, 4)[0] + 8
    if end > len(content):
        raise _Spoilt
    kept, size, flags = list[bytes](), (0, 0), 0
    at = 12
    while at < end:
        name, length = struct.unpack_from("<4sI", content, at)
        piece = content[at + 8 : at + 8 + length]
        if len(piece) != length or name in (b"ANIM", b"ANMF"):
            raise _Spoilt
        if name in (b"VP8 ", b"VP8L"):
            size = _webp_size(name, piece)
        if name in _WEBP_KEPT:
            flags |= {b"ALPH": _WEBP_ALPHA, b"ICCP": _WEBP_PROFILE}.get(name, 0)
            flags |= _WEBP_ALPHA if name == b"VP8L" and piece[4] & 0x10 else 0
            kept.append(name + struct.pack("<I", length) + piece + b"\0" * (length & 1))
        at += 8 + length + (length & 1)
    if size == (0, 0):
        raise _Spoilt
    if content[12:16] == b"VP8X":
        kept.insert(0, _extended(flags, size))
    body = b"WEBP" + b"".join(kept)
    return Picture("image/webp", *size, b"RIFF" + struct.pack("<I", len(body)) + body)


def _webp_size(name: bytes, piece: bytes) -> tuple[int, int]:
    if name == b"VP8 ":
        if piece[3:6] != b"\x9d\x01\x2a":
            raise _Spoilt
        width, height = struct.unpack_from("<HH", piece, 6)
        return width & 0x3FFF, height & 0x3FFF
    if piece[:1] != b"\x2f":
        raise _Spoilt
    bits = struct.unpack_from("<I", piece, 1)[0]
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _extended(flags: int, size: tuple[int, int]) -> bytes:
    """The header of a picture with a profile or transparency, and with nothing else."""
    width, height = (side - 1 for side in size)
    sides = width.to_bytes(3, "little") + height.to_bytes(3, "little")
    return b"VP8X" + struct.pack("<IB3x", _EXTENDED_BYTES, flags) + sides
