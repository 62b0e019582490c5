"""The login that each outside system gives out once, on paper so to speak: a file in its folder.

Made at random on the first start and kept, so that a restart changes no password. An agent's
operator copies what is here into the agent's settings.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from issuers.sandbox.kinds import Scheme


@dataclass(frozen=True, slots=True)
class Credentials:
    """``user`` and ``secret`` open the system; ``control`` moves its clock and freezes members."""

    user: str
    secret: str
    control: str


def path_of(data: Path, scheme: Scheme) -> Path:
    """Where the scheme's credentials stand."""
    return data / f"{scheme}.credentials.json"


def read_or_make(data: Path, scheme: Scheme) -> Credentials:
    """The credentials in ``data``, made now if there are none."""
    path = path_of(data, scheme)
    if not path.exists():
        made = Credentials(
            f"tongdui-{scheme}", secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        )
        data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(made)), "utf-8")
    return Credentials(**json.loads(path.read_text("utf-8")))
