"""``python -m api``: the redemption API and its keys."""

from __future__ import annotations

import sys

from api.commands import main

if __name__ == "__main__":
    sys.exit(main())
