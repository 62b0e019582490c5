"""How a value reads in a sentence: units as points, months and moments as dates, names for numbers.

What a value is follows from its field's name: the last word is the unit. Must not know any code,
and must not fail: a value that makes no sense is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from ledger.errors import FieldValue
from ledger.refusals.entry import Lang
from ledger.units import BEIJING, MONTHS_PER_YEAR, points_text

MemberName = Callable[[int], str | None]
"""A member's name by its number; None where nobody knows one."""

ABSENT = "—"
LONGEST_TEXT = 120
"""Characters of a foreign text, such as a node's message, that a sentence carries."""
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_WHOLE_BYTES = 6
"""Byte strings up to this length are shown whole."""

_ROLES = {
    1: ("发行方", "issuer"),
    2: ("承兑方", "acceptor"),
    4: ("运营方", "operator"),
    8: ("审计方", "auditor"),
    16: ("社区基金", "community fund"),
}
_STATUSES = {
    0: ("未登记", "not registered"),
    1: ("正常", "active"),
    2: ("暂停", "suspended"),
    3: ("退出中", "leaving"),
}
_LIMITS = {
    0: ("未兑换积分上限", "cap on outstanding points"),
    1: ("发行速度上限", "limit on the rate of issuing"),
    2: ("未清算应付上限", "cap on unsettled debit"),
}


def shown(name: str, value: FieldValue, lang: Lang, member_name: MemberName | None = None) -> str:
    """The value of the field ``name`` as a reader of that language expects it."""
    if value is None:
        return ABSENT
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if isinstance(value, bytes):
        return _shortened("0x" + value.hex(), 2 + 2 * _WHOLE_BYTES)
    if not isinstance(value, int):
        return _text(str(value))
    last_word = name.rpartition("_")[2]
    if last_word in _MEMBERS:
        return _member(value, lang, member_name)
    measure = _MEASURES.get(name) or _MEASURES.get(last_word)
    return measure(value, lang) if measure else str(value)


def _text(value: str) -> str:
    if _ADDRESS.fullmatch(value):
        return _shortened(value, 0)
    line = " ".join(value.split())
    if len(line) > LONGEST_TEXT:
        return line[: LONGEST_TEXT - 1] + "…"
    return line or ABSENT


def _shortened(value: str, whole: int) -> str:
    return value if len(value) <= whole else f"{value[:6]}…{value[-4:]}"


def _member(value: int, lang: Lang, member_name: MemberName | None) -> str:
    name = member_name(value) if member_name else None
    return name or (f"成员单位 {value} 号" if lang == "zh" else f"member {value}")


def _points(value: int, lang: Lang) -> str:
    return f"{points_text(value)} {'积分' if lang == 'zh' else 'points'}"


def _month(value: int, _lang: Lang) -> str:
    year, index = divmod(value, MONTHS_PER_YEAR)
    return f"{year:04d}-{index + 1:02d}"


def _half_year(value: int, lang: Lang) -> str:
    year, second = divmod(value, 2)
    if lang == "zh":
        return f"{year} 年{'下' if second else '上'}半年"
    return f"the {'second' if second else 'first'} half of {year}"


def _moment(value: int, _lang: Lang) -> str:
    try:
        moment = datetime.fromtimestamp(value, BEIJING)
    except (OverflowError, ValueError, OSError):
        return str(value)
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")


def _duration(value: int, lang: Lang) -> str:
    for length_s, zh, en in (
        (86_400, "天", "days"),
        (3_600, "小时", "hours"),
        (60, "分钟", "minutes"),
    ):
        if value >= length_s and value % length_s == 0:
            return f"{value // length_s} {zh if lang == 'zh' else en}"
    return f"{value} {'秒' if lang == 'zh' else 'seconds'}"


def _place(value: int, _lang: Lang) -> str:
    return str(value + 1)


def _word_of(words: dict[int, tuple[str, str]]) -> Callable[[int, Lang], str]:
    def word(value: int, lang: Lang) -> str:
        pair = words.get(value)
        return pair[0 if lang == "zh" else 1] if pair else str(value)

    return word


_MEMBERS = frozenset({"member", "issuer", "acceptor", "operator"})
_MEASURES: dict[str, Callable[[int, Lang], str]] = {
    "units": _points,
    "month": _month,
    "epoch": _half_year,
    "s": _moment,
    "delay_s": _duration,
    "row": _place,
    "index": _place,
    "role": _word_of(_ROLES),
    "member_status": _word_of(_STATUSES),
    "limit": _word_of(_LIMITS),
}
"""By whole field name or by its last word."""
