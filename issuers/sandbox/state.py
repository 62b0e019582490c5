"""What one outside system remembers on disk: its day, marks, native spending, credits, deliveries.

SQLite through the standard library: these systems are not ours and share no table with us. Every
method is one transaction, so a killed service has either all of an answer or none of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mark (
  event_id TEXT PRIMARY KEY, state TEXT NOT NULL, mark_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS credit (
  hold_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, points INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS frozen (member_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS balance (
  member_id TEXT PRIMARY KEY, points INTEGER NOT NULL, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS happened (id INTEGER PRIMARY KEY, row TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivered (copy_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS subscription (
  id TEXT PRIMARY KEY, url TEXT NOT NULL, secret TEXT NOT NULL);
"""


class MarkState(StrEnum):
    """Where an event stands in the scheme's own books."""

    OPEN = "open"
    RESERVED = "reserved"
    CREDITED_ELSEWHERE = "credited_elsewhere"
    SPENT = "spent"


class State:
    """The file of one service. Used by one thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What happens inside is kept as a whole or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def today(self, start: date) -> date:
        """The service's day; ``start`` before anyone has moved it."""
        found = self._one("SELECT value FROM setting WHERE name = 'today'")
        return date.fromisoformat(found[0]) if found else start

    def move_today(self, day: date) -> None:
        """From now on it is ``day``."""
        self._db.execute("INSERT OR REPLACE INTO setting VALUES ('today', ?)", (day.isoformat(),))

    def mark(self, event_id: str) -> tuple[MarkState, str]:
        """(state, id of the mark); an event that nobody touched is open."""
        found = self._one("SELECT state, mark_id FROM mark WHERE event_id = ?", event_id)
        return (MarkState(found[0]), found[1]) if found else (MarkState.OPEN, "")

    def set_mark(self, event_id: str, state: MarkState, mark_id: str) -> None:
        """Write where the event stands."""
        row = (event_id, state, mark_id)
        self._db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?, ?)", row)

    def count_marks(self) -> dict[str, int]:
        """Events by state, those still open left out."""
        found = self._db.execute(
            "SELECT state, count(*) FROM mark WHERE state != 'open' GROUP BY 1"
        )
        return dict(found.fetchall())

    def credit(self, hold_id: str) -> tuple[str, int] | None:
        """(member, points) credited under the hold, if any."""
        found = self._one("SELECT member_id, points FROM credit WHERE hold_id = ?", hold_id)
        return (found[0], int(found[1])) if found else None

    def add_credit(self, hold_id: str, member_id: str, points: int) -> None:
        """Record a credit; the hold must be new."""
        self._db.execute("INSERT INTO credit VALUES (?, ?, ?)", (hold_id, member_id, points))

    def credited_points(self, member_id: str | None = None) -> int:
        """Native points that came by exchange: one member's, or all."""
        where, values = ("WHERE member_id = ?", (member_id,)) if member_id else ("", ())
        sql = f"SELECT coalesce(sum(points), 0) FROM credit {where}"  # noqa: S608 - fixed text
        return int(self._db.execute(sql, values).fetchone()[0])

    def balance(self, member_id: str) -> tuple[int, int] | None:
        """(points, version) that the member has from before the interchange."""
        sql = "SELECT points, version FROM balance WHERE member_id = ?"
        found = self._one(sql, member_id)
        return None if found is None else (int(found[0]), int(found[1]))

    def balances(self, after: str, most: int) -> list[tuple[str, int, int]]:
        """(member, points, version) of those who have points, by member, after one of them."""
        sql = "SELECT * FROM balance WHERE points > 0 AND member_id > ? ORDER BY member_id LIMIT ?"
        return [(row[0], row[1], row[2]) for row in self._db.execute(sql, (after, most))]

    def set_balance(self, member_id: str, points: int, version: int) -> None:
        """Write what a member has."""
        row = (member_id, points, version)
        self._db.execute("INSERT OR REPLACE INTO balance VALUES (?, ?, ?)", row)

    def is_frozen(self, member_id: str) -> bool:
        """Whether the scheme refuses everything for this member."""
        return self._one("SELECT 1 FROM frozen WHERE member_id = ?", member_id) is not None

    def set_frozen(self, member_id: str, frozen: bool) -> None:
        """Freeze or thaw a member."""
        sql = "INSERT OR IGNORE INTO frozen" if frozen else "DELETE FROM frozen"
        tail = " VALUES (?)" if frozen else " WHERE member_id = ?"
        self._db.execute(sql + tail, (member_id,))

    def happened(self) -> list[str]:
        """Rows that were added to the season, as they were given, in the order of their coming."""
        return [row[0] for row in self._db.execute("SELECT row FROM happened ORDER BY id")]

    def add_happened(self, rows: Iterable[str]) -> None:
        """Rows more than the season has."""
        with self.together():
            given = [(row,) for row in rows]
            self._db.executemany("INSERT INTO happened (row) VALUES (?)", given)

    def delivered(self) -> set[str]:
        """Ids of the copies that a subscriber has acknowledged."""
        return {row[0] for row in self._db.execute("SELECT copy_id FROM delivered")}

    def add_delivered(self, copy_ids: Iterable[str]) -> None:
        """These copies need no further try."""
        rows = [(copy_id,) for copy_id in copy_ids]
        with self.together():
            self._db.executemany("INSERT OR IGNORE INTO delivered VALUES (?)", rows)

    def forget_delivered(self, copy_ids: Iterable[str]) -> None:
        """Send these copies again."""
        rows = [(copy_id,) for copy_id in copy_ids]
        with self.together():
            self._db.executemany("DELETE FROM delivered WHERE copy_id = ?", rows)

    def subscription(self) -> tuple[str, str, str] | None:
        """(id, url, secret) of the one subscriber, if any."""
        found = self._one("SELECT id, url, secret FROM subscription")
        return (found[0], found[1], found[2]) if found else None

    def set_subscription(self, subscription_id: str, url: str, secret: str) -> None:
        """Replace the subscriber."""
        with self.together():
            self._db.execute("DELETE FROM subscription")
            row = (subscription_id, url, secret)
            self._db.execute("INSERT INTO subscription VALUES (?, ?, ?)", row)

    def _one(self, sql: str, *values: str) -> tuple[str, ...] | None:
        found: tuple[str, ...] | None = self._db.execute(sql, values).fetchone()
        return found
