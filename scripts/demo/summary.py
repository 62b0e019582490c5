"""What the season came to: by scheme, by order, by member, and what it cost.

Figures come from where anybody could read them: the API's public sums, the agents' own status, and
the chain's receipts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import httpx

from issuers.sandbox.kinds import Scheme
from ledger.chain import decode
from ledger.events import (
    BatchMinted,
    Event,
    HoldCaptured,
    HoldPlaced,
    HoldRefunded,
    HoldReleased,
)
from ledger.units import points_text
from scripts import charter
from scripts.demo import agents, redeeming
from scripts.demo.city import City
from scripts.demo.season import Season
from scripts.telling import Teller

EXAMPLES = 2
"""Rejected rows shown of each agent."""


class Cost(NamedTuple):
    """What the chain charged, in gas, and how fast the season was."""

    awards: int
    gas_per_award: float
    holds: int
    gas_per_hold: float
    """From hold to capture, release and refund, whatever of it happened."""
    gas_per_order: float
    awards_per_s: float
    """Over the whole season's weeks: reading, checking, marking and everything else included."""


def show(season: Season, api_url: str) -> dict[str, Any]:
    """Prints the summary; the same as plain values."""
    totals = httpx.get(f"{api_url}/v1/totals", trust_env=False, timeout=30).json()
    told = {scheme: agents.status(season.city, scheme) for scheme in Scheme}
    schemes = _schemes(season.tell, totals, told)
    _rejected(season)
    _orders(season)
    _positions(season.tell, totals)
    cost = _cost(season)
    season.tell.say(
        f"每笔授予 {cost.gas_per_award:,.0f} gas；整季每秒 {cost.awards_per_s:,.0f} 笔",
        f"{cost.gas_per_award:,.0f} gas an award, {cost.awards_per_s:,.0f} a second",
    )
    season.tell.say(
        f"每张兑换单 {cost.gas_per_order:,.0f} gas，每笔预留 {cost.gas_per_hold:,.0f} gas",
        f"start to end: {cost.gas_per_order:,.0f} gas an order, {cost.gas_per_hold:,.0f} a hold",
    )
    return {
        "schemes": schemes,
        "orders": dict(season.tally.orders),
        "cost": cost._asdict(),
        "positions_sum_units": totals["positions_sum"]["units"],
        "expired_units": season.expired_units,
    }


def _schemes(
    tell: Teller, totals: dict[str, Any], told: dict[Scheme, dict[str, Any]]
) -> list[dict[str, Any]]:
    by_code = {one["code"]: one for one in totals["schemes"]}
    rows, found = [], []
    for scheme in Scheme:
        seat = charter.ISSUER_OF[scheme]
        sums, own = by_code[seat.code], told[scheme]
        names = ("issued", "captured", "refunded", "expired", "outstanding")
        amounts = {name: sums[name]["units"] for name in names}
        counts = {"events": own["events"], "awards": sums["awards"]}
        counts |= {name: own[name] for name in ("clipped", "rejected", "waiting")}
        name = tell.words(seat.zh.removesuffix(charter.ZH_EXAMPLE), seat.code)
        rows.append([name, *counts.values(), *map(points_text, amounts.values())])
        found.append({"scheme": str(scheme), **counts, **amounts})
    columns = (
        ("计划", "scheme"), ("事件", "events"), ("授予", "awards"), ("触顶", "clipped"),
        ("退回", "rejected"), ("待绑定", "waiting"), ("发放", "issued"), ("核销", "captured"),
        ("退款", "refunded"), ("到期", "expired"), ("未用", "outstanding"),
    )  # fmt: skip
    tell.table(("各计划（积分）", "By scheme (points)"), columns, rows)
    return found


def _rejected(season: Season) -> None:
    """A few of the rejected rows, as each issuer's clerk sees them."""
    tell = season.tell
    tell.say("各代理退回的行，举几例：", "Some of the rows that the agents rejected:")
    for scheme in Scheme:
        for row in agents.rejected(season.city, scheme, EXAMPLES):
            where = f"{row['place']} [{row['field']}] {row['value']!r}"
            why, fix = row["reason"], row["fix"]
            tell.say(f"{why['zh']}；{fix['zh']}", f"{why['en']}; {fix['en']}", mark=f"{where} ")


def _orders(season: Season) -> None:
    tally = season.tally
    names = {str(ending): zh for ending, zh in redeeming.ZH.items()}
    counted = sorted(tally.orders.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [(season.tell.words(names.get(name, name), name), count) for name, count in counted]
    columns = (("结果", "outcome"), ("兑换单", "orders"))
    season.tell.table(("兑换", "Redemption"), columns, rows)
    season.tell.say(
        f"{tally.holds} 笔预留，{tally.several} 张用到多个账户，{tally.too_little} 人积分不足",
        f"{tally.holds} holds, {tally.several} of several, {tally.too_little} had too little",
    )


def _positions(tell: Teller, totals: dict[str, Any]) -> None:
    names = dict(enumerate(charter.SEATS, 1))
    rows = [
        (tell.words(seat.zh, seat.en), points_text(one["amount"]["units"]))
        for one in totals["positions"]
        for seat in [names[one["member"]]]
    ]
    columns = (("成员", "member"), ("净头寸", "position"))
    if rows:
        tell.table(("当前窗口", "The open window"), columns, rows)
    total = totals["positions_sum"]["units"]
    told = tell.bad if total else tell.good
    told(f"净头寸之和 {points_text(total)}", f"positions sum to {points_text(total)}")


def _cost(season: Season) -> Cost:
    city = season.city
    minting, mint_gas = _gas(city, [BatchMinted])
    ordering, order_gas = _gas(city, [HoldPlaced, HoldCaptured, HoldReleased, HoldRefunded])
    awards = sum(event.awards for event in minting if isinstance(event, BatchMinted))
    orders = sum(season.tally.orders.values())
    holds = sum(isinstance(event, HoldPlaced) for event in ordering)
    return Cost(
        awards=awards,
        gas_per_award=mint_gas / awards if awards else 0.0,
        holds=holds,
        gas_per_hold=order_gas / holds if holds else 0.0,
        gas_per_order=order_gas / orders if orders else 0.0,
        awards_per_s=awards / season.seconds if season.seconds else 0.0,
    )


def _gas(city: City, kinds: Sequence[type[Event]]) -> tuple[list[Event], int]:
    """Every event of these kinds, and the gas of the transactions that they came from."""
    gateway, deployment = city.gateway, city.deployment
    topics = [[decode.event_topic(kind) for kind in kinds]]
    logs = gateway.logs(deployment.first_block, gateway.head(), [deployment.ledger], topics)
    by_block: dict[int, set[bytes]] = defaultdict(set)
    for log in logs:
        by_block[log.block_number].add(log.transaction_hash)
    gas = 0
    for number, names in by_block.items():
        block = gateway.block(number)
        assert block is not None, "a block with logs of ours is there"
        gas += sum(receipt.gas_used for receipt in gateway.receipts(block, only=list(names)))
    return [event for _, event in decode.decoded(logs)], gas
