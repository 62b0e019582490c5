"""A reminder in words: how many points, of which schemes, until when, and what they buy. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ledger.monthly.figures import day_words
from ledger.refusals import Lang
from ledger.units import points_text

_BETWEEN: dict[Lang, str] = {"zh": "；", "en": "; "}


class Offered(NamedTuple):
    """Something that can be had for points that are about to expire."""

    title: str
    acceptor: str
    price_units: int


def words_of(
    lang: Lang,
    by_issuer: Sequence[tuple[int, int]],
    expires_s: int,
    offered: Sequence[Offered],
    member: Callable[[int], str],
) -> str:
    """``by_issuer``: (issuer, units), the most first."""
    day, total = day_words(expires_s, lang), points_text(sum(units for _, units in by_issuer))
    named = [f"{member(issuer)} {points_text(units)}" for issuer, units in by_issuer]
    if lang == "zh":
        return _zh(day, total, "，".join(named), offered)
    return _en(day, total, ", ".join(named), offered)


def _zh(day: str, total: str, named: str, offered: Sequence[Offered]) -> str:
    said = f"您有 {total} 积分在 {day} 之后失效（{named}），请在此前兑换。"
    if offered:
        things = (f"{o.acceptor}“{o.title}” {points_text(o.price_units)} 积分" for o in offered)
        return f"{said}现在可以兑换：{_BETWEEN['zh'].join(things)}。"
    return f"{said}能兑换什么，请到社区柜台或网页查看。"


def _en(day: str, total: str, named: str, offered: Sequence[Offered]) -> str:
    said = f"{total} of your points are good through {day} ({named}): redeem them by then."
    if offered:
        things = (f"{o.title} at {o.acceptor} for {points_text(o.price_units)}" for o in offered)
        return f"{said} To be had now: {_BETWEEN['en'].join(things)}."
    return f"{said} Ask at a community desk or see the pages for what they buy."
