"""Shapes of ratings, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model

Score = Literal["good", "fair", "poor"]
"""好, 中 or 差: three large buttons that need no reading."""


class GiveRating(Model):
    """核销后的一键评价 · one tap after a capture."""

    order: str
    wallet: str
    score: Score
    dry_run: bool | None = None


class RatingShape(Model):
    """一次评价 · a rating as it stands."""

    order: str
    score: Score
    changeable_until: datetime
    dry_run: bool | None = None
