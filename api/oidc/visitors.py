"""Residents who are at home: sign-in, sessions, ties, recovery, wired together once.

``Visitors.visit`` tells whose a token is; the doorkeeper asks it for every token that is no API
key. Without settings there are no providers, and every token is a stranger's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import httpx

from api.limits import Buckets
from api.oidc.proofs import issuer_in
from api.oidc.provider import TIMEOUT_S, Provider
from api.oidc.settings import SignInSettings
from ledger.chain.keyfile import read_line, read_secret
from ledger.errors import Rejected
from ledger.logins.place import Place, Tell, Terms
from ledger.logins.recovering import Recovering
from ledger.logins.sessions import HEADER, Sessions, Visit, wallet_of
from ledger.logins.starting import Starting
from ledger.logins.tying import Tying
from ledger.store.engine import Engine

HOUR_S = 3_600
TRIES_A_MINUTE, TRIES_AT_ONCE = 5, 10
"""Codes of 45 bits that one sign-in may try."""
CONNECTIONS = httpx.Limits(max_connections=20)


class Visitors:
    """Safe to use from any thread."""

    def __init__(
        self,
        place: Place,
        providers: Mapping[str, Provider],
        settings: SignInSettings | None,
        monotonic: Callable[[], float],
    ) -> None:
        """``monotonic`` gives seconds that never go back."""
        self.place = place
        self.providers = providers
        self.settings = settings
        self.sessions = Sessions(place)
        self.starting = Starting(place, self.sessions)
        self.tying = Tying(place)
        self.recovering = Recovering(place, self.tying)
        self.tries = Buckets(TRIES_A_MINUTE, TRIES_AT_ONCE, monotonic)

    def provider(self, name: str) -> Provider:
        """The provider of that name; Rejected("login.no-provider")."""
        found = self.providers.get(name)
        if found is None:
            raise Rejected("login.no-provider", field="provider")
        return found

    def redirect_uri(self, provider: str) -> str:
        """Where that provider sends residents back to."""
        assert self.settings is not None, "a provider without settings"
        return f"{self.settings.public_url.rstrip('/')}/v1/sign-in/{provider}/callback"

    def visit(self, token: str) -> Visit:
        """Whose token it is: a session's, or one of a provider that apps may bring.

        Raises Rejected("access.key-unknown"), Refused("access.key-expired"),
        Refused("login.proof-wrong"), Unavailable("login.provider-away").
        """
        if token.count(".") != 2:
            return self.sessions.enter(token)
        issuer = issuer_in(token)
        for name, provider in self.providers.items():
            if provider.settings.audience and provider.settings.issuer == issuer:
                subject, _ = provider.subject_of_app(token)
                login = self.place.login(name, issuer, subject)
                with self.place.look() as at:
                    return Visit("", login, wallet_of(at, login), 0)
        raise Rejected("access.key-unknown", field=HEADER)


@contextmanager
def visitors_at(
    engine: Engine,
    settings: SignInSettings | None,
    clock: Callable[[], float],
    monotonic: Callable[[], float],
    tell: Tell | None = None,
) -> Iterator[Visitors]:
    """Wired from the settings; connections to providers end with the context.

    Raises Rejected for a secret's file: key.missing, key.malformed, key.readable-by-others.
    """
    if settings is None:
        yield Visitors(Place(engine, clock, b"", tell=tell), {}, None, monotonic)
        return
    terms = Terms(delay_s=settings.recovery_delay_hours * HOUR_S)
    place = Place(engine, clock, read_secret(settings.secret_file), terms, tell)
    with httpx.Client(timeout=TIMEOUT_S, limits=CONNECTIONS, trust_env=False) as http:
        providers = {
            name: Provider(
                name,
                one,
                None if one.client_secret_file is None else read_line(one.client_secret_file),
                clock,
                http,
            )
            for name, one in settings.providers.items()
        }
        yield Visitors(place, providers, settings, monotonic)
