"""Operations on funds, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.funds import FundShape


class FundsCalls(Connection):
    """Mixed into the client."""

    def get_fund(self, member: int, *, if_none_match: str | None = None) -> FundShape:
        """基金的积分
        What a fund has on the ledger, what it has promised, what it can still give.
        """
        return self._ask(
            FundShape,
            "GET",
            self._path("/v1/funds/{member}", {"member": member}),
            headers={"If-None-Match": if_none_match},
        )
