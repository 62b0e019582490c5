"""The blood station's system: a feed of donations behind signed requests, with test results in it.

Habits: every request is signed over its method, path, time, nonce and body, and a nonce serves
once; a page that has not changed answers 304; a record carries blood type and test results, which
are nobody's business here; a unit that failed its tests was given all the same; a registration that
was called off stays in the feed; a donation booked under the wrong donor is voided by a record of
its own.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections import OrderedDict
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query, Request, Response

from issuers.sandbox import dirt, marking
from issuers.sandbox.draw import scatter
from issuers.sandbox.season import Flaw, Row
from issuers.sandbox.unchanged import tagged
from issuers.sandbox.world import World

PREFIX = "/openapi/v1"
PAGE_ROWS = 100
SKEW_S = 300
"""How far the caller's clock may be from the station's."""
NONCES = 10_000
"""Remembered, the oldest forgotten first."""
TIME = "{t:%Y-%m-%d %H:%M:%S}"
UNITS = {"BLO.WHOLE": "ml", "BLO.PLATELETS": "治疗量", "BLO.SAMPLE": "份"}
UNFIT_PERCENT = 3
"""Units that fail a test after they were given."""


def sign(secret: str, method: str, target: str, at_s: int, nonce: str, body: bytes) -> str:
    """The X-Signature of a request: HMAC-SHA256 in hex over five lines; ``target`` is path and
    query as they are sent."""
    digest = hashlib.sha256(body).hexdigest()
    lines = f"{method}\n{target}\n{at_s}\n{nonce}\n{digest}"
    return hmac.digest(secret.encode(), lines.encode(), "sha256").hex()


class Gate:
    """Lets signed requests in, each once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: OrderedDict[str, None] = OrderedDict()

    async def check(
        self,
        request: Request,
        x_app_id: str = Header(""),
        x_timestamp: str = Header(""),
        x_nonce: str = Header(""),
        x_signature: str = Header(""),
    ) -> None:
        """Use up the request's nonce."""
        known, body = self._world.credentials, await request.body()
        if x_app_id != known.user or not x_timestamp.isdecimal() or not x_nonce:
            raise HTTPException(401, {"code": "app_unknown"})
        target = request.scope["raw_path"].decode()
        if request.url.query:
            target += f"?{request.url.query}"
        right = sign(known.secret, request.method, target, int(x_timestamp), x_nonce, body)
        if not hmac.compare_digest(right, x_signature):
            raise HTTPException(401, {"code": "signature_wrong"})
        if abs(time.time() - int(x_timestamp)) > SKEW_S:
            raise HTTPException(401, {"code": "too_old"})
        if x_nonce in self._seen:
            raise HTTPException(401, {"code": "nonce_used"})
        self._seen[x_nonce] = None
        if len(self._seen) > NONCES:
            self._seen.popitem(last=False)


def mount(app: FastAPI, world: World) -> None:
    """The feed and the connector."""
    gate = Gate(world)
    world.has_layout = True
    routes = APIRouter(prefix=PREFIX, dependencies=[Depends(gate.check)])

    @routes.get("/donations")
    async def donations(request: Request, after: Annotated[int, Query(ge=0)] = 0) -> Response:
        shown = world.visible()
        part = shown[after : after + PAGE_ROWS]
        items = [
            record_of(world.spec.seed, number, row) for number, row in enumerate(part, after + 1)
        ]
        page = {
            "records" if world.layout_changed else "items": items,
            "last": after + len(part),
            "more": after + len(part) < len(shown),
        }
        return tagged(request, orjson.dumps(page), "application/json")

    app.include_router(routes)
    app.include_router(marking.router(world, PREFIX, gate.check))


def record_of(seed: int, number: int, row: Row) -> dict[str, Any] | str:
    """The row as the feed shows it, results of tests with it."""
    event = row.event
    if event.flaw is Flaw.BROKEN:
        return f'{{"seq": {number}, "donorNo": "{event.member_id}", "hbsag": "阴'
    if row.refund_step:
        return {
            "seq": number,
            "type": "void",
            "voidNo": f"{row.event_id}-V",
            "donationNo": row.event_id,
            "reason": "登记错误：献血者编号有误",
        }
    return {
        "seq": number,
        "type": "donation",
        "donationNo": row.event_id,
        "donorNo": dirt.member(event),
        "product": dirt.word(event),
        "amount": dirt.number(event),
        "unit": UNITS[event.code],
        "givenAt": dirt.moment_text(event, TIME),
        "status": "已取消" if event.flaw is Flaw.CANCELLED else "已采集",
        "health": _health(seed, row),
    }


def _health(seed: int, row: Row) -> dict[str, Any]:
    """Invented results, as a station's own staff see them. One in thirty is unfit for use."""
    drawn = scatter(seed, "health", row.event_id)
    unfit = drawn % 100 < UNFIT_PERCENT
    return {
        "bloodType": ("A", "B", "O", "AB")[drawn % 4],
        "haemoglobin_g_l": 115 + drawn % 50,
        "alt_u_l": 80 if unfit else 10 + drawn % 30,
        "hbsag": "阴性",
        "usable": not unfit,
    }
