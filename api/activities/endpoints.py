"""Activities: what is recognised, and what a unit of it is worth in which month."""

from __future__ import annotations

from api.activities.schemas import ActivityList, ActivityShape
from api.guard import Calling, resource
from api.shapes import month_text
from ledger.units import month_of

router = resource("activities", "network")


@router.get("", operation_id="list_activities")
def list_activities(call: Calling) -> ActivityList:
    """事项与折算率 · All activities with every version of their rates."""
    indexed = call.office.projection.indexed()
    month = month_of(int(call.office.clock()) if indexed is None else indexed.time_s)
    found = call.office.projection.activities()
    shown = [ActivityShape.of(activity, month) for activity in found]
    return ActivityList(activities=shown, month=month_text(month))
