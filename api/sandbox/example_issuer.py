"""The example issuer's service as this process reaches it, and whether there may be a sandbox.

The operator can create no points, also here: a process with an example issuer's key awards them
(``issuers.sandbox.giver``). The network must be an example by its chain id, which every transaction
is signed for, so that no members' network can be put into this mode by a setting.
"""

from __future__ import annotations

from typing import Any

import httpx

from api.settings import Settings
from ledger.chain.deployment import read_deployment
from ledger.errors import Rejected, Unavailable
from ledger.refusals import ENTRIES

HEADER = "Tongdui-Sandbox"
HEADERS = {HEADER: "true"}
"""On every answer of a sandbox."""
TIMEOUT_S = 70.0
"""It answers once the award is mined."""


class ExampleIssuer:
    """Asks it for awards. Safe to use from any thread."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            base_url=url, timeout=TIMEOUT_S, trust_env=False, transport=transport
        )

    def number(self) -> int:
        """The issuer's member number. Raises Unavailable("sandbox.issuer-away")."""
        return int(self._said("GET", "/healthz")["issuer"])

    def award(self, name: str, account: bytes, quantity: int) -> None:
        """Returns once a block holds it; the same name again is the same award. Raises what the
        contract refused it with, and as above."""
        asked = {"id": name, "account": account.hex(), "quantity": quantity}
        self._said("POST", "/awards", json=asked)

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def _said(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, **given)
            told: dict[str, Any] = answer.json()
        except (httpx.TransportError, ValueError) as error:
            raise Unavailable("sandbox.issuer-away", why=type(error).__name__) from error
        if answer.is_success:
            return told
        entry = ENTRIES.get(str(told.get("code")))
        if entry is None:
            raise Unavailable("sandbox.issuer-away", why=str(answer.status_code))
        raise entry.kind(entry.code, **told.get("values", {}))


def example_issuer(settings: Settings) -> ExampleIssuer | None:
    """None where this is no sandbox.

    Raises Refused("sandbox.not-an-example") and Rejected("sandbox.no-issuer").
    """
    if not settings.sandbox:
        return None
    read_deployment(settings.deployment).check_example()
    if not settings.sandbox_issuer_url:
        raise Rejected("sandbox.no-issuer", field="sandbox_issuer_url")
    return ExampleIssuer(settings.sandbox_issuer_url)
