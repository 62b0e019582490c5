"""The volunteer service's system: paged JSON behind a token that wears out.

Habits: pages count from 1 and carry an ETag; a token serves 60 requests and dies with the process;
minutes with check-in and check-out in Beijing time without saying so; a record cut short is a piece
of text.
"""

from __future__ import annotations

import hmac
import json
import secrets
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query, Request, Response
from pydantic import BaseModel

from issuers.sandbox import dirt, marking
from issuers.sandbox.draw import scatter
from issuers.sandbox.season import Flaw, Row
from issuers.sandbox.unchanged import tagged
from issuers.sandbox.world import World

TOKEN_REQUESTS = 60
ORGANIZERS = 40
"""Groups that certify what was done with them, so many that none certifies too much in a day."""
TIME = "{t:%Y-%m-%d %H:%M:%S}"


class Login(BaseModel):
    """What the login form sends."""

    account: str
    password: str


class Tokens:
    """The tokens given out since the process began, and how many requests each still serves."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._left: dict[str, int] = {}

    def give(self, login: Login) -> str:
        """A new token, for the right account and password."""
        wanted = self._world.credentials
        right = hmac.compare_digest(login.password.encode(), wanted.secret.encode())
        if login.account != wanted.user or not right:
            raise HTTPException(403, {"message": "账号或密码错误"})
        token = secrets.token_hex(16)
        self._left[token] = TOKEN_REQUESTS
        return token

    def forget(self) -> None:
        """Nobody is known any more."""
        self._left = {}

    async def check(self, authorization: str = Header("")) -> None:
        """Use up one request of the token in ``Authorization: Token …``."""
        token = authorization.removeprefix("Token ")
        if self._left.get(token, 0) <= 0:
            raise HTTPException(401, {"message": "登录已过期"})
        self._left[token] -= 1
        if not self._left[token]:
            del self._left[token]


def mount(app: FastAPI, world: World) -> None:
    """Login, the paged list and the connector."""
    tokens = Tokens(world)
    world.has_layout = True
    world.forget_logins.append(tokens.forget)
    routes = APIRouter(prefix="/api")

    @routes.post("/login")
    async def login(body: Login) -> dict[str, Any]:
        return {"token": tokens.give(body), "type": "Token"}

    @routes.get("/services", dependencies=[Depends(tokens.check)])
    async def services(
        request: Request,
        page: Annotated[int, Query(ge=1)] = 1,
        size: Annotated[int, Query(ge=1, le=200)] = 20,
    ) -> Response:
        shown = world.visible()
        part = shown[(page - 1) * size : page * size]
        found = {
            "page": page,
            "size": size,
            "total": len(shown),
            "items" if world.layout_changed else "records": [_record(row) for row in part],
        }
        return tagged(request, json.dumps(found, ensure_ascii=False).encode(), "application/json")

    app.include_router(routes)
    app.include_router(marking.router(world, "/api", tokens.check))


def _record(row: Row) -> dict[str, Any] | str:
    event = row.event
    if event.flaw is Flaw.BROKEN:
        return f'{{"recordId": "{event.event_id}", "memberNo": "{event.member_id[:4]}'
    out = dirt.moment(event) + timedelta(minutes=event.quantity)
    if event.flaw is Flaw.REVERSED:
        out = event.began - timedelta(minutes=event.quantity)
    organizer = scatter(event.event_id, "organizer") % ORGANIZERS
    return {
        "recordId": event.event_id,
        "memberNo": dirt.member(event),
        "project": dirt.word(event),
        "minutes": dirt.number(event),
        "checkIn": dirt.moment_text(event, TIME),
        "checkOut": TIME.format(t=out),
        "organizer": f"ORG{organizer:03d}",
        "venue": f"第{organizer % 7 + 1}社区服务站",
    }
