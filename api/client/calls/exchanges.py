"""Operations on exchanges, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.exchanges import ExchangeCreditShape
from api.client.shapes.shared import OrderShape


class ExchangesCalls(Connection):
    """Mixed into the client."""

    def exchange(
        self,
        *,
        wallet: str,
        into: int,
        units: int,
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> OrderShape:
        """互换
        Exchange into another scheme; an order whose acceptor is that issuer. Roles: operator,
        resident.
        """
        return self._ask(
            OrderShape,
            "POST",
            "/v1/exchanges",
            headers={"Prefer": prefer},
            body={"wallet": wallet, "into": into, "units": units, "dry_run": dry_run},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def get_exchange(
        self, hold_id: str, *, if_none_match: str | None = None
    ) -> ExchangeCreditShape:
        """查询入账对象
        For the issuer's agent: which account to credit, and how much. Roles: issuer, operator.
        """
        return self._ask(
            ExchangeCreditShape,
            "GET",
            self._path("/v1/exchanges/{hold_id}", {"hold_id": hold_id}),
            headers={"If-None-Match": if_none_match},
        )
