"""What a browser keeps for a surface: one encrypted cookie, and the rules of how it is sent.

Tokens of the API, a secret for the forms, a few notes and what to tell on the next page stand in it
(JWE, AES-256-GCM), so that the server holds nothing of a session beyond the API's own but what was
renewed just before, in memory. The key is made from the operator's, so all processes of an operator
read one another's. Language and big type are plain cookies of their own. Knows no pages.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.responses import Response

from ledger.chain.signer import Key

LARGEST_BYTES = 3_800
"""Browsers take 4,096 with name and attributes."""
_HEADER = {"alg": "dir", "enc": "A256GCM"}
_MASK_BYTES = 12


@dataclass
class Kept:
    """Of one browser, for one surface."""

    began_s: int
    """When this began: at the sign-in, or at the first form."""
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """What the forms' tokens are made from; new at each sign-in."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Of the API, by what they are for."""
    notes: dict[str, str] = field(default_factory=dict)
    """What a few pages in a row must know, such as who stands at the desk."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """What the next page says first."""


class Browsers:
    """Seals and opens what browsers keep. Safe to call from any thread."""

    def __init__(self, key: bytes, clock: Callable[[], float]) -> None:
        """``key`` has 32 bytes; ``clock`` gives seconds since 1970."""
        self._key = OctKey.import_key(key)
        self.clock = clock
        self.renewals = Renewals(clock)

    def seal(self, surface: str, kept: Kept) -> str:
        """As the cookie holds it. What is to be told goes first where it grows too large."""
        said = json.dumps(asdict(kept) | {"of": surface}, ensure_ascii=False, separators=(",", ":"))
        sealed = jwe.encrypt_compact(_HEADER, said.encode(), self._key)
        if len(sealed) <= LARGEST_BYTES:
            return sealed
        assert kept.told, f"{surface}: {len(sealed)} bytes are more than a cookie holds"
        kept.told.clear()
        return self.seal(surface, kept)

    def open(self, surface: str, sealed: str, life_s: int) -> Kept | None:
        """What it holds; None for what was not sealed here for that surface, or is too old."""
        try:
            plain = jwe.decrypt_compact(sealed, self._key).plaintext
        except (JoseError, ValueError):
            return None
        said = json.loads(plain or b"{}")
        if said.pop("of", None) != surface or said["began_s"] + life_s <= self.clock():
            return None
        return Kept(**said)


class Renewals:
    """Tokens that were renewed a moment ago, so that requests at once in this process share them.

    They go when others are renewed after a minute.
    """

    KEPT_S = 60

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._made: dict[str, tuple[float, Future[dict[str, str]]]] = {}
        self._lock = threading.Lock()

    def once(self, name: str, make: Callable[[], dict[str, str]]) -> dict[str, str]:
        """What ``make`` makes, or made for that name just before; raises what it raises."""
        now_s, mine = self._clock(), Future[dict[str, str]]()
        with self._lock:
            self._made = {n: one for n, one in self._made.items() if one[0] > now_s}
            promised = self._made.setdefault(name, (now_s + self.KEPT_S, mine))[1]
        if promised is mine:
            try:
                mine.set_result(make())
            except BaseException as error:  # noqa: BLE001 - those who wait get it too
                mine.set_exception(error)
                with self._lock:
                    self._made.pop(name, None)
        return promised.result()


def key_of(operator: Key) -> bytes:
    """The cookies' key, from the operator's."""
    return hmac.digest(operator.to_bytes(), b"tongdui pages", "sha256")


def form_token(kept: Kept) -> str:
    """For one form: another text each time, so that compression gives nothing of it away."""
    mask = secrets.token_hex(_MASK_BYTES)
    return mask + _under(kept, mask)


def is_form_token(kept: Kept | None, token: str) -> bool:
    """Whether this browser was given it."""
    if kept is None:
        return False
    mask, rest = token[: 2 * _MASK_BYTES], token[2 * _MASK_BYTES :]
    return hmac.compare_digest(_under(kept, mask).encode(), rest.encode())


def cookie_name(surface: str, *, secure: bool) -> str:
    """The browser itself keeps a ``__Host-`` cookie to this host, over TLS."""
    return f"__Host-tongdui-{surface}" if secure else f"tongdui-{surface}"


def set_kept(answer: Response, name: str, sealed: str, *, secure: bool, life_s: int | None) -> None:
    """Hands it to the browser; ``life_s`` None ends with the browser's own session."""
    answer.set_cookie(
        name, sealed, max_age=life_s, path="/", secure=secure, httponly=True, samesite="lax"
    )


def drop_kept(answer: Response, name: str, *, secure: bool) -> None:
    """Takes it away."""
    answer.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def set_choice(answer: Response, name: str, value: str, *, secure: bool) -> None:
    """Language or mode: nothing secret, kept for a year."""
    year_s = 365 * 86_400
    answer.set_cookie(
        name, value, max_age=year_s, path="/", secure=secure, httponly=True, samesite="lax"
    )


def _under(kept: Kept, mask: str) -> str:
    return hmac.digest(kept.secret.encode(), mask.encode(), "sha256").hex()[:32]
