"""Files spoilt at random are read, or refused by an error of ours: nothing else ever comes out."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import datetime
from typing import Any

import pytest

from issuers.files import Verdict, annotated, guess, open_table, read_row
from ledger.errors import Rejected
from tests.issuers.files.made import (
    HEADER,
    MAPPING,
    NOW,
    ROWS,
    by_xlsxwriter,
    changed,
    csv_bytes,
    xls_bytes,
)

FILES = 120
"""Of each kind; more were tried when this was written."""


def workbook(book: Any) -> None:
    """With everything that a reader looks at."""
    page, form = book.add_worksheet("台账"), book.add_format({"num_format": "yyyy-mm-dd"})
    page.merge_range("A1:F1", "台账")
    page.write_row(1, 0, HEADER)
    page.merge_range("B3:B4", "甲")
    for line in (2, 3, 4):
        page.write_row(line, 2, ROWS[0][2:4])
        page.write_datetime(line, 4, datetime(2026, 5, 3), form)  # noqa: DTZ001 - Excel knows none
    page.write_formula(5, 3, "=1+1", None, 2)
    page.set_column(5, 5, None, None, {"hidden": True})
    book.add_worksheet("旧").hide()


WHOLE = {
    "a.csv": csv_bytes((("题",), HEADER, *ROWS), "gb18030"),
    "a.xls": xls_bytes((("题",), HEADER, *ROWS)),
    "a.xlsx": by_xlsxwriter(workbook),
}


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, taken out or put in."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 3, 20))):
        at, what = chance.randrange(len(made) + 1), chance.random()
        if what < 0.6:
            made[at : at + 1] = chance.randbytes(1)
        elif what < 0.8:
            del made[at : at + chance.randrange(40)]
        else:
            made[at:at] = chance.randbytes(chance.randrange(20))
    return bytes(made)


def everything(content: bytes, name: str) -> bool:
    """Does all that is done with a file; whether it was taken."""
    try:
        with open_table(io.BytesIO(content), name) as table:
            guess(table.header, table.sample())
            annotated(table, [(3, Verdict("a", "b"))], io.BytesIO(), only_rejected=False)
            for row in table.rows():
                read_row(row, MAPPING, NOW)
    except Rejected as error:
        assert error.code.startswith("file.")  # noqa: PT017 - every other error comes out
        return False
    return True


@pytest.mark.parametrize("name", WHOLE)
def test_a_spoilt_file_is_read_or_refused_in_our_own_words(name: str) -> None:
    chance, taken = random.Random(name), 0
    for _ in range(FILES):
        content = WHOLE[name]
        if name.endswith("x") and chance.random() < 0.8:
            part = chance.choice(zipfile.ZipFile(io.BytesIO(content)).namelist())
            taken += everything(changed(content, part, lambda xml: spoilt(xml, chance)), name)
        else:
            taken += everything(spoilt(content, chance), name)

    assert everything(WHOLE[name], name)
    assert 0 < taken < FILES
