"""The words of a monthly statement, both languages side by side. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.refusals import Lang


def by_language(words: Mapping[str, tuple[str, str]]) -> dict[Lang, dict[str, str]]:
    """The same words as a dictionary for each language."""
    return {
        "zh": {name: zh for name, (zh, _) in words.items()},
        "en": {name: en for name, (_, en) in words.items()},
    }


OF_A_LETTER = by_language(
    {
        "title": ("通兑积分月报", "Tongdui monthly statement"),
        "left": ("您现在有 {points} 积分。", "You have {points} points now."),
        "left_over": (
            "{month}底，您有 {points} 积分。",
            "At the end of {month} you had {points} points.",
        ),
        "held": (
            "其中 {points} 积分已为进行中的兑换预留。",
            "{points} of them are set aside for orders that are not finished.",
        ),
        "next": (
            "{points} 积分在 {day} 之后失效，请在此前兑换。",
            "{points} points are good through {day}: redeem them by then.",
        ),
        "no_next": ("没有即将失效的积分。", "No points are about to expire."),
        "sums": ("这个月", "This month"),
        "opening": ("月初", "At its beginning"),
        "earned": ("获得", "Earned"),
        "corrected": ("发行方更正", "Corrected by issuers"),
        "spent": ("用掉", "Spent"),
        "refunded": ("退回", "Refunded"),
        "given": ("捐给社区基金", "Given to the community fund"),
        "expired": ("到期失效", "Expired"),
        "closing": ("月末", "At its end"),
        "closing_so_far": ("到现在", "As of now"),
        "by_scheme": ("各计划还有多少", "What is left in each scheme"),
        "from": ("每一分怎么来的", "Where each point came from"),
        "to": ("用在哪里", "Where they went"),
        "expiring": ("什么时候失效", "When they expire"),
        "seen": ("谁看过您的资料", "Who looked at your data"),
        "none": ("没有", "Nothing"),
        "more": (
            "另有 {count} 项，可在社区柜台或网页查看",
            "{count} more: ask at a community desk or see the pages",
        ),
        "capped": ("年度上限，应得 {full}", "yearly cap, in full {full}"),
        "for": ("{day} {name} {quantity} {unit}", "{day} {name}, {quantity} {unit}"),
        "rate": ("每 {count} {unit} {points} 分", "{points} for {count} {unit}"),
        "at": ("{day} {name}", "{day} {name}"),
        "back": ("{day} {name} 退回", "{day} {name}, refunded"),
        "fix": ("{day} {name} 更正", "{day} {name}, corrected"),
        "gift": ("{day} {name} 捐给社区基金", "{day} {name}, to the community fund"),
        "gone": ("{name} 到期失效", "{name}, expired"),
        "until": ("{day}（{name}）", "{day} ({name})"),
        "looked": ("{day} {who}：{what}", "{day} {who}: {what}"),
        "end": (
            "对不上？请带卡到社区柜台询问，或在网页申请更正。积分不是货币，不能出售、转让或兑现。",
            "Does something look wrong? Bring your card to a community desk, or ask for a"
            " correction on the pages. Points are not money: they cannot be sold, sent or cashed.",
        ),
    }
)
"""On paper."""
OF_AN_SMS = by_language(
    {
        "head": (
            "【通兑】{month}：您有{points}积分。",
            "Tongdui {month}: you have {points} points. ",
        ),
        "next": ("{points}积分{day}后失效。", "{points} are good through {day}. "),
        "month": (
            "本月获得{earned}，用掉{spent}，退回{refunded}，到期{expired}。",
            "Earned {earned}, spent {spent}, refunded {refunded}, expired {expired}. ",
        ),
        "other": ("另有更正{corrected}，捐赠{given}。", "Corrected {corrected}, given {given}. "),
        "held": ("其中{held}已预留。", "{held} are set aside. "),
        "opening": ("月初{opening}。", "Before: {opening}. "),
        "seen": ("有{count}次资料被查看。", "Your data was looked at {count} times. "),
        "scheme": ("{name}{points}。", "{name}: {points}. "),
    }
)
"""In a message; each a whole sentence."""
