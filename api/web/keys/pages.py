"""Own keys under ``/my/keys``: how they stand, and the tasks that the resident's browser does.

Secrets are made, opened and used in the browser alone (``static/js/keys``, docs/wallet-keys.md);
what it asks of the API on the way goes through ``api.web.keys.asking``.
"""

from __future__ import annotations

from starlette.responses import Response

from api.web.keys.views import fresh_s, is_fresh, keys_shown, ways_shown
from api.web.page import Page
from api.web.route import gone
from api.web.signing.residents import providers
from api.web.surfaces import RESIDENT
from ledger.errors import TongduiError

TASKS = {
    "begin": ("way", "sheet", "accounts", "done"),
    "go-on": ("open", "sheet", "accounts", "done"),
    "add": ("open", "way", "done"),
    "sheet": ("open", "sheet"),
    "contacts": ("open", "slips"),
    "replace": ("open", "way", "sheet", "accounts", "done"),
    "hardware": ("open", "device", "done"),
}
"""Steps of each task, which ``static/js/keys/task.js`` does one after the other."""
STORING = frozenset({"begin", "add", "contacts", "replace", "hardware"})
"""Tasks that store or drop a way in: the API wants a sign-in of a short while ago."""
HOME = "/my/keys"


@RESIDENT.get("/keys")
def home(page: Page) -> Response:
    """How the resident's points are kept, and what can be done about it."""
    wallet = page.client.get_my().wallet
    if wallet is None:
        return page.go(RESIDENT.home)
    keys = page.client.list_keys(wallet)
    ways = ways_shown(page.client.list_envelopes().envelopes)
    contacts = page.client.get_contacts()
    return page.show(
        "keys/home.html",
        keys=keys_shown(page, keys.accounts),
        ways=ways,
        contacts=contacts,
        keyed=any(one.key for one in keys.accounts),
    )


@RESIDENT.post("/keys")
def change(page: Page) -> Response:
    """Drops a way in, or takes back a key that is not in effect."""
    try:
        if page.form.choice("do", ("drop", "withdraw")) == "drop":
            page.client.drop_envelope(page.form.needed("way"))
            page.tell(page.t("keys.dropped"))
        else:
            wallet = page.client.get_my().wallet or ""
            account = page.form.needed("account")
            page.client.withdraw_key(wallet, account=account, idempotency_key=page.form.command)
            page.tell(page.t("keys.withdrawn"))
    except TongduiError as error:
        if error.code != "login.sign-in-again":
            raise
        return _again(page, "")
    return page.go(HOME)


@RESIDENT.get("/keys/do/{task}", passkeys=True)
def task(page: Page, task: str) -> Response:
    """One task, step by step, done by the browser."""
    if task not in TASKS:
        gone(page)
    wallet = page.client.get_my().wallet
    if wallet is None:
        return page.go(RESIDENT.home)
    if task == "begin" and page.client.list_envelopes().envelopes:
        return page.go(HOME)  # one secret is enough: what was begun is finished there
    if task in STORING and not is_fresh(page, page.client.list_my_sessions()):
        return _again(page, task)
    return page.show("keys/task.html", task=task, steps=TASKS[task])


def _again(page: Page, task: str) -> Response:
    """What opens a wallet takes a sign-in of a short while ago."""
    then, minutes = f"{HOME}/do/{task}" if task else HOME, fresh_s(page) // 60
    return page.show("keys/again.html", providers=providers(page), then=then, minutes=minutes)
