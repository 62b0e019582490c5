"""What is asked of an agent's inbox: rows as they came, what was made of them, and their moves.

Repository only: every function takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, String, and_, cast, func, select, update

from ledger.store import transitions
from ledger.store.agent_office_tables import REVIEWS, Review
from ledger.store.agent_tables import INBOX, INBOX_MACHINE, LINKS, Inbox

CHUNK = 500
"""Values in one question."""
_c = INBOX.c
NOT_COUNTED = (Inbox.RECEIVED, Inbox.REJECTED, Inbox.DUPLICATE)
"""Rows in these states use up no limit of the standard."""

ON_THE_WAY = (Inbox.READY, Inbox.RESERVING, Inbox.RESERVED, Inbox.BATCHED)
"""Awards in these states will be minted unless something refuses them."""


class Stored(NamedTuple):
    """A row as it came."""

    id: int
    place: str
    content: bytes
    received_s: int
    file: int | None
    """The clerk's file that brought it."""


class Standing(NamedTuple):
    """An earlier row of the same event."""

    id: int
    state: Inbox
    record: bytes | None
    reason: str | None


class Candidate(NamedTuple):
    """An award that may be minted."""

    id: int
    state: Inbox
    event_id: str
    account: bytes
    activity: int
    month: int
    quantity: int
    key: bytes
    record: bytes
    salt: bytes


class Linked(NamedTuple):
    """An event that waited for its member's account, which is there now."""

    id: int
    activity: int
    day: int
    account: bytes
    linked_at_s: int


class Unminted(NamedTuple):
    """An event that this database does not know to be minted."""

    id: int
    state: Inbox
    key: bytes


class Notice(NamedTuple):
    """A correction notice; ``quantity`` is the whole new one, none where a clerk's ``content`` says
    which correction is to be reversed."""

    id: int
    event_id: str
    quantity: int | None
    salt: bytes | None
    reason: str | None
    """The source's own words, or the clerk's."""
    content: bytes


def store(
    connection: Connection,
    rows: Sequence[tuple[str, bytes]],
    received_s: int,
    *,
    file: int | None = None,
) -> None:
    """Stores (place, content) as received at the chain's time ``received_s``."""
    common = {"received_s": received_s, "is_notice": False, "file": file}
    values = [{"place": place, "content": content, **common} for place, content in rows]
    transitions.create_many(connection, INBOX_MACHINE, INBOX, Inbox.RECEIVED, values)


def received(connection: Connection, most: int) -> list[Stored]:
    """Rows that nobody has looked at, in the order of their coming."""
    chosen = select(*(_c[name] for name in Stored._fields)).where(_c.state == Inbox.RECEIVED)
    return [Stored(*row) for row in connection.execute(chosen.order_by(_c.id).limit(most))]


def standing(connection: Connection, event_ids: Iterable[str]) -> dict[str, list[Standing]]:
    """Earlier rows of these events, oldest first; notices left out."""
    found: dict[str, list[Standing]] = {}
    for some in _chunks(event_ids):
        chosen = select(_c.event_id, _c.id, _c.state, _c.record, _c.reason)
        chosen = chosen.where(
            _c.event_id.in_(some), ~_c.is_notice, _c.state != Inbox.RECEIVED
        ).order_by(_c.id)
        for event_id, number, state, record, why in connection.execute(chosen):
            found.setdefault(event_id, []).append(Standing(number, Inbox(state), record, why))
    return found


