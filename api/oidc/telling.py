"""Residents hear of a recovery by every channel there is: messages, and the list they read."""

from __future__ import annotations

from ledger.logins.place import Tell
from ledger.residents.messages import Post
from ledger.store import residents_people as people
from ledger.store.engine import Connection

KIND = "recovery"
_WORDS = {
    "recovery-confirmed": (
        "有找回联系人确认了对您钱包的找回。如果不是您本人申请，请立即登录取消，或到社区柜台。"
        "A recovery contact confirmed that your wallet be given back to a new sign-in. "
        "If you did not ask for it, call it off at once: sign in, or go to a desk."
    ),
    "recovery-ready": (
        "找回您的钱包所需的确认已经齐全，等待期过后钱包归新的登录使用。不是您本人申请的，请立即取消。"
        "Enough contacts have confirmed: after the delay a new sign-in takes your wallet. "
        "If you did not ask for it, call it off at once."
    ),
    "recovery-cancelled": (
        "对您钱包的找回已经取消。The recovery of your wallet was called off."
    ),
    "recovered": (
        "您的钱包已由新的登录使用，原来的登录全部失效。有异议请到社区柜台。"
        "A new sign-in has your wallet; all earlier ones have ended. Go to a desk if you object."
    ),
}  # fmt: skip


def telling(post: Post) -> Tell:
    """Records the message with what it tells of; each kind once for a recovery."""

    def tell(connection: Connection, wallet: str, kind: str, about: str) -> None:
        opening = people.opening(connection, wallet)
        contact = None if opening is None else opening.contact
        post.record(connection, f"{kind}-{about}", wallet, contact, KIND, _WORDS[kind])

    return tell
