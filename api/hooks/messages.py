"""A message of an event as receivers get it: body, and headers with its signatures."""

from __future__ import annotations

from api.events.schemas import EventShape
from ledger.hooks.keeping import signing_secrets
from ledger.hooks.signing import headers_of
from ledger.store.hooks_rows import HookRow


def message_of(hook: HookRow, event: EventShape, now_s: int) -> tuple[dict[str, str], bytes]:
    """(headers, body), signed with what the webhook's secrets are at that time."""
    body = event.model_dump_json()
    headers = headers_of(event.id, now_s, body, signing_secrets(hook, now_s))
    return headers | {"Content-Type": "application/json"}, body.encode()
