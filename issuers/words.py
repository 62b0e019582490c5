"""The status as a person would tell it, in Chinese or English. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuers.reasons import REASONS
from ledger.units import points_text

_STAGES = {
    "starting": ("正在启动", "starting"),
    "running": ("运行中", "running"),
    "stopped": ("已停止", "stopped"),
}
_ZH = (
    "{stage}；共收到 {came} 行：授予 {done}，重复 {duplicate}，退回 {rejected}，处理中 {moving}，"
    "等待 {waiting}。已上链 {batches} 批，授予 {minted} 积分（因年度上限少授 {clipped}），"
    "更正收回 {corrected}，其中已花费 {lost}。"
)
_EN = (
    "{stage}; {came} rows came: {done} awarded, {duplicate} repeats, {rejected} rejected, {moving} "
    "under way, {waiting} waiting. {batches} batches on the chain, {minted} points minted "
    "({clipped} cut by the year's cap), {corrected} corrected, {lost} of it already spent."
)
_ADOPTED_ZH = "启动时数据库比链旧（或为空）：已由链上补齐 {} 批，不会重复授予。"
_ADOPTED_EN = (
    "At the start the database was older than the chain, or empty: {} batches adopted from it; "
    "nothing is minted twice."
)
_REVIEWS_ZH = "待复核 {open} 项，最早的已等 {hours} 小时；由同一位经办人提出并批准的共 {alone} 项。"
_REVIEWS_EN = (
    "{open} reviews are open, the oldest for {hours} hours; {alone} were opened and approved by "
    "one and the same clerk."
)
_FILES = {
    "reading": ("读取中 {} 份", "{} being read"),
    "previewed": ("待提交 {} 份", "{} to be committed"),
    "committing": ("提交中 {} 份", "{} being committed"),
    "undoing": ("撤销中 {} 份", "{} being undone"),
    "committed": ("已提交 {} 份", "{} committed"),
    "undone": ("已撤销 {} 份", "{} undone"),
}  # fmt: skip
_CAME = ("（最早一份 {}前交来）", " (the first came {} ago)")
_SPANS = (("天", "days", 86_400), ("小时", "hours", 3_600), ("分钟", "minutes", 60))
_FORMER_KEY = (
    "agent.toml 仍写着原来的钥匙：请把 key_file（和 key_password_file）改为新的。",
    "agent.toml still names the former key: put the new one in key_file (and key_password_file).",
)


def in_words(shown: Mapping[str, Any], lang: str) -> list[str]:
    """A sentence a line: what came, what waits and why, what failed and what to do."""
    chinese = lang == "zh"
    rows, sums = shown["rows"], shown["points"]
    moving = ("received", "ready", "reserving", "reserved", "cancelling", "batched", "minted")
    values = {
        "stage": _STAGES[shown["state"]][0 if chinese else 1],
        "came": sum(rows.values()),
        "moving": sum(rows[state] for state in moving),
        "batches": shown["batches"]["final"],
        "done": rows["done"], "duplicate": rows["duplicate"],
        "rejected": rows["rejected"], "waiting": rows["waiting"],
        **{
            name: points_text(sums[f"{name}_units"])
            for name in ("minted", "clipped", "corrected", "lost")
        },
    }  # fmt: skip
    sentences = [(_ZH if chinese else _EN).format_map(values)]
    if shown.get("adopted"):
        sentences.append((_ADOPTED_ZH if chinese else _ADOPTED_EN).format(shown["adopted"]))
    fix = f"fix_{lang}"
    sentences += [
        _line(f"{one['count']} × {one[lang]}", one[fix], chinese=chinese) for one in shown["waits"]
    ]
    reviews = shown.get("reviews")
    if reviews and (reviews["open"] or reviews["alone"]):
        told = reviews | {"hours": reviews["oldest_age_s"] // 3_600}
        sentences.append((_REVIEWS_ZH if chinese else _REVIEWS_EN).format_map(told))
    sentences += _files(shown.get("files", {}), chinese=chinese)
    for code, count in shown["rejected_by"].items():
        if (why := REASONS.get(code)) is not None:
            said, cure = (why.why.zh, why.fix.zh) if chinese else (why.why.en, why.fix.en)
            sentences.append(_line(f"{count} × {said}", cure, chinese=chinese))
    errors = [*shown["troubles"], *([shown["failure"]] if shown["failure"] else [])]
    sentences += [_line(one[lang], one[fix], chinese=chinese) for one in errors]
    key = shown.get("key")
    if key is not None and not key["in_settings"]:
        sentences.append(_FORMER_KEY[0 if chinese else 1])
    return sentences


def _files(piles: Mapping[str, Mapping[str, int]], *, chinese: bool) -> list[str]:
    """Clerks' files, where there are any."""
    at, told = 0 if chinese else 1, []
    for state, words in _FILES.items():
        pile = piles.get(state, {})
        if not pile.get("files"):
            continue
        said = words[at].format(pile["files"])
        if state == "previewed":
            said += _CAME[at].format(_span(pile["oldest_age_s"], chinese=chinese))
        told.append(said)
    if not told:
        return []
    return ["文件：" + "，".join(told) + "。" if chinese else "Files: " + ", ".join(told) + "."]


def _span(seconds: int, *, chinese: bool) -> str:
    """In the largest unit of which there are two."""
    fits = (span for span in _SPANS if seconds >= 2 * span[2])
    zh, en, size_s = next(fits, _SPANS[-1])
    return f"{seconds // size_s} {zh if chinese else en}"


def _line(said: str, cure: str, *, chinese: bool) -> str:
    said, cure = said.rstrip("。."), cure.rstrip("。.")
    return f"{said}：{cure}。" if chinese else f"{said}: {cure}."
