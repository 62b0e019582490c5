"""Operations on orders, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from api.client.connection import Connection
from api.client.shapes.orders import (
    CancelSignature,
    OrderPage,
    OrdersPreparedShape,
    PreparedCancel,
    SignedHoldShape,
)
from api.client.shapes.shared import OrderShape, State


class OrdersCalls(Connection):
    """Mixed into the client."""

    def place_order(
        self,
        *,
        wallet: str,
        acceptor: int | None = None,
        units: int | None = None,
        offer: str | None = None,
        number: int | None = None,
        slot: int | None = None,
        service_at: datetime | None = None,
        deadline: datetime | None = None,
        signed: list[SignedHoldShape] | None = None,
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> OrderShape:
        """下兑换单
        Place an order: all its holds, or none. Waits a while for the chain. Roles: delegate,
        operator, resident.
        """
        return self._ask(
            OrderShape,
            "POST",
            "/v1/orders",
            headers={"Prefer": prefer},
            body={
                "wallet": wallet,
                "acceptor": acceptor,
                "units": units,
                "offer": offer,
                "number": number,
                "slot": slot,
                "service_at": service_at,
                "deadline": deadline,
                "signed": signed,
                "dry_run": dry_run,
            },
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def list_orders(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        wallet: str | None = None,
        acceptor: int | None = None,
        state: State | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[OrderShape]:
        """兑换单列表
        Orders, newest first. An acceptor sees its own, a resident the own ones. Roles:
        acceptor, auditor, operator, resident, worker.
        """
        return self._pages(
            OrderPage,
            "orders",
            "/v1/orders",
            query={
                "limit": limit,
                "cursor": cursor,
                "wallet": wallet,
                "acceptor": acceptor,
                "state": state,
            },
            headers={"If-None-Match": if_none_match},
        )

    def prepare_order(
        self,
        *,
        wallet: str,
        acceptor: int | None = None,
        units: int | None = None,
        offer: str | None = None,
        number: int | None = None,
        slot: int | None = None,
        service_at: datetime | None = None,
        deadline: datetime | None = None,
        expires_in_s: int | None = None,
        idempotency_key: str | None = None,
    ) -> OrdersPreparedShape:
        """准备待签内容
        What the resident's own keys have to sign; records nothing. Roles: operator, resident,
        worker.
        """
        return self._ask(
            OrdersPreparedShape,
            "POST",
            "/v1/orders/prepare",
            body={
                "wallet": wallet,
                "acceptor": acceptor,
                "units": units,
                "offer": offer,
                "number": number,
                "slot": slot,
                "service_at": service_at,
                "deadline": deadline,
                "expires_in_s": expires_in_s,
            },
            key=idempotency_key,
        )

    def get_order(
        self, order_id: str, *, prefer: str | None = None, if_none_match: str | None = None
    ) -> OrderShape:
        """查询兑换单
        How an order stands; 202 while what was asked of it is on its way. Roles: acceptor,
        auditor, delegate, operator, resident, worker.
        """
        return self._ask(
            OrderShape,
            "GET",
            self._path("/v1/orders/{order_id}", {"order_id": order_id}),
            headers={"Prefer": prefer, "If-None-Match": if_none_match},
        )

    def capture_order(
        self,
        order_id: str,
        *,
        dry_run: bool | None = None,
        units: int | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> OrderShape:
        """核销
        The acceptor delivered: all or a part is captured, the rest released. Roles: acceptor,
        operator.
        """
        return self._ask(
            OrderShape,
            "POST",
            self._path("/v1/orders/{order_id}/capture", {"order_id": order_id}),
            headers={"Prefer": prefer},
            body={"dry_run": dry_run, "units": units},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def release_order(
        self,
        order_id: str,
        *,
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> OrderShape:
        """婉拒 · The acceptor declines: the points go back. Roles: acceptor, operator."""
        return self._ask(
            OrderShape,
            "POST",
            self._path("/v1/orders/{order_id}/release", {"order_id": order_id}),
            headers={"Prefer": prefer},
            body={"dry_run": dry_run},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def refund_order(
        self,
        order_id: str,
        *,
        dry_run: bool | None = None,
        units: int | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> OrderShape:
        """退回
        The acceptor gives back all or a part of what was captured, within 90 days. Roles:
        acceptor, operator.
        """
        return self._ask(
            OrderShape,
            "POST",
            self._path("/v1/orders/{order_id}/refund", {"order_id": order_id}),
            headers={"Prefer": prefer},
            body={"dry_run": dry_run, "units": units},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def cancel_order(
        self,
        order_id: str,
        *,
        dry_run: bool | None = None,
        signed: list[CancelSignature] | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> OrderShape:
        """取消
        The resident cancels, until the time of service. Roles: delegate, operator, resident.
        """
        return self._ask(
            OrderShape,
            "POST",
            self._path("/v1/orders/{order_id}/cancel", {"order_id": order_id}),
            headers={"Prefer": prefer},
            body={"dry_run": dry_run, "signed": signed},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def prepare_cancel(
        self, order_id: str, *, expires_in_s: int | None = None, idempotency_key: str | None = None
    ) -> PreparedCancel:
        """准备取消的待签内容
        What cancels the holds of accounts with a key of their own. Roles: operator, resident,
        worker.
        """
        return self._ask(
            PreparedCancel,
            "POST",
            self._path("/v1/orders/{order_id}/cancel/prepare", {"order_id": order_id}),
            body={"expires_in_s": expires_in_s},
            key=idempotency_key,
        )
