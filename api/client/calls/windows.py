"""Operations on windows, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from api.client.connection import Connection
from api.client.shapes.windows import ChangeShape, SheetShape, WindowPage, WindowShape


class WindowsCalls(Connection):
    """Mixed into the client."""

    def list_windows(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[WindowShape]:
        """清算窗口列表
        Windows, newest first. Roles: acceptor, auditor, council, issuer, operator.
        """
        return self._pages(
            WindowPage,
            "windows",
            "/v1/windows",
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_window(self, number: int, *, if_none_match: str | None = None) -> SheetShape:
        """查询窗口
        Positions, obligations, nets and settlement of one window. Roles: acceptor, auditor,
        council, issuer, operator.
        """
        return self._ask(
            SheetShape,
            "GET",
            self._path("/v1/windows/{number}", {"number": number}),
            headers={"If-None-Match": if_none_match},
        )

    def close_window(
        self,
        number: int,
        *,
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> ChangeShape:
        """关闭窗口
        Close the open window; the next begins with the block after. Roles: operator.
        """
        return self._ask(
            ChangeShape,
            "POST",
            self._path("/v1/windows/{number}/close", {"number": number}),
            headers={"Prefer": prefer},
            body={"dry_run": dry_run},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def publish_settlement(
        self,
        number: int,
        *,
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> ChangeShape:
        """公布结算
        Publish the transfers that bring every member of the window to zero. Roles: operator.
        """
        return self._ask(
            ChangeShape,
            "POST",
            self._path("/v1/windows/{number}/settlement", {"number": number}),
            headers={"Prefer": prefer},
            body={"dry_run": dry_run},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )
