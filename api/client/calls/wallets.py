"""Operations on wallets, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from api.client.connection import Connection
from api.client.shapes.wallets import (
    AwardPage,
    AwardShape,
    KeyChange,
    PreparedKey,
    WalletsBalanceShape,
    WalletShape,
)


class WalletsCalls(Connection):
    """Mixed into the client."""

    def open_wallet(
        self,
        *,
        issuers: list[int],
        own_keys: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> WalletShape:
        """开立钱包 · Open a wallet. Nothing goes to the chain. Roles: operator, worker."""
        return self._ask(
            WalletShape,
            "POST",
            "/v1/wallets",
            body={"issuers": issuers, "own_keys": own_keys},
            key=idempotency_key,
        )

    def get_wallet(self, wallet_id: str) -> WalletShape:
        """查询钱包 · A wallet's accounts. Roles: operator, worker."""
        return self._ask(
            WalletShape, "GET", self._path("/v1/wallets/{wallet_id}", {"wallet_id": wallet_id})
        )

    def forget_wallet(self, wallet_id: str) -> None:
        """注销钱包：解除账户之间的关联，不可恢复 · Untie its accounts for good. Roles: operator."""
        self._done("DELETE", self._path("/v1/wallets/{wallet_id}", {"wallet_id": wallet_id}))

    def get_balance(self, wallet_id: str) -> WalletsBalanceShape:
        """可用积分 · What the wallet can spend, lot by lot. Roles: operator, worker."""
        return self._ask(
            WalletsBalanceShape,
            "GET",
            self._path("/v1/wallets/{wallet_id}/balance", {"wallet_id": wallet_id}),
        )

    def list_awards(
        self, wallet_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> Iterator[AwardShape]:
        """授予记录
        What the wallet's accounts were awarded, newest first. Roles: operator, worker.
        """
        return self._pages(
            AwardPage,
            "awards",
            self._path("/v1/wallets/{wallet_id}/awards", {"wallet_id": wallet_id}),
            query={"limit": limit, "cursor": cursor},
        )

    def prepare_key(
        self,
        wallet_id: str,
        *,
        account: str,
        key: str,
        expires_in_s: int | None = None,
        idempotency_key: str | None = None,
    ) -> PreparedKey:
        """准备登记密钥的待签内容
        What has to be signed to register a key for an account. Roles: operator, worker.
        """
        return self._ask(
            PreparedKey,
            "POST",
            self._path("/v1/wallets/{wallet_id}/keys/prepare", {"wallet_id": wallet_id}),
            body={"account": account, "key": key, "expires_in_s": expires_in_s},
            key=idempotency_key,
        )

    def register_key(
        self,
        wallet_id: str,
        *,
        expires_at: datetime,
        signature: str,
        account: str,
        key: str,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> KeyChange:
        """登记密钥：此后由居民自己授权
        Register a key that alone speaks for the account then. Roles: operator, worker.
        """
        return self._ask(
            KeyChange,
            "POST",
            self._path("/v1/wallets/{wallet_id}/keys", {"wallet_id": wallet_id}),
            headers={"Prefer": prefer},
            body={"expires_at": expires_at, "signature": signature, "account": account, "key": key},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )
