"""Totals: what everybody may see without a key."""

from __future__ import annotations

from api.guard import Calling, resource
from api.totals.schemas import TotalsShape

router = resource("totals", "public")


@router.get("", operation_id="get_totals")
def get_totals(call: Calling) -> TotalsShape:
    """公开总数 · Sums of every scheme, the open window, and orders by outcome."""
    return call.office.counting.totals(call.lang)
