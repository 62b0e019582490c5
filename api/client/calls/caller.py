"""Operations on caller, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.caller import CallerShape


class CallerCalls(Connection):
    """Mixed into the client."""

    def get_caller(self, *, if_none_match: str | None = None) -> CallerShape:
        """我是谁：本密钥的角色与单位
        Who the caller is: the role and member of this key. Roles: acceptor, auditor, council,
        delegate, fund, issuer, operator, resident, worker.
        """
        return self._ask(CallerShape, "GET", "/v1/caller", headers={"If-None-Match": if_none_match})
