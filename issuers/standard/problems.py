"""One thing that is wrong with a standard: where it stands, which rule it breaks, what to do.

The sentences of every rule stand here once, in both languages. Pure.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from issuers.standard.entries import Text


class Rule(NamedTuple):
    """What is wrong and how it is mended; ``{name}`` stands for a value."""

    why: Text
    fix: Text


def _rule(zh: str, zh_fix: str, en: str, en_fix: str) -> Rule:
    return Rule(Text(zh, en), Text(zh_fix, en_fix))


RULES: Mapping[str, Rule] = {
    "file.unreadable": _rule(
        "文件无法读取：{why}",
        "按 TOML 格式改正所指的位置，保存为 UTF-8",
        "the file can't be read: {why}",
        "mend the place named as TOML asks, and save it as UTF-8",
    ),
    "field.missing": _rule(
        "缺少字段",
        "补上该字段（{wanted}）",
        "the field is missing",
        "add it ({wanted})",
    ),
    "field.unknown": _rule(
        "没有这个字段",
        "改正字段名，或删去；标准的字段见 docs/standard.md",
        "there is no such field",
        "correct its name or take it out; docs/standard.md lists the fields",
    ),
    "field.kind": _rule(
        "“{value}”不是所需的内容",
        "改为：{wanted}",
        "“{value}” is not what is wanted here",
        "make it: {wanted}",
    ),
    "translation.missing": _rule(
        "缺少{language}文字",
        "补写{language}；居民与官员看中文，审计看英文",
        "the {language} text is missing",
        "write it in {language} too",
    ),
    "used.twice": _rule(
        "“{name}”已在 {other} 用过",
        "改用未用过的代码或编号",
        "“{name}” is used in {other} already",
        "take a code or number that is free",
    ),
}
"""By code."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding. ``activity`` is empty where the whole file is meant."""

    file: str
    activity: str
    field: str
    rule: str
    values: Mapping[str, str | int] = dataclasses.field(default_factory=dict)

    @property
    def why(self) -> Text:
        """What is wrong, in both languages."""
        return _filled(RULES[self.rule].why, self.values)

    @property
    def fix(self) -> Text:
        """What to do about it, in both languages."""
        return _filled(RULES[self.rule].fix, self.values)


_LANGUAGES = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}


def _filled(words: Text, values: Mapping[str, str | int]) -> Text:
    zh, en = dict(values), dict(values)
    if "language" in values:
        named = _LANGUAGES[str(values["language"])]
        zh["language"], en["language"] = named.zh, named.en
    return Text(words.zh.format_map(zh), words.en.format_map(en))
