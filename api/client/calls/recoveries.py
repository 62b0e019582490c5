"""Operations on recoveries, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.recoveries import RecoveryList, RecoveryShape
from api.client.shapes.shared import TiedShape


class RecoveriesCalls(Connection):
    """Mixed into the client."""

    def list_recoveries(self, *, if_none_match: str | None = None) -> RecoveryList:
        """找回的申请：对我的钱包的，和我提出的
        Those for my wallet, and those I asked for. Roles: resident.
        """
        return self._ask(
            RecoveryList, "GET", "/v1/recoveries", headers={"If-None-Match": if_none_match}
        )

    def ask_recovery(
        self, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> RecoveryShape:
        """申请找回：用新的登录
        By a new sign-in; its code is for the contacts. Roles: resident.
        """
        return self._ask(
            RecoveryShape, "POST", "/v1/recoveries", body={"dry_run": dry_run}, key=idempotency_key
        )

    def confirm_recovery(
        self,
        *,
        code: str,
        seat: str,
        dry_run: bool | None = None,
        wallet: str | None = None,
        idempotency_key: str | None = None,
    ) -> RecoveryShape:
        """联系人确认
        A contact's word; at a desk, of a contact who stands there. Roles: operator, resident,
        worker.
        """
        return self._ask(
            RecoveryShape,
            "POST",
            "/v1/recoveries/confirm",
            body={"code": code, "seat": seat, "dry_run": dry_run, "wallet": wallet},
            key=idempotency_key,
        )

    def finish_recovery(
        self, recovery_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> TiedShape:
        """完成找回：等待期过后
        After the delay: the new sign-in alone opens the wallet. Roles: resident.
        """
        return self._ask(
            TiedShape,
            "POST",
            self._path("/v1/recoveries/{recovery_id}/finish", {"recovery_id": recovery_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )

    def cancel_recovery(
        self, recovery_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> None:
        """取消找回：原来的使用人、申请人或柜台
        By whoever uses the wallet, who asked, or a desk. Roles: operator, resident, worker.
        """
        self._done(
            "POST",
            self._path("/v1/recoveries/{recovery_id}/cancel", {"recovery_id": recovery_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )
