"""Operations on events, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from api.client.answers import Event
from api.client.connection import Connection
from api.client.shapes.events import EventsEventPage, EventsEventShape
from api.client.shapes.shared import HooksKind


class EventsCalls(Connection):
    """Mixed into the client."""

    def list_events(
        self,
        *,
        since: datetime | None = None,
        type_: list[HooksKind] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[EventsEventShape]:
        """事件列表，旧的在前，供没有服务器的单位轮询
        Events, oldest first, for those who poll. Roles: acceptor, auditor, council, issuer,
        operator, resident, worker.
        """
        return self._pages(
            EventsEventPage,
            "events",
            "/v1/events",
            query={"since": since, "type": type_, "limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def stream_events(
        self, *, type_: list[HooksKind] | None = None, last_event_id: str | None = None
    ) -> Iterator[Event]:
        """事件流，断线后由 Last-Event-ID 继续
        Events as they come (server-sent events). Roles: acceptor, auditor, council, issuer,
        operator, resident, worker.
        """
        return self._events(
            "/v1/events/stream", query={"type": type_}, headers={"Last-Event-ID": last_event_id}
        )
