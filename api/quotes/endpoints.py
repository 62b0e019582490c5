"""Quotes: asked before an order, bind nobody, and say why points are taken from where."""

from __future__ import annotations

from api.acting import check_wallet, looked
from api.guard import Calling, resource
from api.offers.wanted import bought
from api.quotes.schemas import AskQuote, QuoteShape
from api.shapes import seconds

router = resource("quotes", "orders")


@router.post("", operation_id="quote")
def quote(call: Calling, body: AskQuote) -> QuoteShape:
    """试算 · What an order would take and who would owe for it."""
    service = call.office.service
    check_wallet(call.caller, body.wallet)
    asked = bought(call, body)
    deadline_s = seconds(body.deadline)
    found = service.quote(body.wallet, asked.acceptor, asked.units, deadline_s, asked.wanted)
    looked(call, "quote", [body.wallet])
    return QuoteShape.of(found)
