"""What a desk prints: cards, sealed PIN letters, receipts, slips. Each is one SVG in true size.

SVG needs no fonts of ours and no program: a browser prints it. Nothing in it is a style or a
script, so it shows under the strictest policy. Text is escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

import segno

MEDIA_TYPE = "image/svg+xml"
CARD_MM = (85.6, 54.0)
"""ID-1, the size of a bank card."""
ROLL_MM = 80.0
"""A receipt printer's paper."""
_LINE_MM = 5.0
_FONT = "Noto Sans CJK SC, WenQuanYi Micro Hei, Microsoft YaHei, sans-serif"


def card(number: str, holder: str) -> str:
    """A card's face: its number, and the same as a QR code; whose it is stands nowhere."""
    parts = [
        _text(6, 10, "通兑卡 Tongdui", size=5.5),
        _text(6, 17, holder, size=3.2),
        _text(6, 47, number, size=5.5, spaced=True),
        _qr(number.replace(" ", ""), 56, 6, 24),
    ]
    return _page(*CARD_MM, parts)


def pin_letter(number: str, pin: str) -> str:
    """What goes into the sealed envelope. The card is handed over apart from it."""
    lines = (
        "通兑卡密码 · PIN of your Tongdui card",
        f"卡号末四位 · card ending in {number[-4:]}",
        "请勿告诉任何人，也不要与卡放在一起。",
        "Tell nobody, and keep it apart from the card.",
        "忘记密码请本人到场重置，两名工作者在场。",
    )
    parts = [_text(6, 10 + 6 * place, line, size=3.4) for place, line in enumerate(lines)]
    parts.append(_text(6, 48, pin, size=9, spaced=True))
    return _page(*CARD_MM, parts)


def receipt(lines: Iterable[str]) -> str:
    """Lines on a roll."""
    return _roll(list(lines), None)


def slip(text: str, lines: Iterable[str]) -> str:
    """A slip: its lines, its text to type, and the same as a QR code."""
    return _roll([*lines, text], text)


def _roll(lines: list[str], code: str | None) -> str:
    parts = [_text(4, 8 + _LINE_MM * place, line, size=3.2) for place, line in enumerate(lines)]
    height = 8 + _LINE_MM * len(lines)
    if code is not None:
        parts.append(_qr(code, 20, height, 40))
        height += 44
    return _page(ROLL_MM, height + 4, parts)


def _page(width: float, height: float, parts: Iterable[str]) -> str:
    size = f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"'
    paper = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    drawn = "".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{paper}{drawn}</svg>'


def _text(x: float, y: float, words: str, *, size: float, spaced: bool = False) -> str:
    wide = ' letter-spacing="0.8"' if spaced else ""
    look = f'font-family="{_FONT}" font-size="{size}"{wide}'
    return f'<text x="{x}" y="{y}" {look}>{escape(words)}</text>'


def _qr(text: str, x: float, y: float, side: float) -> str:
    """Error correction M, with its quiet zone inside the square."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    dark = "".join(
        f"M{column} {line}h1v1h-1z"
        for line, row in enumerate(rows)
        for column, module in enumerate(row)
        if module
    )
    scale = side / len(rows)
    return f'<path transform="translate({x} {y}) scale({scale:.5f})" d="{dark}"/>'
