"""What a version of the standard changes, in plain words, and what that means for a usual event.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from issuers.standard.entries import Activity, Sector, Standard, Term, Text
from ledger.units import UNITS_PER_POINT


class Change(NamedTuple):
    """One thing that is not as it was. ``old`` and ``new`` are empty where there was nothing."""

    scheme: str
    activity: str
    field: str
    old: str
    new: str
    words: Text


def diff(old: Standard, new: Standard) -> tuple[Change, ...]:
    """Every change, sector by sector; none for equal standards."""
    found = [*_version(old, new), *_terms("", old.terms, new.terms)]
    for scheme in sorted(old.schemes.keys() | new.schemes.keys()):
        found += _sector(scheme, old.schemes.get(scheme), new.schemes.get(scheme))
    for code in sorted(old.activities.keys() | new.activities.keys()):
        found += _activity(old, new, code)
    return tuple(sorted(found, key=lambda change: (change.scheme, change.activity)))


def points(units: int) -> str:
    """Units of 0.01 point as points with two decimals."""
    return f"{units // UNITS_PER_POINT}.{units % UNITS_PER_POINT:02d}"


def counted(quantity: int, unit: Text) -> Text:
    """So many of a unit, in words: 30 分钟, 30 minutes."""
    plural = "s" if quantity != 1 and unit.en[-1:].isalpha() and unit.en not in _NO_PLURAL else ""
    return Text(f"{quantity} {unit.zh}", f"{quantity} {unit.en}{plural}")


def _version(old: Standard, new: Standard) -> Iterator[Change]:
    before, after = old.version, new.version
    if before == after:
        return
    zh = f"第 {before.number} 版改为第 {after.number} 版（{after.published}）：{after.zh}"
    en = f"version {before.number} becomes {after.number} ({after.published}): {after.en}"
    yield Change("", "", "version", str(before.number), str(after.number), Text(zh, en))


def _terms(scheme: str, old: Sequence[Term], new: Sequence[Term]) -> Iterator[Change]:
    before, after = ({term.code: term for term in terms} for terms in (old, new))
    for code in sorted(before.keys() | after.keys()):
        was, now = before.get(code), after.get(code)
        if was == now:
            continue
        if was is None and now is not None:
            words = Text(f"新增条款：{now.zh}", f"a new term: {now.en}")
        elif now is None and was is not None:
            words = Text(f"取消条款：{was.zh}", f"a term no more: {was.en}")
        else:
            assert was is not None
            assert now is not None
            words = Text(f"条款改为：{now.zh}", f"a term now reads: {now.en}")
        yield Change(
            scheme, "", f"term {code}", was.en if was else "", now.en if now else "", words
        )


def _sector(scheme: str, old: Sector | None, new: Sector | None) -> Iterator[Change]:
    if old is None or new is None:
        one = old or new
        assert one is not None
        zh = f"{'新增' if old is None else '取消'}计划“{one.zh}”"
        en = f"{one.en}: {'a new scheme' if old is None else 'no scheme any more'}"
        was, now = (side.en if side else "" for side in (old, new))
        yield Change(scheme, "", "scheme", was, now, Text(zh, en))
        return
    for field, (zh, en) in _SECTOR_FIELDS.items():
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield _plain(scheme, "", field, Text(zh, en), before, after)
    yield from _terms(scheme, old.terms, new.terms)


def _activity(old: Standard, new: Standard, code: str) -> Iterator[Change]:
    before, after = old.activities.get(code), new.activities.get(code)
    if before is None or after is None:
        one = before or after
        assert one is not None
        standard = new if before is None else old
        yield _appeared(standard, one, is_new=before is None)
        return
    if (before.numerator, before.denominator) != (after.numerator, after.denominator):
        yield _rate(new, before, after)
    for field, (zh, en) in ACTIVITY_FIELDS.items():
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            yield _plain(after.scheme, code, field, Text(zh, en), was, now)


def _appeared(standard: Standard, one: Activity, *, is_new: bool) -> Change:
    usual, worth = counted(one.usual, standard.unit(one)), points(one.units(one.usual))
    zh = f"“{one.zh}”{'为新增事项' if is_new else '不再计分'}：{usual.zh}值 {worth} 分"
    en = f"{one.en} is {'new' if is_new else 'awarded no more'}: {worth} points for {usual.en}"
    old, new = ("", one.code) if is_new else (one.code, "")
    return Change(one.scheme, one.code, "activity", old, new, Text(zh, en))


def _rate(standard: Standard, before: Activity, after: Activity) -> Change:
    """What a usual event is worth under both; the usual event is the later version's."""
    usual = counted(after.usual, standard.unit(after))
    was, now = before.units(after.usual), after.units(after.usual)
    zh = f"“{after.zh}”{usual.zh}：由 {points(was)} 分变为 {points(now)} 分"
    en = f"{after.en}, {usual.en}: {points(was)} points become {points(now)}"
    if was:
        percent = 100 * (now - was) / was
        zh, en = f"{zh}（{percent:+.1f}%）", f"{en} ({percent:+.1f} %)"
    old, new = (f"{one.numerator}/{one.denominator}" for one in (before, after))
    return Change(after.scheme, after.code, "rate", old, new, Text(zh, en))


