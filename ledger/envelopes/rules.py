"""Kinds of envelopes and their limits. Pure; the browser's side stands in docs/wallet-keys.md."""

from __future__ import annotations

import enum

from ledger.units import DAY_S

VERSION = 1
"""Of the browser's format: another one is another way of making keys."""
ROUNDS_LEAST, ROUNDS_MOST = 600_000, 10_000_000
"""Of PBKDF2-SHA256: OWASP's number of 2023, and what a cheap phone does in a minute."""
ENVELOPES_MOST = 16
"""Of one wallet."""
AFTER_RECOVERY_S = 7 * DAY_S
"""How long whoever was given a wallet back may ask for the half that contacts' slips need."""


class Kind(enum.StrEnum):
    """What opens it."""

    PASSKEY = "passkey"
    PIN = "pin"
    CONTACTS = "contacts"
    """Enough slips of recovery contacts, once they gave the wallet back."""
    HARDWARE = "hardware"
    """No envelope: a key of its own, for one account, that never leaves its device."""


WAYS = frozenset({Kind.PASSKEY, Kind.PIN})
"""What a resident opens the secret with from day to day."""
