"""Shapes of wishes."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from api.offers.schemas import word
from api.offers.texts import District, TitleGiven
from api.shapes import Id, Moment, Shape, example, moment
from ledger.offers.choices import CATEGORIES, Category
from ledger.offers.values import Wish
from ledger.offers.wishing import Kind
from ledger.refusals import Lang

_WISH = "0e4a7d52-5a1f-5c3b-8d6e-7f8091a2b3c4"
_OFFER = "3f0d5a1e-6b7c-5d8e-9f00-1a2b3c4d5e6f"


class SayWish(Shape):
    """居民想兑换什么；请勿写个人信息 · what a resident would like; nothing about persons."""

    model_config = example(
        wallet="5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11", words="修伞", category="repairs",
        district="示例街道", dry_run=False,
    )  # fmt: skip

    wallet: Id
    words: TitleGiven
    category: Category
    district: District = ""
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class GrantWish(Shape):
    """用一个开放的兑换项目回应 · an open offer that meets it."""

    model_config = example(offer=_OFFER, dry_run=False)

    offer: Id
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class WishShape(Shape):
    """一个心愿及人数，不含是谁 · a wish and how many have it, never who."""

    model_config = example(
        id=_WISH, words="修伞", category="repairs", category_word="维修", district="示例街道",
        voices=7, last_at="2026-05-02T09:30:00+08:00", met_by=[], dry_run=False,
    )  # fmt: skip

    id: str
    words: str
    category: Category
    category_word: str
    district: str
    voices: int
    last_at: Moment
    met_by: list[str] = Field(description="现在开放、可满足它的项目 · open offers named for it")
    dry_run: bool = False

    @classmethod
    def of(cls, wish: Wish, lang: Lang, *, dry_run: bool = False) -> Self:
        """As it is shown."""
        return cls(
            id=wish.id, words=wish.words, category=wish.category,
            category_word=word(CATEGORIES[wish.category], lang), district=wish.district,
            voices=wish.voices, last_at=moment(wish.last_s), met_by=list(wish.met_by),
            dry_run=dry_run,
        )  # fmt: skip


class WishPage(Shape):
    """心愿，人数多的在前 · wishes, those of most residents first."""

    model_config = example(wishes=[], next_cursor=None)

    wishes: list[WishShape]
    next_cursor: str | None


class WishKind(Shape):
    """某类某区域的心愿数 · how many of a kind."""

    model_config = example(category="repairs", district="示例街道", voices=35)

    category: Category
    district: str
    voices: int | None = Field(description="取整到 5，不足 5 不公布 · in steps of five")

    @classmethod
    def of(cls, kind: Kind) -> Self:
        """As it is shown."""
        return cls(category=kind.category, district=kind.district, voices=kind.voices)


class WishKinds(Shape):
    """公开的心愿统计，不含文字 · for everybody: counts, no words."""

    model_config = example(kinds=[])

    kinds: list[WishKind]
