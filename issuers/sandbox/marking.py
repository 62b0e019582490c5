"""The connector that every outside system has for the interchange: marks and credits.

An event is open, reserved (prepare), credited elsewhere (confirm), or spent in the scheme's own
shop; never two of these. Ids made by the caller make every call safe to repeat. A credit puts
native points into a member's balance, keyed by the caller's hold id. Each service mounts this under
its own path and behind its own login.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from issuers.sandbox import balances
from issuers.sandbox.state import MarkState
from issuers.sandbox.world import World

Text = Annotated[str, Field(min_length=1, max_length=100)]
MOST_AT_ONCE = 500


class Mark(BaseModel):
    """One event to mark, under an id of the caller's."""

    event_id: Text
    mark_id: Text


class Marks(BaseModel):
    """Up to 500 marks in one call; each is answered for itself."""

    marks: Annotated[list[Mark], Field(max_length=MOST_AT_ONCE)]


class Credit(BaseModel):
    """Native points that come in by exchange."""

    hold_id: Text
    member_id: Text
    points: Annotated[int, Field(gt=0, le=10**9)]


class Spend(BaseModel):
    """An event spent in the scheme's own shop."""

    event_id: Text


def router(world: World, prefix: str, login: Callable[..., Any]) -> APIRouter:
    """The connector's routes under ``prefix``, each behind ``login``."""
    routes = APIRouter(prefix=prefix, dependencies=[Depends(login)])

    @routes.post("/marks/{step}")
    async def mark(step: Literal["prepare", "confirm", "cancel"], body: Marks) -> dict[str, Any]:
        with world.state.together():
            return {"results": [_marked(world, step, mark) for mark in body.marks]}

    @routes.get("/marks/{event_id}")
    async def look(event_id: str) -> dict[str, str]:
        if not _knows(world, event_id):
            raise HTTPException(404, {"code": "event_unknown"})
        state, mark_id = world.state.mark(event_id)
        return {"event_id": event_id, "state": state, "mark_id": mark_id}

    @routes.post("/members/{member_id}/spend")
    async def spend(member_id: str, body: Spend) -> dict[str, str]:
        with world.state.together():
            return spend_event(world, member_id, body.event_id)

    @routes.get("/members/{member_id}")
    async def member(member_id: str) -> dict[str, Any]:
        if member_id not in world.members:
            raise HTTPException(404, {"code": "member_unknown"})
        points = world.state.credited_points(member_id)
        frozen = world.state.is_frozen(member_id)
        return {"member_id": member_id, "exchanged_points": points, "frozen": frozen}

    balances.add_routes(routes, world)

    @routes.post("/credits")
    async def credit(body: Credit) -> dict[str, Any]:
        with world.state.together():
            return _credit(world, body)

    return routes


def _knows(world: World, event_id: str) -> bool:
    """Whether there is such an event, or such a balance."""
    if balances.is_one(event_id):
        return balances.knows(world.state, event_id)
    return world.knows(event_id)


def _marked(world: World, step: str, mark: Mark) -> dict[str, str]:
    """The answer to one mark: its state, and a refusal where the step was not taken."""
    if not _knows(world, mark.event_id):
        return {"event_id": mark.event_id, "state": "unknown", "refused": "event_unknown"}
    state, holder = world.state.mark(mark.event_id)
    after, refused = next_state(step, state, mine=holder == mark.mark_id)
    if after is not state:
        world.state.set_mark(mark.event_id, after, mark.mark_id)
        if after is MarkState.CREDITED_ELSEWHERE and balances.is_one(mark.event_id):
            balances.give_up(world.state, mark.event_id)
    answer = {"event_id": mark.event_id, "state": str(after)}
    return answer | ({"refused": refused} if refused else {})


def next_state(step: str, state: MarkState, *, mine: bool) -> tuple[MarkState, str]:
    """(state after the step, why it was refused or nothing). A repeated step changes nothing."""
    if state is MarkState.SPENT:
        return state, "spent_natively"
    if state is MarkState.OPEN:
        after = MarkState.RESERVED if step == "prepare" else state
        return after, "not_reserved" if step == "confirm" else ""
    if not mine:
        return state, "marked_by_another"
    if state is MarkState.CREDITED_ELSEWHERE:
        return state, "already_confirmed" if step == "cancel" else ""
    moves = {"confirm": MarkState.CREDITED_ELSEWHERE, "cancel": MarkState.OPEN}
    return moves.get(step, state), ""


def spend_event(world: World, member_id: str, event_id: str) -> dict[str, str]:
    """The member uses the event in the scheme's own shop; HTTPException where it is not to be."""
    if not world.knows(event_id) or world.owner(event_id) != member_id:
        raise HTTPException(404, {"code": "event_unknown"})
    if world.state.is_frozen(member_id):
        raise HTTPException(422, {"code": "member_frozen"})
    state, _ = world.state.mark(event_id)
    if state in (MarkState.RESERVED, MarkState.CREDITED_ELSEWHERE):
        raise HTTPException(409, {"code": str(state)})
    if state is MarkState.OPEN:
        world.state.set_mark(event_id, MarkState.SPENT, "")
    return {"event_id": event_id, "state": MarkState.SPENT}


def _credit(world: World, body: Credit) -> dict[str, Any]:
    before = world.state.credit(body.hold_id)
    if before is not None and before != (body.member_id, body.points):
        raise HTTPException(409, {"code": "hold_differs"})
    if before is None:
        if body.member_id not in world.members:
            raise HTTPException(422, {"code": "member_unknown"})
        if world.state.is_frozen(body.member_id):
            raise HTTPException(422, {"code": "member_frozen"})
        world.state.add_credit(body.hold_id, body.member_id, body.points)
    return {"hold_id": body.hold_id, "state": "credited", "points": body.points}
