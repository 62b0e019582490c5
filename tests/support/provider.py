"""A login provider over real HTTP that does as the standards say, and wrong where a test wants it.

Discovery, authorization with PKCE enforced, tokens, keys that rotate; OpenID Connect Core and
RFC 7636. ``mischief`` makes the next proof wrong in one way: a claim, the algorithm, the key.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

CLIENT, SECRET = "tongdui-test", "a client's secret: 50%"
Claims = dict[str, Any]


def text_of(content: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Asked:
    """A code that was handed out, with what it was asked with."""

    subject: str
    redirect_uri: str
    nonce: str
    challenge: str


@dataclass
class TestProvider:
    """One provider; change its fields while it runs."""

    __test__ = False
    url: str = ""
    subject: str = "invented-person-1"
    """Whoever is sitting at the browser."""
    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256"))
    algorithm: str = "ES256"
    key_id: str = "first"
    shown: list[dict[str, Any]] | None = None
    """The key set, where it is another than the key in use."""
    claims: Claims = field(default_factory=dict)
    """Claims of the next ID token that are other than they should be; None drops one."""
    sign: Callable[[Claims], str] | None = None
    """Signs the next ID token in its own way."""
    described: dict[str, Any] = field(default_factory=dict)
    """What the description says instead."""
    codes: dict[str, Asked] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    """Paths that were asked for."""
    gone: bool = False

    def rotate(self) -> None:
        """Another key, the one before is shown no more."""
        self.key, self.key_id = ECKey.generate_key("P-256"), f"key-{secrets.token_hex(3)}"

    def description(self) -> dict[str, Any]:
        """As OpenID Connect Discovery has it."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        } | self.described

    def keys(self) -> dict[str, Any]:
        """The key set."""
        own = self.key.as_dict(private=False) | {"kid": self.key_id, "use": "sig"}
        return {"keys": [own] if self.shown is None else self.shown}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes, whoever sits there having agreed."""
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        asked = (query["redirect_uri"], query["nonce"], query["code_challenge"])
        self.codes[code] = Asked(self.subject, *asked)
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A code for tokens, once, by the client that shows the verifier."""
        if not _fits(authorization):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or asked.redirect_uri != form.get("redirect_uri")
            or asked.challenge != text_of(verifier)
        ):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = self.usual(asked.subject) | {"nonce": asked.nonce, "at_hash": text_of(half)}
        token = self.signed(claims, typ="JWT")
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": token}

    def usual(self, subject: str) -> Claims:
        """Claims of every ID token."""
        now = int(time.time())
        return {
            "iss": self.url, "sub": subject, "aud": CLIENT, "iat": now, "exp": now + 300,
            "name": "张某某", "phone_number": "+86 100 0000 0000", "email": "invented@example.test",
        }  # fmt: skip

    def app_token(self, audience: str, header: Claims | None = None, **claims: Any) -> str:
        """An access token as RFC 9068 has it."""
        now = int(time.time())
        usual = {
            "iss": self.url, "sub": self.subject, "aud": audience, "iat": now, "exp": now + 300,
            "client_id": "an-app", "jti": secrets.token_hex(8),
        }  # fmt: skip
        return self._encoded(usual | claims, {"typ": "at+jwt"} | (header or {}))

    def signed(self, claims: Claims, typ: str) -> str:
        """The ID token, wrong where the test wants it."""
        wrong, sign = self.claims, self.sign
        self.claims, self.sign = {}, None
        claims = {k: v for k, v in (claims | wrong).items() if v is not None}
        return self._encoded(claims, {"typ": typ}) if sign is None else sign(claims)

    def _encoded(self, claims: Claims, header: Claims) -> str:
        head = {"alg": self.algorithm, "kid": self.key_id} | header
        claims = {k: v for k, v in claims.items() if v is not None}
        return jwt.encode(head, claims, self.key, algorithms=[self.algorithm], default_type=None)


def _fits(authorization: str) -> bool:
    kind, _, text = authorization.partition(" ")
    try:
        name, _, secret = base64.b64decode(text).decode().partition(":")
    except ValueError:
        return False
    return kind == "Basic" and (unquote(name), unquote(secret)) == (CLIENT, SECRET)


def unsigned(claims: Claims) -> str:
    """An ID token that nobody signed."""
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join([*(text_of(json.dumps(part).encode()) for part in parts), ""])


def by_secret(claims: Claims) -> str:
    """Signed with the client's secret, which every client of the kind can do."""
    key = OctKey.import_key(SECRET)
    return jwt.encode({"alg": "HS256", "kid": "first"}, claims, key, algorithms=["HS256"])


def by_stranger(claims: Claims) -> str:
    """Signed with a key that only says that it is the provider's."""
    key = ECKey.generate_key("P-256")
    return jwt.encode({"alg": "ES256", "kid": "first"}, claims, key, algorithms=["ES256"])


def by_unknown_key(claims: Claims) -> str:
    """Signed with a key of an id that is shown nowhere."""
    key = ECKey.generate_key("P-256")
    return jwt.encode({"alg": "ES256", "kid": "nowhere"}, claims, key, algorithms=["ES256"])


@contextmanager
def provider_running() -> Iterator[TestProvider]:
    """The provider on a port of its own."""
    made = TestProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.seen.append(self.path.partition("?")[0])
            place = urlsplit(self.path)
            if made.gone:
                self._say(503, {})
            elif place.path == "/.well-known/openid-configuration":
                self._say(200, made.description())
            elif place.path == "/jwks":
                self._say(200, made.keys())
            else:
                query = {name: values[0] for name, values in parse_qs(place.query).items()}
                self.send_response(302)
                self.send_header("Location", made.authorize(query))
                self.end_headers()

        def do_POST(self) -> None:
            made.seen.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*made.exchange(form, self.headers.get("Authorization", "")))

        def _say(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
