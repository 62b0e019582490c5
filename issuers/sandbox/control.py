"""The sandbox's own handles, which no real system has: its day, what happens, what it holds.

Every route wants the control key in ``X-Control-Key``; ``/healthz`` alone is open.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import BaseModel

from issuers.sandbox.balances import change
from issuers.sandbox.marking import Spend, spend_event
from issuers.sandbox.season import Row
from issuers.sandbox.world import World


class Today(BaseModel):
    """The day it shall be. Days only go forward."""

    date: date


class Freeze(BaseModel):
    """A member for whom everything is refused from now on, or again allowed."""

    member_id: str
    frozen: bool = True


class Balance(BaseModel):
    """Native points that a member has from now on."""

    member_id: str
    points: int


class Happening(BaseModel):
    """Rows more than the season has, in the order in which they are shown."""

    rows: list[Row]


class Layout(BaseModel):
    """Whether fields have other names from now on."""

    changed: bool


def router(world: World, moved: Callable[[], None] = lambda: None) -> APIRouter:
    """The control routes; ``moved`` is called after each change of day."""

    async def key(x_control_key: str = Header("")) -> None:
        if not hmac.compare_digest(x_control_key.encode(), world.credentials.control.encode()):
            raise HTTPException(401, {"code": "control_key"})

    routes = APIRouter()
    guarded = [Depends(key)]
    _stage(routes, guarded, world, moved)

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

    @routes.post("/control/balance", dependencies=guarded)
    async def balance(body: Balance) -> dict[str, int]:
        if body.member_id not in world.members:
            raise HTTPException(404, {"code": "member_unknown"})
        with world.state.together():
            return {"before": change(world.state, body.member_id, body.points)}

    @routes.get("/control/state", dependencies=guarded)
    async def state() -> dict[str, Any]:
        return {
            "today": world.today.isoformat(),
            "visible_rows": len(world.visible()),
            "marks": world.state.count_marks(),
            "credited_points": world.state.credited_points(),
        }

    return routes


def _stage(
    routes: APIRouter, guarded: Sequence[Any], world: World, moved: Callable[[], None]
) -> None:
    """What the conformance suite asks of a stage."""

    @routes.post("/control/happen", dependencies=guarded)
    async def happen(body: Happening) -> dict[str, int]:
        try:
            world.add(body.rows)
        except ValueError as error:
            raise HTTPException(409, {"code": "season_goes_on"}) from error
        moved()
        return {"visible_rows": len(world.visible())}

    @routes.post("/control/spend", dependencies=guarded)
    async def spend(body: Spend) -> dict[str, str]:
        if not world.knows(body.event_id):
            raise HTTPException(404, {"code": "event_unknown"})
        with world.state.together():
            return spend_event(world, world.owner(body.event_id), body.event_id)

    @routes.get("/control/points/{member_id}", dependencies=guarded)
    async def points(member_id: str) -> dict[str, int]:
        return {"points": world.state.credited_points(member_id)}

    @routes.post("/control/wear-out", dependencies=guarded)
    async def wear_out() -> dict[str, bool]:
        for forget in world.forget_logins:
            forget()
        return {"worn_out": bool(world.forget_logins)}

    @routes.post("/control/layout", dependencies=guarded)
    async def layout(body: Layout) -> dict[str, bool]:
        world.layout_changed = body.changed and world.has_layout
        return {"has_layout": world.has_layout}
