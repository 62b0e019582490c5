"""What is deleted when a member is erased: everything here that names, or tells of, that member.

Repository only: commits nothing. Rows on their way to the chain keep what they need until they have
ended. Of an award there remains what stands on the chain too: key, account, month, quantity.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select, update

from ledger.store import agent_files, agent_inbox, agent_link_codes, agent_links
from ledger.store.agent_office_tables import FILE_ROWS, LINK_CODES, REVIEWS, Review
from ledger.store.agent_tables import EXCHANGES, INBOX, NOTES, Exchange, Inbox

CHUNK = 500
"""Values in one question."""
HIDDEN = "erased:"
"""Begins what stands for an id once its member is erased."""
TOMB = "erased "
"""Begins the names of notes that say who was erased, by a keyed hash."""
SHORTEST_BARE = 4
"""Characters of an id that is also looked for outside of quotes; shorter ones are quantities."""
_AT_REST = (Inbox.REJECTED, Inbox.DUPLICATE, Inbox.DONE)
_EXCHANGED = (Exchange.CREDITED, Exchange.REFUNDED, Exchange.ENDED)
_c = INBOX.c
Hidden = Callable[[str], str]
"""What stands for an id from now on."""
_NOTHING: dict[str, Any] = {
    "place": "", "content": b"", "member_id": None, "occurred_s": None, "began_s": None,
    "ended_s": None, "checker": None, "spot": None, "day": None, "record": None, "salt": None,
    "field": None, "value": None,
}  # fmt: skip


def newest(connection: Connection) -> int:
    """The number of the row that came last; 0 before any."""
    return int(connection.execute(select(func.coalesce(func.max(_c.id), 0))).scalar_one())


def knows(connection: Connection, member_id: str) -> bool:
    """Whether anything here is under that member's id."""
    if agent_links.of_members(connection, [member_id]):
        return True
    return any(
        connection.execute(select(table.c.member_id).where(table.c.member_id == member_id).limit(1))
        .scalars()
        .first()
        for table in (INBOX, FILE_ROWS, EXCHANGES, LINK_CODES)
    )


def forget(connection: Connection, member_id: str, reason: str, hidden: Hidden, until: int) -> int:
    """Deletes what can go; how much is still under way, to be asked for again once it has ended.

    ``reason`` is why events that waited for a link end. ``until``: rows that came later belong to
    a later life of the member's.
    """
    agent_links.forget(connection, member_id)
    agent_link_codes.forget(connection, member_id)
    waiting = select(_c.id).where(_c.member_id == member_id, _c.state == Inbox.WAITING)
    ended = list(connection.execute(waiting).scalars())
    values = {"reason": reason, "field": "", "value": ""}
    agent_inbox.move(connection, Inbox.WAITING, Inbox.REJECTED, ended, **values)
    busy = _busy(connection, member_id)
    events = _events(connection, member_id)
    _forget_reviews(connection, member_id, events)
    for event_id in events - busy:
        _forget_event(connection, event_id, hidden)
    left = update(INBOX).where(_c.member_id == member_id, _c.state.in_(_AT_REST))
    without_id = left.where(_c.event_id.is_(None))
    connection.execute(without_id.values(**_NOTHING))
    agent_files.forget_member(connection, member_id)
    _forget_unread(connection, member_id)
    _forget_exchanges(connection, member_id)
    return _left(connection, member_id, until)


def any_late(connection: Connection) -> bool:
    """Whether there is anything for ``forget_late``; looked for only where somebody was erased."""
    tombs = select(NOTES.c.name).where(NOTES.c.name.startswith(TOMB)).limit(1)
    if connection.execute(tombs).scalar() is None:
        return False
    late = select(_c.id).where(_late(connection)).limit(1)
    return connection.execute(late).scalar() is not None


def forget_late(connection: Connection) -> int:
    """Empties corrections that came for an erased event and have ended; how many."""
    chosen = update(INBOX).where(_late(connection)).values(**_NOTHING)
    return connection.execute(chosen).rowcount


def _late(connection: Connection) -> ColumnElement[bool]:
    """SQLite finds a prefix by its index if it is given as a range; others may sort otherwise."""
    named = _c.event_id.startswith(HIDDEN)
    if connection.dialect.name == "sqlite":
        named = and_(_c.event_id >= HIDDEN, _c.event_id < HIDDEN[:-1] + chr(ord(HIDDEN[-1]) + 1))
    ended = or_(_c.state.in_((Inbox.REJECTED, Inbox.DUPLICATE)), _c.lost_units.is_not(None))
    return and_(named, _c.is_notice, ended, _c.salt.is_not(None))


