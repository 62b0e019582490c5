"""The API as ``python -m api`` runs it, in a process that may be told where to die.

Arguments: the settings file, and a fault point or nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from api.bootstrap import assembled, server_of
from api.settings import load_settings
from ledger.faults import from_setting

if __name__ == "__main__":
    file, *fault = sys.argv[1:]
    settings = load_settings(Path(file))
    with assembled(settings, from_setting(fault[0] if fault else None)) as app:
        server_of(app, settings.host, settings.port).run()
