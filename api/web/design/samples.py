"""What the components' page shows in them: invented, and visibly so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.web.drawing import Bar
from api.web.page import Page
from ledger.units import BEIJING, points_text

points = points_text
WHEN = datetime(2026, 5, 9, 14, 5, tzinfo=BEIJING)
CODE = "TD-EXAMPLE-0000-0000"
_SCHEMES = ("volunteer", "green", "culture")
_UNITS = (8_050, 3_600, 1_200)


def shown(page: Page) -> dict[str, Any]:
    """For the template."""
    names = [page.t(f"design.sample.{scheme}") for scheme in _SCHEMES]
    return {
        "units": sum(_UNITS),
        "when": WHEN,
        "code": CODE,
        "bars": [
            Bar(name, units, points(units)) for name, units in zip(names, _UNITS, strict=True)
        ],
    }
