"""Shapes of members, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from typing import Literal

from api.client.answers import Model
from api.client.shapes.shared import Amount


class TermsShape(Model):
    """发行条件 · an issuer's terms."""

    outstanding_cap: Amount
    debit_cap: Amount
    annual_cap: Amount | None
    validity_half_years: int
    units_per_native_point: int


class MemberShape(Model):
    """成员单位 · a member organisation."""

    member: int
    code: str
    name: str
    roles: list[Literal["issuer", "acceptor", "operator", "auditor", "fund"]]
    status: Literal["active", "suspended", "leaving"]
    key: str
    host: int | None
    successor: int | None
    terms: TermsShape | None


class MemberList(Model):
    """全部成员单位 · all members, in the order of joining."""

    members: list[MemberShape]
