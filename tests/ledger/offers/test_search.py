"""Offers are found in Chinese without spaces, on both databases, the best first."""

from __future__ import annotations

import pytest

from ledger.offers import letters
from ledger.offers.choices import Category, Measure
from ledger.store.offers_search import Chosen
from ledger.units import DAY_S
from tests.ledger.offers.stand import NOW_S, OTHER, Stand

EVERYTHING = Chosen()
SHOP: dict[str, dict[str, object]] = {
    "haircut": {},
    "barber": {
        "title_zh": "社区理发店洗剪吹", "title_en": "Barber's shop", "price_units": 2_500,
        "words": "周一休息；ＶＩＰ座位不用排队。", "district": "",
    },
    "lunch": {
        "title_zh": "社区食堂午餐", "title_en": "Canteen lunch", "price_units": 1_200,
        "words": "两荤一素，清淡少油，可送到家。", "category": Category.MEALS,
        "measure": Measure.PORTION, "schemes": (2,),
    },
    "umbrella": {
        "title_zh": "修伞、磨刀、配钥匙", "title_en": "", "price_units": 300,
        "words": "现场等候即可",
        "category": Category.REPAIRS, "measure": Measure.PIECE, "district": "另一街道",
    },
    "books": {
        "title_zh": "图书馆借阅卡年费", "title_en": "Library card (100% free renewal)",
        "price_units": 5_000, "words": "含电子书", "category": Category.CULTURE,
        "from_s": NOW_S + DAY_S, "until_s": NOW_S + 2 * DAY_S,
    },
}  # fmt: skip


@pytest.fixture
def shop(at: Stand) -> Stand:
    """With five offers, and a draft and a closed one that nobody finds."""
    for name, changes in SHOP.items():
        acceptor = OTHER if name == "books" else 3
        draft = at.offer(acceptor).draft._replace(**changes)  # type: ignore[arg-type]
        at.market.offering.create(name, acceptor, draft)
        at.market.offering.open(name)
    for offer in at.market.offering.page(3, None, None, 50)[0]:
        if offer.id not in SHOP:
            at.market.offering.close(offer.id)
    for offer in at.market.offering.page(OTHER, None, None, 50)[0]:
        if offer.id not in SHOP:
            at.market.offering.close(offer.id)
    at.market.offering.create("draft", 3, draft)
    return at


def found(at: Stand, query: str, chosen: Chosen = EVERYTHING, *, now: bool = False) -> list[str]:
    """Ids in their order."""
    offers, _ = at.market.offering.search(query, chosen, None, 20, now=now)
    return [offer.id for offer in offers]


@pytest.mark.usefixtures("shop")
class TestSearch:
    """Over one shop."""

    def test_it_finds_what_people_type(self, shop: Stand) -> None:
        asked = {
            "理发": ["barber", "haircut"],
            "理发店": ["barber", "haircut"],
            "上门理发": ["haircut"],
            "修伞": ["umbrella"],
            "伞": ["umbrella"],
            "饭": [],
            "餐": ["lunch"],
            "午餐 送到家": ["lunch"],
            "想要配钥匙": ["umbrella"],
            "电子书": ["books"],
            "ｖｉｐ": ["barber"],
            "LUNCH": ["lunch"],
            "canteen午餐": ["lunch"],
            "维修": ["umbrella"],
            "小时": [],
            "haircut 理发": ["haircut"],
        }

        assert {query: found(shop, query) for query in asked} == asked

    def test_without_words_everything_is_there_newest_first(self, shop: Stand) -> None:
        for query in ("", "  ", "！？…", "_"):
            assert found(shop, query) == list(SHOP)[::-1]

    def test_signs_of_the_databases_are_letters_like_any_other(self, shop: Stand) -> None:
        assert found(shop, "100%") == ["books"]
        for query in ("%", "a%b", "x_y", "' OR 1=1 --", '"*"', "理发' AND", "\\"):
            assert set(found(shop, query)) <= set(SHOP), query

    def test_filters_narrow_it(self, shop: Stand) -> None:
        assert found(shop, "", Chosen(category="hair")) == ["barber", "haircut"]
        assert found(shop, "", Chosen(district="另一街道")) == ["umbrella", "barber"]
        assert found(shop, "", Chosen(price_most_units=1_200)) == ["umbrella", "lunch"]
        assert found(shop, "", Chosen(acceptor=OTHER)) == ["books"]
        assert found(shop, "社区", Chosen(scheme=1)) == ["barber", "haircut"]
        assert found(shop, "社区", Chosen(scheme=2)) == ["lunch", "barber", "haircut"]
        assert "books" not in found(shop, "", now=True)

    def test_what_is_over_is_not_found(self, shop: Stand) -> None:
        shop.pass_time(3 * DAY_S)

        assert "books" not in found(shop, "")

    def test_pages_follow_one_another_without_loss(self, shop: Stand) -> None:
        for query in ("", "社区"):
            whole, place, pages = found(shop, query), None, list[str]()
            while True:
                offers, place = shop.market.offering.search(query, EVERYTHING, place, 1, now=False)
                pages += [offer.id for offer in offers]
                if place is None:
                    break
            assert pages == whole, query


def test_text_is_compared_by_what_it_says() -> None:
    assert letters.folded("ＡＢＣ　１２３！理　发") == "abc 123 理 发"
    assert letters.sought("理发店 x") == letters.Sought(("理发", "发店"), ("x",))
    assert letters.sought("伞") == letters.Sought(("伞",), ())
    assert letters.sought("𠮷野家").grams == ("𠮷野", "野家")
    assert letters.sought("·—…") == letters.Sought((), ())
    assert letters.weighed([("理发", 8), ("理", 1)]) == {"理": 8, "发": 8, "理发": 8}


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("a\0b", "U+0000"),
        ("理\u202e发", "U+202E"),
        ("zero\u200bwidth", "U+200B"),
        ("\ud800", "U+D800"),
        ("\ue000", "U+E000"),
        ("\x1b[31m", "U+001B"),
    ],
)
def test_what_cannot_be_seen_is_not_written(text: str, character: str) -> None:
    assert letters.unwritable(text) == character


def test_lines_are_tidied() -> None:
    assert letters.in_one_line("  理发\n （上门） ") == "理发 （上门）"
    assert letters.in_lines(" a  b \r\n\r\n c \n") == "a b\n\nc"
    assert letters.unwritable("第一行\n第二行") is None
