"""Operations on wallets, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from api.client.answers import Download
from api.client.connection import Connection
from api.client.shapes.shared import ProjectPage, ProjectShape, WalletShape
from api.client.shapes.wallets import (
    ActPage,
    ActShape,
    AwardPage,
    AwardShape,
    CardList,
    HomeShape,
    KeyChange,
    KeyList,
    KeyWithdrawal,
    LoginsPurpose,
    MessagePage,
    MessageShape,
    MonthShape,
    NoticesShape,
    PreparedKey,
    Reminders,
    Statements,
    ViewPage,
    ViewShape,
    WalletCode,
    WalletsBalanceShape,
)


class WalletsCalls(Connection):
    """Mixed into the client."""

    def open_wallet(
        self,
        *,
        issuers: list[int],
        dry_run: bool | None = None,
        own_keys: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> WalletShape:
        """开立钱包 · Open a wallet. Nothing goes to the chain. Roles: operator, worker."""
        return self._ask(
            WalletShape,
            "POST",
            "/v1/wallets",
            body={"issuers": issuers, "dry_run": dry_run, "own_keys": own_keys},
            key=idempotency_key,
        )

    def get_wallet(self, wallet_id: str, *, if_none_match: str | None = None) -> WalletShape:
        """查询钱包 · A wallet's accounts. Roles: operator, resident, worker."""
        return self._ask(
            WalletShape,
            "GET",
            self._path("/v1/wallets/{wallet_id}", {"wallet_id": wallet_id}),
            headers={"If-None-Match": if_none_match},
        )

    def forget_wallet(self, wallet_id: str, *, dry_run: bool | None = None) -> None:
        """注销钱包：解除账户之间的关联，不可恢复 · Untie its accounts for good. Roles: operator."""
        self._done(
            "DELETE",
            self._path("/v1/wallets/{wallet_id}", {"wallet_id": wallet_id}),
            query={"dry_run": dry_run},
        )

    def get_balance(
        self, wallet_id: str, *, if_none_match: str | None = None
    ) -> WalletsBalanceShape:
        """可用积分
        What the wallet can spend, lot by lot. Roles: delegate, operator, resident, worker.
        """
        return self._ask(
            WalletsBalanceShape,
            "GET",
            self._path("/v1/wallets/{wallet_id}/balance", {"wallet_id": wallet_id}),
            headers={"If-None-Match": if_none_match},
        )

    def list_awards(
        self,
        wallet_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[AwardShape]:
        """授予记录
        What the wallet's accounts were awarded, newest first. Roles: operator, resident,
        worker.
        """
        return self._pages(
            AwardPage,
            "awards",
            self._path("/v1/wallets/{wallet_id}/awards", {"wallet_id": wallet_id}),
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
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
        What has to be signed to register a key for an account. Roles: operator, resident,
        worker.
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
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> KeyChange:
        """登记密钥：此后由居民自己授权
        Register a key that alone speaks for the account then. Roles: operator, resident.
        """
        return self._ask(
            KeyChange,
            "POST",
            self._path("/v1/wallets/{wallet_id}/keys", {"wallet_id": wallet_id}),
            headers={"Prefer": prefer},
            body={
                "expires_at": expires_at,
                "signature": signature,
                "account": account,
                "key": key,
                "dry_run": dry_run,
            },
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def list_keys(self, wallet_id: str, *, if_none_match: str | None = None) -> KeyList:
        """账户的密钥
        Which key speaks for each account, and what a browser derives keys from. Roles:
        operator, resident, worker.
        """
        return self._ask(
            KeyList,
            "GET",
            self._path("/v1/wallets/{wallet_id}/keys", {"wallet_id": wallet_id}),
            headers={"If-None-Match": if_none_match},
        )

    def withdraw_key(
        self,
        wallet_id: str,
        *,
        account: str,
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> KeyWithdrawal:
        """撤回尚未生效的密钥
        Takes back a key that is not in effect yet: an objection, a mistake. Roles: operator,
        resident.
        """
        return self._ask(
            KeyWithdrawal,
            "POST",
            self._path("/v1/wallets/{wallet_id}/keys/withdraw", {"wallet_id": wallet_id}),
            headers={"Prefer": prefer},
            body={"account": account, "dry_run": dry_run},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def list_own_projects(
        self,
        wallet_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[ProjectShape]:
        """本人提议的项目
        What a wallet has proposed, declined ones too, newest first. Roles: operator, resident,
        worker.
        """
        return self._pages(
            ProjectPage,
            "projects",
            self._path("/v1/wallets/{wallet_id}/projects", {"wallet_id": wallet_id}),
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_district(self, wallet_id: str, *, if_none_match: str | None = None) -> HomeShape:
        """查看所在区域
        In which district a wallet proposes and votes. Roles: operator, resident, worker.
        """
        return self._ask(
            HomeShape,
            "GET",
            self._path("/v1/wallets/{wallet_id}/district", {"wallet_id": wallet_id}),
            headers={"If-None-Match": if_none_match},
        )

    def set_district(
        self,
        wallet_id: str,
        *,
        district: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> HomeShape:
        """登记所在区域
        Say in which district a wallet proposes and votes. Roles: operator, resident, worker.
        """
        return self._ask(
            HomeShape,
            "POST",
            self._path("/v1/wallets/{wallet_id}/district", {"wallet_id": wallet_id}),
            body={"district": district, "dry_run": dry_run},
            key=idempotency_key,
        )

    def list_cards(self, wallet_id: str, *, if_none_match: str | None = None) -> CardList:
        """通兑卡列表
        A wallet's cards, without their full numbers. Roles: operator, resident, worker.
        """
        return self._ask(
            CardList,
            "GET",
            self._path("/v1/wallets/{wallet_id}/cards", {"wallet_id": wallet_id}),
            headers={"If-None-Match": if_none_match},
        )

    def list_acts(
        self,
        wallet_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[ActShape]:
        """代办记录
        Orders placed at desks: when, by whose hand, how much. Roles: operator, resident.
        """
        return self._pages(
            ActPage,
            "acts",
            self._path("/v1/wallets/{wallet_id}/acts", {"wallet_id": wallet_id}),
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def list_messages(
        self,
        wallet_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[MessageShape]:
        """消息列表 · What the resident was told, newest first. Roles: operator, resident."""
        return self._pages(
            MessagePage,
            "messages",
            self._path("/v1/wallets/{wallet_id}/messages", {"wallet_id": wallet_id}),
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def list_views(
        self,
        wallet_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[ViewShape]:
        """谁看过我的资料
        Who looked at the wallet's data, when, and why. Roles: operator, resident.
        """
        return self._pages(
            ViewPage,
            "views",
            self._path("/v1/wallets/{wallet_id}/views", {"wallet_id": wallet_id}),
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_notices(self, wallet_id: str, *, if_none_match: str | None = None) -> NoticesShape:
        """提醒与月报的选择
        Whether reminders and monthly statements are wanted, and where. Roles: operator,
        resident, worker.
        """
        return self._ask(
            NoticesShape,
            "GET",
            self._path("/v1/wallets/{wallet_id}/notices", {"wallet_id": wallet_id}),
            headers={"If-None-Match": if_none_match},
        )

    def set_notices(
        self,
        wallet_id: str,
        *,
        reminders: Reminders,
        statements: Statements,
        dry_run: bool | None = None,
        lang: Literal["zh", "en"] | None = None,
        address: str | None = None,
        idempotency_key: str | None = None,
    ) -> NoticesShape:
        """更改提醒与月报的选择
        Choose what to be told, how, and where to. Roles: operator, resident.
        """
        return self._ask(
            NoticesShape,
            "POST",
            self._path("/v1/wallets/{wallet_id}/notices", {"wallet_id": wallet_id}),
            body={
                "reminders": reminders,
                "statements": statements,
                "dry_run": dry_run,
                "lang": lang,
                "address": address,
            },
            key=idempotency_key,
        )

    def get_month(
        self, wallet_id: str, month: str, *, if_none_match: str | None = None
    ) -> MonthShape:
        """居民月报
        What a month brought and took, what is left, what expires, and who looked. Roles:
        operator, resident, worker.
        """
        return self._ask(
            MonthShape,
            "GET",
            self._path(
                "/v1/wallets/{wallet_id}/months/{month}", {"wallet_id": wallet_id, "month": month}
            ),
            headers={"If-None-Match": if_none_match},
        )

    def get_month_file(
        self,
        wallet_id: str,
        month: str,
        *,
        lang: Literal["zh", "en"] | None = None,
        if_none_match: str | None = None,
    ) -> Download:
        """打印月报（大字 PDF）
        The month as a letter in large type. Roles: operator, resident, worker.
        """
        return self._download(
            "GET",
            self._path(
                "/v1/wallets/{wallet_id}/months/{month}/file",
                {"wallet_id": wallet_id, "month": month},
            ),
            query={"lang": lang},
            headers={"If-None-Match": if_none_match},
        )

    def get_month_text(
        self,
        wallet_id: str,
        month: str,
        *,
        characters: int | None = None,
        lang: Literal["zh", "en"] | None = None,
        if_none_match: str | None = None,
    ) -> Download:
        """短信月报
        The month in as few words as a message holds, what matters most first. Roles: operator,
        resident, worker.
        """
        return self._download(
            "GET",
            self._path(
                "/v1/wallets/{wallet_id}/months/{month}/text",
                {"wallet_id": wallet_id, "month": month},
            ),
            query={"characters": characters, "lang": lang},
            headers={"If-None-Match": if_none_match},
        )

    def make_wallet_code(
        self,
        wallet_id: str,
        *,
        purpose: LoginsPurpose,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> WalletCode:
        """生成一次性码：居民为自己，运营方为柜台开的钱包
        By the resident, or the operator's staff. A worker's key alone makes none: at a desk
        the resident's card and PIN open a session for it. Roles: operator, resident.
        """
        return self._ask(
            WalletCode,
            "POST",
            self._path("/v1/wallets/{wallet_id}/codes", {"wallet_id": wallet_id}),
            body={"purpose": purpose, "dry_run": dry_run},
            key=idempotency_key,
        )
