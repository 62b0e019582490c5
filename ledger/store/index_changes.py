"""Row changes of the projection: gathered, then written in bulk, with what it takes to undo them.

All writes of projected rows go through ``Changes.write``. For blocks that may still vanish it keeps
the rows as they were before, so that ``undo_above`` puts them back exactly. Repository only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

import orjson
from sqlalchemy import Connection, delete, insert, select

from ledger.index.columns import ContractRole
from ledger.index.rows import TALLIES, AppointmentRow, AwardRow, Kind, Row, WindowRow
from ledger.store.index_network import in_office
from ledger.store.index_query import one, rows
from ledger.store.index_sql import (
    Raw,
    chosen_sql,
    delete_sql,
    insert_sql,
    replace_sql,
    spelt,
    tally_sql,
)
from ledger.store.index_tables import TABLES, UNDO, key_length, names, table_of

R = TypeVar("R", bound=Row)
KEYS_AT_A_TIME = 500
_KIND_BY_TABLE: dict[str, Kind] = {table.name: kind for kind, table in TABLES.items()}


class Changes:
    """The changes of one stretch of blocks, over the rows that stand. One transaction's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._fresh: dict[Kind, list[Raw]] = defaultdict(list)
        self._changed: dict[Kind, dict[Raw, Any]] = defaultdict(dict)
        self._known: dict[Kind, dict[Raw, Any]] = defaultdict(dict)
        self._tallies: dict[Kind, dict[Raw, list[int]]] = {kind: {} for kind in TALLIES}
        self._windows: dict[int, int] | None = None
        self._offices: dict[ContractRole, bytes | None] = {}

    # What the projection asks

    def get(self, kind: type[R], *key: object) -> R | None:
        """The row of this key as it stands with the changes so far, or None."""
        for found in (self._changed[kind], self._known[kind]):
            if key in found:
                row: R | None = found[key]
                return row
        row = one(self._connection, kind, *key)
        self._known[kind][key] = row
        return row

    def put(self, row: Row) -> None:
        """Replaces the row of the same key, or adds it."""
        kind = type(row)
        self._changed[kind][tuple(row[: key_length(kind)])] = row
        if isinstance(row, WindowRow):
            self._begun()[row.number] = row.first_block
        elif isinstance(row, AppointmentRow):
            self._offices[row.role] = row.address

    def add(self, kind: Kind, fresh: Iterable[Sequence[Any]]) -> None:
        """Rows whose keys were never there."""
        self._fresh[kind].extend(fresh)  # type: ignore[arg-type]

    def tally(self, kind: Kind, key: Raw, **sums: int) -> None:
        """Adds to the named columns of a tally."""
        counted = self._tallies[kind].get(key)
        if counted is None:
            counted = self._tallies[kind][key] = [0] * (len(names(kind)) - len(key))
        for name, amount in sums.items():
            counted[names(kind).index(name) - len(key)] += amount

    def sums(self, kind: Kind) -> dict[Raw, list[int]]:
        """The sums so far by key, to be added to directly where it has to be fast."""
        return self._tallies[kind]

    def awards(self, issuer: int, account: bytes, month: int) -> list[AwardRow]:
        """An account's awards of one month of occurrence."""
        c = TABLES[AwardRow].c
        fits = (c.account == account, c.issuer == issuer, c.month == month)
        found = rows(self._connection, AwardRow, *fits)
        wanted = (issuer, account, month)
        fresh = [AwardRow(*row) for row in self._fresh[AwardRow]]
        found += [row for row in fresh if (row.issuer, row.account, row.month) == wanted]
        changed = self._changed[AwardRow]
        return [changed.get((row.issuer, row.number, row.row), row) for row in found]

    def in_office(self, role: ContractRole) -> bytes | None:
        """The rate book or desk appointed last."""
        if role not in self._offices:
            self._offices[role] = in_office(self._connection, role)
        return self._offices[role]

    def window_at(self, block: int) -> int:
        """The window to which a block's captures belong."""
        return max(number for number, first in self._begun().items() if first <= block)

    def _begun(self) -> dict[int, int]:
        """First block by number, of the newest windows and those of these changes."""
        if self._windows is None:
            c = TABLES[WindowRow].c
            newest = select(c.number, c.first_block).order_by(c.number.desc()).limit(2)
            self._windows = {row[0]: row[1] for row in self._connection.execute(newest)}
        return self._windows

    # Writing

    def prefetch(self, kind: type[R], keys: Iterable[bytes]) -> None:
        """Reads rows that are about to be asked for, many at once; keys are of one column."""
        column = next(iter(table_of(kind).primary_key.columns))
        unknown = [key for key in keys if (key,) not in self._known[kind]]
        for part in _parts(unknown):
            found = {row[0]: row for row in rows(self._connection, kind, column.in_(part))}
            self._known[kind].update({(key,): found.get(key) for key in part})

    def write(self, undo_block: int | None) -> int:
        """Writes everything; how many rows. With a block given, keeps what it takes to undo it."""
        if undo_block is not None:
            self._keep(undo_block)
        for kind, fresh in self._fresh.items():
            self._run(insert_sql(kind, self._mark), spelt(kind, fresh))
        for kind, changed in self._changed.items():
            self._run(replace_sql(kind, self._mark), spelt(kind, changed.values()))
        for kind, counted in self._tallies.items():
            added = [(*key, *counted[key]) for key in sorted(counted)]
            self._run(tally_sql(kind, self._mark), added)
        every = (*self._fresh.values(), *self._changed.values(), *self._tallies.values())
        return sum(map(len, every))

    @property
    def _mark(self) -> str:
        return mark_of(self._connection)

    def _run(self, statement: str, values: list[Raw]) -> None:
        if values:
            self._connection.exec_driver_sql(statement, values)

    def _keep(self, block: int) -> None:
        """Notes every row about to change as it is now, one note a kind."""
        notes = list[dict[str, Any]]()
        for kind, pairs in self._before():
            note = {"table": TABLES[kind].name, "rows": _packed(pairs)}
            notes.append({"block": block, "entry": len(notes), **note})
        if notes:
            self._connection.execute(insert(UNDO), notes)

    def _before(self) -> Iterator[tuple[Kind, list[tuple[Raw, Raw | None]]]]:
        """Keys about to be written, each with the row that stands there."""
        for kind, fresh in self._fresh.items():
            length = key_length(kind)
            yield kind, [(tuple(row[:length]), None) for row in fresh]
        for group in (self._changed, self._tallies):
            for kind, found in group.items():
                standing = self._standing(kind, list(found))
                if found:
                    yield kind, [(key, standing.get(key)) for key in found]

    def _standing(self, kind: Kind, keys: list[Raw]) -> dict[Raw, Raw]:
        found = dict[Raw, Raw]()
        for part in _parts(keys):
            statement = chosen_sql(kind, len(part), self._mark)
            values = tuple(value for key in part for value in key)
            for row in self._connection.exec_driver_sql(statement, values):
                found[tuple(row[: key_length(kind)])] = tuple(row)
        return found


