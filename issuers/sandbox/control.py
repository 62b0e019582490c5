"""The sandbox's own handles, which no real system has: its day, frozen members, what it holds.

Every route wants the control key in ``X-Control-Key``; ``/healthz`` alone is open.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import BaseModel

from issuers.sandbox.world import World


class Today(BaseModel):
    """The day it shall be. Days only go forward."""

    date: date


class Freeze(BaseModel):
    """A member for whom everything is refused from now on, or again allowed."""

    member_id: str
    frozen: bool = True


def router(world: World, moved: Callable[[], None] = lambda: None) -> APIRouter:
    """The control routes; ``moved`` is called after each change of day."""

    async def key(x_control_key: str = Header("")) -> None:
        if not hmac.compare_digest(x_control_key.encode(), world.credentials.control.encode()):
            raise HTTPException(401, {"code": "control_key"})

    routes = APIRouter()
    guarded = [Depends(key)]

    @routes.get("/healthz")
    async def health() -> dict[str, Any]:
        today = world.today.isoformat()
        return {"scheme": world.scheme, "today": today, "pid": os.getpid()}

    @routes.post("/control/today", dependencies=guarded)
    async def move(body: Today) -> dict[str, Any]:
        if body.date < world.today:
            raise HTTPException(409, {"code": "day_passed"})
        world.state.move_today(body.date)
        moved()
        return {"today": world.today.isoformat(), "visible_rows": len(world.visible())}

    @routes.post("/control/freeze", dependencies=guarded)
    async def freeze(body: Freeze) -> dict[str, Any]:
        if body.member_id not in world.members:
            raise HTTPException(404, {"code": "member_unknown"})
        world.state.set_frozen(body.member_id, body.frozen)
        return body.model_dump()

    @routes.get("/control/state", dependencies=guarded)
    async def state() -> dict[str, Any]:
        return {
            "today": world.today.isoformat(),
            "visible_rows": len(world.visible()),
            "marks": world.state.count_marks(),
            "credited_points": world.state.credited_points(),
        }

    return routes
