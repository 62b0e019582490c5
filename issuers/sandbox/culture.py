"""The culture scheme's system: a cursor API behind an API key, money in fen, refunds later.

Habits: a cursor is opaque and never ends: the last page's cursor is where to go on tomorrow; every
50th list request is answered 429 with Retry-After; a refund is a record of its own, negative, that
names the spending; an amount may be text.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query

from issuers.sandbox import dirt, marking
from issuers.sandbox.season import Flaw, Row
from issuers.sandbox.world import World

PAGE_ROWS = 100
BUSY_EVERY = 50
TIME = "{t:%Y-%m-%dT%H:%M:%S}+08:00"


def mount(app: FastAPI, world: World) -> None:
    """The cursor list and the connector."""
    asked = 0
    world.has_layout = True

    async def login(x_api_key: str = Header("")) -> None:
        if not hmac.compare_digest(x_api_key.encode(), world.credentials.secret.encode()):
            raise HTTPException(401, {"error": "invalid_api_key"})

    routes = APIRouter(prefix="/v2", dependencies=[Depends(login)])

    @routes.get("/spendings")
    async def spendings(cursor: Annotated[str, Query(max_length=100)] = "") -> dict[str, Any]:
        nonlocal asked
        asked += 1
        if asked % BUSY_EVERY == 0:
            raise HTTPException(429, {"error": "slow_down"}, {"Retry-After": "0"})
        start, shown = _offset(cursor), world.visible()
        part = shown[start : start + PAGE_ROWS]
        end = start + len(part)
        data = [_record(row) for row in part]
        name = "spendings" if world.layout_changed else "data"
        return {name: data, "next_cursor": _cursor(end), "has_more": end < len(shown)}

    app.include_router(routes)
    app.include_router(marking.router(world, "/v2", login))


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"o:{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("o:"))
    except (ValueError, binascii.Error) as error:
        raise HTTPException(400, {"error": "bad_cursor"}) from error


def _record(row: Row) -> dict[str, Any] | None:
    event = row.event
    if event.flaw is Flaw.BROKEN:
        return None
    if row.refund_step:
        return {
            "id": f"RF{row.row_id.removeprefix('SP')}",
            "type": "refund",
            "spending_id": row.event_id,
            "card_no": event.member_id,
            "amount_fen": -row.refunded,
            "spending_fen": event.quantity,
            "time": f"{row.visible_on}T12:00:00+08:00",
        }
    return {
        "id": row.event_id,
        "type": "spending",
        "card_no": dirt.member(event),
        "amount_fen": dirt.number(event),
        "time": dirt.moment_text(event, TIME),
    }
