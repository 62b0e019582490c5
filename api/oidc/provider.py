"""One provider over HTTP: its own description, its keys, and the exchange of a code for a proof.

What it says of itself is kept for an hour; a key that nobody has heard of is asked for at once, and
then not again for a few seconds, so that nobody makes us ask it all day. Answers are read up to a
size, redirects are not followed, and nothing goes anywhere but over TLS or to this machine.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from api.oidc.proofs import Key, Wanted, Wrong, keys_in, subject_of_access, subject_of_id
from api.oidc.settings import ProviderSettings, is_guarded
from ledger.errors import Refused, Unavailable
from ledger.logins.starting import Begun
from ledger.refusals import Lang
from ledger.store.logins_signing import StartRow

KEPT_S = 3_600.0
ASK_AGAIN_S = 5.0
"""Between two looks for a key that the provider did not show at the last one."""
REST_S = 2.0
"""For so long nobody waits for a provider that has just not answered."""
ANSWER_MOST_BYTES = 256 * 1024
TIMEOUT_S = 5.0
RETRY_S = 5
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Provider:
    """Safe to use from any thread."""

    def __init__(
        self,
        name: str,
        settings: ProviderSettings,
        secret: str | None,
        clock: Callable[[], float],
        http: httpx.Client,
    ) -> None:
        """``clock`` gives seconds since 1970; ``secret`` is the client's, None for a public one."""
        self.name = name
        self.settings = settings
        self._secret = secret
        self._clock = clock
        self._http = http
        self._lock = threading.Lock()
        self._described: tuple[float, Mapping[str, Any]] | None = None
        self._away_until_s = 0.0
        self._keys: tuple[float, dict[tuple[str | None, str], Key]] | None = None

    def address(self, begun: Begun, redirect_uri: str, lang: Lang) -> str:
        """Where the resident's browser goes. Raises as ``subject``, but for proofs."""
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(dict.fromkeys(["openid", *self.settings.scopes])),
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": begun.challenge,
            "code_challenge_method": "S256",
            "ui_locales": "zh-CN" if lang == "zh" else "en",
        }
        place = str(self._description()["authorization_endpoint"])
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    def subject(self, code: str, begun: StartRow, redirect_uri: str, said_by: str | None) -> str:
        """Whom the provider vouches for. ``said_by``: the ``iss`` that came with the code.

        Raises Unavailable("login.provider-away"); Refused: login.declined where it does not take
        the code, login.proof-wrong.
        """
        described = self._description()
        promised = described.get("authorization_response_iss_parameter_supported") is True
        if (said_by is not None or promised) and said_by != self.settings.issuer:
            raise self._wrong("issuer")  # RFC 9207: the code was another provider's
        given = self._exchange(str(described["token_endpoint"]), code, begun, redirect_uri)
        id_token, access_token = given.get("id_token"), given.get("access_token")
        if not isinstance(id_token, str):
            raise self._wrong("form")
        access_token = access_token if isinstance(access_token, str) else None
        wanted = Wanted(self.settings.issuer, self.settings.client_id, begun.nonce, begun.begun_s)
        try:
            return subject_of_id(id_token, access_token, self._find, wanted, int(self._clock()))
        except Wrong as wrong:
            raise self._wrong(wrong.check) from None

    def subject_of_app(self, token: str) -> tuple[str, int]:
        """Whom an app's access token is about, and until when. Raises as ``subject``."""
        issuer, audience = self.settings.issuer, self.settings.audience
        try:
            return subject_of_access(token, self._find, issuer, audience, int(self._clock()))
        except Wrong as wrong:
            raise self._wrong(wrong.check) from None

    def _exchange(
        self, place: str, code: str, begun: StartRow, redirect_uri: str
    ) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": begun.verifier,
        }
        auth = None
        if self._secret is None:
            form["client_id"] = self.settings.client_id
        else:
            names = (self.settings.client_id, self._secret)
            auth = httpx.BasicAuth(*(quote(part, safe="") for part in names))
        status, content = self._asked("POST", place, data=form, auth=auth)
        if status in (400, 401, 403):
            error = content.get("error") if isinstance(content, dict) else None
            raise Refused("login.declined", provider=self.name, words=error_word(error))
        if status != 200 or not isinstance(content, dict):
            raise self._away()
        return content

    def _description(self) -> Mapping[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery)."""
        with self._lock:
            known = self._described
            if known is not None and self._clock() - known[0] < KEPT_S:
                return known[1]
            place = self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = self._document(place)
            if found.get("issuer") != self.settings.issuer:
                raise self._wrong("issuer")
            if not all(is_guarded(str(found.get(name, ""))) for name in _NEEDED):
                raise self._wrong("address")
            self._described = (self._clock(), found)
            return found

    def _find(self, key_id: str | None, algorithm: str) -> Key | None:
        """The key of that id; without an id, the only one of that algorithm."""
        place = str(self._description()["jwks_uri"])
        with self._lock:
            now = self._clock()
            if self._keys is None or now - self._keys[0] >= KEPT_S:
                self._keys = (now, keys_in(self._document(place)))
            found = _pick(self._keys[1], key_id, algorithm)
            if found is None and now - self._keys[0] >= ASK_AGAIN_S:
                self._keys = (now, keys_in(self._document(place)))
                found = _pick(self._keys[1], key_id, algorithm)
            return found

    def _document(self, place: str) -> Mapping[str, Any]:
        status, content = self._asked("GET", place)
        if status != 200 or not isinstance(content, dict):
            raise self._away()
        return content

    def _asked(self, method: str, place: str, **more: Any) -> tuple[int, object]:
        headers = {"Accept": "application/json"}
        if self._clock() < self._away_until_s:
            raise self._away()
        try:
            with self._http.stream(method, place, headers=headers, **more) as answer:
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > ANSWER_MOST_BYTES:
                        raise self._away()
                status = answer.status_code
        except httpx.HTTPError as error:
            self._away_until_s = self._clock() + REST_S
            raise self._away() from error
        try:
            return status, json.loads(body)
        except (ValueError, RecursionError):
            return status, None

    def _away(self) -> Unavailable:
        return Unavailable("login.provider-away", provider=self.name, retry_after=RETRY_S)

    def _wrong(self, check: str) -> Refused:
        return Refused("login.proof-wrong", provider=self.name, check=check)


def _pick(
    keys: Mapping[tuple[str | None, str], Key], key_id: str | None, algorithm: str
) -> Key | None:
    if key_id is not None:
        return keys.get((key_id, algorithm))
    fitting = [key for (_, served), key in keys.items() if served == algorithm]
    return fitting[0] if len(fitting) == 1 else None


def error_word(error: object) -> str:
    """An error's code as RFC 6749 has them: a provider's own words may hold anything."""
    text = str(error)[:40]
    return text if text.replace("_", "").isalnum() and text.isascii() else "unknown"
