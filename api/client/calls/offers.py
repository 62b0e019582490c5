"""Operations on offers, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from api.client.answers import Download
from api.client.connection import Connection
from api.client.shapes.offers import ChoiceList, OfferOrder, OfferOrderPage, SlotShape
from api.client.shapes.shared import Category, Measure, OfferPage, OfferShape


class OffersCalls(Connection):
    """Mixed into the client."""

    def create_offer(
        self,
        *,
        title_zh: str,
        price_units: int,
        measure: Measure,
        category: Category,
        valid_from: datetime,
        valid_until: datetime,
        acceptor: int,
        title_en: str | None = None,
        words: str | None = None,
        district: str | None = None,
        stock: int | None = None,
        limit_number: int | None = None,
        limit_days: int | None = None,
        schemes: list[int] | None = None,
        slots: list[SlotShape] | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> OfferShape:
        """新建兑换项目：先是草稿 · Make an offer, as a draft. Roles: acceptor, operator."""
        return self._ask(
            OfferShape,
            "POST",
            "/v1/offers",
            body={
                "title_zh": title_zh,
                "price_units": price_units,
                "measure": measure,
                "category": category,
                "valid_from": valid_from,
                "valid_until": valid_until,
                "acceptor": acceptor,
                "title_en": title_en,
                "words": words,
                "district": district,
                "stock": stock,
                "limit_number": limit_number,
                "limit_days": limit_days,
                "schemes": schemes,
                "slots": slots,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def search_offers(
        self,
        *,
        q: str | None = None,
        category: Category | None = None,
        district: str | None = None,
        price_most: int | None = None,
        scheme: int | None = None,
        acceptor: int | None = None,
        now: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[OfferShape]:
        """查找兑换项目 · Look for open offers; those that fit best come first."""
        return self._pages(
            OfferPage,
            "offers",
            "/v1/offers",
            query={
                "q": q,
                "category": category,
                "district": district,
                "price_most": price_most,
                "scheme": scheme,
                "acceptor": acceptor,
                "now": now,
                "limit": limit,
                "cursor": cursor,
            },
            headers={"If-None-Match": if_none_match},
        )

    def list_choices(self, *, if_none_match: str | None = None) -> ChoiceList:
        """类别与计量单位 · The short lists of categories and measures."""
        return self._ask(
            ChoiceList, "GET", "/v1/offers/choices", headers={"If-None-Match": if_none_match}
        )

    def get_offer(self, offer_id: str, *, if_none_match: str | None = None) -> OfferShape:
        """查询兑换项目
        How an offer stands; drafts for their acceptor and the operator's staff.
        """
        return self._ask(
            OfferShape,
            "GET",
            self._path("/v1/offers/{offer_id}", {"offer_id": offer_id}),
            headers={"If-None-Match": if_none_match},
        )

    def revise_offer(
        self,
        offer_id: str,
        *,
        title_zh: str,
        price_units: int,
        measure: Measure,
        category: Category,
        valid_from: datetime,
        valid_until: datetime,
        title_en: str | None = None,
        words: str | None = None,
        district: str | None = None,
        stock: int | None = None,
        limit_number: int | None = None,
        limit_days: int | None = None,
        schemes: list[int] | None = None,
        slots: list[SlotShape] | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> OfferShape:
        """修改草稿：内容全部替换
        Other content for a draft, all of it. Roles: acceptor, operator.
        """
        return self._ask(
            OfferShape,
            "POST",
            self._path("/v1/offers/{offer_id}/revise", {"offer_id": offer_id}),
            body={
                "title_zh": title_zh,
                "price_units": price_units,
                "measure": measure,
                "category": category,
                "valid_from": valid_from,
                "valid_until": valid_until,
                "title_en": title_en,
                "words": words,
                "district": district,
                "stock": stock,
                "limit_number": limit_number,
                "limit_days": limit_days,
                "schemes": schemes,
                "slots": slots,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def open_offer(
        self, offer_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> OfferShape:
        """开放：此后价格与条件不变
        Let it be ordered; price and terms stay from now on. Roles: acceptor, operator.
        """
        return self._ask(
            OfferShape,
            "POST",
            self._path("/v1/offers/{offer_id}/open", {"offer_id": offer_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )

    def close_offer(
        self, offer_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> OfferShape:
        """关闭：不再接受新单，已下的照常
        Take no more orders; those that are placed go on. Roles: acceptor, operator.
        """
        return self._ask(
            OfferShape,
            "POST",
            self._path("/v1/offers/{offer_id}/close", {"offer_id": offer_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )

    def set_stock(
        self,
        offer_id: str,
        *,
        stock: int | None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> OfferShape:
        """调整总数 · Say how many there are over all its life. Roles: acceptor, operator."""
        return self._ask(
            OfferShape,
            "POST",
            self._path("/v1/offers/{offer_id}/stock", {"offer_id": offer_id}),
            body={"stock": stock, "dry_run": dry_run},
            key=idempotency_key,
        )

    def list_offer_orders(
        self,
        offer_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[OfferOrder]:
        """此项目的兑换单
        Orders that count for an offer; those that ended unused do not. Roles: acceptor,
        operator, worker.
        """
        return self._pages(
            OfferOrderPage,
            "orders",
            self._path("/v1/offers/{offer_id}/orders", {"offer_id": offer_id}),
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def add_picture(
        self,
        offer_id: str,
        *,
        content: bytes,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> OfferShape:
        """添加图片：PNG、JPEG 或 WebP
        Show a picture; what cameras write into it is left out. Roles: acceptor, operator.
        """
        return self._ask(
            OfferShape,
            "POST",
            self._path("/v1/offers/{offer_id}/pictures", {"offer_id": offer_id}),
            query={"dry_run": dry_run},
            content=("image/png", content),
            key=idempotency_key,
        )

    def get_picture(
        self, offer_id: str, picture: str, *, if_none_match: str | None = None
    ) -> Download:
        """图片 · A picture that an offer shows."""
        return self._download(
            "GET",
            self._path(
                "/v1/offers/{offer_id}/pictures/{picture}",
                {"offer_id": offer_id, "picture": picture},
            ),
            headers={"If-None-Match": if_none_match},
        )

    def drop_picture(self, offer_id: str, picture: str, *, dry_run: bool | None = None) -> None:
        """删除图片 · Show a picture no more. Roles: acceptor, operator."""
        self._done(
            "DELETE",
            self._path(
                "/v1/offers/{offer_id}/pictures/{picture}",
                {"offer_id": offer_id, "picture": picture},
            ),
            query={"dry_run": dry_run},
        )
