"""Shapes of test residents."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.shapes import AccountHex, Amount, MemberNumber, Shape, Units, example

MOST_QUANTITY = 10_000
USUAL_QUANTITY = 600


class OpenTestResident(Shape):
    """虚构的居民，带虚构的积分 · an invented resident with invented points."""

    model_config = example(quantity=600)

    quantity: Annotated[int, Field(strict=True, ge=1, le=MOST_QUANTITY)] = Field(
        default=USUAL_QUANTITY,
        description="示例事项的数量，如志愿服务分钟 · of the example's deed, such as minutes",
    )


class PlaceTestOrder(Shape):
    """一位测试居民来兑换 · a test resident who comes to redeem."""

    model_config = example(units=1500)

    units: Units


class TestResident(Shape):
    """测试居民的钱包；只存在于示例网络 · a wallet that exists on the example network alone."""

    __test__ = False  # no test class, whatever its name begins with
    model_config = example(
        wallet="5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11",
        issuer=1,
        account="0xac00000000000000000000000000000000000002",
        balance={"units": 10_000, "points": "100.00"},
    )

    wallet: str
    issuer: MemberNumber = Field(description="示例发行方 · the example issuer")
    account: AccountHex
    balance: Amount = Field(description="可用积分 · what the resident can spend")
