"""Operations on slips, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Download
from api.client.connection import Connection
from api.client.shapes.slips import SlipShape


class SlipsCalls(Connection):
    """Mixed into the client."""

    def make_slip(
        self,
        *,
        wallet: str,
        acceptor: int,
        units: int,
        deadline: datetime | None = None,
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> SlipShape:
        """打印凭条
        Hold points at one acceptor and print it on paper. Roles: delegate, operator, resident.
        """
        return self._ask(
            SlipShape,
            "POST",
            "/v1/slips",
            headers={"Prefer": prefer},
            body={
                "wallet": wallet,
                "acceptor": acceptor,
                "units": units,
                "deadline": deadline,
                "dry_run": dry_run,
            },
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def take_slip(
        self,
        *,
        slip: str,
        desk: str,
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> SlipShape:
        """凭条核销：只付一次
        Enter a slip; brought again, it says where it was taken first. Roles: acceptor,
        operator.
        """
        return self._ask(
            SlipShape,
            "POST",
            "/v1/slips/take",
            headers={"Prefer": prefer},
            body={"slip": slip, "desk": desk, "dry_run": dry_run},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def get_slip(self, order_id: str, *, if_none_match: str | None = None) -> SlipShape:
        """查询凭条
        Whether a slip was taken, where, and how its order stands. Roles: delegate, operator,
        resident.
        """
        return self._ask(
            SlipShape,
            "GET",
            self._path("/v1/slips/{order_id}", {"order_id": order_id}),
            headers={"If-None-Match": if_none_match},
        )

    def print_slip(self, order_id: str, *, if_none_match: str | None = None) -> Download:
        """打印凭条纸面
        The paper, with its code and QR code. Roles: delegate, operator, resident.
        """
        return self._download(
            "GET",
            self._path("/v1/slips/{order_id}/print", {"order_id": order_id}),
            headers={"If-None-Match": if_none_match},
        )
