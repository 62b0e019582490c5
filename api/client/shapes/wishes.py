"""Shapes of wishes, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Model
from api.client.shapes.shared import Category


class GrantWish(Model):
    """用一个开放的兑换项目回应 · an open offer that meets it."""

    offer: str
    dry_run: bool | None = None


class SayWish(Model):
    """居民想兑换什么；请勿写个人信息 · what a resident would like; nothing about persons."""

    wallet: str
    words: str
    category: Category
    district: str | None = None
    dry_run: bool | None = None


class WishKind(Model):
    """某类某区域的心愿数 · how many of a kind."""

    category: Category
    district: str
    voices: int | None


class WishKinds(Model):
    """公开的心愿统计，不含文字 · for everybody: counts, no words."""

    kinds: list[WishKind]


class WishShape(Model):
    """一个心愿及人数，不含是谁 · a wish and how many have it, never who."""

    id: str
    words: str
    category: Category
    category_word: str
    district: str
    voices: int
    last_at: datetime
    met_by: list[str]
    dry_run: bool | None = None


class WishPage(Model):
    """心愿，人数多的在前 · wishes, those of most residents first."""

    wishes: list[WishShape]
    next_cursor: str | None
