"""Which lines below a header are no rows: sums, signatures, and the header once more.

Judged by the first cell that holds something, so that nothing is passed over for a word in a
remark; every line passed over is told by its number. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from issuers.files.cells import Cell, as_text
from issuers.reading import plain

_SUMS = r"(?:本页|本月|累计|全部)?(?:合计|小计|总计|共计)|累计|total|subtotal|grandtotal"
_SIGNED = (
    r"制表|制表人|制单|填表|填表人|填报人|填报单位|审核|审核人|复核|复核人|审批|审批人|经办|经办人|"
    r"负责人|单位负责人|领导签字|签字|签名|盖章|单位盖章|报送单位|报送日期|填表日期|制表日期|备注|注|"
    r"说明|填表说明|preparedby|reviewedby|approvedby|note"
)
_FOOTER = re.compile(rf"(?:{_SUMS})(?:[:(].*|[\d.,]*(?:人|条|次|项|笔)?)|(?:{_SIGNED})(?:[:(].*)?")


def is_footer(cells: Sequence[Cell], column: int) -> bool:
    """Whether the first cell with something in it, at ``column``, says that this is no row."""
    first = plain(as_text(cells[column])).replace(" ", "").lower()
    return bool(first) and _FOOTER.fullmatch(first) is not None


def is_header_again(cells: Sequence[Cell], titles: Sequence[str]) -> bool:
    """Whether the header is repeated, as on each printed page."""
    pairs = [pair for pair in zip(cells, titles, strict=False) if pair[1]]
    return bool(pairs) and all(as_text(cell).strip() == title for cell, title in pairs)
