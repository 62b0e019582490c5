"""Secrets and signatures of webhooks, as the published standard (Standard Webhooks, v1) has them.

While a secret is being replaced, a message carries a signature by each: receivers take either.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime

from standardwebhooks import Webhook

SECRET_BYTES = 32
PREFIX = "whsec_"
OVERLAP_S = 24 * 3_600
"""So long a former secret signs beside the new one."""


def secret_of(random: bytes) -> str:
    """The secret as receivers' libraries take it; ``random`` are ``SECRET_BYTES`` of them."""
    assert len(random) == SECRET_BYTES
    return PREFIX + base64.b64encode(random).decode()


def headers_of(message_id: str, now_s: int, body: str, secrets: Iterable[str]) -> dict[str, str]:
    """What goes beside the body: id, time and a signature by each of the secrets."""
    now = datetime.fromtimestamp(now_s, UTC)
    signatures = (Webhook(secret).sign(message_id, now, body) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(now_s),
        "webhook-signature": " ".join(signatures),
    }
