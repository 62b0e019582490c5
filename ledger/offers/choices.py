"""The short lists that offers are sorted by: categories, and what one of something is. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple


class InBoth(NamedTuple):
    """A word in both languages."""

    zh: str
    en: str


class Category(enum.StrEnum):
    """What an offer is of."""

    MEALS = "meals"
    HOUSEWORK = "housework"
    REPAIRS = "repairs"
    CARE = "care"
    HEALTH = "health"
    HAIR = "hair"
    LEARNING = "learning"
    CULTURE = "culture"
    SPORT = "sport"
    TRAVEL = "travel"
    GOODS = "goods"
    OTHER = "other"


class Measure(enum.StrEnum):
    """What one of an offer is."""

    PORTION = "portion"
    TIME = "time"
    HOUR = "hour"
    DAY = "day"
    PIECE = "piece"
    TICKET = "ticket"
    KILOGRAM = "kilogram"


CATEGORIES: Mapping[Category, InBoth] = {
    Category.MEALS: InBoth("餐食", "Meals"),
    Category.HOUSEWORK: InBoth("家政", "Housework"),
    Category.REPAIRS: InBoth("维修", "Repairs"),
    Category.CARE: InBoth("照护", "Care"),
    Category.HEALTH: InBoth("健康", "Health"),
    Category.HAIR: InBoth("理发", "Hairdressing"),
    Category.LEARNING: InBoth("学习", "Learning"),
    Category.CULTURE: InBoth("文化", "Culture"),
    Category.SPORT: InBoth("运动", "Sport"),
    Category.TRAVEL: InBoth("出行", "Getting around"),
    Category.GOODS: InBoth("物品", "Goods"),
    Category.OTHER: InBoth("其他", "Other"),
}
MEASURES: Mapping[Measure, InBoth] = {
    Measure.PORTION: InBoth("份", "portion"),
    Measure.TIME: InBoth("次", "time"),
    Measure.HOUR: InBoth("小时", "hour"),
    Measure.DAY: InBoth("天", "day"),
    Measure.PIECE: InBoth("件", "piece"),
    Measure.TICKET: InBoth("张", "ticket"),
    Measure.KILOGRAM: InBoth("公斤", "kilogram"),
}
