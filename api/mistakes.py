"""What a request's content got wrong, in words: the validator's kinds of mistakes, in Chinese.

English is the validator's own. A kind without a line here is told in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.refusals import Lang

_ZH: dict[str, str] = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "不得小于 {ge}",
    "less_than": "须小于 {lt}",
    "less_than_equal": "不得大于 {le}",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "int_from_float": "须为整数",
    "string_type": "须为文本",
    "string_too_long": "不得超过 {max_length} 个字符",
    "string_too_short": "不得少于 {min_length} 个字符",
    "string_pattern_mismatch": "格式不符（{pattern}）",
    "bool_type": "须为 true 或 false",
    "bool_parsing": "须为 true 或 false",
    "list_type": "须为列表",
    "dict_type": "须为对象",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "timezone_aware": "时间须写明时区，例如 +08:00",
    "datetime_type": "须为时间，例如 2026-05-09T12:00:00+08:00",
    "datetime_parsing": "须为时间，例如 2026-05-09T12:00:00+08:00",
    "datetime_from_date_parsing": "须为时间，例如 2026-05-09T12:00:00+08:00",
    "enum": "须为下列之一：{expected}",
    "literal_error": "须为下列之一：{expected}",
    "model_attributes_type": "须为 JSON 对象",
    "model_type": "须为 JSON 对象",
    "empty_text": "不能为空",
    "no_purpose": "请写 acceptor 与 units，或写 offer",
    "code_refused": "不同意时不写代码",
}


def why(mistake: Mapping[str, Any], lang: Lang) -> str:
    """The mistake in words, without a full stop."""
    told = str(mistake["msg"]).rstrip(".")
    words = _ZH.get(mistake["type"])
    if lang == "en" or words is None:
        return told
    try:
        return words.format_map(mistake.get("ctx") or {})
    except KeyError:
        return told
