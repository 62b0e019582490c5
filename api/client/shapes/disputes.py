"""Shapes of disputes, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.answers import Model
from api.client.shapes.shared import Amount, WordShape


class DisputeShape(Model):
    """争议：冲回已关闭窗口的一部分应付 · a reversing pair of a closed window."""

    id: str
    origin_window: int
    debtor: int
    creditor: int
    proposer: int
    amount: Amount
    reason_hash: str
    reason: str | None
    proposed: WordShape
    accepted: WordShape | None
    accepted_window: int | None


class DisputePage(Model):
    """争议列表，按提出先后 · disputes in the order of proposal."""

    disputes: list[DisputeShape]
    next_cursor: str | None


class NoteReason(Model):
    """理由原文，须与链上摘要相符 · the words of which the chain has the hash."""

    reason: str
    dry_run: bool | None = None
