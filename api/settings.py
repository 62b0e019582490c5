"""The settings of the redemption API: one frozen class, from one file, overridden by environment.

A setting ``node_url`` of the file is ``TONGDUI_NODE_URL`` in the environment. Paths are relative to
the file's folder. Secrets never stand here: the operator's key is a file of its own.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from api.oidc.settings import SignInSettings
from ledger.errors import Rejected

Seconds = Annotated[float, Field(gt=0)]


class Name(BaseModel):
    """How a member organisation is called on screen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str


class Desks(BaseModel):
    """What is allowed at desks. Amounts are units of 0.01 point."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_s: Annotated[int, Field(ge=60, le=86_400)] = 600
    """How long a session with a card lasts at most."""
    code_s: Annotated[int, Field(ge=60, le=3_600)] = 300
    """How long a one-time code is good."""
    order_units: Annotated[int, Field(ge=1)] = 20_000
    """Most of one order within a session."""
    day_units: Annotated[int, Field(ge=1)] = 50_000
    """Most of all of a wallet's orders within sessions, in a day."""
    heirs_days: Annotated[int, Field(ge=0)] = 180
    """How long heirs have before what is left goes to the community fund."""
    views_kept_days: Annotated[int, Field(ge=1)] = 1_095
    """How long it is kept who looked at a resident's data."""