def notices(connection: Connection, notice_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """(event, new quantity) of the notices that are known already."""
    found: dict[str, tuple[str, int]] = {}
    for some in _chunks(notice_ids):
        chosen = select(_c.notice_id, _c.event_id, _c.quantity)
        chosen = chosen.where(_c.notice_id.in_(some), _c.state.not_in(NOT_COUNTED))
        found |= {row[0]: (row[1], row[2]) for row in connection.execute(chosen)}
    return found


def counted(
    connection: Connection, members: Iterable[str], first_day: int, last_day: int
) -> dict[tuple[str, int, int], int]:
    """Native quantity that counts already, by (member, activity, day)."""
    found: dict[tuple[str, int, int], int] = {}
    for some in _chunks(members):
        chosen = select(_c.member_id, _c.activity, _c.day, func.sum(_c.quantity))
        chosen = chosen.where(
            _c.member_id.in_(some), _c.day.between(first_day, last_day),
            ~_c.is_notice, _c.state.not_in(NOT_COUNTED),
        ).group_by(_c.member_id, _c.activity, _c.day)  # fmt: skip
        found |= {(row[0], row[1], row[2]): int(row[3]) for row in connection.execute(chosen)}
    return found


def foreseen(
    connection: Connection, accounts: Iterable[bytes], first_month: int
) -> dict[tuple[bytes, int], int]:
    """Units on their way to the chain, by (account, year), from that month on."""
    found: dict[tuple[bytes, int], int] = {}
    wanted = sorted(set(accounts))
    for start in range(0, len(wanted), CHUNK):
        chosen = select(_c.account, _c.month, func.sum(_c.full_units))
        chosen = chosen.where(
            _c.account.in_(wanted[start : start + CHUNK]), _c.month >= first_month,
            ~_c.is_notice, _c.state.in_(ON_THE_WAY),
        ).group_by(_c.account, _c.month)  # fmt: skip
        for account, month, units in connection.execute(chosen):
            year = int(month) // 12
            found[account, year] = found.get((account, year), 0) + int(units or 0)
    return found


def linked(connection: Connection, most: int) -> list[Linked]:
    """Waiting events whose member has an account by now."""
    chosen = select(_c.id, _c.activity, _c.day, LINKS.c.account, LINKS.c.linked_at_s)
    chosen = chosen.join(LINKS, LINKS.c.member_id == _c.member_id)
    chosen = chosen.where(_c.state == Inbox.WAITING, LINKS.c.unlinked_at_s.is_(None))
    return [Linked(*row) for row in connection.execute(chosen.order_by(_c.id).limit(most))]


def under_way(connection: Connection, most: int) -> int:
    """Rows that are on their way and not minted, counted up to ``most``. What waits for a member,
    or for a person, is not on its way."""
    states = (Inbox.RECEIVED, Inbox.READY, Inbox.RESERVING, Inbox.RESERVED, Inbox.BATCHED)
    some = select(_c.id).where(_c.state.in_(states)).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def newest_s(connection: Connection) -> int | None:
    """When the newest row came, by the chain's time; None before the first."""
    chosen = select(_c.received_s).order_by(_c.id.desc()).limit(1)
    found = connection.execute(chosen).scalar()
    return None if found is None else int(found)


def candidates(connection: Connection, state: Inbox, most: int) -> list[Candidate]:
    """Awards in that state, in the order of their coming."""
    chosen = select(*(_c[name] for name in Candidate._fields)).where(_c.state == state)
    found = connection.execute(chosen.order_by(_c.id).limit(most))
    return [_candidate(row) for row in found]


def unminted(connection: Connection, keys: Iterable[bytes]) -> list[Unminted]:
    """Events of these keys that may still be minted, by what is known here."""
    states = (Inbox.WAITING, Inbox.HELD, Inbox.READY, Inbox.RESERVING, Inbox.RESERVED)
    wanted, found = sorted(set(keys)), list[Unminted]()
    for start in range(0, len(wanted), CHUNK):
        chosen = select(_c.id, _c.state, _c.key).where(
            _c.state.in_(states), ~_c.is_notice, _c.key.in_(wanted[start : start + CHUNK])
        )
        rows = connection.execute(chosen)
        found += [Unminted(row[0], Inbox(row[1]), row[2]) for row in rows]
    return found


def open_notices(connection: Connection, most: int) -> list[Notice]:
    """Notices that wait, in the order of their coming."""
    chosen = select(_c.id, _c.event_id, _c.quantity, _c.salt, _c.value, _c.content)
    chosen = chosen.where(_c.state == Inbox.NOTED).order_by(_c.id).limit(most)
    return [Notice(*row) for row in connection.execute(chosen)]


def correcting_events(connection: Connection) -> set[str]:
    """Events with a correction under way."""
    chosen = select(_c.event_id).where(_c.state == Inbox.CORRECTING)
    return set(connection.execute(chosen).scalars())


def unmeasured(connection: Connection) -> dict[str, list[int]]:
    """Notices whose correction is final and not measured yet, by command, in their order."""
    found: dict[str, list[int]] = {}
    chosen = select(_c.command, _c.id).where(
        _c.state == Inbox.DONE, _c.is_notice, _c.lost_units.is_(None)
    )
    for command, number in connection.execute(chosen.order_by(_c.id)):
        found.setdefault(command, []).append(number)
    return found


def places(connection: Connection, event_ids: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """(batch, row, month) of events that are final on the chain."""
    found: dict[str, tuple[int, int, int]] = {}
    for some in _chunks(event_ids):
        chosen = select(_c.event_id, _c.batch, _c.row, _c.month).where(
            _c.event_id.in_(some), ~_c.is_notice, _c.state.in_((Inbox.MINTED, Inbox.DONE))
        )
        found |= {row[0]: (row[1], row[2], row[3]) for row in connection.execute(chosen)}
    return found


def confirmable(connection: Connection, most: int) -> list[tuple[int, str, int]]:
    """(id, event, batch) of awards that are final and not confirmed at the source."""
    chosen = select(_c.id, _c.event_id, _c.batch).where(_c.state == Inbox.MINTED)
    found = connection.execute(chosen.order_by(_c.batch, _c.id).limit(most))
    return [(row[0], row[1], row[2]) for row in found]


def of_state(connection: Connection, state: Inbox, most: int) -> list[tuple[int, str]]:
    """(id, event) of rows in that state."""
    chosen = select(_c.id, _c.event_id).where(_c.state == state).order_by(_c.id).limit(most)
    return [(row[0], row[1]) for row in connection.execute(chosen)]


# Moves


def move_each(
    connection: Connection, before: Inbox, after: Inbox, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Moves rows by ``id``, each with values of its own; all have the same columns."""
    transitions.move_each(connection, INBOX_MACHINE, INBOX, "id", (before, after), rows)


def move(
    connection: Connection, before: Inbox, after: Inbox, ids: Sequence[int], **values: Any
) -> None:
    """Moves rows by ``id``, all with the same values."""
    transitions.move_many(connection, INBOX_MACHINE, INBOX, "id", ids, (before, after), values)


def reject_stale(connection: Connection, activity: int, before_day: int, reason: str) -> int:
    """Ends the wait of the activity's events of earlier days; how many. Those that a person had to
    look at have terms of their own, see ``agent_reviews.waiting``."""
    states = (Inbox.WAITING, Inbox.REJECTED)
    reviewed = select(REVIEWS.c.subject).where(
        REVIEWS.c.kind == "event", REVIEWS.c.state == Review.APPROVED
    )
    where = and_(_c.activity == activity, _c.day < before_day, cast(_c.id, String).not_in(reviewed))
    values = {"reason": reason, "field": "", "value": ""}
    return transitions.move_where(connection, INBOX_MACHINE, INBOX, where, states, values)


def move_batch(
    connection: Connection, number: int, before: Inbox, after: Inbox, **values: Any
) -> int:
    """Moves the rows of the batch of that id; how many."""
    states = (before, after)
    where = and_(_c.batch == number, ~_c.is_notice)
    return transitions.move_where(connection, INBOX_MACHINE, INBOX, where, states, values)


def move_command(
    connection: Connection, sent_as: str, before: Inbox, after: Inbox, **values: Any
) -> int:
    """Moves the notices of a correction's command; how many."""
    states = (before, after)
    where = and_(_c.command == sent_as, _c.is_notice)
    return transitions.move_where(connection, INBOX_MACHINE, INBOX, where, states, values)


def note_units(connection: Connection, batch: int, clipped: Mapping[bytes, int]) -> None:
    """What a batch minted: the full worth, or less where it was clipped, by key."""
    whole = update(INBOX).where(_c.batch == batch, ~_c.is_notice)
    connection.execute(whole.values(units=_c.full_units))
    for key, units in clipped.items():
        connection.execute(whole.where(_c.key == key).values(units=units))


def note_correction(connection: Connection, notice: int, units: int, lost_units: int) -> None:
    """What a correction took back, and how much of it was spent already."""
    chosen = update(INBOX).where(_c.id == notice)
    connection.execute(chosen.values(units=units, lost_units=lost_units))


def _candidate(row: Row[Any]) -> Candidate:
    values = row._asdict()
    return Candidate(**values | {"state": Inbox(values["state"])})


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    wanted = sorted(set(values))
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
