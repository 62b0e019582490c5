"""Operations on ratings, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.ratings import RatingShape, Score


class RatingsCalls(Connection):
    """Mixed into the client."""

    def rate_order(
        self,
        *,
        order: str,
        wallet: str,
        score: Score,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> RatingShape:
        """评价：核销之后，一天之内可改
        Rate an order once it is captured; changeable for a day. Roles: operator, resident,
        worker.
        """
        return self._ask(
            RatingShape,
            "POST",
            "/v1/ratings",
            body={"order": order, "wallet": wallet, "score": score, "dry_run": dry_run},
            key=idempotency_key,
        )
