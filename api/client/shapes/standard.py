"""Shapes of standard, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import date

from api.client.answers import Model
from api.client.shapes.shared import Amount


class AgreedShape(Model):
    """链上费率是否依据这一版约定 · whether the chain's rates were agreed from this version."""

    same: bool
    activities: int
    of: int


class WordsShape(Model):
    """同一句话的中文与英文 · the same in Chinese and in English."""

    zh: str
    en: str


class EntryShape(Model):
    """认证标准中的一项事项，限额以最小单位计，null 为不限 · an activity; limits in its unit."""

    code: str
    id: int
    zh: str
    en: str
    unit: str
    unit_name: WordsShape
    numerator: int
    denominator: int
    usual: int
    usual_worth: Amount
    per_session: int | None
    per_day: int | None
    per_year: int | None
    per_checker_day: int | None
    late_days: int
    timed: bool
    once: bool
    certifier: WordsShape
    evidence: WordsShape
    source: WordsShape


class TermShape(Model):
    """以文字约定的条款 · a rule in words that no figure holds."""

    code: str
    zh: str
    en: str
    source: WordsShape


class SectorShape(Model):
    """认证标准中的一个计划 · one scheme of the standard."""

    scheme: str
    zh: str
    en: str
    issuer: WordsShape
    native_unit: WordsShape
    native_worth: Amount
    annual_cap: Amount | None
    validity_half_years: int
    source: WordsShape
    terms: list[TermShape]
    activities: list[EntryShape]


class SchemeOfStandardShape(Model):
    """一个计划，并说明属于哪一版 · one scheme, with the version that it belongs to."""

    version: int
    published: date
    changes: WordsShape
    hash: str
    agreed: AgreedShape | None
    scheme: SectorShape


class StandardShape(Model):
    """社会服务积分认证标准全文 · the whole certification standard."""

    version: int
    published: date
    changes: WordsShape
    hash: str
    agreed: AgreedShape | None
    terms: list[TermShape]
    schemes: list[SectorShape]