def _events(connection: Connection, member_id: str) -> set[str]:
    """Ids of the member's events."""
    chosen = select(_c.event_id).where(_c.member_id == member_id, _c.event_id.is_not(None))
    return set(connection.execute(chosen.distinct()).scalars())


def _busy(connection: Connection, member_id: str) -> set[str]:
    """Events with a row, or a correction, that is under way."""
    own = select(_c.event_id).where(_c.member_id == member_id, _c.event_id.is_not(None))
    rows = select(_c.event_id).where(_c.event_id.in_(own), _c.state.not_in(_AT_REST))
    unmeasured = and_(_c.is_notice, _c.state == Inbox.DONE, _c.lost_units.is_(None))
    still = select(_c.event_id).where(_c.event_id.in_(own), unmeasured)
    return {*connection.execute(rows).scalars(), *connection.execute(still).scalars()}


def _forget_event(connection: Connection, event_id: str, hidden: Hidden) -> None:
    """All rows of an event that has ended: award, repeats, corrections."""
    of_event = _c.event_id == event_id
    notices = select(_c.id, _c.notice_id).where(of_event, _c.is_notice)
    for number, notice_id in connection.execute(notices).all():
        name = None if notice_id is None else hidden(notice_id)
        connection.execute(update(INBOX).where(_c.id == number).values(notice_id=name))
    connection.execute(update(INBOX).where(of_event).values(**_NOTHING, event_id=hidden(event_id)))


def _forget_reviews(connection: Connection, member_id: str, events: Iterable[str]) -> None:
    """What decided reviews held of evidence and words about the member's rows."""
    own = select(_c.event_id).where(_c.member_id == member_id, _c.event_id.is_not(None))
    numbers = select(_c.id).where(or_(_c.member_id == member_id, _c.event_id.in_(own)))
    subjects = {str(number) for number in connection.execute(numbers).scalars()}
    names = [_quoted(one) for one in (member_id, *events)]
    r = REVIEWS.c
    for number, subject, evidence in connection.execute(
        select(r.id, r.subject, r.evidence).where(r.state != Review.OPEN)
    ).all():
        if subject in subjects or any(name in evidence for name in names):
            chosen = update(REVIEWS).where(r.id == number)
            connection.execute(chosen.values(evidence="{}", words=None))


def _forget_unread(connection: Connection, member_id: str) -> None:
    """Rejected rows that nobody could read, and that name the member all the same."""
    named = _named(member_id)
    unread = and_(_c.member_id.is_(None), _c.state == Inbox.REJECTED, _c.content != b"")
    _blank(connection, INBOX, (_c.id,), unread, named, _NOTHING | {"event_id": None})
    f = FILE_ROWS.c
    nothing = {"content": b"{}", "field": None, "value": None, "event_id": None, "record": None}
    _blank(connection, FILE_ROWS, (f.file, f.line), f.member_id.is_(None), named, nothing)


def _blank(
    connection: Connection,
    table: Table,
    key: tuple[Any, ...],
    where: Any,
    named: re.Pattern[bytes],
    nothing: dict[str, Any],
) -> None:
    """Empties those of these rows whose content fits."""
    rows = connection.execute(select(*key, table.c.content).where(where))
    found = [row[:-1] for row in rows if named.search(bytes(row[-1]))]
    for values in found:
        fits = and_(*(column == value for column, value in zip(key, values, strict=True)))
        connection.execute(update(table).where(fits).values(**nothing))


def _forget_exchanges(connection: Connection, member_id: str) -> None:
    e = EXCHANGES.c
    ended = update(EXCHANGES).where(e.member_id == member_id, e.state.in_(_EXCHANGED))
    connection.execute(ended.values(member_id=None))


def _left(connection: Connection, member_id: str, until: int) -> int:
    """Rows, exchanges and reviews that still tell of the member."""
    own = select(func.count()).select_from(INBOX)
    rows = own.where(_c.member_id == member_id, _c.id <= until)
    unread = own.where(_c.state == Inbox.RECEIVED, _c.id <= until)
    exchanges = select(func.count()).where(EXCHANGES.c.member_id == member_id)
    counts = (connection.execute(one).scalar_one() for one in (rows, unread, exchanges))
    return sum(map(int, counts))


def _quoted(text: str) -> str:
    """As it stands in JSON."""
    return json.dumps(text, ensure_ascii=False)


def _named(member_id: str) -> re.Pattern[bytes]:
    """Finds the id in a row's bytes: quoted, or as a word of its own where it is long enough."""
    plain = re.escape(member_id.encode())
    forms = [b'"' + plain + b'"', re.escape(json.dumps(member_id).encode())]
    if len(member_id) >= SHORTEST_BARE:
        forms.append(rb"(?<![\w-])" + plain + rb"(?![\w-])")
    return re.compile(b"|".join(forms))
