"""The operator, as an issuer's agent asks it: who is credited, what residents claim, whose code.

Only the operator, or whoever keeps the resident's wallet, knows which accounts are one resident's;
the chain does not. Every call goes out from the agent: the operator can be down, and what needs it
waits. Member ids never leave with any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable

import httpx

from ledger.errors import Refused, Rejected, Unavailable

ACCOUNT_BYTES = 20
TIMEOUT_S = 10.0
PAGE = 200
"""Claims in one answer."""
_TRY_AGAIN = (408, 429, 502, 503, 504)


class ExchangeDirectory(Protocol):
    """Knows the wallet behind a hold."""

    def account_for(self, hold_id: bytes) -> bytes | None:
        """The wallet's account in this scheme, 20 bytes; None where there is none, for good.

        Raises Unavailable where nobody can say now.
        """
        ...


class OpenClaim(NamedTuple):
    """What a resident asks. ``redeemed``: a link that one of our own redemptions began."""

    id: str
    kind: str
    account: bytes
    code: str | None
    redeemed: bool
    content: Mapping[str, Any]
    """What is asked, and by when an answer is due: kept as JSON."""
    asked_s: int


class Standing(NamedTuple):
    """An answer as it stands at the operator."""

    accepted: bool
    reason: str


@runtime_checkable
class ClaimDesk(Protocol):
    """Carries residents' claims. Everything raises Unavailable where nobody answers, and Refused
    where the operator does not take the agent's key."""

    def open_claims(self) -> list[OpenClaim]:
        """All of this scheme that have no answer, in the order of asking."""
        ...

    def answer(self, claim_id: str, said: Mapping[str, Any]) -> Standing | None:
        """Gives an answer, the same again once; what stands then. None: the claim is no more."""
        ...

    def redeem(self, code: str, name: str) -> OpenClaim:
        """The link that a wallet's code asks for; the same again for the same ``name``.

        Rejected("link.code-mistyped"), Rejected("link.code-unknown").
        """
        ...


class OperatorDirectory:
    """Both, over the operator's HTTP, with the issuer's API key."""

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

    def open_claims(self) -> list[OpenClaim]:
        """As the protocol says."""
        found, cursor = list[OpenClaim](), None
        while True:
            asked = {"state": "open", "limit": PAGE} | ({"cursor": cursor} if cursor else {})
            page = self._said(self._ask("GET", "/v1/claims", params=asked))
            found += [_claim(one) for one in page["claims"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def answer(self, claim_id: str, said: Mapping[str, Any]) -> Standing | None:
        """As the protocol says."""
        path, name = f"/v1/claims/{claim_id}", {"Idempotency-Key": f"answer:{claim_id}"}
        reply = self._ask("POST", f"{path}/answer", headers=name, json=dict(said))
        if reply.status_code == httpx.codes.NOT_FOUND:
            return None
        if _code(reply) in ("claim.answered", "request.command-differs"):
            reply = self._ask("GET", path)
        answer = self._said(reply)["answer"]
        return Standing(answer["accepted"], answer["reason"]) if answer else None

    def redeem(self, code: str, name: str) -> OpenClaim:
        """As the protocol says."""
        headers = {"Idempotency-Key": name}
        reply = self._ask("POST", "/v1/link-codes/redeem", headers=headers, json={"code": code})
        if _code(reply) == "link.code-mistyped":
            raise Rejected("link.code-mistyped", field="code")
        if _code(reply) == "link.code-unknown":
            raise Rejected("link.code-unknown", field="code")
        told = self._said(reply)
        content = {"consent_version": told["consent_version"]}
        account, asked_s = bytes.fromhex(told["account"][2:]), _seconds(told["asked_at"])
        return OpenClaim(told["claim"], "link", account, None, True, content, asked_s)

    def _ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **given)
        except httpx.TransportError as error:
            raise Unavailable("operator.unavailable", why=type(error).__name__) from error
        if answer.status_code in _TRY_AGAIN or answer.status_code >= 500:
            raise Unavailable("operator.unavailable", why=f"status {answer.status_code}")
        return answer

    def _said(self, answer: httpx.Response) -> dict[str, Any]:
        if not answer.is_success:
            raise Refused("operator.refused", code=_code(answer), status=answer.status_code)
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Unavailable("operator.unavailable", why="no object")
        return found


def _claim(told: Mapping[str, Any]) -> OpenClaim:
    content = {name: told[name] for name in ("about", "words", "consent_version", "due_at")}
    account, asked_s = bytes.fromhex(told["account"][2:]), _seconds(told["asked_at"])
    return OpenClaim(
        told["id"], told["kind"], account, told["code"], told["redeemed"],
        content | {"due_s": _seconds(told["due_at"])}, asked_s,
    )  # fmt: skip


def _seconds(told: str) -> int:
    return int(datetime.fromisoformat(told).timestamp())


def _code(answer: httpx.Response) -> str:
    """The stable code of a problem; empty where it is none."""
    try:
        found = answer.json() if not answer.is_success else {}
    except ValueError:
        return ""
    return str(found.get("code", "")) if isinstance(found, dict) else ""
