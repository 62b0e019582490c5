"""Operations on delegates, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.connection import Connection
from api.client.shapes.delegates import DelegateList, DelegateShape, Registered


class DelegatesCalls(Connection):
    """Mixed into the client."""

    def register_delegate(
        self,
        *,
        wallet: str,
        relation: str,
        order_units: int,
        month_units: int,
        until: datetime,
        dry_run: bool | None = None,
        acceptors: list[int] | None = None,
        contact: str | None = None,
        idempotency_key: str | None = None,
    ) -> Registered:
        """登记代兑人 · Register a delegate, with limits and a card of its own. Roles: resident."""
        return self._ask(
            Registered,
            "POST",
            "/v1/delegates",
            body={
                "wallet": wallet,
                "relation": relation,
                "order_units": order_units,
                "month_units": month_units,
                "until": until,
                "dry_run": dry_run,
                "acceptors": acceptors,
                "contact": contact,
            },
            key=idempotency_key,
        )

    def list_delegates(self, *, wallet: str, if_none_match: str | None = None) -> DelegateList:
        """代兑列表 · A wallet's delegates. Roles: operator, resident, worker."""
        return self._ask(
            DelegateList,
            "GET",
            "/v1/delegates",
            query={"wallet": wallet},
            headers={"If-None-Match": if_none_match},
        )

    def get_delegate(self, delegate_id: str, *, if_none_match: str | None = None) -> DelegateShape:
        """查询代兑 · A delegate's rights. Roles: delegate, operator, resident, worker."""
        return self._ask(
            DelegateShape,
            "GET",
            self._path("/v1/delegates/{delegate_id}", {"delegate_id": delegate_id}),
            headers={"If-None-Match": if_none_match},
        )

    def revoke_delegate(
        self, delegate_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> DelegateShape:
        """撤销代兑：立即生效
        End a delegation; its card opens nothing from now on. Roles: delegate, operator,
        resident, worker.
        """
        return self._ask(
            DelegateShape,
            "POST",
            self._path("/v1/delegates/{delegate_id}/revoke", {"delegate_id": delegate_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )
