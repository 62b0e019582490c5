"""Operations on members, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.members import MemberList, MemberShape


class MembersCalls(Connection):
    """Mixed into the client."""

    def list_members(self) -> MemberList:
        """成员单位
        All member organisations. Roles: acceptor, auditor, issuer, operator, worker.
        """
        return self._ask(MemberList, "GET", "/v1/members")

    def get_member(self, member: int) -> MemberShape:
        """查询成员单位 · One of them. Roles: acceptor, auditor, issuer, operator, worker."""
        return self._ask(MemberShape, "GET", self._path("/v1/members/{member}", {"member": member}))
