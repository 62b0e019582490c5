"""The command line of this process: serve, and make, list or end API keys.

``main`` is what ``python -m api`` and other command lines call. Keys are made in the operator's
database directly, also while the API runs: it notices new keys at once and ended ones soon.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.access import BY_SESSION, Role
from api.keys import USUAL_DAYS, NewKey, create_key, list_keys, revoke_key
from api.places import open_operator_database
from api.settings import Settings, load_settings
from api.shapes import moment
from ledger.errors import TongduiError
from ledger.refusals import explain
from ledger.store.engine import Engine

FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; 0, or 1 with the reason and what to do on standard error."""
    given = _parser().parse_args(arguments)
    try:
        settings = load_settings(given.config)
        if given.command == "keys":
            _tell(_KEY_COMMANDS[given.action](settings, given))
            return 0
        from api.bootstrap import serve

        return serve(settings)
    except TongduiError as error:
        told = explain(error)
        sys.stderr.write(f"{told.sentence}{told.fix}\n{error.code}\n")
        return FAILED


def create_key_in(
    settings: Settings,
    role: Role,
    member: int | None = None,
    *,
    label: str = "",
    days: int = USUAL_DAYS,
) -> NewKey:
    """Makes an API key in the operator's database of these settings, running or not.

    Raises Rejected("access.member-missing").
    """
    with _keys(settings) as engine:
        now_s = int(time.time())
        return create_key(engine, role, now_s=now_s, member=member, label=label, days=days)


@contextmanager
def _keys(settings: Settings) -> Iterator[Engine]:
    with open_operator_database(settings, exclusive=False) as database:
        yield database.engine


def _create(settings: Settings, given: argparse.Namespace) -> dict[str, Any]:
    made = create_key_in(
        settings, Role(given.role), given.member, label=given.label, days=given.days
    )
    return made._asdict() | {"expires_at": moment(made.expires_s).isoformat()}


def _list(settings: Settings, _given: argparse.Namespace) -> list[dict[str, Any]]:
    with _keys(settings) as engine:
        rows = [row._asdict() for row in list_keys(engine)]
    return [{name: value for name, value in row.items() if name != "digest"} for row in rows]


def _revoke(settings: Settings, given: argparse.Namespace) -> dict[str, Any]:
    with _keys(settings) as engine:
        revoke_key(engine, given.id, now_s=int(time.time()))
    return {"id": given.id, "revoked": True}


_KEY_COMMANDS = {"create": _create, "list": _list, "revoke": _revoke}


def _tell(content: object) -> None:
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _parser() -> argparse.ArgumentParser:
    config = argparse.ArgumentParser(add_help=False)
    config.add_argument("--config", type=Path, default=Path("api.toml"), help="a TOML file")
    parser = argparse.ArgumentParser(prog="python -m api", parents=[config], description=__doc__)
    commands = parser.add_subparsers(dest="command")
    keys = commands.add_parser("keys", help="API keys").add_subparsers(dest="action", required=True)
    create = keys.add_parser("create", parents=[config], help="make a key and show it once")
    roles = [str(role) for role in Role if role not in BY_SESSION]
    create.add_argument("--role", required=True, choices=roles)
    create.add_argument("--member", type=int, help="the member organisation whose key it is")
    create.add_argument("--label", default="", help="who will hold it")
    create.add_argument("--days", type=int, default=USUAL_DAYS, help="how long it works")
    keys.add_parser("list", parents=[config], help="all keys, without their secrets")
    keys.add_parser("revoke", parents=[config], help="end a key").add_argument("id")
    return parser
