"""Native points that members of a scheme have from before: listed, and given up once for good.

A balance has an id of its own, which changes whenever its points do, so that nobody takes away
another amount than was listed. It is marked as an event is: reserved it can't be spent, confirmed
it is gone. Points that came in by exchange are none of it: what comes from the interchange never
goes back there.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException

from issuers.sandbox.state import MarkState, State
from issuers.sandbox.world import World

PREFIX = "bal-"
PAGE = 200


def add_routes(routes: APIRouter, world: World) -> None:
    """The list, below the connector's prefix."""

    @routes.get("/balances")
    async def balances(after: str = "") -> dict[str, Any]:
        rows = world.state.balances(after, PAGE)
        listed = [
            {"balance_id": id_of(member, version), "member_id": member, "points": points}
            for member, points, version in rows
        ]
        last = rows[-1][0] if len(rows) == PAGE else None
        return {"as_of": world.today.isoformat(), "balances": listed, "next": last}


def id_of(member_id: str, version: int) -> str:
    """Of a member's balance as it stands."""
    return f"{PREFIX}{member_id}-{version}"


def is_one(event_id: str) -> bool:
    """Whether an id is a balance's."""
    return event_id.startswith(PREFIX)


def knows(state: State, event_id: str) -> bool:
    """Whether it is a balance as it stands, or was when it was marked."""
    if state.mark(event_id)[0] is not MarkState.OPEN:
        return True
    member, _, version = event_id.removeprefix(PREFIX).rpartition("-")
    found = state.balance(member)
    return found is not None and version.isdecimal() and found[1] == int(version)


def give_up(state: State, event_id: str) -> None:
    """The points are gone; the balance keeps its id, so that saying it again changes nothing."""
    member = event_id.removeprefix(PREFIX).rpartition("-")[0]
    found = state.balance(member)
    assert found is not None, "a balance that is marked is known"
    state.set_balance(member, 0, found[1])


def change(state: State, member_id: str, points: int) -> int:
    """The member has so many points from now on; what there were. HTTPException while they are
    reserved."""
    before, version = state.balance(member_id) or (0, 0)
    if state.mark(id_of(member_id, version))[0] is MarkState.RESERVED:
        raise HTTPException(409, {"code": "reserved"})
    state.set_balance(member_id, points, version + 1)
    return before
