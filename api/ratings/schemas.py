"""Shapes of ratings, and of the counts that are published."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from api.shapes import Id, MemberNumber, Moment, Shape, example, moment
from ledger.offers.rating import Counts, Published
from ledger.offers.values import Rating, Score

_ORDER = "8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90"
_COUNTS = {"good": 120, "fair": 10, "poor": None}
_STEP = "取整到 5，不足 5 不公布 · in steps of five; fewer are not told"


class GiveRating(Shape):
    """核销后的一键评价 · one tap after a capture."""

    model_config = example(
        order=_ORDER, wallet="5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11", score="good", dry_run=False
    )

    order: Id
    wallet: Id
    score: Score = Field(description="好 good、中 fair、差 poor")
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class RatingShape(Shape):
    """一次评价 · a rating as it stands."""

    model_config = example(
        order=_ORDER, score="good", changeable_until="2026-05-03T09:30:00+08:00", dry_run=False
    )

    order: str
    score: Score
    changeable_until: Moment
    dry_run: bool = False

    @classmethod
    def of(cls, rating: Rating, *, dry_run: bool = False) -> Self:
        """As it is shown."""
        until = moment(rating.changeable_until_s)
        return cls(order=rating.order, score=rating.score, changeable_until=until, dry_run=dry_run)


class CountsShape(Shape):
    """评价次数 · how often each was given."""

    model_config = example(**_COUNTS)

    good: int | None = Field(description=_STEP)
    fair: int | None = Field(description=_STEP)
    poor: int | None = Field(description=_STEP)

    @classmethod
    def of(cls, counts: Counts) -> Self:
        """As they are shown."""
        return cls(**{str(score): counts.get(score) for score in Score})


class OfferCounts(Shape):
    """一个兑换项目的评价次数 · of one offer."""

    model_config = example(offer="3f0d5a1e-6b7c-5d8e-9f00-1a2b3c4d5e6f", counts=_COUNTS)

    offer: str
    counts: CountsShape


class RatingsShape(Shape):
    """承兑方及其项目的评价次数；满一天的评价才计入 · ratings count once they are a day old."""

    model_config = example(acceptor=3, counts=_COUNTS, offers=[])

    acceptor: MemberNumber
    counts: CountsShape
    offers: list[OfferCounts]

    @classmethod
    def of(cls, published: Published) -> Self:
        """As they are shown."""
        return cls(
            acceptor=published.acceptor,
            counts=CountsShape.of(published.counts),
            offers=[
                OfferCounts(offer=offer, counts=CountsShape.of(counts))
                for offer, counts in published.offers.items()
            ],
        )
