"""Brings a lasting database to the newest revision of its family, by Alembic, inside a transaction.

A family is a tuple of folders under ``ledger/store/versions``: ``("outbox",)``, later also
``("outbox", "agent")`` and so on. Each folder is a line of revisions of its own; its first one has
``down_revision = None``, and ``depends_on`` names what it needs from another folder. To add tables,
add a revision file to a folder, or a folder to the families that want it.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from ledger.errors import Refused

VERSIONS = Path(__file__).parent / "versions"


def upgrade(connection: Connection, family: tuple[str, ...]) -> None:
    """Runs the revisions that are missing; Refused("store.newer") if the database has unknown ones.

    The caller's transaction holds all of it: either everything is new or nothing changed.
    """
    config = _config(family)
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "heads")
    except CommandError as error:
        raise Refused("store.newer", family="+".join(family), words=str(error)) from error


def _config(family: tuple[str, ...]) -> Config:
    unknown = [name for name in family if not (VERSIONS / name).is_dir()]
    if unknown:
        raise ValueError(f"no revisions under these names: {unknown}")
    config = Config()
    config.set_main_option("path_separator", "newline")
    config.set_main_option("script_location", _plain(VERSIONS))
    config.set_main_option(
        "version_locations", "\n".join(_plain(VERSIONS / name) for name in family)
    )
    return config


def _plain(path: Path) -> str:
    """A path as Alembic's settings take it: a percent sign would be read as a name."""
    return str(path).replace("%", "%%")
