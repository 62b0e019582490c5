"""Who is to be credited for a hold that exchanges points into this issuer's scheme.

Only the operator, or whoever keeps the resident's wallet, can say which account in this scheme is
the same resident's; the chain does not know. The agent asks for each hold, once it is final.
"""

from __future__ import annotations

from typing import Protocol

import httpx

from ledger.errors import Unavailable

ACCOUNT_BYTES = 20
TIMEOUT_S = 10.0


class ExchangeDirectory(Protocol):
    """Knows the wallet behind a hold."""

    def account_for(self, hold_id: bytes) -> bytes | None:
        """The wallet's account in this scheme, 20 bytes; None where there is none, for good.

        Raises Unavailable where nobody can say now.
        """
        ...


class OperatorDirectory:
    """Asks the operator: ``GET /v1/exchanges/{hold id}`` answers ``{"account": "0x…"}`` or 404."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=TIMEOUT_S,
            trust_env=False,
        )

    def close(self) -> None:
        """Releases connections."""
        self._client.close()

    def account_for(self, hold_id: bytes) -> bytes | None:
        """As the protocol says."""
        try:
            answer = self._client.get(f"/v1/exchanges/0x{hold_id.hex()}")
        except httpx.TransportError as error:
            raise Unavailable("agent.directory-unavailable", why=type(error).__name__) from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        try:
            account = bytes.fromhex(str(answer.json()["account"])[2:]) if answer.is_success else b""
        except (ValueError, KeyError, TypeError):
            account = b""
        if len(account) != ACCOUNT_BYTES:
            raise Unavailable("agent.directory-unavailable", why=f"status {answer.status_code}")
        return account
