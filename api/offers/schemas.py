"""Shapes of offers: what an acceptor says, and how an offer stands."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field

from api.offers.texts import District, Lines, TitleEnglish, TitleGiven
from api.offers.wanted import TakenShape
from api.shapes import (
    Amount,
    MemberNumber,
    Moment,
    Shape,
    Units,
    example,
    moment,
    seconds,
    show,
)
from ledger.offers.choices import CATEGORIES, MEASURES, Category, InBoth, Measure
from ledger.offers.offering import Taken
from ledger.offers.values import Draft, Offer, OfferState, Slot, SlotNow
from ledger.refusals import Lang, MemberName

COUNT_MOST = 1_000_000
_OFFER = "3f0d5a1e-6b7c-5d8e-9f00-1a2b3c4d5e6f"
_FROM, _UNTIL = "2026-05-01T00:00:00+08:00", "2026-08-01T00:00:00+08:00"
_SLOT: dict[str, Any] = {
    "starts": "2026-05-09T09:00:00+08:00", "ends": "2026-05-09T10:00:00+08:00", "capacity": 4,
}  # fmt: skip
_SLOT_NOW = {**_SLOT, "number": 1, "left": 3, "waiting": 0}
_SAID: dict[str, Any] = {
    "title_zh": "老人理发（上门）",
    "title_en": "Haircut at home for the elderly",
    "words": "社区志愿理发师上门，工具自带。",
    "measure": "time",
    "category": "hair",
    "district": "示例街道",
    "stock": 40,
    "limit_number": 1,
    "limit_days": 30,
    "schemes": [],
}
_CONTENT = {**_SAID, "price_units": 1500, "valid_from": _FROM, "valid_until": _UNTIL}
Count = Annotated[int, Field(strict=True, ge=0, le=COUNT_MOST)]


class SlotShape(Shape):
    """时段与名额 · a time with room for so many."""

    model_config = example(**_SLOT)

    starts: Moment
    ends: Moment
    capacity: Annotated[int, Field(strict=True, ge=1, le=10_000)]

    def slot(self) -> Slot:
        """As use cases take it."""
        return Slot(seconds(self.starts), seconds(self.ends), self.capacity)


class OfferContent(Shape):
    """兑换项目的内容 · all that an acceptor says of an offer."""

    model_config = example(**_CONTENT, slots=[_SLOT])

    title_zh: TitleGiven
    title_en: TitleEnglish = ""
    words: Lines = Field(default="", description="说明 · more about it")
    price_units: Units
    measure: Measure = Field(description="一份是什么：份、次、小时…… · what one is")
    category: Category
    district: District = Field(default="", description="区域；空为全市 · empty: everywhere")
    valid_from: Moment
    valid_until: Moment
    stock: Count | None = Field(default=None, description="总数；空为不限 · null: no limit")
    limit_number: Annotated[int, Field(strict=True, ge=1, le=COUNT_MOST)] | None = Field(
        default=None, description="每位居民最多 · most for a resident"
    )
    limit_days: Annotated[int, Field(strict=True, ge=1, le=3_660)] | None = Field(
        default=None, description="在这么多天之内；空为整个有效期 · within so many days"
    )
    schemes: Annotated[list[MemberNumber], Field(max_length=64)] = Field(
        default_factory=list, description="接受哪些发行方的积分；空为全部 · empty: all"
    )
    slots: Annotated[list[SlotShape], Field(max_length=200)] = Field(
        default_factory=list, description="须预约的时段 · for what has to be booked"
    )

    def draft(self) -> Draft:
        """As use cases take it."""
        return Draft(
            title_zh=self.title_zh, title_en=self.title_en, words=self.words,
            price_units=self.price_units, measure=self.measure, category=self.category,
            district=self.district, from_s=seconds(self.valid_from),
            until_s=seconds(self.valid_until), stock=self.stock,
            limit_number=self.limit_number, limit_days=self.limit_days,
            schemes=tuple(sorted(set(self.schemes))),
            slots=tuple(one.slot() for one in self.slots),
        )  # fmt: skip


class CreateOffer(OfferContent):
    """新建兑换项目（草稿）· a new draft."""

    model_config = example(**_CONTENT, slots=[], acceptor=3, dry_run=False)

    acceptor: MemberNumber
    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class ReviseOffer(OfferContent):
    """修改草稿的全部内容 · other content for a draft."""

    model_config = example(**_CONTENT, slots=[], dry_run=False)

    dry_run: bool = False


class ChangeOffer(Shape):
    """开放或关闭 · to open or close."""

    model_config = example(dry_run=False)

    dry_run: bool = Field(default=False, description="只检查，不办理 · check only")


class SetStock(Shape):
    """总数；空为不限 · how many there are over all its life."""

    model_config = example(stock=60, dry_run=False)

    stock: Count | None
    dry_run: bool = False


class SlotNowShape(SlotShape):
    """时段现况 · a slot as it stands."""

    model_config = example(**_SLOT_NOW)

    number: int
    left: int = Field(description="空余名额 · places left")
    waiting: int = Field(description="排队人数 · how many wait")

    @classmethod
    def of(cls, now: SlotNow) -> Self:
        """As it is shown."""
        starts_s, ends_s, capacity = now.slot
        times = {"starts": moment(starts_s), "ends": moment(ends_s)}
        return cls(**times, capacity=capacity, number=now.number, left=now.left,
                   waiting=now.waiting)  # fmt: skip


class OfferShape(Shape):
    """兑换项目 · an offer as it stands."""

    model_config = example(
        **_SAID, id=_OFFER, acceptor=3, acceptor_name="社区食堂", state="open",
        price={"units": 1500, "points": "15.00"}, measure_word="次", category_word="理发",
        valid_from=_FROM, valid_until=_UNTIL, left=31, slots=[_SLOT_NOW], pictures=[],
        made_at=_FROM, dry_run=False,
    )  # fmt: skip

    id: str
    acceptor: MemberNumber
    acceptor_name: str
    state: OfferState
    title_zh: str
    title_en: str
    words: str
    price: Amount
    measure: Measure
    measure_word: str
    category: Category
    category_word: str
    district: str
    valid_from: Moment
    valid_until: Moment
    stock: int | None
    left: int | None = Field(description="余量；空为不限 · null: no limit")
    limit_number: int | None
    limit_days: int | None
    schemes: list[MemberNumber]
    slots: list[SlotNowShape]
    pictures: list[str] = Field(description="图片，见 /v1/offers/{offer_id}/pictures/{picture}")
    made_at: Moment
    dry_run: bool = False

    @classmethod
    def of(cls, offer: Offer, lang: Lang, names: MemberName, *, dry_run: bool = False) -> Self:
        """As it is shown."""
        said = offer.draft
        return cls(
            id=offer.id, acceptor=offer.acceptor,
            acceptor_name=names(offer.acceptor) or str(offer.acceptor), state=offer.state,
            title_zh=said.title_zh, title_en=said.title_en, words=said.words,
            price=Amount.of(said.price_units), measure=said.measure,
            measure_word=word(MEASURES[said.measure], lang), category=said.category,
            category_word=word(CATEGORIES[said.category], lang), district=said.district,
            valid_from=moment(said.from_s), valid_until=moment(said.until_s), stock=said.stock,
            left=offer.left, limit_number=said.limit_number, limit_days=said.limit_days,
            schemes=list(said.schemes), slots=[SlotNowShape.of(one) for one in offer.slots],
            pictures=[show(one) for one in offer.pictures], made_at=moment(offer.made_s),
            dry_run=dry_run,
        )  # fmt: skip


class OfferPage(Shape):
    """兑换项目 · offers: what was looked for with the best first, an acceptor's newest first."""

    model_config = example(offers=[], next_cursor=None)

    offers: list[OfferShape]
    next_cursor: str | None


