"""Operations on totals, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.totals import TotalsShape


class TotalsCalls(Connection):
    """Mixed into the client."""

    def get_totals(self, *, if_none_match: str | None = None) -> TotalsShape:
        """公开总数 · Sums of every scheme, the open window, and orders by outcome."""
        return self._ask(TotalsShape, "GET", "/v1/totals", headers={"If-None-Match": if_none_match})