class Reminders(BaseModel):
    """When residents are told that points expire, and how long a message may be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps_days: list[Annotated[int, Field(ge=1, le=180)]] = [60, 14]
    """So many days before points expire; each step is told once. None: nobody is reminded."""
    least_units: Annotated[int, Field(ge=1)] = 100
    """Of less nobody is reminded; units of 0.01 point."""
    quiet_from_hour: Annotated[int, Field(ge=0, le=23)] = 21
    """From this hour of Beijing on no reminder is told or sent …"""
    quiet_until_hour: Annotated[int, Field(ge=0, le=23)] = 8
    """… until this one. The same hour twice: there are no quiet hours."""
    offers: Annotated[int, Field(ge=0, le=10)] = 3
    """How many offers a reminder names at most."""
    sms_characters: Annotated[int, Field(ge=70, le=500)] = 200
    """Most of a monthly statement by SMS; 70 are one message of Chinese."""
    mailings_kept_days: Annotated[int, Field(ge=31)] = 366
    """How long it is kept to whom statements were mailed."""


class Settings(BaseSettings):
    """What this process needs. Whom to trust has no default: node, contracts, key."""

    model_config = SettingsConfigDict(
        env_prefix="TONGDUI_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    node_url: str
    """The node through which the chain is read and written."""
    deployment: Path
    """The deployment file."""
    operator_key: Path
    """The relayer's key: 64 hexadecimal digits in a file that only its owner may read."""
    operator_keys: list[Path] = Field(default_factory=list)
    """Further relayers' keys, each of an operator member of its own: the chain knows one key a
    member. Processes that share a database name the same."""
    former_operator_keys: list[Path] = Field(default_factory=list)
    """Keys that ``operator_key`` replaced: they sign nothing any more, and open what is sealed in
    the database under them, once, for the present one to seal."""
    data: Path
    """The folder of the databases below, unless they are named."""
    database: str = ""
    """The operator's database, a path or a URL: keys, wallets, orders, outbox. Several processes
    may share one on a server (postgresql://), one process has a file."""
    index: Path | None = None
    """The projection of the chain: a file that may be deleted and is then read again. Each process
    has its own."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8_000
    """0 takes any free one."""
    relayer_tick_s: Seconds = 0.5
    """Pause between rounds of sending."""
    index_tick_s: Seconds = 0.5
    """Pause between looks for new blocks."""
    overdue_check_s: Seconds = 30.0
    """Pause between looks for orders past their deadline, whose points go back."""
    node_check_s: Seconds = 2.0
    """Pause between looks whether the node answers; writes are refused while it does not."""
    confirm_wait_s: Seconds = 10.0
    """How long an answer waits for the chain before it is 202."""
    confirm_wait_most_s: Seconds = 30.0
    """The longest that a client may ask an answer to wait (``Prefer: wait=…``)."""
    ready_lag_blocks: Annotated[int, Field(ge=0)] = 20
    """From so many blocks behind on, the projection counts as not ready."""
    answers_kept_days: Annotated[int, Field(ge=1)] = 7
    """How long a command sent again gets its first answer."""
    requests_per_minute: Annotated[int, Field(ge=1)] = 1_200
    """Of one key, on average; of one address without a key, a tenth of it."""
    requests_burst: Annotated[int, Field(ge=1)] = 200
    """Of one key at once."""
    body_limit_bytes: Annotated[int, Field(ge=1)] = 64 * 1024
    desks: Desks = Field(default_factory=Desks)
    reminders: Reminders = Field(default_factory=Reminders)
    districts: list[str] = Field(default_factory=list)
    """The districts that wallets name to propose and vote; none here: any name is taken."""
    desk_secret: Path | None = None
    """The secret that PINs, sessions and slips are made from; a file that is made where there is
    none. Processes that share a database share it. Without it every PIN is reset in person."""
    webhook_plain_http: bool = False
    """Whether webhooks may go to http, where nothing keeps others from reading them."""
    webhook_private_addresses: bool = False
    """Whether webhooks may go to private, loopback and link-local addresses."""
    webhook_authorities: Path | None = None
    """Certificates of authorities to trust besides the usual ones, for webhooks; a PEM file."""
    webhook_tick_s: Seconds = 0.5
    """Pause between looks for events to send."""
    webhook_give_up_days: Annotated[int, Field(ge=1)] = 5
    """A webhook that takes nothing for so long is disabled."""
    events_kept_days: Annotated[int, Field(ge=2)] = 90
    """How long events can be listed and replayed."""
    claims_due_days: Annotated[int, Field(ge=1, le=365)] = 15
    """By when an issuer owes a resident an answer to a claim; shown to both."""
    clearing_close: str = ""
    """When the open window is closed by itself: ``02:00`` daily at that time of Beijing, ``6h``
    every six hours from its midnight on; empty leaves it to members."""
    adopt_used_key: bool = False
    """Whether an empty database may go on with a relayer's key that the chain knows already."""
    key_cache_s: Seconds = 30.0
    """How long a verified key is believed: the longest that a key revoked elsewhere still works."""
    sandbox: bool = False
    """Whether there are test residents with invented points: on an example network alone."""
    sandbox_issuer_url: str = ""
    """Where the example issuer that awards those points listens."""
    sign_in: SignInSettings | None = None
    """How residents sign in; without it they come to a desk."""
    names: dict[str, Name] = Field(default_factory=dict)
    """Members' names by their code; a member without one is shown by its code."""

    @property
    def database_place(self) -> Path | str:
        """Where the operator's database is, as the store opens it."""
        if "://" in self.database:
            return self.database
        return Path(self.database) if self.database else self.data / "operator.db"

    @property
    def index_file(self) -> Path:
        """Where the projection is."""
        return self.index or self.data / "index.db"

    @property
    def desk_secret_file(self) -> Path:
        """Where the desks' secret is."""
        return self.desk_secret or self.data / "desk.key"

    @classmethod
    def settings_customise_sources(  # the framework names the arguments
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment before the file, whose content comes in as arguments."""
        return env_settings, init_settings


def load_settings(file: Path) -> Settings:
    """The settings of a TOML file and the environment; Rejected with the setting that is wrong."""
    try:
        given = tomllib.loads(file.read_text("utf-8"))
        return _rooted(Settings(**given), file.resolve().parent)
    except OSError as error:
        raise Rejected("api.settings-invalid", field=str(file), why="cannot be read") from error
    except tomllib.TOMLDecodeError as error:
        raise Rejected("api.settings-invalid", field=str(file), why=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise Rejected("api.settings-invalid", field=field, why=first["msg"]) from error


def _rooted(settings: Settings, folder: Path) -> Settings:
    """The same with every path made absolute."""
    paths: dict[str, object] = {
        name: folder / value
        for name in ("deployment", "operator_key", "data", "index", "desk_secret")
        if (value := getattr(settings, name)) is not None
    }
    for name in ("operator_keys", "former_operator_keys"):
        paths[name] = [folder / key for key in getattr(settings, name)]
    if settings.sign_in is not None:
        paths["sign_in"] = settings.sign_in.rooted(folder)
    if settings.database and "://" not in settings.database:
        return settings.model_copy(update=paths | {"database": str(folder / settings.database)})
    return settings.model_copy(update=paths)
