"""The start page: what this is, and how it stands now."""

from __future__ import annotations

from starlette.responses import Response

from api.client.shapes.totals import TotalsShape
from api.web.drawing import Bar
from api.web.page import Page
from api.web.surfaces import PUBLIC
from ledger.units import points_text

COLUMNS = ("issued", "outstanding", "captured", "refunded", "expired")
"""Of the table of schemes."""


@PUBLIC.get("/")
def start(page: Page) -> Response:
    """Totals of the schemes, the open window and the orders, and how to check them."""
    totals = page.client.get_totals()
    return page.show(
        "public/start.html",
        totals=totals,
        columns=COLUMNS,
        sums=_sums(totals),
        bars=[_bar(one.name, one.outstanding.units) for one in totals.schemes],
    )


def _sums(totals: TotalsShape) -> dict[str, int]:
    """Over all schemes, by column."""
    return {
        column: sum(getattr(scheme, column).units for scheme in totals.schemes)
        for column in COLUMNS
    }


def _bar(label: str, units: int) -> Bar:
    return Bar(label, units, points_text(units))
