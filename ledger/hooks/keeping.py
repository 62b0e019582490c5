"""Webhooks as their owners keep them: made, looked at, rotated, stopped, started, replayed, ended.

An owner is a role and a member: any working key of both manages what another of them made. A
webhook ends with the key that made or started it, so a key that was revoked tells nobody anything.
Secrets are in the database under the vault's seal. Who may know what is decided by the caller, who
hands in a reader. Knows no HTTP.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ledger.errors import Refused, Rejected
from ledger.faults import Faults
from ledger.hooks.addresses import target_of
from ledger.hooks.signing import OVERLAP_S, SECRET_BYTES, secret_of
from ledger.hooks.vault import Vault
from ledger.store import hooks_deliveries as deliveries
from ledger.store import hooks_events as events
from ledger.store import hooks_rows as rows
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.hooks_deliveries import DeliveryRow
from ledger.store.hooks_events import EventRow, Reader
from ledger.store.hooks_rows import HookRow, Owner
from ledger.store.hooks_tables import HookState

MOST = 10
"""Webhooks of one owner."""
BY_OWNER = "owner"
"""The reason of one that its owner stopped."""


class Listed(NamedTuple):
    """One delivery with its event."""

    delivery: DeliveryRow
    event: EventRow


class Webhooks:
    """Use cases of one installation. Safe to call from any thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        vault: Vault,
        *,
        plain: bool,
        faults: Faults | None = None,
    ) -> None:
        """``clock`` gives seconds since 1970. ``plain``: http will do where https is asked else."""
        self._engine = engine
        self._clock = clock
        self._vault = vault
        self._plain = plain
        self._faults = faults

    def check(self, hook_id: str, owner: Owner, url: str) -> None:
        """Raises as ``make`` would."""
        target_of(url, plain=self._plain)
        with reading(self._engine) as connection:
            if rows.find(connection, hook_id) is None:
                _require_room(connection, owner)

    def make(
        self, hook_id: str, owner: Owner, key_id: str, url: str, kinds: Sequence[str]
    ) -> HookRow:
        """A webhook for events from now on, with its secret; the same again for the same id.

        ``kinds`` are the events wanted, none: all. Raises Rejected("hook.url-invalid"),
        Rejected("hook.id-reused"), Refused("hook.too-many").
        """
        target_of(url, plain=self._plain)
        wanted = json.dumps(sorted(set(kinds)))
        with transaction(self._engine, self._faults) as connection:
            before = rows.find(connection, hook_id)
            if before is not None:
                if (before.url, before.kinds) != (url, wanted):
                    raise Rejected("hook.id-reused", id=hook_id)
                return self._vault.revealed(before)
            _require_room(connection, owner)
            secret = self._vault.sealed(hook_id, _fresh_secret())
            values = {
                "id": hook_id, "role": owner.role, "member": owner.member, "key_id": key_id,
                "url": url, "kinds": wanted, "secret": secret,
                "cursor": events.newest(connection), "created_s": int(self._clock()),
            }  # fmt: skip
            rows.add(connection, values)
            return self._vault.revealed(_found(connection, owner, hook_id))

    def every(self, owner: Owner) -> list[HookRow]:
        """All of the owner's, oldest first."""
        with reading(self._engine) as connection:
            return rows.of_owner(connection, owner)

    def counts(self) -> rows.Counts:
        """Over all owners, for metrics."""
        with reading(self._engine) as connection:
            return rows.counts(connection)

    def read(self, owner: Owner, hook_id: str) -> HookRow:
        """Rejected("hook.unknown") for one that is not there, or not the owner's."""
        with reading(self._engine) as connection:
            return _found(connection, owner, hook_id)

    def signing(self, owner: Owner, hook_id: str) -> HookRow:
        """The same with its secrets, to send something now. Raises Refused("hook.secret-lost")
        too."""
        return self._vault.revealed(self.read(owner, hook_id))

    def rotate(self, command_id: str, owner: Owner, hook_id: str) -> HookRow:
        """A new secret, shown; the former signs beside it for a day. Once for one command.

        Raises Rejected("hook.unknown").
        """
        with transaction(self._engine, self._faults) as connection:
            hook = _found(connection, owner, hook_id)
            if hook.rotated_by != command_id:
                until_s = int(self._clock()) + OVERLAP_S
                former = hook.secret if self._vault.opens(hook) else None
                secret = self._vault.sealed(hook_id, _fresh_secret())
                rows.rotate(connection, hook, secret, former, until_s, command_id)
            return self._vault.revealed(_found(connection, owner, hook_id))

    def disable(self, owner: Owner, hook_id: str) -> HookRow:
        """Nothing is sent until it is enabled; what waits goes on waiting."""
        with transaction(self._engine, self._faults) as connection:
            hook = _found(connection, owner, hook_id)
            if hook.state == HookState.ACTIVE:
                rows.disable(connection, hook_id, BY_OWNER)
            return _found(connection, owner, hook_id)

    def enable(self, owner: Owner, hook_id: str, key_id: str) -> HookRow:
        """Goes on where it stopped, at once, for as long as this key works.

        Raises Rejected("hook.unknown"), Refused("hook.secret-lost").
        """
        with transaction(self._engine, self._faults) as connection:
            hook = _found(connection, owner, hook_id)
            if hook.state == HookState.DISABLED:
                self._vault.opened(hook.id, hook.secret)
                rows.enable(connection, hook_id, key_id)
                deliveries.hasten(connection, hook_id, int(self._clock()))
            return _found(connection, owner, hook_id)

    def drop(self, owner: Owner, hook_id: str) -> None:
        """Forgets it with its log. Raises Rejected("hook.unknown")."""
        with transaction(self._engine, self._faults) as connection:
            _found(connection, owner, hook_id)
            rows.drop(connection, hook_id)

    def replay(
        self, owner: Owner, hook_id: str, reader: Reader, since_s: int, *, dry_run: bool
    ) -> int:
        """Sends again what it may know since a time of the chain, delivered or not; how many.

        Also what happened before it was made. Raises Rejected("hook.unknown").
        """
        with transaction(self._engine, self._faults) as connection:
            hook = _found(connection, owner, hook_id)
            start = min(hook.cursor, events.before(connection, since_s))
            count = events.count(connection, reader, json.loads(hook.kinds), start, hook.cursor)
            if not dry_run:
                rows.note(connection, hook_id, cursor=start)
            return count

    def log(
        self, owner: Owner, hook_id: str, state: str | None, before: int | None, most: int
    ) -> list[Listed]:
        """Deliveries of the newest events first, behind an event's number.

        Raises Rejected("hook.unknown").
        """
        with reading(self._engine) as connection:
            _found(connection, owner, hook_id)
            page = deliveries.page(connection, hook_id, state, before, most)
            about = events.many(connection, [row.event for row in page])
        return [Listed(row, about[row.event]) for row in page]


def signing_secrets(hook: HookRow, now_s: int) -> list[str]:
    """What signs at that time: the secret, and the former one while that lasts; of a webhook that
    was revealed."""
    if hook.former_secret is None or hook.former_until_s is None or hook.former_until_s <= now_s:
        return [hook.secret]
    return [hook.secret, hook.former_secret]


def _found(connection: Connection, owner: Owner, hook_id: str) -> HookRow:
    hook = rows.find(connection, hook_id)
    if hook is None or (hook.role, hook.member) != owner:
        raise Rejected("hook.unknown", id=hook_id)
    return hook


def _require_room(connection: Connection, owner: Owner) -> None:
    if len(rows.of_owner(connection, owner)) >= MOST:
        raise Refused("hook.too-many", most=MOST)


def _fresh_secret() -> str:
    return secret_of(secrets.token_bytes(SECRET_BYTES))
