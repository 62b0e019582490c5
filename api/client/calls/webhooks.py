"""Operations on webhooks, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from api.client.connection import Connection
from api.client.shapes.shared import HooksKind
from api.client.shapes.webhooks import (
    DeliveryPage,
    DeliveryShape,
    DeliveryState,
    Pinged,
    Replayed,
    WebhookList,
    WebhookShape,
)


class WebhooksCalls(Connection):
    """Mixed into the client."""

    def list_webhooks(self, *, if_none_match: str | None = None) -> WebhookList:
        """接收地址列表
        All of the caller's webhooks; there are few. Roles: acceptor, auditor, issuer, operator.
        """
        return self._ask(
            WebhookList, "GET", "/v1/webhooks", headers={"If-None-Match": if_none_match}
        )

    def make_webhook(
        self,
        *,
        url: str,
        events: list[HooksKind] | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> WebhookShape:
        """登记接收地址，密钥只显示这一次
        Have events sent to a server; the secret is shown once. Roles: acceptor, auditor,
        issuer, operator.
        """
        return self._ask(
            WebhookShape,
            "POST",
            "/v1/webhooks",
            body={"url": url, "events": events, "dry_run": dry_run},
            key=idempotency_key,
        )

    def get_webhook(self, webhook_id: str, *, if_none_match: str | None = None) -> WebhookShape:
        """查询接收地址
        One webhook, and whether it takes what is sent. Roles: acceptor, auditor, issuer,
        operator.
        """
        return self._ask(
            WebhookShape,
            "GET",
            self._path("/v1/webhooks/{webhook_id}", {"webhook_id": webhook_id}),
            headers={"If-None-Match": if_none_match},
        )

    def delete_webhook(self, webhook_id: str, *, dry_run: bool | None = None) -> None:
        """删除接收地址和发送记录
        Forget a webhook and its log. Roles: acceptor, auditor, issuer, operator.
        """
        self._done(
            "DELETE",
            self._path("/v1/webhooks/{webhook_id}", {"webhook_id": webhook_id}),
            query={"dry_run": dry_run},
        )

    def rotate_webhook(
        self, webhook_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> WebhookShape:
        """更换密钥，旧的再签名一天
        A new secret, shown once; the former signs too for a day. Roles: acceptor, auditor,
        issuer, operator.
        """
        return self._ask(
            WebhookShape,
            "POST",
            self._path("/v1/webhooks/{webhook_id}/rotate", {"webhook_id": webhook_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )

    def disable_webhook(
        self, webhook_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> WebhookShape:
        """停用
        Send nothing until it is enabled; what waits goes on waiting. Roles: acceptor, auditor,
        issuer, operator.
        """
        return self._ask(
            WebhookShape,
            "POST",
            self._path("/v1/webhooks/{webhook_id}/disable", {"webhook_id": webhook_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )

    def enable_webhook(
        self, webhook_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> WebhookShape:
        """启用，从停下处继续
        Go on where it stopped, for as long as this key works. Roles: acceptor, auditor,
        issuer, operator.
        """
        return self._ask(
            WebhookShape,
            "POST",
            self._path("/v1/webhooks/{webhook_id}/enable", {"webhook_id": webhook_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )

    def ping_webhook(self, webhook_id: str, *, idempotency_key: str | None = None) -> Pinged:
        """试发一条并给出结果
        Send one message now, and say what came back. Roles: acceptor, auditor, issuer,
        operator.
        """
        return self._ask(
            Pinged,
            "POST",
            self._path("/v1/webhooks/{webhook_id}/ping", {"webhook_id": webhook_id}),
            body={},
            key=idempotency_key,
        )

    def replay_webhook(
        self,
        webhook_id: str,
        *,
        since: datetime,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> Replayed:
        """自某时起重发
        Send again what happened since, delivered or not, under the same ids. Roles: acceptor,
        auditor, issuer, operator.
        """
        return self._ask(
            Replayed,
            "POST",
            self._path("/v1/webhooks/{webhook_id}/replay", {"webhook_id": webhook_id}),
            body={"since": since, "dry_run": dry_run},
            key=idempotency_key,
        )

    def list_deliveries(
        self,
        webhook_id: str,
        *,
        state: DeliveryState | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[DeliveryShape]:
        """发送记录
        What was sent, what waits, what was given up, of the newest events first. Roles:
        acceptor, auditor, issuer, operator.
        """
        return self._pages(
            DeliveryPage,
            "deliveries",
            self._path("/v1/webhooks/{webhook_id}/deliveries", {"webhook_id": webhook_id}),
            query={"state": state, "limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )
