"""Operations on signin, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.sign_in import ProviderList, SessionTokens


class SignInCalls(Connection):
    """Mixed into the client."""

    def list_providers(self, *, if_none_match: str | None = None) -> ProviderList:
        """登录服务列表 · What residents can sign in with."""
        return self._ask(
            ProviderList, "GET", "/v1/sign-in", headers={"If-None-Match": if_none_match}
        )

    def enter(
        self, *, ticket: str, verifier: str, idempotency_key: str | None = None
    ) -> SessionTokens:
        """进入：用登录凭条换会话 · The page's session for its ticket, once."""
        return self._ask(
            SessionTokens,
            "POST",
            "/v1/sign-in/enter",
            body={"ticket": ticket, "verifier": verifier},
            key=idempotency_key,
        )

    def renew_session(self, *, refresh: str, idempotency_key: str | None = None) -> SessionTokens:
        """续期 · Fresh tokens for a session; those before are void."""
        return self._ask(
            SessionTokens,
            "POST",
            "/v1/sign-in/renew",
            body={"refresh": refresh},
            key=idempotency_key,
        )

    def start_sign_in(self, provider: str, *, challenge: str) -> str:
        """开始登录：转到登录服务 · To the provider."""
        return self._redirected(
            "GET",
            self._path("/v1/sign-in/{provider}", {"provider": provider}),
            query={"challenge": challenge},
        )

    def finish_sign_in(
        self,
        provider: str,
        *,
        state: str,
        code: str | None = None,
        error: str | None = None,
        iss: str | None = None,
    ) -> str:
        """登录服务送回：核对证明，回到页面 · Back from the provider, on to the page."""
        return self._redirected(
            "GET",
            self._path("/v1/sign-in/{provider}/callback", {"provider": provider}),
            query={"state": state, "code": code, "error": error, "iss": iss},
        )
