"""Shapes of offers, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Model
from api.client.shapes.shared import Category, Measure


class ChangeOffer(Model):
    """开放或关闭 · to open or close."""

    dry_run: bool | None = None


class ChoiceShape(Model):
    """一个代号及其名称 · a code and what it is called."""

    code: str
    zh: str
    en: str


class ChoiceList(Model):
    """类别与计量 · categories, and what one of something is."""

    categories: list[ChoiceShape]
    measures: list[ChoiceShape]


class SlotShape(Model):
    """时段与名额 · a time with room for so many."""

    starts: datetime
    ends: datetime
    capacity: int


class CreateOffer(Model):
    """新建兑换项目（草稿）· a new draft."""

    title_zh: str
    title_en: str | None = None
    words: str | None = None
    price_units: int
    measure: Measure
    category: Category
    district: str | None = None
    valid_from: datetime
    valid_until: datetime
    stock: int | None = None
    limit_number: int | None = None
    limit_days: int | None = None
    schemes: list[int] | None = None
    slots: list[SlotShape] | None = None
    acceptor: int
    dry_run: bool | None = None


class OfferOrder(Model):
    """某兑换项目的一张兑换单 · an order for an offer."""

    offer: str
    number: int
    slot: int | None
    order: str


class OfferOrderPage(Model):
    """仍有效的兑换单，新的在前 · orders that count, newest first."""

    orders: list[OfferOrder]
    next_cursor: str | None


class ReviseOffer(Model):
    """修改草稿的全部内容 · other content for a draft."""

    title_zh: str
    title_en: str | None = None
    words: str | None = None
    price_units: int
    measure: Measure
    category: Category
    district: str | None = None
    valid_from: datetime
    valid_until: datetime
    stock: int | None = None
    limit_number: int | None = None
    limit_days: int | None = None
    schemes: list[int] | None = None
    slots: list[SlotShape] | None = None
    dry_run: bool | None = None


class SetStock(Model):
    """总数；空为不限 · how many there are over all its life."""

    stock: int | None
    dry_run: bool | None = None
