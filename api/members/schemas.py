"""Shapes of member organisations."""

from __future__ import annotations

from typing import Literal, Self

from api.shapes import AccountHex, Amount, MemberNumber, Shape, example, show
from ledger.index.rows import MemberRow, TermsRow
from ledger.refusals import MemberName

RoleName = Literal["issuer", "acceptor", "operator", "auditor", "fund"]
_ROLES: tuple[tuple[int, RoleName], ...] = (
    (1, "issuer"),
    (2, "acceptor"),
    (4, "operator"),
    (8, "auditor"),
    (16, "fund"),
)
StatusName = Literal["active", "suspended", "leaving"]
_STATUSES: dict[int, StatusName] = {1: "active", 2: "suspended", 3: "leaving"}
_CAP = {"units": 40_000_000, "points": "400000.00"}


class TermsShape(Shape):
    """发行条件 · an issuer's terms."""

    model_config = example(
        outstanding_cap=_CAP,
        debit_cap=_CAP,
        annual_cap=None,
        validity_half_years=2,
        units_per_native_point=100,
    )

    outstanding_cap: Amount
    debit_cap: Amount
    annual_cap: Amount | None
    validity_half_years: int
    units_per_native_point: int

    @classmethod
    def of(cls, terms: TermsRow) -> Self:
        """As they are shown."""
        annual = terms.annual_cap_units
        return cls(
            outstanding_cap=Amount.of(terms.outstanding_cap_units),
            debit_cap=Amount.of(terms.debit_cap_units),
            annual_cap=Amount.of(annual) if annual else None,
            validity_half_years=terms.validity_epochs,
            units_per_native_point=terms.units_per_native_point,
        )


class MemberShape(Shape):
    """成员单位 · a member organisation."""

    model_config = example(
        member=1,
        code="VOL",
        name="志愿服务（示例）",
        roles=["issuer"],
        status="active",
        key="0x1a642f0e3c3af545e7acbd38b07251b3990914f1",
        host=None,
        successor=None,
        terms=None,
    )

    member: MemberNumber
    code: str
    name: str
    roles: list[RoleName]
    status: StatusName
    key: AccountHex
    host: MemberNumber | None
    successor: MemberNumber | None
    terms: TermsShape | None

    @classmethod
    def of(cls, row: MemberRow, terms: TermsRow | None, names: MemberName) -> Self:
        """As it is shown."""
        return cls(
            member=row.member,
            code=row.code,
            name=names(row.member) or row.code,
            roles=[name for bit, name in _ROLES if row.roles & bit],
            status=_STATUSES[row.status],
            key=show(row.key),
            host=row.host or None,
            successor=row.successor or None,
            terms=None if terms is None else TermsShape.of(terms),
        )


class MemberList(Shape):
    """全部成员单位 · all members, in the order of joining."""

    model_config = example(members=[])

    members: list[MemberShape]
