"""What is asked of the projection about the network: members, rates, desks, stops, its own place.

Repository only. Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from ledger.index.columns import ContractRole
from ledger.index.rows import (
    ActivityRow,
    AppointmentRow,
    BlockRow,
    CapsRow,
    MemberRow,
    RateRow,
    RefusedCallRow,
    StopRow,
    TermsRow,
)
from ledger.store.index_query import one, rows
from ledger.store.index_tables import PLACE, TABLES, TRAIL


class Indexed(NamedTuple):
    """The newest block whose events are in the projection."""

    block: int
    hash: bytes
    time_s: int


class Standing(NamedTuple):
    """Whose events the projection holds, and how often the chain forced it back."""

    version: int
    chain_id: int
    ledger: bytes
    rebuilds: int
    rollbacks: int


class Activity(NamedTuple):
    """An activity of a rate book, with its versions in order."""

    activity: ActivityRow
    rates: list[RateRow]

    def rate_in(self, month: int) -> RateRow | None:
        """The version in force in a month of occurrence; None before the first."""
        in_force = [rate for rate in self.rates if rate.from_month <= month]
        return in_force[-1] if in_force else None


def indexed(connection: Connection) -> Indexed | None:
    """How far the projection has come; None before its first block."""
    newest = select(TRAIL).order_by(TRAIL.c.number.desc()).limit(1)
    found = connection.execute(newest).one_or_none()
    return None if found is None else Indexed(*found)


def standing(connection: Connection) -> Standing | None:
    """None where nothing was built yet."""
    found = connection.execute(select(PLACE)).one_or_none()
    return None if found is None else Standing(*found)


def times_of(connection: Connection, blocks: Sequence[int]) -> dict[int, int]:
    """Time by number, of those blocks that hold events of ours."""
    fits = TABLES[BlockRow].c.number.in_(set(blocks))
    return {block.number: block.time_s for block in rows(connection, BlockRow, fits)}


def members(connection: Connection) -> list[MemberRow]:
    """All members in the order of joining."""
    return rows(connection, MemberRow)


def member(connection: Connection, member_id: int) -> MemberRow | None:
    """One of them."""
    return one(connection, MemberRow, member_id)


def terms(connection: Connection) -> dict[int, TermsRow]:
    """Issuers' limits as they stand, by member."""
    return {row.member: row for row in rows(connection, TermsRow)}


def in_office(connection: Connection, role: ContractRole) -> bytes | None:
    """The address of the rate book or desk appointed last."""
    appointed = appointments(connection, role)
    return appointed[-1].address if appointed else None


def appointments(connection: Connection, role: ContractRole) -> list[AppointmentRow]:
    """Every contract that was put in that office, in order."""
    return rows(connection, AppointmentRow, TABLES[AppointmentRow].c.role == role)


def activities(connection: Connection, book: bytes | None = None) -> list[Activity]:
    """Activities with rates, of one rate book or of the one in office.

    A book answers for months before its own first versions from the book before it.
    """
    book = in_office(connection, ContractRole.RATE_BOOK) if book is None else book
    found = rows(connection, ActivityRow, TABLES[ActivityRow].c.book == book)
    rates = rows(connection, RateRow, TABLES[RateRow].c.book == book)
    return [Activity(a, [r for r in rates if r.activity == a.activity]) for a in found]


def caps(connection: Connection, desk: bytes | None = None) -> CapsRow | None:
    """The custodial caps of one desk or of the one in office.

    None until the council has changed them: a desk does not say those that it began with.
    """
    desk = in_office(connection, ContractRole.DESK) if desk is None else desk
    return None if desk is None else one(connection, CapsRow, desk)


def stops(connection: Connection) -> list[StopRow]:
    """Every stop and every end of one, in order; ``ledger.index.stops`` says what they come to."""
    return rows(connection, StopRow)


def refused_calls(connection: Connection, transaction: bytes) -> list[RefusedCallRow]:
    """Calls of a relayed batch that failed, in order."""
    return rows(connection, RefusedCallRow, TABLES[RefusedCallRow].c.transaction == transaction)
