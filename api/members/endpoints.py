"""Members: who takes part, in which role, on which terms."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from api.guard import Calling, resource
from api.members.schemas import MemberList, MemberShape
from ledger.errors import Rejected

router = resource("members", "network")


@router.get("", operation_id="list_members")
def list_members(call: Calling) -> MemberList:
    """成员单位 · All member organisations."""
    terms = call.office.projection.terms()
    names = call.office.directory.in_language(call.lang)
    rows = call.office.directory.members().values()
    return MemberList(members=[MemberShape.of(row, terms.get(row.member), names) for row in rows])


@router.get("/{member}", operation_id="get_member")
def get_member(call: Calling, member: Annotated[int, Path(ge=1, le=65_535)]) -> MemberShape:
    """查询成员单位 · One of them."""
    row = call.office.directory.members().get(member)
    if row is None:
        raise Rejected("request.no-such-item", field="member")
    terms = call.office.projection.terms().get(member)
    return MemberShape.of(row, terms, call.office.directory.in_language(call.lang))
