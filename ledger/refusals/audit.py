"""What an audit refuses before it begins."""

from __future__ import annotations

from ledger.errors import Refused, Unavailable
from ledger.refusals.entry import area, entry

AUDIT = area(
    "audit",
    "审计",
    "Audits",
    entry(
        "audit.not-final",
        Refused,
        "(asked, final)",
        zh="第 {asked} 号区块尚未最终确认，目前到第 {final} 号。",
        zh_cure="请改用已最终确认的区块，或稍后再试。",
        en="Block {asked} is not final yet; block {final} is.",
        en_cure="Name a final block, or try again later.",
    ),
    entry(
        "audit.no-calldata",
        Unavailable,
        "(number)",
        zh="节点不提供第 {number} 号区块的交易内容，无法审计。",
        zh_cure="请改用提供完整交易的节点，例如 Anvil、Besu 或成员网络的节点。",
        en="The node does not hand out the transactions of block {number}: nothing to verify.",
        en_cure="Use a node that shows whole transactions: Anvil, Besu or the members' network.",
    ),
)

AREAS = (AUDIT,)
