"""Operations on activities, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.activities import ActivityList


class ActivitiesCalls(Connection):
    """Mixed into the client."""

    def list_activities(self, *, if_none_match: str | None = None) -> ActivityList:
        """事项与折算率
        All activities with every version of their rates. Roles: acceptor, auditor, council,
        delegate, fund, issuer, operator, resident, worker.
        """
        return self._ask(
            ActivityList, "GET", "/v1/activities", headers={"If-None-Match": if_none_match}
        )
