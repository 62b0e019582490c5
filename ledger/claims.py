"""Claims: what a resident asks of an issuer through the operator, and how it can be answered. Pure.

Codes of answers are stable; the operator stores the code, and both languages are looked up here by
whoever shows it. 民政部令第67号 (in force since 2021-02-01) lets a volunteer who finds the record
wrong or incomplete ask the organisation, which has to check and mend it in good time.
"""

from __future__ import annotations

import enum
from typing import NamedTuple


class Kind(enum.StrEnum):
    """What is asked."""

    LINK = "link"
    """A member's account is to be this one; with a one-time code."""
    UNLINK = "unlink"
    """Nothing more is to be awarded to this account."""
    CORRECTION = "correction"
    """An award is wrong."""
    MISSING = "missing"
    """An award never arrived."""


BY_HAND = (Kind.CORRECTION, Kind.MISSING)
"""A person at the issuer answers these; the agent answers the others itself."""


class Reason(NamedTuple):
    """Why a claim was answered as it was, and what the resident can do, in both languages."""

    kinds: tuple[Kind, ...]
    accepted: bool
    zh: str
    fix_zh: str
    en: str
    fix_en: str


_LINK, _UNLINK, _HAND = (Kind.LINK,), (Kind.UNLINK,), BY_HAND
_NOTHING = ("无需再做什么", "there is nothing more to do")

REASONS: dict[str, Reason] = {
    "link.done": Reason(
        _LINK, True, "已绑定", _NOTHING[0], "the account is linked", _NOTHING[1]
    ),
    "link.stood": Reason(
        _LINK, True, "此前已绑定，没有变化", _NOTHING[0], "it was linked already", _NOTHING[1]
    ),
    "link.taken-over": Reason(
        _LINK, True, "已绑定；钱包改用您原来的账户，年度上限照旧计算", _NOTHING[0],
        "it is linked; your wallet now has your earlier account, with its yearly cap as it was",
        _NOTHING[1],
    ),
    "link.code-wrong": Reason(
        _LINK, False, "绑定码不对、已用过或已过期", "请向发行方要一个新的绑定码",
        "the code is wrong, used or too old", "ask the issuer for a new code",
    ),
    "link.code-locked": Reason(
        _LINK, False, "一小时内输错太多次，绑定码没有核对", "请一小时后再试",
        "too many wrong codes within an hour: this one was not looked at", "try in an hour",
    ),
    "link.account-taken": Reason(
        _LINK, False, "此账户已绑定另一名会员", "请用本人的钱包办理，或到发行方窗口核对",
        "the account is linked to another member",
        "use your own wallet, or ask at the issuer's counter",
    ),
    "link.other-account": Reason(
        _LINK, False, "您在本计划已有另一个账户，仍在别的钱包里",
        "请用原来的钱包；或先注销原来的钱包，再用新的绑定码绑定，新钱包会接过原账户",
        "you have another account in this scheme, which is still in another wallet",
        "use that wallet; or have it forgotten, then link with a new code: "
        "this wallet then takes the account over",
    ),
    "link.erased": Reason(
        _LINK, False, "资料删除后，本年度关账前不能重新绑定", "请在次年四月一日后再绑定",
        "after an erasure nobody can be linked again before the year is closed",
        "link again from 1 April of next year",
    ),
    "link.unfinished": Reason(
        _LINK, False, "发行方兑换了绑定码，但没有办完", "请再生成一个绑定码，重新办理",
        "the issuer redeemed the code and did not finish", "make another code and try again",
    ),
    "unlink.done": Reason(
        _UNLINK, True, "已解除绑定；新的事项不再授予到此账户", "需要时可重新绑定，仍是这个账户",
        "the link is ended; nothing more is awarded to this account",
        "you may link again, to this same account",
    ),
    "unlink.none": Reason(
        _UNLINK, True, "此账户本来没有绑定", _NOTHING[0], "there was no link", _NOTHING[1]
    ),
    "claim.corrected": Reason(
        (Kind.CORRECTION,), True, "核实有误，已更正", "请在授予记录中查看",
        "it was wrong and is corrected", "see the list of your awards",
    ),
    "claim.awarded": Reason(
        (Kind.MISSING,), True, "核实漏记，已补记，将照常授予", "请过几天在授予记录中查看",
        "it was missing and is recorded: it will be awarded", "look at your awards in a few days",
    ),
    "claim.waits": Reason(
        (Kind.MISSING,), True, "已收到，正等待授予（额度、复核或绑定）", "请过几天在授予记录中查看",
        "it is here and waits (for a limit, a review or a link)",
        "look at your awards in a few days",
    ),
    "claim.as-recorded": Reason(
        _HAND, False, "经核对，记录无误", "如仍不同意，可带凭证到发行方窗口，或向主管部门反映",
        "the record was checked and is right",
        "if you disagree, bring evidence to the issuer's counter, or turn to its authority",
    ),
    "claim.no-record": Reason(
        _HAND, False, "发行方没有找到这次事项的记录", "请带凭证到发行方窗口补充",
        "the issuer has no record of it", "bring evidence to the issuer's counter",
    ),
    "claim.too-late": Reason(
        _HAND, False, "超过认证标准的上报期限，或该年度已关账",
        "积分不能再变动；原系统的记录可更正",
        "it is past the standard's time, or the year is closed",
        "points can change no more; the scheme's own record can be mended",
    ),
    "claim.limit": Reason(
        _HAND, False, "已达认证标准或年度的上限，超出部分不授予", _NOTHING[0],
        "a limit of the standard or the year was reached; what is above earns nothing",
        _NOTHING[1],
    ),
    "claim.erased": Reason(
        tuple(Kind), False, "发行方已按申请删除该会员的资料，无法再核对", "请到发行方窗口办理",
        "the member's data was erased on request: it can't be checked any more",
        "ask at the issuer's counter",
    ),
    "claim.withdrawn": Reason(
        tuple(Kind), False, "申请人的钱包已注销", _NOTHING[0],
        "the wallet that asked was forgotten", _NOTHING[1],
    ),
}  # fmt: skip
"""Every way to answer a claim, by its code."""


def by_hand(kind: str) -> list[str]:
    """The codes that a clerk may choose for a claim of that kind."""
    ours = ("claim.erased", "claim.withdrawn")
    return [code for code, one in REASONS.items() if kind in one.kinds and code not in ours]
