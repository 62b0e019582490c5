"""The projection's tables, made from its row types, and the few that keep its place on the chain.

A projection can be dropped and built again, so it has a version instead of migrations. What each
column holds stands at the row types in ``ledger.index``.
"""

from __future__ import annotations

import enum
from typing import Any, cast, get_args, get_type_hints

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from ledger.index import rows
from ledger.index.columns import NUMBER_BITS
from ledger.index.rows import KINDS, Kind
from ledger.store.types import UInt256, address, digest

VERSION = 2
"""To be raised with every change of a row type, a table, or of what the projection makes."""
INDEX_METADATA = MetaData()
PREFIX = "index_"
"""Of every table of the projection: what is dropped before it is built again."""
WORD_CHARACTERS = 16
CODE_CHARACTERS = 32
_WRAP = 1 << (NUMBER_BITS + 1)
_HALF = 1 << NUMBER_BITS


class UInt64(TypeDecorator[int]):
    """0..2^64 - 1 in a signed column: plain up to 2^63 - 1, wrapped to negative above."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> int | None:
        """Wrapped."""
        return None if value is None else wrapped(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> int | None:
        """Unwrapped."""
        return value + _WRAP if value is not None and value < 0 else value


class Word(TypeDecorator[enum.StrEnum]):
    """One of an enumeration's words."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[enum.StrEnum]) -> None:
        super().__init__(WORD_CHARACTERS)
        self.words = words

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Plain text; ValueError for a word that is none of them."""
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> enum.StrEnum | None:
        """The enumeration's member again."""
        return None if value is None else self.words(value)


def wrapped(value: int) -> int:
    """A value of 0..2^64 - 1 as a signed one; ValueError beyond."""
    if not 0 <= value < _WRAP:
        raise ValueError("an unsigned integer of 64 bits belongs here")
    return value - _WRAP if value >= _HALF else value


def key_length(kind: Kind) -> int:
    """How many leading fields of a row are its key."""
    return len(TABLES[kind].primary_key.columns)


def table_of(kind: type[Any]) -> Table:
    """Where rows of a kind stand."""
    return TABLES[kind]


def _column_type(annotation: Any) -> TypeEngine[Any]:
    marks: dict[object, TypeEngine[Any]] = {
        "address": address(),
        "digest": digest(),
        "uint64": UInt64(),
        "uint256": UInt256(),
    }
    mark = getattr(annotation, "__metadata__", (None,))[0]
    if mark is not None:
        return marks[mark]
    if issubclass(annotation, enum.StrEnum):
        return Word(annotation)
    plain: dict[type, TypeEngine[Any]] = {
        int: BigInteger(),
        bool: Boolean(),
        bytes: LargeBinary(),
        str: String(CODE_CHARACTERS),
    }
    return plain[annotation]


def _columns(kind: Kind, keys: int) -> list[Column[Any]]:
    columns = list[Column[Any]]()
    for place, (name, hint) in enumerate(get_type_hints(kind, include_extras=True).items()):
        inner = [part for part in get_args(hint) if part is not type(None)]
        optional = type(None) in get_args(hint)
        made = _column_type(inner[0] if optional else hint)
        columns.append(Column(name, made, primary_key=place < keys, nullable=optional))
    return columns


def _table(kind: Kind, name: str, keys: int, *indexes: tuple[str, ...]) -> Table:
    """Rows lie in the order of their key, so that no table needs a second index for it."""
    table = Table(PREFIX + name, INDEX_METADATA, *_columns(kind, keys), sqlite_with_rowid=False)
    for columns in indexes:
        Index(f"ix_{table.name}_{columns[0]}", *(table.c[column] for column in columns))
    return table


_PLACED = ("placed_block", "placed_position")
_PLACE = ("block", "position")
TABLES: dict[Kind, Table] = {
    rows.BlockRow: _table(rows.BlockRow, "blocks", 1),
    rows.MemberRow: _table(rows.MemberRow, "members", 1),
    rows.TermsRow: _table(rows.TermsRow, "terms", 1),
    rows.ActivityRow: _table(rows.ActivityRow, "activities", 2),
    rows.RateRow: _table(rows.RateRow, "rates", 3),
    rows.AppointmentRow: _table(rows.AppointmentRow, "appointments", 2),
    rows.StopRow: _table(rows.StopRow, "stops", 2),
    rows.CapsRow: _table(rows.CapsRow, "caps", 1),
    rows.AccountKeyRow: _table(rows.AccountKeyRow, "account_keys", 2, ("account",)),
    rows.RefusedCallRow: _table(rows.RefusedCallRow, "refused_calls", 2, ("transaction",)),
    rows.BatchRow: _table(rows.BatchRow, "batches", 2),
    rows.AwardRow: _table(rows.AwardRow, "awards", 3, ("account", *_PLACE)),
    rows.CorrectionRow: _table(rows.CorrectionRow, "corrections", 1, ("account",)),
    rows.LotRow: _table(rows.LotRow, "lots", 3),
    rows.ClassRow: _table(rows.ClassRow, "classes", 2),
    rows.IssuerTotalRow: _table(rows.IssuerTotalRow, "issuer_totals", 1),
    rows.HoldRow: _table(rows.HoldRow, "holds", 1, ("account", *_PLACED), ("acceptor", *_PLACED)),
    rows.EntryRow: _table(rows.EntryRow, "entries", 3, ("account", *_PLACE), ("reference",)),
    rows.DonationRow: _table(rows.DonationRow, "donations", 1, ("account",), ("fund_account",)),
    rows.WindowRow: _table(rows.WindowRow, "windows", 1),
    rows.ObligationRow: _table(rows.ObligationRow, "obligations", 3),
    rows.ClearingEntryRow: _table(
        rows.ClearingEntryRow, "clearing_entries", 2, ("window", *_PLACE), ("reference",)
    ),
    rows.SettlementTransferRow: _table(rows.SettlementTransferRow, "settlement_transfers", 2),
    rows.DisputeRow: _table(rows.DisputeRow, "disputes", 1, ("origin_window",)),
    rows.PriceRow: _table(rows.PriceRow, "prices", 2),
}
assert tuple(TABLES) == KINDS

# Where the projection stands. None of it is part of the digest.

PLACE = Table(  # one row
    PREFIX + "place",
    INDEX_METADATA,
    Column("version", BigInteger, primary_key=True),
    Column("chain_id", BigInteger, nullable=False),
    Column("ledger", address(), nullable=False),  # whose events these are
    Column("rebuilds", BigInteger, nullable=False),  # how often the chain forced one
    Column("rollbacks", BigInteger, nullable=False),  # how often blocks not final were replaced
)
TRAIL = Table(  # the newest final block read, and those after it
    PREFIX + "trail",
    INDEX_METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("hash", digest(), nullable=False),
    Column("time_s", BigInteger, nullable=False),
)
UNDO = Table(  # what rows were before a block that is not final changed them
    PREFIX + "undo",
    INDEX_METADATA,
    Column("block", BigInteger, primary_key=True),
    Column("entry", BigInteger, primary_key=True),
    Column("table", Text, nullable=False),
    Column("rows", LargeBinary, nullable=False),  # JSON: pairs of a key and a row or null
)


def names(kind: Kind) -> tuple[str, ...]:
    """Column names, in the order of a row's fields."""
    return cast("tuple[str, ...]", kind._fields)
