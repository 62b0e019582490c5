"""Writes docs/authority.md from the table of access, or says with --check whether it is stale."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from fastapi.routing import APIRoute

from api.access import ACCESS, BY_SESSION, OF_A_MEMBER, Role
from api.app import RESOURCES
from api.openapi import TAGS
from scripts.node import ROOT

PAGE = ROOT / "docs" / "authority.md"
MAY, MAY_NOT = "●", "—"
_HEAD = f"""# 权限表 · Who may call what

由 `python -m scripts.authority_page` 根据 `api/access.py` 生成；有测试核对此页，
并让每个角色逐一调用每个接口。
Written from `api/access.py`; a test fails where this page is stale, and another one calls every
operation with every role.

{MAY} 可以 may；{MAY_NOT} 不可以 may not；公开 open to everybody, without a key

| 角色 role | 怎么取得 | how it is had |
| --- | --- | --- |
"""
_HOW: dict[Role, tuple[str, str]] = {
    Role.OPERATOR: (
        "运营方的密钥；居民的积分由它托管，上限在链上",
        "a key of the operator's, which is custodian within caps on chain",
    ),
    Role.WORKER: (
        "社区工作者自己的密钥；不刷居民的卡，什么积分也动不了",
        "a key of each worker's own; without a resident's card it spends nothing",
    ),
    Role.ACCEPTOR: ("承兑方的密钥，只限本单位", "an acceptor's key: its own orders only"),
    Role.ISSUER: ("发行方代理的密钥，只限本计划", "an issuer's agent's key: its own scheme only"),
    Role.AUDITOR: ("审计方的密钥，只读，看不到钱包", "an auditor's key: reads, and sees no wallet"),
    Role.FUND: ("社区基金的密钥，只限本基金", "a fund's key: its own projects and rounds only"),
    Role.COUNCIL: ("理事会席位的密钥，只读", "a council seat's key: reads"),
    Role.RESIDENT: (
        "没有密钥：凭卡与密码在柜台开始会话，或登录；只限本人的钱包",
        "no key: a session begun with card and PIN, or a login; the own wallet only",
    ),
    Role.DELEGATE: (
        "没有密钥：凭代兑人自己的卡在柜台开始会话；只限登记的额度、承兑方和期限",
        "no key: a session begun with the delegate's own card, within the resident's limits",
    ),
}
_WHOSE = f"""
## 谁的对象 · Whose object

角色只是第一道门。第二道门核对对象是谁的，对不上就是 403：
The role is the first gate. The second one asks whose object it is, and answers 403 otherwise:

| 谁 who | 对象 what | 代号 code |
| --- | --- | --- |
| {", ".join(sorted(OF_A_MEMBER))} | 本单位的 its own member's | `access.not-yours` |
| {", ".join(sorted(BY_SESSION))} | 会话所属钱包的 its wallet's | `resident.not-your-wallet` |
| delegate | 自己下的单 orders of its own | `resident.not-your-wallet` |
| worker | 自己柜台的会话 sessions of its desk | `resident.session-unknown` |
| worker | 第二人确认 confirming what another asked | `resident.same-worker` |
"""


def page() -> str:
    """The whole page."""
    how = "".join(f"| {role} | {_HOW[role][0]} | {_HOW[role][1]} |\n" for role in Role)
    return "".join([_HEAD, how, _WHOSE, *(_section(tag) for tag in TAGS)])


def main(arguments: list[str] | None = None) -> int:
    """Writes the page; with --check compares it instead and gives 1 where it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    if not parser.parse_args(arguments).check:
        PAGE.write_text(page(), "utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text("utf-8") == page():
        return 0
    print("docs/authority.md is stale: run `python -m scripts.authority_page`", file=sys.stderr)
    return 1


def _routes(tag: str) -> Iterator[APIRoute]:
    """Of a part of the documentation, in its order."""
    for router in RESOURCES:
        for route in router.routes:
            if isinstance(route, APIRoute) and tag in route.tags:
                yield route


def _section(tag: str) -> str:
    lines = [_line(route) for route in _routes(tag)]
    if not lines:
        return ""
    roles = " | ".join(str(role) for role in Role)
    rule = " | ".join("---" for _ in range(len(Role) + 2))
    return f"\n## {TAGS[tag]}\n\n| 接口 | operation | {roles} |\n| {rule} |\n" + "".join(lines)


def _line(route: APIRoute) -> str:
    (method,) = route.methods or {"?"}
    name = route.operation_id or ""
    allowed = ACCESS[name]
    call = f"| `{method} {route.path}` | `{name}` |"
    if allowed is None:
        return call + " 公开 |" * len(Role) + "\n"
    return call + "".join(f" {MAY if role in allowed else MAY_NOT} |" for role in Role) + "\n"


if __name__ == "__main__":
    sys.exit(main())
