"""Operations on districts, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.districts import DistrictList


class DistrictsCalls(Connection):
    """Mixed into the client."""

    def list_districts(self, *, if_none_match: str | None = None) -> DistrictList:
        """区域 · The districts that a wallet can name."""
        return self._ask(
            DistrictList, "GET", "/v1/districts", headers={"If-None-Match": if_none_match}
        )
