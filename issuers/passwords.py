"""Where a keystore's password comes from: a file, the environment, or a person at a terminal.

Never the command line, which every user of a machine can see.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path

from ledger.chain.keyfile import read_line
from ledger.errors import Rejected

VARIABLE = "TONGDUI_KEY_PASSWORD"


def password_for(keystore: Path, file: Path | None) -> Callable[[], str]:
    """Gives the password when it is called: from ``file`` where one is named, else from the
    environment, else from a terminal.

    It raises Rejected: key.no-password where none of them has one, and as ``read_line``.
    """

    def found() -> str:
        if file is not None:
            password = read_line(file)
        else:
            password = os.environ.get(VARIABLE, "") or _asked(f"密码 password ({keystore}): ")
        if not password:
            raise Rejected("key.no-password", path=str(keystore))
        return password

    return found


def new_password(keystore: Path, file: Path | None) -> str:
    """A password for a keystore to be made: as ``password_for``, but typed twice at a terminal."""
    if file is not None or VARIABLE in os.environ:
        return password_for(keystore, file)()
    password = _asked(f"新密码 new password ({keystore}): ")
    if not password or password != _asked("再输入一次 once more: "):
        raise Rejected("key.no-password", path=str(keystore))
    return password


def _asked(prompt: str) -> str:
    """What a person types, unseen; nothing where nobody sits there."""
    return getpass.getpass(prompt) if sys.stdin.isatty() else ""
