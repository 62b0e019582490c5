"""What the browser's own program asks on the pages of own keys: JSON, under the form's token.

Each is one operation of the API and nothing besides. An error is the API's problem, in the page's
language.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from starlette.responses import JSONResponse, Response

from api.web.page import Page
from api.web.surfaces import RESIDENT
from ledger.errors import Refused, TongduiError

Asked = Callable[[Page], Any]


def _answering(handler: Asked) -> Callable[[Page], Response]:
    @wraps(handler)
    def answer(page: Page) -> Response:
        try:
            return JSONResponse(handler(page))
        except TongduiError as error:
            told = page.explained(error)
            return JSONResponse({"problem": told.model_dump(mode="json")}, told.status)

    return answer


@RESIDENT.get("/keys/state")
@_answering
def state(page: Page) -> Any:
    """Keys, ways in and contacts of the wallet, as the browser's program takes them."""
    keys = page.client.list_keys(_wallet(page)).model_dump(mode="json")
    for one in keys["accounts"]:
        one["name"] = page.member(one["issuer"])
    ways = page.client.list_envelopes().model_dump(mode="json")
    contacts = page.client.get_contacts()
    return keys | ways | {"contacts": {"needed": contacts.needed, "count": contacts.contacts}}


@RESIDENT.post("/keys/ways")
@_answering
def store(page: Page) -> Any:
    """An envelope, sealed by the browser."""
    client, content = page.client, _content(page)
    storing: dict[str, Callable[..., Any]] = {
        "passkey": client.store_passkey,
        "pin": client.store_pin,
        "contacts": client.store_for_contacts,
        "hardware": client.store_hardware_key,
    }
    return _said(storing[page.form.choice("kind", storing)], page, **content)


@RESIDENT.post("/keys/share")
@_answering
def share(page: Page) -> Any:
    """The API's half of an envelope's key."""
    way, verifier = page.form.needed("way"), page.form.text("verifier") or None
    return _said(page.client.ask_share, page, way, verifier=verifier)


@RESIDENT.post("/keys/drop")
@_answering
def drop(page: Page) -> Any:
    """One way in less."""
    page.client.drop_envelope(page.form.needed("way"))
    return {}


@RESIDENT.post("/keys/prepare")
@_answering
def prepare(page: Page) -> Any:
    """What registers a key, to be signed."""
    account, key = page.form.needed("account"), page.form.needed("key")
    return page.client.prepare_key(_wallet(page), account=account, key=key).model_dump(mode="json")


@RESIDENT.post("/keys/register")
@_answering
def register(page: Page) -> Any:
    """Registers it under the signature."""
    return _said(page.client.register_key, page, _wallet(page), **_content(page))


def _wallet(page: Page) -> str:
    wallet = page.client.get_my().wallet
    if wallet is None:
        raise Refused("page.form-stale")
    return wallet


def _content(page: Page) -> dict[str, Any]:
    """The JSON object that the program sent."""
    try:
        found = json.loads(page.form.needed("content"))
    except ValueError:
        raise Refused("page.form-stale") from None
    if not isinstance(found, dict):
        raise Refused("page.form-stale")
    return found


def _said(ask: Callable[..., Any], page: Page, *given: Any, **content: Any) -> Any:
    """What the operation answers to exactly these words."""
    try:
        asked = signature(ask).bind(*given, **content, idempotency_key=page.form.command)
    except TypeError:  # a word that the operation does not have
        raise Refused("page.form-stale") from None
    return ask(*asked.args, **asked.kwargs).model_dump(mode="json")
