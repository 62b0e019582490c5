"""Shapes of the certification standard, as it is installed with the operator."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import Field

from api.shapes import Amount, HashHex, Shape, example, show
from issuers.standard.entries import Activity, Sector, Standard, Term, Text

_WORDS = {"zh": "分钟", "en": "minute"}
_SOURCE = {"zh": "昆山：每小时 10 分", "en": "Kunshan: 10 points an hour"}


class WordsShape(Shape):
    """同一句话的中文与英文 · the same in Chinese and in English."""

    model_config = example(**_WORDS)

    zh: str
    en: str

    @classmethod
    def of(cls, text: Text) -> Self:
        """As it is shown."""
        return cls(zh=text.zh, en=text.en)


class TermShape(Shape):
    """以文字约定的条款 · a rule in words that no figure holds."""

    model_config = example(
        code="records-ten-years", zh="至少保存 10 年。", en="Kept for ten years.", source=_SOURCE
    )

    code: str
    zh: str
    en: str
    source: WordsShape

    @classmethod
    def of(cls, term: Term) -> Self:
        """As it is shown."""
        return cls(code=term.code, zh=term.zh, en=term.en, source=WordsShape.of(term.source))


_ENTRY = {
    "code": "VOL.SERVICE",
    "id": 101,
    "zh": "社区志愿服务",
    "en": "Community volunteer service",
    "unit": "minute",
    "unit_name": _WORDS,
    "numerator": 1000,
    "denominator": 60,
    "usual": 30,
    "usual_worth": {"units": 500, "points": "5.00"},
    "per_session": 120,
    "per_day": 480,
    "per_year": None,
    "per_checker_day": 200,
    "late_days": 30,
    "timed": True,
    "once": False,
    "certifier": _WORDS,
    "evidence": _WORDS,
    "source": _SOURCE,
}


class EntryShape(Shape):
    """认证标准中的一项事项，限额以最小单位计，null 为不限 · an activity; limits in its unit."""

    model_config = example(**_ENTRY)

    code: str
    id: int = Field(description="链上编号 · its number on the chain")
    zh: str
    en: str
    unit: str
    unit_name: WordsShape
    numerator: int = Field(description="units = floor(quantity × numerator / denominator)")
    denominator: int
    usual: int = Field(description="通常最小的一次 · the usual smallest event, in the unit")
    usual_worth: Amount
    per_session: int | None
    per_day: int | None
    per_year: int | None
    per_checker_day: int | None = Field(
        description="一人一日认定超过此数须复核 · events a day before a checker is looked at"
    )
    late_days: int = Field(description="补报期限 · days within which it may be reported")
    timed: bool = Field(description="有起止时间 · has a beginning and an end")
    once: bool = Field(description="每人一次 · once per member")
    certifier: WordsShape
    evidence: WordsShape
    source: WordsShape

    @classmethod
    def of(cls, one: Activity, unit: Text) -> Self:
        """As it is shown."""
        return cls(
            code=one.code,
            id=one.id,
            zh=one.zh,
            en=one.en,
            unit=one.unit,
            unit_name=WordsShape.of(unit),
            numerator=one.numerator,
            denominator=one.denominator,
            usual=one.usual,
            usual_worth=Amount.of(one.units(one.usual)),
            per_session=one.per_session or None,
            per_day=one.per_day or None,
            per_year=one.per_year or None,
            per_checker_day=one.per_checker_day or None,
            late_days=one.late_days,
            timed=one.timed,
            once=one.once,
            certifier=WordsShape.of(one.certifier),
            evidence=WordsShape.of(one.evidence),
            source=WordsShape.of(one.source),
        )


_SECTOR = {
    "scheme": "volunteer",
    "zh": "志愿服务",
    "en": "Volunteer service",
    "issuer": _WORDS,
    "native_unit": _WORDS,
    "native_worth": {"units": 100, "points": "1.00"},
    "annual_cap": None,
    "validity_half_years": 4,
    "source": _SOURCE,
    "terms": [],
    "activities": [_ENTRY],
}


class SectorShape(Shape):
    """认证标准中的一个计划 · one scheme of the standard."""

    model_config = example(**_SECTOR)

    scheme: str
    zh: str
    en: str
    issuer: WordsShape
    native_unit: WordsShape
    native_worth: Amount = Field(description="原系统一分的价值 · worth of one of its own points")
    annual_cap: Amount | None = Field(description="每人每年上限 · of one account in a year")
    validity_half_years: int
    source: WordsShape
    terms: list[TermShape]
    activities: list[EntryShape]

    @classmethod
    def of(cls, sector: Sector) -> Self:
        """As it is shown."""
        cap = sector.annual_cap_units
        return cls(
            scheme=sector.scheme,
            zh=sector.zh,
            en=sector.en,
            issuer=WordsShape.of(sector.issuer),
            native_unit=WordsShape.of(sector.native_unit),
            native_worth=Amount.of(sector.units_per_native_point),
            annual_cap=Amount.of(cap) if cap else None,
            validity_half_years=sector.validity_epochs,
            source=WordsShape.of(sector.source),
            terms=[TermShape.of(term) for term in sector.terms],
            activities=[EntryShape.of(one, sector.unit(one)) for one in sector.activities],
        )


class AgreedShape(Shape):
    """链上费率是否依据这一版约定 · whether the chain's rates were agreed from this version."""

    model_config = example(same=False, activities=58, of=61)

    same: bool = Field(description="全部事项都依据这一哈希 · every activity's newest rate names it")
    activities: int = Field(description="其中已依据这一哈希的 · those whose newest rate names it")
    of: int = Field(description="标准中的事项数 · activities of the standard")


_EDITION = {
    "version": 2,
    "published": "2026-04-01",
    "changes": _WORDS,
    "hash": "0x" + "01" * 32,
    "agreed": {"same": True, "activities": 61, "of": 61},
}


class StandardShape(Shape):
    """社会服务积分认证标准全文 · the whole certification standard."""

    model_config = example(**_EDITION, terms=[], schemes=[_SECTOR])

    version: int
    published: date
    changes: WordsShape
    hash: HashHex = Field(description="全文的 SHA-256 · of the whole in canonical form")
    agreed: AgreedShape | None = Field(description="尚未读到链时为 null · null before any block")
    terms: list[TermShape]
    schemes: list[SectorShape]

    @classmethod
    def of(cls, standard: Standard, agreed: AgreedShape | None) -> Self:
        """As it is shown."""
        version = standard.version
        return cls(
            version=version.number,
            published=version.published,
            changes=WordsShape(zh=version.zh, en=version.en),
            hash=show(standard.hash()),
            agreed=agreed,
            terms=[TermShape.of(term) for term in standard.terms],
            schemes=[SectorShape.of(sector) for sector in standard.sectors],
        )


class SchemeOfStandardShape(Shape):
    """一个计划，并说明属于哪一版 · one scheme, with the version that it belongs to."""

    model_config = example(**_EDITION, scheme=_SECTOR)

    version: int
    published: date
    changes: WordsShape
    hash: HashHex
    agreed: AgreedShape | None
    scheme: SectorShape

    @classmethod
    def of(cls, whole: StandardShape, scheme: SectorShape) -> Self:
        """Out of the whole."""
        return cls(
            version=whole.version,
            published=whole.published,
            changes=whole.changes,
            hash=whole.hash,
            agreed=whole.agreed,
            scheme=scheme,
        )
