"""Webhooks' secrets brought under the operator's present key, when a process starts.

Those that former versions stored as they are get sealed, and what is left of them in the files is
made unreadable; those of a former key are sealed anew. A webhook whose secret no key opens any more
is stopped, with the reason: its owner makes another secret for it.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from ledger.errors import Refused
from ledger.faults import Faults
from ledger.hooks.vault import Vault, is_clear
from ledger.store import hooks_rows as rows
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.hooks_rows import HookRow
from ledger.store.hooks_tables import WEBHOOKS, HookState
from ledger.store.scrub import scrub

LOST = "secret-lost"
"""The reason of one that is stopped."""
_log = logging.getLogger(__name__)


class Resealed(NamedTuple):
    """How many webhooks were sealed anew, and how many lost their secret."""

    anew: int
    lost: int


def reseal(engine: Engine, vault: Vault, faults: Faults | None = None) -> Resealed:
    """Brings all of them under the present key; what is under it already stays as it is."""
    with reading(engine) as connection:
        if all(_is_done(vault, hook) for hook in rows.every(connection)):
            return Resealed(0, 0)
    anew, lost, clear = 0, 0, False
    with transaction(engine, faults) as connection:
        for hook in rows.every(connection):
            if _is_done(vault, hook):
                continue
            clear = clear or any(is_clear(one) for one in _secrets(hook))
            done = _seal(connection, vault, hook)
            anew, lost = anew + done, lost + (not done)
    if clear and not scrub(engine, [WEBHOOKS]):
        _log.warning("webhooks' secrets are sealed, but former ones may be left in free pages")
    return Resealed(anew, lost)


def _seal(connection: Connection, vault: Vault, hook: HookRow) -> bool:
    """Seals one anew; False where its secret is lost, and it is stopped."""
    try:
        shown = vault.revealed(hook)
    except Refused:
        if hook.state == HookState.ACTIVE:
            rows.disable(connection, hook.id, LOST)
        return False
    former = shown.former_secret
    rows.note(
        connection,
        hook.id,
        secret=vault.sealed(hook.id, shown.secret),
        former_secret=None if former is None else vault.sealed(hook.id, former),
    )
    return True


def _is_done(vault: Vault, hook: HookRow) -> bool:
    """Under the present key; or lost, and stopped."""
    under = all(map(vault.is_present, _secrets(hook)))
    return under or (hook.state == HookState.DISABLED and not vault.opens(hook))


def _secrets(hook: HookRow) -> list[str]:
    return [one for one in (hook.secret, hook.former_secret) if one is not None]
