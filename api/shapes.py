"""Shapes that many resources share: amounts, moments, accounts, pages; and how each is shown.

An amount is ``{"units": 1234, "points": "12.34"}``: the integer to reckon with, the text to show.
Times are RFC 3339 in Beijing time. Byte strings are ``0x`` and lower-case hexadecimal digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self, overload

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from ledger.units import BEIJING, MONTHS_PER_YEAR, UNITS_PER_POINT

UNITS_MOST = 2**32 - 1
"""What a lane of the ledger holds."""


class Shape(BaseModel):
    """Of every request and answer: no field beyond those described."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def example(rules: Mapping[str, Any] | None = None, /, **values: Any) -> ConfigDict:
    """A shape's settings with an example for the documentation, which a test checks against it.

    ``rules`` are those that no single field says, in the words of JSON Schema.
    """
    more = {"examples": [values], **(rules or {})}
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra=more)


def given(*fields: str, **more: Any) -> dict[str, Any]:
    """A rule: these fields are there and not null, and those with ``more`` are so."""
    there = {name: {"not": {"type": "null"}} for name in fields}
    return {"required": [*fields, *more], "properties": {**there, **more}}


CHECK_ONLY = "只检查，不办理 · check only"


class Triable(Shape):
    """可以只检查的操作 · what may be tried."""

    model_config = example(dry_run=False)

    dry_run: bool = Field(default=False, description=CHECK_ONLY)


class Confirm(Triable):
    """无需其他内容：发送 {} · nothing else to say: send {}."""

    model_config = example(dry_run=False)


class Amount(Shape):
    """Points, exactly and as shown. Negative for what is owed."""

    model_config = example(units=1234, points="12.34")

    units: int = Field(description="整数，单位 0.01 积分 · integer units of 0.01 point")
    points: str = Field(description="显示用 · for display", pattern=r"^-?\d+\.\d\d$")

    @classmethod
    def of(cls, units: int) -> Self:
        """The amount of so many units."""
        whole, rest = divmod(abs(units), UNITS_PER_POINT)
        return cls(units=units, points=f"{'-' if units < 0 else ''}{whole}.{rest:02d}")


def moment(seconds: int) -> datetime:
    """Seconds since 1970 as a time that is shown with Beijing's offset."""
    return datetime.fromtimestamp(seconds, BEIJING)


@overload
def seconds(when: datetime) -> int: ...
@overload
def seconds(when: None) -> None: ...
def seconds(when: datetime | None) -> int | None:
    """A time with an offset as seconds since 1970, parts of a second dropped."""
    return None if when is None else int(when.timestamp())


def month_text(month: int) -> str:
    """A month's number as 2026-05."""
    year, index = divmod(month, MONTHS_PER_YEAR)
    return f"{year:04d}-{index + 1:02d}"


def show(content: bytes) -> str:
    """Bytes as hexadecimal digits behind 0x."""
    return "0x" + content.hex()


def unshow(text: str) -> bytes:
    """What ``show`` made."""
    return bytes.fromhex(text.removeprefix("0x"))


def _lower(text: str) -> str:
    return text.lower()


Units = Annotated[
    int,
    Field(strict=True, gt=0, le=UNITS_MOST, description="单位 0.01 积分 · units of 0.01 point"),
]
AccountHex = Annotated[
    str, StringConstraints(pattern=r"^0x[0-9a-fA-F]{40}$"), AfterValidator(_lower)
]
HashHex = Annotated[str, StringConstraints(pattern=r"^0x[0-9a-fA-F]{64}$"), AfterValidator(_lower)]
SignatureHex = Annotated[
    str,
    StringConstraints(pattern=r"^0x(?:[0-9a-fA-F]{2}){65,1000}$"),
    Field(description="65 字节签名，或通行密钥的证明 · 65 bytes, or a passkey's proof"),
]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
MemberNumber = Annotated[int, Field(ge=1, le=65_535, description="成员单位编号 · member number")]
Moment = AwareDatetime
