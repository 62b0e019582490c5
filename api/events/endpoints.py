"""Events: read in order from where one stopped, or listened to as they come."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import Header, Query, Request, Response
from pydantic import AwareDatetime
from starlette.concurrency import run_in_threadpool

from api.events.schemas import EventPage, EventShape
from api.events.streams import MEDIA_TYPE, EventStream, Listener
from api.guard import Calling, resource
from api.hooks.audience import reader_for
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import seconds
from ledger.errors import Rejected
from ledger.hooks.events import Kind
from ledger.store import hooks_events as events
from ledger.store.engine import reading

router = resource("events", "events")
Types = Annotated[
    list[Kind] | None,
    Query(alias="type", max_length=40, description="事件类型；缺省为全部 · which; all"),
]
Since = Annotated[
    AwareDatetime | None, Query(description="自此时起（账本时间）· from then on, the chain's time")
]
LastId = Annotated[
    str | None, Header(alias="Last-Event-ID", max_length=100, description="断线前的最后编号")
]
Accept = Annotated[str, Header(include_in_schema=False)]


@router.get("", operation_id="list_events")
def list_events(
    call: Calling,
    since: Since = None,
    kinds: Types = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> EventPage:
    """事件列表，旧的在前，供没有服务器的单位轮询 · Events, oldest first, for those who poll."""
    reader, place = reader_for(call.caller), place_of(cursor, 1)
    with reading(call.office.heralds.engine) as connection:
        newest = events.newest(connection)
        after = _after(since, place)
        if after is None:
            after = events.before(connection, seconds(since) if since else 0)
        found = events.page(connection, reader, kinds or (), after, limit + 1)
    page, more = found[:limit], len(found) > limit
    return EventPage(
        events=[EventShape.of(row) for row in page],
        next_cursor=cursor_of(page[-1].seq if more else max(after, newest)),
        more=more,
    )


@router.get(
    "/stream",
    operation_id="stream_events",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
async def stream_events(
    request: Request,
    call: Calling,
    accept: Accept = "*/*",
    kinds: Types = None,
    last_event_id: LastId = None,
) -> Response:
    """事件流，断线后由 Last-Event-ID 继续 · Events as they come (server-sent events)."""
    if MEDIA_TYPE not in accept:
        raise Rejected("hook.no-stream-asked", field="Accept", media_type=MEDIA_TYPE)
    place, streams = place_of(last_event_id, 1), call.office.heralds.streams
    after = await run_in_threadpool(streams.newest) if place is None else place[0]
    address = request.client.host if request.client else ""
    authorization = request.headers.get("authorization")
    judge = partial(call.office.doorkeeper.caller, authorization, address)
    listener = Listener(call.caller.key_id, reader_for(call.caller), kinds or (), judge)
    streams.enter(listener.key_id)
    return EventStream(streams, listener, after)


def _after(since: datetime | None, place: tuple[int, ...] | None) -> int | None:
    """The number that a cursor names; None where a time, or nothing, does."""
    if place is None:
        return None
    if since is not None:
        raise Rejected("request.invalid", field="since", why="a cursor says where to go on")
    return place[0]
