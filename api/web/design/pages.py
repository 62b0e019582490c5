"""The page of all components: what each looks like, with invented words and numbers."""

from __future__ import annotations

from starlette.responses import Response

from api.web.design import samples
from api.web.page import Page
from api.web.surfaces import DESIGN
from ledger.errors import TongduiError

TEMPLATE = "design/components.html"


@DESIGN.get("")
def components(page: Page) -> Response:
    """Everything, one below the other."""
    return page.show(TEMPLATE, **samples.shown(page))


@DESIGN.post("")
def sent(page: Page) -> Response:
    """The example form, which takes its name and its points and keeps nothing."""
    labels = {"points": page.t("design.form.points"), "name": page.t("design.form.name")}
    try:
        page.form.needed("name")
        units = page.form.units("points")
    except TongduiError as error:
        return page.again(TEMPLATE, error, labels=labels, **samples.shown(page))
    page.tell(page.t("design.form.sent", points=samples.points(units)), undo="/design")
    return page.go("/design")
