"""Why a webhook is stopped, and what went wrong with a delivery, in words."""

from __future__ import annotations

from ledger.refusals import Lang

REASONS: dict[str, dict[Lang, str]] = {
    "owner": {"zh": "由本单位停用。", "en": "Its owner stopped it."},
    "gone": {
        "zh": "接收方答复 410：不再接收。",
        "en": "The receiver answered 410: it wants nothing more.",
    },
    "failing": {
        "zh": "连续多日没有一次送达。修复接收方后请先试发，再启用；期间的事件会补发。",
        "en": "Nothing was taken for days. Mend the receiver, ping it, then enable: what was missed"
        " is sent then.",
    },
    "key-ended": {
        "zh": "建立或启用它的密钥已作废或到期。请用有效密钥重新启用。",
        "en": "The key that made or enabled it was revoked or has expired. Enable it with another.",
    },
    "secret-lost": {
        "zh": "运营方更换密钥后，它的签名密钥已无法读取。请更换密钥（rotate），再启用。",
        "en": "Its secret can't be read since the operator's key changed. Rotate it, then enable.",
    },
}
ERRORS: dict[str, dict[Lang, str]] = {
    "address": {
        "zh": "域名指向内部地址，不予发送。",
        "en": "The name leads to an address inside a network; nothing is sent there.",
    },
    "name": {"zh": "域名无法解析。", "en": "The name cannot be resolved."},
    "connect": {"zh": "无法连接。", "en": "No connection could be made."},
    "tls": {"zh": "TLS 证书未通过验证。", "en": "The TLS certificate was not accepted."},
    "timeout": {"zh": "未在时限内答复。", "en": "No answer came in time."},
    "dropped": {"zh": "连接中断，没有完整答复。", "en": "The connection broke off."},
}


def told(table: dict[str, dict[Lang, str]], code: str | None, lang: Lang) -> str | None:
    """The sentence of a code."""
    return None if code is None else table[code][lang]
