"""What the projection of the chain says to those who run an installation."""

from __future__ import annotations

from ledger.errors import Broken, Refused
from ledger.refusals.entry import area, entry

INDEX = area(
    "index",
    "链上数据索引",
    "The index of the chain",
    entry(
        "index.other-version",
        Refused,
        "(expected, found)",
        zh="索引数据库的版本是 {found}，本程序需要 {expected}。",
        zh_cure="请先启动负责索引的进程，它会自动重建索引；若它较新，请升级本程序。",
        en="The index database has version {found}; this program needs {expected}.",
        en_cure="Start the process that follows the chain, which builds it again; or upgrade this.",
    ),
    entry(
        "index.unexplained-transfers",
        Broken,
        "(number, transaction)",
        zh="区块 {number} 的交易 {transaction} 移动了积分，但没有事件说明原因。",
        zh_cure="请停止索引，核对合约代码与本程序版本是否一致，并报告软件缺陷。",
        en="A transaction of block {number} ({transaction}) moved points and no event says why.",
        en_cure="Stop; compare the contracts' code with this version, and report a defect.",
    ),
    entry(
        "index.unknown-row",
        Broken,
        "(kind, number)",
        zh="区块 {number} 的事件涉及索引中不存在的记录（{kind}）。",
        zh_cure="请重建索引；若再次出现，请停止并报告软件缺陷。",
        en="An event of block {number} is about a row that the index does not have ({kind}).",
        en_cure="Build the index again; if it comes back, stop and report a defect.",
    ),
)

AREAS = (INDEX,)
