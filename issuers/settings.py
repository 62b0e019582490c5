"""The agent's settings: one frozen class, read from agent.toml; TONGDUI_… in the environment wins.

Paths are taken from the folder that agent.toml stands in. There is no default secret: key, event
secret and the source's password stand in files of their own, which only their owner can read.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    HttpUrl,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from issuers.keysettings import KEY_PATHS, KeySettings
from ledger.errors import Rejected

MOST_BATCH_ROWS = 500
"""By gas: 74 k and 28 k a row stay below 16.7 M."""
_PATHS = (*KEY_PATHS, "deployment", "database", "database_password_file", "event_secret_file",
          "source_secret_file", "operator_key_file", "links_file", "office_pass")  # fmt: skip


class AgentSettings(KeySettings, BaseSettings):
    """What one issuer's agent needs to know."""

    model_config = SettingsConfigDict(env_prefix="TONGDUI_", frozen=True, extra="forbid")

    node_url: str | tuple[str, ...]
    """The issuer's own node, http or https; a list: the first that answers is used and kept to,
    another takes over when it does not."""
    deployment: Path
    """The network's deployment file."""
    database: Path | str
    """The agent's own SQLite file, made on the first start; or postgresql://user@host/name."""
    database_password_file: Path | None = None
    """Password at a PostgreSQL server, in a file; None: what PGPASSWORD or PGPASSFILE say."""
    event_secret_file: Path
    """Secret of the keys of events: 64 hex digits; made on the first start. To be kept for good:
    without it nobody can tell which events are minted."""
    adapter: str
    """Module of the adapter, such as ``issuers.volunteer``."""
    source_url: str = ""
    """Where the outside system listens; only an office without any system has none."""
    source_user: str = ""
    source_secret_file: Path | None = None
    """Password or API key at the source, in a file."""
    source_timeout_s: Annotated[float, Field(gt=0)] = 10.0
    source_extra: dict[str, str] = {}
    """What only this adapter needs."""
    links_file: Path | None = None
    """CSV of member_id, account, linked_at: read at the start and whenever it changes."""
    office_pass: Path | None = None
    """Written at every start: with it the office's own staff act at the counter. None: the file
    ``office.pass`` beside the event secret."""
    listen_host: str = "127.0.0.1"
    listen_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    """For webhooks, health, status and metrics; 0 takes a free one."""
    public_url: str = ""
    """Where a source that calls reaches us; empty: the listening address."""
    poll_s: Annotated[float, Field(gt=0)] = 5.0
    """Between rounds."""
    batch_rows: Annotated[int, Field(ge=1, le=MOST_BATCH_ROWS)] = MOST_BATCH_ROWS
    """Most awards in one transaction."""
    batch_every_s: Annotated[float, Field(ge=0)] = 0.0
    """How long a batch that is not full waits for more; 0 mints at once."""
    batch_at: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = ""
    """Time of day in Beijing, such as 02:00, at which batches that are not full are minted, once a
    day; empty: at any time."""
    backlog_rows: Annotated[int, Field(ge=1)] = 100_000
    """From so many rows on that are under way and not minted, nothing more is taken from the
    source, and calls of it are answered 503."""
    approve_above_units: Annotated[int, Field(ge=0)] = 1_000
    """Corrections by which an award shrinks by more, and undos of files that take back more, need
    a second clerk; in 0.01 point."""
    one_clerk_wait_h: Annotated[int, Field(ge=24)] | None = None
    """In an office with one clerk: hours after which the clerk who opened a review may approve it;
    None: only another clerk may."""
    operator_url: str = ""
    """Where the operator says who is credited for an exchange; empty: this issuer takes none."""
    operator_key_file: Path | None = None
    """API key at the operator, in a file."""
    link_code_days: Annotated[int, Field(ge=1, le=90)] = 7
    """How long a one-time code that the issuer hands to a member is good."""
    claims_every_s: Annotated[float, Field(gt=0)] = 5.0
    """Between looks for residents' claims at the operator."""
    fault: str = ""
    """For tests: the fault point at which the process dies."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the file."""
        return env_settings, init_settings

    @property
    def node_urls(self) -> tuple[str, ...]:
        """The nodes in the order of preference."""
        return (self.node_url,) if isinstance(self.node_url, str) else self.node_url

    @field_validator("database")
    @classmethod
    def _check_database(cls, given: Path | str) -> Path | str:
        """A path, or a URL without a secret in it."""
        if isinstance(given, Path) or "://" not in given:
            return Path(given)
        parts = urlsplit(given)
        if parts.scheme.split("+")[0] != "postgresql":
            raise ValueError("a file's path, or a URL that begins with postgresql://")
        if parts.password is not None:
            raise ValueError("no password here: put it into database_password_file")
        return given

    @model_validator(mode="after")
    def _check_urls(self) -> Self:
        if not self.node_urls:
            raise ValueError("node_url: at least one")
        for url in (*self.node_urls, self.source_url, self.public_url, self.operator_url):
            if url:
                TypeAdapter(HttpUrl).validate_python(url)
        return self


def read_settings(path: Path) -> AgentSettings:
    """The settings in the file; Rejected, with what is wrong, where they can't be taken."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
        return AgentSettings(**_from(path.resolve().parent, given))
    except OSError as error:
        raise Rejected("agent.settings-missing", path=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise Rejected("agent.settings-wrong", path=str(path), why=str(error)) from error
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, e['loc'])) or 'url'}: {e['msg']}" for e in error.errors())
        raise Rejected("agent.settings-wrong", path=str(path), why="; ".join(wrong)) from error


def _from(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Paths made absolute."""
    paths = {name: folder / str(given[name]) for name in _PATHS if given.get(name)}
    if "://" in str(given.get("database", "")):
        del paths["database"]
    return given | paths
