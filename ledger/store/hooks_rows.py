"""What is asked of webhooks themselves. Repository only: commits nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, or_, select, update

from ledger.store import transitions
from ledger.store.access_tables import KEYS
from ledger.store.hooks_tables import DELIVERIES, WEBHOOK, WEBHOOKS, DeliveryState, HookState

_c = WEBHOOKS.c


class HookRow(NamedTuple):
    """One webhook; the columns of its table say what each field holds."""

    id: str
    role: str
    member: int | None
    key_id: str
    url: str
    kinds: str
    secret: str
    former_secret: str | None
    former_until_s: int | None
    rotated_by: str | None
    cursor: int
    failing_since_s: int | None
    created_s: int
    state: str
    reason: str | None


class Owner(NamedTuple):
    """Whose webhooks: those that keys of this role and member made."""

    role: str
    member: int | None


class Counts(NamedTuple):
    """How many webhooks are active and disabled, and how many deliveries wait."""

    active: int
    disabled: int
    waiting: int


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new webhook, active."""
    transitions.create(connection, WEBHOOK, WEBHOOKS, HookState.ACTIVE, values)


def find(connection: Connection, hook_id: str) -> HookRow | None:
    """The webhook, or None."""
    row = connection.execute(select(WEBHOOKS).where(_c.id == hook_id)).one_or_none()
    return None if row is None else HookRow(*row)


def of_owner(connection: Connection, owner: Owner) -> list[HookRow]:
    """All of somebody's, oldest first."""
    whose = _c.member.is_(None) if owner.member is None else _c.member == owner.member
    chosen = select(WEBHOOKS).where(_c.role == owner.role, whose)
    return [HookRow(*row) for row in connection.execute(chosen.order_by(_c.created_s, _c.id))]


def every(connection: Connection) -> list[HookRow]:
    """All there are, whosever they are."""
    chosen = select(WEBHOOKS).order_by(_c.created_s, _c.id)
    return [HookRow(*row) for row in connection.execute(chosen)]


def active(connection: Connection) -> list[HookRow]:
    """All that are sent to."""
    chosen = select(WEBHOOKS).where(_c.state == HookState.ACTIVE).order_by(_c.created_s, _c.id)
    return [HookRow(*row) for row in connection.execute(chosen)]


def orphaned(connection: Connection, now_s: int) -> list[str]:
    """Active ones whose key was revoked or has expired."""
    works = select(KEYS.c.id).where(KEYS.c.revoked_s.is_(None), KEYS.c.expires_s > now_s)
    chosen = select(_c.id).where(_c.state == HookState.ACTIVE, _c.key_id.not_in(works))
    return list(connection.execute(chosen).scalars())


def note(connection: Connection, hook_id: str, **values: Any) -> None:
    """Sets columns of a webhook, its state excepted."""
    connection.execute(update(WEBHOOKS).where(_c.id == hook_id).values(**values))


def disable(connection: Connection, hook_id: str, reason: str) -> None:
    """Nothing more is sent to it."""
    states = (HookState.ACTIVE, HookState.DISABLED)
    transitions.move(connection, WEBHOOK, WEBHOOKS, {"id": hook_id}, states, {"reason": reason})


def enable(connection: Connection, hook_id: str, key_id: str) -> None:
    """It is sent to again, from where it stopped, for as long as this key works."""
    states = (HookState.DISABLED, HookState.ACTIVE)
    values = {"reason": None, "failing_since_s": None, "key_id": key_id}
    transitions.move(connection, WEBHOOK, WEBHOOKS, {"id": hook_id}, states, values)


def drop(connection: Connection, hook_id: str) -> None:
    """Forgets a webhook with all of its deliveries."""
    connection.execute(delete(DELIVERIES).where(DELIVERIES.c.webhook == hook_id))
    connection.execute(delete(WEBHOOKS).where(_c.id == hook_id))


def counts(connection: Connection) -> Counts:
    """For metrics."""
    rows = connection.execute(select(_c.state, func.count()).group_by(_c.state))
    ours = select(_c.id).scalar_subquery()
    wait = select(func.count()).where(
        DELIVERIES.c.webhook.in_(ours), DELIVERIES.c.state == DeliveryState.WAITING
    )
    by_state = {row[0]: row[1] for row in rows}
    return Counts(
        by_state.get(HookState.ACTIVE, 0),
        by_state.get(HookState.DISABLED, 0),
        connection.execute(wait).scalar_one(),
    )


def rotate(
    connection: Connection,
    hook: HookRow,
    secret: str,
    former: str | None,
    until_s: int,
    command_id: str,
) -> None:
    """A new secret; the former, where it is to be had, signs too until that time."""
    values = {
        "secret": secret,
        "former_secret": former,
        "former_until_s": None if former is None else until_s,
        "rotated_by": command_id,
    }
    connection.execute(update(WEBHOOKS).where(_c.id == hook.id).values(**values))


def forget_former(connection: Connection, now_s: int) -> None:
    """Drops secrets that sign no more."""
    over = or_(_c.former_until_s <= now_s, _c.former_until_s.is_(None))
    chosen = update(WEBHOOKS).where(_c.former_secret.is_not(None), over)
    connection.execute(chosen.values(former_secret=None, former_until_s=None))
