"""Tables of any length, the same on every run: as CSV, and as a workbook with shared strings.

The workbook is written part by part, because what else writes shared strings holds all of them.
Every row has an id and a member of its own, so that there are twice as many strings as rows.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

HEADER = ("流水号", "会员编号", "事项", "时长（分钟）", "日期", "地点")
_ACTIVITY = "社区志愿服务"
_SPOTS = ("示例社区", "演示公园", "样板路口")
_FIRST_DAY = date(2026, 1, 1)
_EXCEL_ZERO = date(1899, 12, 30)
_DAYS = 120
_NS = "http://schemas.openxmlformats.org/"
_MAIN = f'xmlns="{_NS}spreadsheetml/2006/main"'
_OFFICE = f"{_NS}officeDocument/2006/relationships"
_LINES = 5_000


def rows(
    count: int, first_day: date = _FIRST_DAY, days: int = _DAYS
) -> Iterator[tuple[str, str, str, int, date, str]]:
    """So many rows in the order of the header, over these days."""
    for at in range(count):
        yield (
            f"T{at:09}", f"示例{at:010}", _ACTIVITY, 30 + at % 90,
            first_day + timedelta(days=at % days), _SPOTS[at % 3],
        )  # fmt: skip


def members(count: int) -> list[str]:
    """Whose rows they are, in their order."""
    return [row[1] for row in rows(count)]


def write_csv(path: Path, count: int, first_day: date = _FIRST_DAY, days: int = _DAYS) -> None:
    """In GB18030, as offices export it."""
    with path.open("w", encoding="gb18030", newline="") as out:
        out.write(",".join(HEADER) + "\r\n")
        out.writelines(",".join(map(str, row)) + "\r\n" for row in rows(count, first_day, days))


def write_xlsx(path: Path, count: int) -> None:
    """With every text in the shared strings, and days under a number format."""
    shared = [*HEADER, _ACTIVITY, *_SPOTS]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("xl/workbook.xml", _workbook())
        book.writestr("xl/_rels/workbook.xml.rels", _relations())
        book.writestr("xl/styles.xml", _styles())
        with book.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            part.write(f"<sst {_MAIN}>".encode())
            part.write("".join(map(_string, shared)).encode())
            for lines in _some(f"{_string(row[0])}{_string(row[1])}" for row in rows(count)):
                part.write(lines)
            part.write(b"</sst>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f"<worksheet {_MAIN}><sheetData>".encode())
            part.write(_header().encode())
            for lines in _some(_lines(count, len(shared), shared)):
                part.write(lines)
            part.write(b"</sheetData></worksheet>")


def _some(texts: Iterator[str]) -> Iterator[bytes]:
    """Texts in pieces worth writing."""
    held = list[str]()
    for text in texts:
        held.append(text)
        if len(held) == _LINES:
            yield "".join(held).encode()
            held = []
    yield "".join(held).encode()


def _lines(count: int, first: int, shared: list[str]) -> Iterator[str]:
    place = {text: at for at, text in enumerate(shared)}
    for at, (_, _, activity, minutes, day, spot) in enumerate(rows(count)):
        line, own = at + 2, first + 2 * at
        yield (
            f'<row r="{line}"><c r="A{line}" t="s"><v>{own}</v></c>'
            f'<c r="B{line}" t="s"><v>{own + 1}</v></c>'
            f'<c r="C{line}" t="s"><v>{place[activity]}</v></c>'
            f'<c r="D{line}"><v>{minutes}</v></c>'
            f'<c r="E{line}" s="1"><v>{(day - _EXCEL_ZERO).days}</v></c>'
            f'<c r="F{line}" t="s"><v>{place[spot]}</v></c></row>'
        )


def _header() -> str:
    cells = (f'<c r="{"ABCDEF"[at]}1" t="s"><v>{at}</v></c>' for at in range(len(HEADER)))
    return f'<row r="1">{"".join(cells)}</row>'


def _string(text: str) -> str:
    return f"<si><t>{text}</t></si>"


def _workbook() -> str:
    sheet = '<sheet name="台账" sheetId="1" r:id="rId1"/>'
    return f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{sheet}</sheets></workbook>'


def _relations() -> str:
    listed = (("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"),
              ("styles", "styles.xml"))  # fmt: skip
    each = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(listed, 1)
    )
    return f'<Relationships xmlns="{_NS}package/2006/relationships">{each}</Relationships>'


def _styles() -> str:
    return (
        f'<styleSheet {_MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
