"""Operations on signout, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection


class SignOutCalls(Connection):
    """Mixed into the client."""

    def sign_out(self, *, idempotency_key: str | None = None) -> None:
        """退出：结束本会话 · Ends the session of this request. Roles: resident."""
        self._done("POST", "/v1/sign-out", body={}, key=idempotency_key)
