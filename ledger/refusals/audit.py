"""What an audit refuses before it begins."""

from __future__ import annotations

from ledger.errors import Refused
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
)

AREAS = (AUDIT,)
