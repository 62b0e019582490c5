"""For pages with something to sign: the form carries what was prepared, and brings the signatures.

A template writes ``{{ own.signing(page, prepared_json, …) }}`` of ``keys/parts.html`` into its form
and loads ``js/keys/forms.js``; the handler reads ``signatures(page)``. Where no account of an order
has a key in effect there is nothing to sign, and the form is sent as any other.
"""

from __future__ import annotations

import json
from typing import Any

from api.client.answers import Model
from api.web.page import Page
from ledger.errors import Refused

FIELD = "signed"


def prepared_json(prepared: Model) -> str:
    """What an operation of the kind ``prepare_…`` answered, for the form's attribute."""
    shown = prepared.model_dump(mode="json")
    kept = {name: shown[name] for name in ("expires_at", "to_sign")}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def signatures(page: Page) -> list[dict[str, Any]]:
    """What the browser signed, as the command takes it in ``signed``; empty where nothing was to
    be. Refused("page.form-stale") for what is no list."""
    text = page.form.text(FIELD)
    if not text:
        return []
    try:
        found = json.loads(text)
    except ValueError:
        raise Refused("page.form-stale") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Refused("page.form-stale")
    return found
