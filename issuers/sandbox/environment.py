"""The environment scheme's system: it calls the subscriber, signed, until it is heard.

Habits: one event a message, at least once, in no order; times in milliseconds since 1970 or as UTC
text; grams by kind of waste; headers as Standard Webhooks has them, with times of the real clock;
a message cut short is signed like any other. An API key manages the subscription, and reads the
month's weighings as a list, each once.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query
from pydantic import BaseModel

from issuers.sandbox import control, dirt, marking
from issuers.sandbox.courier import Courier
from issuers.sandbox.season import Flaw, Row
from issuers.sandbox.world import World

PAGE_ROWS = 100


class Subscription(BaseModel):
    """Where messages go."""

    url: str


class Replay(BaseModel):
    """Send again what was shown on that day or later."""

    since: date


def build(world: World) -> FastAPI:
    """The service: subscription, courier, connector, control."""
    courier = Courier(world, body_of)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        async with courier.running():
            yield

    app = FastAPI(title="早点星球 · sandbox", lifespan=life)

    async def login(authorization: str = Header("")) -> None:
        wanted = f"Bearer {world.credentials.secret}"
        if not hmac.compare_digest(authorization.encode(), wanted.encode()):
            raise HTTPException(401, {"error": "unauthorized"})

    app.include_router(_subscriptions(world, courier, login))
    app.include_router(_books(world, login))
    app.include_router(marking.router(world, "/v1", login))
    app.include_router(control.router(world, courier.wake))
    _mount_advance(app, world, courier)
    return app


def _subscriptions(world: World, courier: Courier, login: Any) -> APIRouter:
    routes = APIRouter(prefix="/v1/subscription", dependencies=[Depends(login)])

    @routes.put("")
    async def subscribe(body: Subscription) -> dict[str, str]:
        before = world.state.subscription()
        new = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        secret = before[2] if before else new
        world.state.set_subscription("sub_1", body.url, secret)
        courier.wake()
        return {"id": "sub_1", "url": body.url, "secret": secret}

    @routes.post("/replay")
    async def replay(body: Replay) -> dict[str, int]:
        return {"queued": courier.replay(body.since)}

    return routes


def _books(world: World, login: Any) -> APIRouter:
    routes = APIRouter(prefix="/v1", dependencies=[Depends(login)])

    @routes.get("/weighings")
    async def weighings(
        first: date, last: date, after: Annotated[int, Query(ge=0)] = 0
    ) -> dict[str, Any]:
        """Of these days, both included; what was cut short in its message is cut short here."""
        days = [row for row in world.visible() if first <= row.event.began.date() <= last]
        found = [row for row in days if not row.repeat]
        end = after + PAGE_ROWS
        shown = [_record(row) for row in found[after:end]]
        return {"weighings": shown, "next": end if end < len(found) else None}

    return routes


def _mount_advance(app: FastAPI, world: World, courier: Courier) -> None:
    @app.post("/control/advance")
    async def advance(body: control.Today, x_control_key: str = Header("")) -> dict[str, Any]:
        """Move the day and send: the same as /control/today, with what waits in the answer."""
        if not hmac.compare_digest(x_control_key.encode(), world.credentials.control.encode()):
            raise HTTPException(401, {"code": "control_key"})
        if body.date < world.today:
            raise HTTPException(409, {"code": "day_passed"})
        world.state.move_today(body.date)
        courier.wake()
        return {"today": world.today.isoformat(), "waiting": courier.waiting()}

    @app.get("/control/secret")
    async def secret(x_control_key: str = Header("")) -> dict[str, str]:
        """What calls are signed with; empty before anybody subscribed."""
        if not hmac.compare_digest(x_control_key.encode(), world.credentials.control.encode()):
            raise HTTPException(401, {"code": "control_key"})
        known = world.state.subscription()
        return {"secret": known[2] if known else ""}

    @app.get("/control/waiting")
    async def waiting() -> dict[str, int]:
        return {"waiting": courier.waiting()}


def _record(row: Row) -> Any:
    """The message, as a list can hold it."""
    body = body_of(row)
    return body.decode() if row.event.flaw is Flaw.BROKEN else json.loads(body)


def body_of(row: Row) -> bytes:
    """The message's body, the same bytes on every try."""
    event = row.event
    text = json.dumps(
        {
            "type": "recycling.weighed",
            "data": {
                "event_id": event.event_id,
                "user": dirt.member(event),
                "waste": dirt.word(event),
                "grams": dirt.number(event),
                "at": _at(row),
            },
        },
        ensure_ascii=False,
    )
    return (text[: len(text) // 2] if event.flaw is Flaw.BROKEN else text).encode()


def _at(row: Row) -> int | str:
    event = row.event
    if event.flaw is Flaw.NO_DATE:
        return dirt.NO_DATE
    if event.flaw is Flaw.ODD_DATE:
        return dirt.moment(event).astimezone(UTC).isoformat().replace("+00:00", "Z")
    return int(dirt.moment(event).timestamp() * 1000)
