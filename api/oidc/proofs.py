"""What a provider signed, judged: an ID token of a sign-in, or an access token of an app.

OpenID Connect Core 3.1.3.7, RFC 9068 and RFC 8725: algorithms are ours to choose, keys are the
provider's own, each claim is what it must be. What is wrong is named by one word, and nothing of a
token is told or logged. Knows no HTTP and no clock.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from ledger.logins.starting import text_of

ALGORITHMS = frozenset({"RS256", "PS256", "ES256"})
"""Never ``none``, and no shared secrets: whoever can check a proof must not be able to make it."""
SKEW_S = 60
"""How far the provider's clock may be from ours."""
TOKEN_MOST = 16 * 1024
RSA_LEAST_BITS = 2_048
ACCESS_TYPES = frozenset({"at+jwt", "application/at+jwt"})
Key = RSAKey | ECKey
Find = Callable[[str | None, str], Key | None]
"""The provider's key of that id for that algorithm."""


class Wrong(Exception):
    """A proof that does not prove it; ``check`` says which check it failed."""

    def __init__(self, check: str) -> None:
        super().__init__(check)
        self.check = check


class Wanted(NamedTuple):
    """What an ID token must be about."""

    issuer: str
    client_id: str
    nonce: str
    begun_s: int


def keys_in(document: object) -> dict[tuple[str | None, str], Key]:
    """The keys of a JWK set that we use, by id and algorithm; others are passed over."""
    found: dict[tuple[str | None, str], Key] = {}
    given = document.get("keys") if isinstance(document, dict) else None
    for one in given if isinstance(given, list) else []:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig" or "d" in one:
            continue
        for algorithm in sorted(_algorithms_of(one)):
            key = _key(one)
            if key is not None:
                found.setdefault((one.get("kid"), algorithm), key)
    return found


def subject_of_id(
    token: str, access_token: str | None, find: Find, wanted: Wanted, now_s: int
) -> str:
    """Whom an ID token is about. Raises Wrong."""
    header, claims = _opened(token, find)
    if str(header.get("typ", "")).lower() in ACCESS_TYPES:
        raise Wrong("type")
    _check_issuer(claims, wanted.issuer)
    _check_audience(claims, wanted.client_id)
    if "azp" in claims or len(_audiences(claims)) > 1:
        _require(claims.get("azp") == wanted.client_id, "party")
    _check_times(claims, now_s)
    _require(_number(claims, "iat", "issued") >= wanted.begun_s - SKEW_S, "issued")
    nonce = claims.get("nonce")
    _require(isinstance(nonce, str) and _same(nonce, wanted.nonce), "nonce")
    if "at_hash" in claims:
        _require(access_token is not None, "at-hash")
        half = hashlib.sha256((access_token or "").encode()).digest()[:16]
        _require(_same(str(claims["at_hash"]), text_of(half)), "at-hash")
    return _subject(claims)


def subject_of_access(
    token: str, find: Find, issuer: str, audience: str, now_s: int
) -> tuple[str, int]:
    """Whom an access token is about, and until when. Raises Wrong."""
    header, claims = _opened(token, find)
    _require(str(header.get("typ", "")).lower() in ACCESS_TYPES, "type")
    _check_issuer(claims, issuer)
    _check_audience(claims, audience)
    _check_times(claims, now_s)
    for name in ("client_id", "jti"):
        _require(isinstance(claims.get(name), str) and claims[name] != "", name.replace("_", "-"))
    return _subject(claims), int(_number(claims, "exp", "expired"))


def issuer_in(token: str) -> str:
    """Whose token it says it is, not yet believed; empty where it says nothing."""
    try:
        claims = _json(token.split(".")[1])
    except (Wrong, IndexError):
        return ""
    return str(claims.get("iss", ""))


def _opened(token: str, find: Find) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    _require(len(token) <= TOKEN_MOST and token.count(".") == 2, "form")
    header = _json(token.partition(".")[0])
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Wrong("algorithm")
    _require(key_id is None or isinstance(key_id, str), "form")
    key = find(key_id, algorithm)
    if key is None:
        raise Wrong("key")
    try:
        opened = jwt.decode(token, key, algorithms=[algorithm])
    except (JoseError, ValueError):
        raise Wrong("signature") from None
    return opened.header, opened.claims


def _json(part: str) -> Mapping[str, Any]:
    try:
        content = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise Wrong("form") from None
    if not isinstance(content, dict):
        raise Wrong("form")
    return content


def _algorithms_of(jwk: Mapping[str, Any]) -> frozenset[str]:
    """Those of ours that a key may serve."""
    served = {"RSA": {"RS256", "PS256"}, "EC": {"ES256"}}.get(str(jwk.get("kty")), set())
    stated = jwk.get("alg")
    return frozenset(served if stated is None else served & {stated})


def _key(jwk: Mapping[str, Any]) -> Key | None:
    try:
        if jwk["kty"] == "EC":
            return ECKey.import_key(dict(jwk)) if jwk.get("crv") == "P-256" else None
        size = int.from_bytes(urlsafe_b64decode(str(jwk["n"]) + "=="), "big").bit_length()
        return RSAKey.import_key(dict(jwk)) if size >= RSA_LEAST_BITS else None
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _check_issuer(claims: Mapping[str, Any], issuer: str) -> None:
    _require(claims.get("iss") == issuer, "issuer")


def _check_audience(claims: Mapping[str, Any], audience: str) -> None:
    _require(audience in _audiences(claims), "audience")


def _audiences(claims: Mapping[str, Any]) -> list[object]:
    given = claims.get("aud")
    return list(given) if isinstance(given, list) else [given]


def _check_times(claims: Mapping[str, Any], now_s: int) -> None:
    _require(_number(claims, "exp", "expired") > now_s - SKEW_S, "expired")
    _require(_number(claims, "iat", "issued") <= now_s + SKEW_S, "issued")
    if "nbf" in claims:
        _require(_number(claims, "nbf", "not-before") <= now_s + SKEW_S, "not-before")


def _number(claims: Mapping[str, Any], name: str, check: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise Wrong(check)
    return value


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Wrong("subject")
    return subject


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _require(fine: bool, check: str) -> None:
    if not fine:
        raise Wrong(check)
