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
    "worth.nothing": _rule(
        "通常最小的一次（{usual} {unit}）按 {numerator}/{denominator} 折算不足 0.01 积分，"
        "居民什么也得不到",
        "提高折算率（分子至少 {least}），或把通常的最小一次改得更大",
        "the usual smallest event ({usual} {unit}) at {numerator}/{denominator} is worth less than "
        "0.01 point: the resident gets nothing",
        "raise the rate (a numerator of at least {least}), or take a larger usual event",
    ),
    "worth.too-much": _rule(
        "一次 {quantity} {unit} 折合 {units}（0.01 积分），超过账本一笔所能容纳的 {most}",
        "降低折算率，或设更小的每次限额",
        "one event of {quantity} {unit} is worth {units} units of 0.01 point, more than the {most} "
        "that the ledger holds in one award",
        "lower the rate or the limit per session",
    ),
    "limits.order": _rule(
        "限额互相矛盾：{smaller} 为 {smaller_value}，大于 {larger} 的 {larger_value}",
        "使每次 ≤ 每日 ≤ 每年；不需要的一项删去",
        "the limits contradict each other: {smaller} is {smaller_value}, more than {larger}, "
        "{larger_value}",
        "make session ≤ day ≤ year; take out the one that is not needed",
    ),
    "usual.above-limit": _rule(
        "通常最小的一次为 {usual}，已超过 {limit} 的 {most}",
        "改正通常的最小一次，或放宽该限额",
        "the usual smallest event is {usual}, above {limit}, which is {most}",
        "correct the usual event, or widen the limit",
    ),
    "late.year-closed": _rule(
        "可补报 {late_days} 天，而上一年度在 3 月 31 日关账：年末发生的会在期限内被拒",
        "改为不超过 {most} 天",
        "it may be reported {late_days} days late, but a year closes on the next 31 March: what "
        "happened in late December would be refused within its time",
        "make it at most {most} days",
    ),
    "once.unlimited": _rule(
        "每人只有一次的事项没有每年上限",
        "写明 per_year：一次转入的最多数量",
        "an activity that a member has only once has no yearly limit",
        "set per_year: the most that may be brought along",
    ),
    "cap.exceeded": _rule(
        "每年限额折合 {units}（0.01 积分），超过本计划每人每年 {cap} 的上限",
        "降低 per_year，使其不超过计划的上限",
        "the yearly limit is worth {units} units, above the scheme's {cap} a year",
        "lower per_year to what the scheme's cap allows",
    ),
    "code.form": _rule(
        "代码“{code}”不合格式",
        "写成三个大写字母、点号、大写名称，如 VOL.SERVICE，不超过 32 个字符",
        "the code “{code}” is not in form",
        "write three capitals, a dot and a name in capitals, such as VOL.SERVICE, at most 32 "
        "characters",
    ),
    "code.prefix": _rule(
        "代码“{code}”的前缀与本计划其他事项的 {prefix} 不同，或已由另一计划使用",
        "一个计划用一个前缀，各计划互不相同",
        "the code “{code}” does not begin with {prefix} as the scheme's others do, or another "
        "scheme begins so",
        "give a scheme one prefix of its own",
    ),
    "unit.unnamed": _rule(
        "单位“{unit}”在本计划的 [units] 中没有名称",
        "在 [units] 中加上它的中英文名称，或改用已有的单位",
        "the unit “{unit}” has no name in the scheme's [units]",
        "name it in [units] in both languages, or take a unit that is there",
    ),
    "name.repeated": _rule(
        "名称“{name}”与 {other} 相同，居民分不清",
        "改用可以区分的名称",
        "the name “{name}” is that of {other} too: residents can't tell them apart",
        "give it a name of its own",
    ),
    "native.rate": _rule(
        "以本计划积分计量的事项按 {numerator}/{denominator} 折算，与约定的一分值 {agreed} 不同",
        "折算率改为 [{agreed}, 1]，否则转入再转出会得失积分",
        "counted in the scheme's own points at {numerator}/{denominator}, while one of them is "
        "agreed to be worth {agreed} units",
        "make the rate [{agreed}, 1]: otherwise points grow or shrink by going in and out",
    ),
    "sector.empty": _rule(
        "本计划没有任何事项",
        "至少写一项 [[activity]]，或删去该文件",
        "the scheme has no activity",
        "write at least one [[activity]], or take the file away",
    ),
    "id.reused": _rule(
        "编号 {id} 在第 {version} 版中是 {other}：链上旧的授予会变成另一个意思",
        "改用从未用过的编号；旧编号列入 retired",
        "id {id} was {other} in version {version}: awards on the chain would change their meaning",
        "take an id that was never used, and list the old one under retired",
    ),
    "code.moved": _rule(
        "{code} 在第 {version} 版中的编号是 {other}",
        "保留原来的编号；确为另一事项的，另起代码",
        "{code} had the id {other} in version {version}",
        "keep that id; if it is another activity, give it another code",
    ),
    "unit.changed": _rule(
        "{code} 的单位由 {old} 改为 {new}：以前的数量会变成另一个意思",
        "保留原单位；要换单位就另设事项",
        "the unit of {code} was {old} and is {new}: quantities of the past would change meaning",
        "keep the unit; for another unit make another activity",
    ),
    "gone.unlisted": _rule(
        "第 {version} 版的 {code}（编号 {id}）不见了，也没有列入 retired",
        '恢复该事项，或在计划文件中写 retired = [{{ code = "{code}", id = {id} }}]',
        "{code} (id {id}) of version {version} is gone and not listed as retired",
        "bring it back, or write "
        'retired = [{{ code = "{code}", id = {id} }}] in the file of its scheme',
    ),
    "version.not-raised": _rule(
        "内容与第 {old} 版不同，版号却是 {new}",
        "版号改为 {wanted}，写明日期与改动",
        "the content differs from version {old}, but the number is {new}",
        "make the number {wanted}, with its date and what changed",
    ),
    "chain.missing": _rule(
        "链上没有这一事项",
        "由理事会在链上增设（addActivity、addRate），自下月起适用",
        "the chain does not have this activity",
        "have the council add it there (addActivity, addRate); it holds from the next month on",
    ),
    "chain.unknown": _rule(
        "链上有编号 {id} 的 {code}，标准中没有",
        "补入标准，或列入 retired",
        "the chain has {code} with id {id}, which the standard lacks",
        "write it into the standard, or list it as retired",
    ),
    "chain.code": _rule(
        "编号 {id} 在链上是 {found}",
        "改用链上的代码，或另起编号",
        "id {id} is {found} on the chain",
        "take the chain's code, or another id",
    ),
    "chain.rate": _rule(
        "链上最近的折算率是 {found}（自 {from_month} 起），标准写的是 {wanted}",
        "由理事会按本标准增订折算率，或把标准改回链上的数值",
        "the chain's newest rate is {found} (from {from_month} on), the standard says {wanted}",
        "have the council add the rate, or put the standard right",
    ),
    "chain.hash": _rule(
        "链上 {count} 项的折算率依据的标准哈希是 {found}，不是本版的 {wanted}：{codes}",
        "由理事会依据本版再次增订这些折算率，或改用链上那一版的文件",
        "on the chain {count} rates were agreed from the standard {found}, not from this one, "
        "{wanted}: {codes}",
        "have the council agree these rates from this version, or check the files of that one",
    ),
    "chain.terms": _rule(
        "链上成员 {member} 的 {term} 是 {found}，标准写的是 {wanted}",
        "由理事会更正条款（setTerms），或改正标准",
        "on the chain {term} of member {member} is {found}, the standard says {wanted}",
        "have the council set the terms (setTerms), or put the standard right",
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
