"""Operations on sandbox, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.sandbox import TestResident
from api.client.shapes.shared import OrderShape


class SandboxCalls(Connection):
    """Mixed into the client."""

    def open_test_resident(
        self,
        *,
        quantity: int | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> TestResident:
        """测试居民：仅限示例网络
        A test resident with points; on an example network alone. Roles: acceptor, operator,
        worker.
        """
        return self._ask(
            TestResident,
            "POST",
            "/v1/sandbox/residents",
            headers={"Prefer": prefer},
            body={"quantity": quantity},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def place_test_order(
        self,
        *,
        units: int,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> OrderShape:
        """测试兑换单：仅限示例网络
        A new test resident orders at the caller's counter. Roles: acceptor.
        """
        return self._ask(
            OrderShape,
            "POST",
            "/v1/sandbox/orders",
            headers={"Prefer": prefer},
            body={"units": units},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )
