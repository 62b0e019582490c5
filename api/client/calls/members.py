"""Operations on members, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.members import MemberList, MemberShape


class MembersCalls(Connection):
    """Mixed into the client."""

    def list_members(self, *, if_none_match: str | None = None) -> MemberList:
        """成员单位
        All member organisations. Roles: acceptor, auditor, council, delegate, fund, issuer,
        operator, resident, worker.
        """
        return self._ask(MemberList, "GET", "/v1/members", headers={"If-None-Match": if_none_match})

    def get_member(self, member: int, *, if_none_match: str | None = None) -> MemberShape:
        """查询成员单位
        One of them. Roles: acceptor, auditor, council, delegate, fund, issuer, operator,
        resident, worker.
        """
        return self._ask(
            MemberShape,
            "GET",
            self._path("/v1/members/{member}", {"member": member}),
            headers={"If-None-Match": if_none_match},
        )
