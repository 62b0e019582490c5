"""Shapes of acceptors, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from api.client.answers import Model
from api.client.shapes.shared import Category


class CountsShape(Model):
    """评价次数 · how often each was given."""

    good: int | None
    fair: int | None
    poor: int | None


class AcceptorShape(Model):
    """承兑方 · who takes points."""

    member: int
    name: str
    categories: list[Category]
    ratings: CountsShape


class AcceptorList(Model):
    """全部承兑方 · all acceptors, in the order of joining."""

    acceptors: list[AcceptorShape]


ApplicationState = Literal["applied", "vetted", "joined", "refused"]
"""Where an organisation that wants to take points stands."""


class Contact(Model):
    """单位联系方式，不写个人 · of the office, not of a person."""

    office: str
    phone: str | None = None
    mail: str | None = None


class DocumentHash(Model):
    """材料的摘要；材料本身另行递交 · of a document that is handed in elsewhere."""

    name: str
    sha256: str


class ApplicationShape(Model):
    """一份申请 · an application as the operator's staff see it."""

    organisation: str
    contact: Contact
    categories: list[Category]
    contract: str | None = None
    documents: list[DocumentHash] | None = None
    id: str
    state: ApplicationState
    member: int | None
    code: str | None
    reason: str | None
    applied_at: datetime
    decided_at: datetime | None
    dry_run: bool | None = None


class ApplicationPage(Model):
    """申请，新的在前 · applications, newest first."""

    applications: list[ApplicationShape]
    next_cursor: str | None


class ApplicationStateShape(Model):
    """申请进度 · how far it is; for everybody who knows its id."""

    id: str
    state: ApplicationState
    member: int | None
    reason: str | None
    applied_at: datetime
    decided_at: datetime | None
    dry_run: bool | None = None


class Apply(Model):
    """申请成为承兑方 · an organisation applies."""

    organisation: str
    contact: Contact
    categories: list[Category]
    contract: str | None = None
    documents: list[DocumentHash] | None = None
    dry_run: bool | None = None


class Decide(Model):
    """审核意见；同意时须写入会代码 · with a code where it is agreed to."""

    accepted: bool
    reason: str
    code: str | None = None
    dry_run: bool | None = None


class OfferCounts(Model):
    """一个兑换项目的评价次数 · of one offer."""

    offer: str
    counts: CountsShape


class RatingsShape(Model):
    """承兑方及其项目的评价次数；满一天的评价才计入 · ratings count once they are a day old."""

    acceptor: int
    counts: CountsShape
    offers: list[OfferCounts]