def undo_above(connection: Connection, block: int) -> None:
    """Puts every row back as it was before the blocks above this one, newest block first."""
    c = UNDO.c
    kept = select(c.table, c.rows).where(c.block > block)
    kept = kept.order_by(c.block.desc(), c.entry.desc())
    mark = mark_of(connection)
    for table, packed in connection.execute(kept).all():
        kind, pairs = _KIND_BY_TABLE[table], _unpacked(packed)
        new = [key for key, before in pairs if before is None]
        old = [before for _, before in pairs if before is not None]
        for statement, values in ((delete_sql(kind, mark), new), (replace_sql(kind, mark), old)):
            if values:
                connection.exec_driver_sql(statement, values)
    connection.execute(delete(UNDO).where(c.block > block))


def forget_undo(connection: Connection, until: int) -> None:
    """These blocks stay: what it takes to undo them is not needed any more."""
    connection.execute(delete(UNDO).where(UNDO.c.block <= until))


def mark_of(connection: Connection) -> str:
    """How the driver marks a parameter."""
    return "?" if connection.dialect.paramstyle == "qmark" else "%s"


def _packed(pairs: list[tuple[Raw, Raw | None]]) -> bytes:
    """As JSON; bytes as a list with their hex, so that no text can be taken for them."""
    return orjson.dumps(pairs, default=_hex)


def _hex(value: object) -> list[str]:
    return [cast("bytes", value).hex()]


def _unpacked(packed: bytes) -> list[tuple[Raw, Raw | None]]:
    return [(_raw(key), before and _raw(before)) for key, before in orjson.loads(packed)]


def _raw(values: list[Any]) -> Raw:
    return tuple(bytes.fromhex(v[0]) if isinstance(v, list) else v for v in values)


def _parts(keys: list[Any]) -> Iterator[list[Any]]:
    return (keys[i : i + KEYS_AT_A_TIME] for i in range(0, len(keys), KEYS_AT_A_TIME))
