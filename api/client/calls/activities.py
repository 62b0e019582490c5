"""Operations on activities, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.activities import ActivityList


class ActivitiesCalls(Connection):
    """Mixed into the client."""

    def list_activities(self) -> ActivityList:
        """事项与折算率
        All activities with every version of their rates. Roles: acceptor, auditor, issuer,
        operator, worker.
        """
        return self._ask(ActivityList, "GET", "/v1/activities")