class OfferOrder(TakenShape):
    """某兑换项目的一张兑换单 · an order for an offer."""

    model_config = example(
        order="8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90", offer=_OFFER, number=1, slot=None
    )

    order: str

    @classmethod
    def of_taken(cls, taken: Taken) -> Self:
        """As it is shown."""
        return cls(order=taken.order, **taken.wanted._asdict())


class OfferOrderPage(Shape):
    """仍有效的兑换单，新的在前 · orders that count, newest first."""

    model_config = example(orders=[], next_cursor=None)

    orders: list[OfferOrder]
    next_cursor: str | None


class ChoiceShape(Shape):
    """一个代号及其名称 · a code and what it is called."""

    model_config = example(code="hair", zh="理发", en="Hairdressing")

    code: str
    zh: str
    en: str


class ChoiceList(Shape):
    """类别与计量 · categories, and what one of something is."""

    model_config = example(categories=[], measures=[])

    categories: list[ChoiceShape]
    measures: list[ChoiceShape]

    @classmethod
    def all(cls) -> Self:
        """All of them."""
        return cls(
            categories=[ChoiceShape(code=c, zh=w.zh, en=w.en) for c, w in CATEGORIES.items()],
            measures=[ChoiceShape(code=m, zh=w.zh, en=w.en) for m, w in MEASURES.items()],
        )


def word(words: InBoth, lang: Lang) -> str:
    """In the language of the answer."""
    return words.zh if lang == "zh" else words.en
