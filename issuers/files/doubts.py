"""What in a sample of rows should make a clerk look before a mapping is kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from issuers.files.cells import as_text
from issuers.files.fields import Field
from issuers.files.mapping import How, Mapping
from issuers.files.table import Row
from issuers.reading import plain
from issuers.reasons import Sentence

NO_ID = Sentence(
    "没有记录编号列：编号由会员、事项、时间、数量等内容算出，内容完全相同的两行只计一次。",
    "No column holds a record's id: ids are made of member, activity, times and quantity, so two "
    "rows that say exactly the same count once.",
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_MARKS = "10X98765432"
_DOCUMENT = re.compile(r"\d{17}[\dXx]")
_LONG = re.compile(r"\d{16,}")
_KEPT_DIGITS = 15
_FEW = 3
"""Rows that must show a pattern before it is told."""


def of(mapping: Mapping, sample: Sequence[Row]) -> tuple[Sentence, ...]:
    """Every doubt that the rows give."""
    found = list[Sentence]()
    for field in (Field.MEMBER_ID, Field.EVENT_ID):
        column = mapping.columns.get(field)
        if column is not None:
            found += _of_ids(column, [plain(as_text(row.get(column))) for row in sample])
    if Field.EVENT_ID not in mapping.columns:
        found.append(NO_ID)
    if mapping.measure.how is How.EACH:
        found.append(
            Sentence(f"没有数量列：每一行计 {mapping.measure.each}。",
                     f"No quantity column: every row counts {mapping.measure.each}.")
        )  # fmt: skip
    return tuple(found)


def is_identity_document(text: str) -> bool:
    """Whether this is a resident identity number by its own check mark (GB 11643)."""
    if not _DOCUMENT.fullmatch(text):
        return False
    weighed = sum(int(mark) * weight for mark, weight in zip(text, _WEIGHTS, strict=False))
    return _CHECK_MARKS[weighed % 11] == text[-1].upper()


def _of_ids(column: str, ids: Sequence[str]) -> list[Sentence]:
    found = list[Sentence]()
    if sum(map(is_identity_document, ids)) >= min(_FEW, len(ids) or 1):
        found.append(
            Sentence(f"“{column}”像身份证号；请改用本系统的会员编号，身份证号不应导入。",
                     f"{column} looks like identity card numbers; use the scheme's own member ids.")
        )  # fmt: skip
    cut = [one for one in ids if _LONG.fullmatch(one) and not one[_KEPT_DIGITS:].strip("0")]
    if len(cut) >= _FEW and len(cut) == sum(len(one) > _KEPT_DIGITS for one in ids):
        found.append(
            Sentence(f"“{column}”第 15 位以后全是 0，可能已被 Excel 截断；"
                     "请将该列设为文本后重新导出。",
                     f"{column} has only zeros after 15 digits: Excel may have cut it; format it "
                     "as text and export again.")
        )  # fmt: skip
    return found
