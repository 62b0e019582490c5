"""Operations on wishes, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from api.client.connection import Connection
from api.client.shapes.shared import Category
from api.client.shapes.wishes import WishKinds, WishPage, WishShape


class WishesCalls(Connection):
    """Mixed into the client."""

    def say_wish(
        self,
        *,
        wallet: str,
        words: str,
        category: Category,
        district: str | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> WishShape:
        """提心愿
        Say what a resident would like to get; the same wish is counted together. Roles:
        operator, resident, worker.
        """
        return self._ask(
            WishShape,
            "POST",
            "/v1/wishes",
            body={
                "wallet": wallet,
                "words": words,
                "category": category,
                "district": district,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def list_wishes(
        self,
        *,
        category: Category | None = None,
        district: str | None = None,
        unmet: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[WishShape]:
        """心愿列表 · Wishes, those of most residents first. Roles: acceptor, operator, worker."""
        return self._pages(
            WishPage,
            "wishes",
            "/v1/wishes",
            query={
                "category": category,
                "district": district,
                "unmet": unmet,
                "limit": limit,
                "cursor": cursor,
            },
            headers={"If-None-Match": if_none_match},
        )

    def count_wishes(self, *, if_none_match: str | None = None) -> WishKinds:
        """心愿统计 · How many wishes there are of each kind, without words and persons."""
        return self._ask(
            WishKinds, "GET", "/v1/wishes/counts", headers={"If-None-Match": if_none_match}
        )

    def grant_wish(
        self,
        wish_id: str,
        *,
        offer: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> WishShape:
        """回应心愿
        Name an open offer that meets a wish; an acceptor names its own. Roles: acceptor,
        operator.
        """
        return self._ask(
            WishShape,
            "POST",
            self._path("/v1/wishes/{wish_id}/grant", {"wish_id": wish_id}),
            body={"offer": offer, "dry_run": dry_run},
            key=idempotency_key,
        )
