"""Writes docs/errors.md from the tables of errors, or says with --check whether it is stale."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from issuers.reasons import REASONS, Reason
from ledger.refusals import AREAS, Area, Entry
from scripts.node import ROOT

PAGE = ROOT / "docs" / "errors.md"

_HEAD = """# 错误代号 · Error codes

每个错误都有固定的代号。先看“原因”，再照“处理”办理；仍未解决时，请把代号告诉运维人员。

Every error has a stable code. Written by `python -m scripts.errors_page` from `ledger/refusals/`
and `issuers/reasons.py`; a test fails where this page is stale.

| 类别 kind | 该怎么做 | what to do |
| --- | --- | --- |
| Rejected | 填写有误：改正后再提交，不要原样重试 | mend the input, never retry as it is |
| Refused | 当前不允许：等待、申请，或另选办法 | wait, ask, or choose otherwise |
| Unavailable | 什么都没有发生：可以直接重试 | nothing happened: try again |
| OutcomeUnknown | 已发出但没有答复：先按同一编号核对 | sent, no answer: reconcile first |
| Broken | 内部检查失败：停止操作，联系运维人员 | an invariant failed: stop, call a person |

`{…}` 处填入具体数值：积分保留两位小数，月份写作 2026-05，时间为北京时间，条目从 1 数起。
`{…}` stands for a value: points with two decimals, months as 2026-05, Beijing time, rows counted
from 1. In an answer's fields they are plain: units of 0.01 point, month numbers, seconds since
1970, rows counted from 0.
"""

_ROWS_HEAD = """
## 行被退回或等待的原因 · Why a row is left out or waits

发行方导入的每一行，若不能授予，都带有以下代号之一。
Each row of an issuer's import that earns nothing carries one of these codes.
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD, *(_section(area) for area in AREAS), _ROWS_HEAD, _rows()]
    return "".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """Writes the page; with --check compares it instead and gives 1 where it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    if not parser.parse_args(arguments).check:
        PAGE.write_text(page(), "utf-8")
        return 0
    if _on_disk(PAGE) == page():
        return 0
    print("docs/errors.md is stale: run `python -m scripts.errors_page`", file=sys.stderr)
    return 1


def _on_disk(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


def _section(area: Area) -> str:
    entries = "".join(_entry(one) for one in area.entries)
    return f"\n## {area.titles['zh']} · {area.titles['en']}\n{entries}"


def _entry(one: Entry) -> str:
    facts = [one.kind.__name__, f"HTTP {one.http_status}"]
    if one.contract_error:
        facts.append(f"`{one.contract_error}`")
    if one.fields:
        facts.append(", ".join(f"`{name}`" for name in one.fields))
    zh, en = one.words["zh"], one.words["en"]
    return (
        f"\n### `{one.code}`\n{' · '.join(facts)}\n\n"
        f"- 原因：{zh.cause}\n- 处理：{zh.cure}\n- Cause: {en.cause}\n- Cure: {en.cure}\n"
    )


def _rows() -> str:
    return "".join(_row(one) for one in REASONS.values())


def _row(one: Reason) -> str:
    return (
        f"\n### `{one.code}`\n\n"
        f"- 原因：{one.why.zh}\n- 处理：{one.fix.zh}\n"
        f"- Cause: {one.why.en}\n- Cure: {one.fix.en}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
