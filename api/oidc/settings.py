"""Settings of residents' sign-in: ``[sign_in]`` with a table for each provider; none by default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_guarded(url: str) -> bool:
    """Whether nobody on the way reads what goes there: TLS, or this machine itself."""
    parts = urlsplit(url)
    local = parts.hostname in _LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))


def _guarded(url: str) -> str:
    if not is_guarded(url):
        raise ValueError("an https:// address belongs here")
    return url


Url = Annotated[str, AfterValidator(_guarded)]
ProviderName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class ProviderSettings(BaseModel):
    """One provider, as it was registered there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str
    issuer: Url
    """As the provider itself writes it, to the letter."""
    client_id: str
    client_secret_file: Path | None = None
    """A line that only its owner may read; none for a public client."""
    scopes: list[str] = Field(default_factory=lambda: ["openid"])
    """``openid`` is all that is needed; names and addresses are better not asked for."""
    audience: str = ""
    """Access tokens of this provider (RFC 9068) with this audience are taken from apps; empty:
    none are."""


class SignInSettings(BaseModel):
    """How residents sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_url: Url
    """Where residents reach this API; providers send them back to below it."""
    return_url: Url | Literal[""] = ""
    """The page that takes over after a sign-in; it finds ``#ticket=`` in its address. Empty: our
    own pages, which work without scripts and so are told ``?ticket=``."""
    secret_file: Path
    """64 hexadecimal digits under which providers' subjects are hashed. Losing it unties
    everybody; several processes share it."""
    providers: dict[ProviderName, ProviderSettings] = Field(default_factory=dict)
    recovery_delay_hours: Annotated[int, Field(ge=24, le=720)] = 72
    """How long a resident may say no after enough contacts confirmed a recovery."""

    def rooted(self, folder: Path) -> Self:
        """The same with every path made absolute."""
        providers = {
            name: one.model_copy(
                update={
                    "client_secret_file": one.client_secret_file and folder / one.client_secret_file
                }
            )
            for name, one in self.providers.items()
        }
        update = {"secret_file": folder / self.secret_file, "providers": providers}
        return self.model_copy(update=update)
