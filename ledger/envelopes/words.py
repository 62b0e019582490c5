"""What a resident is told when something happens to what opens the wallet. No value, no secret."""

from __future__ import annotations

_NOT_YOU = "不是您本人操作的，请到社区柜台。If it was not you, go to a desk."
_SAID = {
    "envelope-stored": ("钱包新增了一种打开方式。", "A new way to open your wallet was stored."),
    "envelope-dropped": ("钱包停用了一种打开方式。", "A way to open your wallet was dropped."),
    "envelope-locked": ("钱包密码连续输错，已暂停。", "Your wallet's PIN was mistyped and rests."),
    "envelope-lifted": ("钱包密码已在柜台解锁。", "Your wallet's PIN was unlocked at a desk."),
    "envelope-opened": (
        "有人正用找回联系人的凭条打开您的钱包。",
        "Your contacts' slips are opening your wallet.",
    ),
    "key-asked": (
        "您的账户正在登记一把密钥；首把密钥七天后生效。",
        "A key is being registered for an account of yours; a first one takes effect in 7 days.",
    ),
    "key-withdrawn": ("尚未生效的密钥已撤回。", "A key that was not in effect was withdrawn."),
}
WORDS = {kind: f"{zh}{en} {_NOT_YOU}" for kind, (zh, en) in _SAID.items()}
"""By kind of what happened."""
