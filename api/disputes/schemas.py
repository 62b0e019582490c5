"""Shapes of disputes."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints

from api.shapes import Amount, HashHex, MemberNumber, Shape, example, show
from api.statements.parts import WordShape
from ledger.clearing.statement import Confirmation
from ledger.statements.disputes import WORDS_CHARACTERS, Dispute

Words = Annotated[str, StringConstraints(min_length=1, max_length=WORDS_CHARACTERS)]
_SHOWN = {
    "id": "0x" + "0d" * 32,
    "origin_window": 1,
    "debtor": 1,
    "creditor": 3,
    "proposer": 1,
    "amount": {"units": 1500, "points": "15.00"},
    "reason_hash": "0x" + "0e" * 32,
    "reason": None,
    "proposed": {"block": 41, "transaction": "0x" + "07" * 32},
    "accepted": None,
    "accepted_window": None,
}


class DisputeShape(Shape):
    """争议：冲回已关闭窗口的一部分应付 · a reversing pair of a closed window."""

    model_config = example(**_SHOWN)

    id: HashHex
    origin_window: int
    debtor: MemberNumber
    creditor: MemberNumber
    proposer: MemberNumber
    amount: Amount
    reason_hash: HashHex = Field(description="理由原文的 SHA-256 · of the reason's words")
    reason: str | None = Field(description="理由原文，如已登记 · its words, where they are known")
    proposed: WordShape
    accepted: WordShape | None = Field(description="未接受为空 · null until it is accepted")
    accepted_window: int | None = Field(description="冲回记入的窗口 · where the reversal stands")

    @classmethod
    def of(cls, dispute: Dispute) -> Self:
        """As it is shown."""
        row = dispute.row
        accepted = None
        if row.accepted_block is not None and row.accepted_transaction is not None:
            accepted = Confirmation(row.accepted_block, row.accepted_transaction)
        return cls(
            id=show(row.id),
            origin_window=row.origin_window,
            debtor=row.debtor,
            creditor=row.creditor,
            proposer=row.proposer,
            amount=Amount.of(row.units),
            reason_hash=show(row.reason_hash),
            reason=dispute.words,
            proposed=WordShape.of(Confirmation(row.proposed_block, row.proposed_transaction)),
            accepted=WordShape.of(accepted),
            accepted_window=row.accepted_window,
        )


class DisputePage(Shape):
    """争议列表，按提出先后 · disputes in the order of proposal."""

    model_config = example(disputes=[_SHOWN], next_cursor=None)

    disputes: list[DisputeShape]
    next_cursor: str | None


class NoteReason(Shape):
    """理由原文，须与链上摘要相符 · the words of which the chain has the hash."""

    model_config = example(reason="兑换单重复核销，冲回 15 积分", dry_run=False)

    reason: Words
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")