def _plain(scheme: str, code: str, field: str, named: Text, old: object, new: object) -> Change:
    """A field's value before and after; 0 is no limit where the field is one."""
    was, now = shown(field, old), shown(field, new)
    subject = f"{code} " if code else ""
    zh = f"{subject}{named.zh}由“{was.zh}”改为“{now.zh}”"
    en = f"{subject}{named.en}: “{was.en}” becomes “{now.en}”"
    return Change(scheme, code, field, was.en, now.en, Text(zh, en))


def shown(field: str, value: object) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if value == 0 and field in _LIMITS:
        return Text("不限", "no limit")
    if field == "units":
        assert isinstance(value, dict)
        return Text(
            "、".join(f"{name}＝{text.zh}" for name, text in value.items()),
            ", ".join(f"{name} = {text.en}" for name, text in value.items()),
        )
    if field == "retired":
        assert isinstance(value, tuple)
        shown = ", ".join(f"{one.code} ({one.id})" for one in value)
        return Text(shown or "无", shown or "none")
    return Text(str(value), str(value))


_NO_PLURAL = {"fen"}
_LIMITS = {"per_session", "per_day", "per_year", "per_checker_day", "annual_cap_units"}
_SECTOR_FIELDS = {
    "zh": ("计划名称", "Chinese name"),
    "en": ("计划英文名称", "English name"),
    "issuer": ("发行方", "issuer"),
    "native_unit": ("本计划积分的名称", "name of its own points"),
    "annual_cap_units": ("每人每年上限（0.01 积分）", "cap a year (units of 0.01 point)"),
    "validity_epochs": ("有效期（半年）", "half-years that points live"),
    "units_per_native_point": ("一分值（0.01 积分）", "worth of one of its own points (units)"),
    "source": ("依据", "source"),
    "units": ("单位名称", "names of units"),
    "retired": ("停用的代码", "retired codes"),
}
ACTIVITY_FIELDS = {
    "id": ("编号", "id"),
    "scheme": ("所属计划", "scheme"),
    "zh": ("名称", "Chinese name"),
    "en": ("英文名称", "English name"),
    "unit": ("单位", "unit"),
    "usual": ("通常最小的一次", "usual smallest event"),
    "per_session": ("每次限额", "limit per session"),
    "per_day": ("每日限额", "limit per day"),
    "per_year": ("每年限额", "limit per year"),
    "late_days": ("补报期限（天）", "days that it may be reported late"),
    "certifier": ("认定方", "who certifies"),
    "evidence": ("凭证", "evidence"),
    "source": ("依据", "source"),
    "per_checker_day": ("一人一日认定多少次起须复核", "events a day before a checker is looked at"),
    "timed": ("有起止时间", "has a beginning and an end"),
    "once": ("每人一次", "once per member"),
}
