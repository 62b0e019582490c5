"""Disputes: read by members, and the words of a reason handed in by one of the two sides.

Proposing and accepting are each side's own transactions: ``api.clearing``.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.access import OF_A_MEMBER
from api.disputes.schemas import DisputePage, DisputeShape, NoteReason
from api.guard import Calling, resource
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import HashHex, unshow
from ledger.errors import Refused

router = resource("disputes", "clearing")


@router.get("", operation_id="list_disputes")
def list_disputes(
    call: Calling,
    window: Annotated[int | None, Query(ge=1, le=2**31, description="原窗口 · origin")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> DisputePage:
    """争议列表 · Disputes in the order of proposal, of all windows or of one origin."""
    place = place_of(cursor, 1)
    start = place[0] if place else 0
    found = call.office.clearing.disputes.all(window)[start : start + limit + 1]
    return DisputePage(
        disputes=[DisputeShape.of(one) for one in found[:limit]],
        next_cursor=cursor_of(start + limit) if len(found) > limit else None,
    )


@router.get("/{dispute_id}", operation_id="get_dispute")
def get_dispute(call: Calling, dispute_id: HashHex) -> DisputeShape:
    """查询争议 · One dispute, and where its reversal stands once it is accepted."""
    return DisputeShape.of(call.office.clearing.disputes.read(unshow(dispute_id)))


@router.post("/{dispute_id}/reason", operation_id="note_reason")
def note_reason(call: Calling, dispute_id: HashHex, body: NoteReason) -> DisputeShape:
    """登记理由原文 · Hand in the words of a reason; only those of its hash are kept."""
    named = unshow(dispute_id)
    row = call.office.clearing.disputes.read(named).row
    caller = call.caller
    if caller.role in OF_A_MEMBER and caller.member not in (row.debtor, row.creditor):
        raise Refused("access.not-yours", member=caller.member, field="dispute_id")
    return DisputeShape.of(
        call.office.clearing.disputes.note_words(named, body.reason, dry_run=body.dry_run)
    )
