"""Ratings: one for an order, by its own wallet."""

from __future__ import annotations

from api.acting import check_wallet
from api.guard import Calling, resource
from api.ratings.schemas import GiveRating, RatingShape

router = resource("ratings", "offers")


@router.post("", operation_id="rate_order")
def rate_order(call: Calling, body: GiveRating) -> RatingShape:
    """评价：核销之后，一天之内可改 · Rate an order once it is captured; changeable for a day."""
    check_wallet(call.caller, body.wallet)
    rating = call.office.market.rated.rate(
        body.order, body.wallet, body.score, dry_run=body.dry_run
    )
    return RatingShape.of(rating, dry_run=body.dry_run)
