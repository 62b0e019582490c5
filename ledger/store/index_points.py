"""What is asked of the projection about residents' accounts: lots, awards, holds, every movement.

Repository only. Amounts are units of 0.01 point, times seconds since 1970, accounts 20 bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from ledger.index.columns import EntryKind, HoldPhase
from ledger.index.rows import (
    AccountKeyRow,
    AwardRow,
    CorrectionRow,
    DonationRow,
    EntryRow,
    HoldRow,
    LotRow,
)
from ledger.store.index_query import FIRST, Page, Place, one, paged, rows
from ledger.store.index_tables import TABLES
from ledger.units import epoch_of

_PLACED = ("placed_block", "placed_position")


class Movement(NamedTuple):
    """Points that came to an account (positive) or left it (negative), and why."""

    place: Place
    issuer: int
    account: bytes
    epoch: int
    units: int
    kind: EntryKind
    reference: bytes
    """The award's key; or the id of the hold, correction or donation."""
    award: AwardRow | None
    """For what, where it is an award."""


def lots_of(connection: Connection, accounts: Sequence[bytes], time_s: int) -> list[LotRow]:
    """What the accounts have free at that time, earliest expiry first, nothing expired or zero."""
    c = TABLES[LotRow].c
    alive = c.epoch >= epoch_of(time_s)
    fits = (c.account.in_(accounts), alive, c.free_units > 0)
    return rows(connection, LotRow, *fits, by=("epoch", "issuer", "account"))


def expired_of(connection: Connection, accounts: Sequence[bytes], time_s: int) -> list[LotRow]:
    """What the accounts let expire up to that time, earliest first."""
    c = TABLES[LotRow].c
    fits = (c.account.in_(accounts), c.epoch < epoch_of(time_s), c.free_units > 0)
    return rows(connection, LotRow, *fits, by=("epoch", "issuer", "account"))


def awards_of(
    connection: Connection, accounts: Sequence[bytes], page: Page = FIRST
) -> list[AwardRow]:
    """The accounts' awards, page by page."""
    return paged(connection, AwardRow, page, TABLES[AwardRow].c.account.in_(accounts))


def movements_of(
    connection: Connection, accounts: Sequence[bytes], page: Page = FIRST
) -> list[Movement]:
    """Everything that moved the accounts' points, awards and all, page by page.

    The sum of an account's movements by issuer and epoch is its lot, so where each point came from
    can be answered from these. Awards that were clipped to nothing are among them, with 0 units.
    """
    entries = paged(connection, EntryRow, page, TABLES[EntryRow].c.account.in_(accounts))
    found = [_of_award(award) for award in awards_of(connection, accounts, page)]
    found += [_of_entry(entry) for entry in entries]
    found.sort(key=lambda movement: movement.place, reverse=page.newest_first)
    return found[: page.limit]


def hold(connection: Connection, hold_id: bytes) -> HoldRow | None:
    """The hold of this id, or None."""
    return one(connection, HoldRow, hold_id)


def holds_of(
    connection: Connection,
    accounts: Sequence[bytes],
    page: Page = FIRST,
    phases: Sequence[HoldPhase] = tuple(HoldPhase),
) -> list[HoldRow]:
    """The accounts' holds in these phases, by the place where they were placed."""
    c = TABLES[HoldRow].c
    fits = (c.account.in_(accounts), c.phase.in_(phases))
    return paged(connection, HoldRow, page, *fits, place=_PLACED)


def holds_at(
    connection: Connection,
    acceptor: int,
    page: Page = FIRST,
    phases: Sequence[HoldPhase] = tuple(HoldPhase),
) -> list[HoldRow]:
    """An acceptor's holds in these phases, by the place where they were placed."""
    c = TABLES[HoldRow].c
    fits = (c.acceptor == acceptor, c.phase.in_(phases))
    return paged(connection, HoldRow, page, *fits, place=_PLACED)


def history_of_hold(connection: Connection, hold_id: bytes) -> list[EntryRow]:
    """The entries that a hold made on its account, in order."""
    return rows(connection, EntryRow, TABLES[EntryRow].c.reference == hold_id)


def corrections_of(connection: Connection, accounts: Sequence[bytes]) -> list[CorrectionRow]:
    """Corrections of the accounts' awards, in order."""
    fits = TABLES[CorrectionRow].c.account.in_(accounts)
    return rows(connection, CorrectionRow, fits, by=("block", "position"))


def donations_of(connection: Connection, accounts: Sequence[bytes]) -> list[DonationRow]:
    """What the accounts gave, in order."""
    fits = TABLES[DonationRow].c.account.in_(accounts)
    return rows(connection, DonationRow, fits, by=("block", "position"))


def donations_to(connection: Connection, fund_account: bytes) -> list[DonationRow]:
    """What a fund's account was given, in order."""
    fits = TABLES[DonationRow].c.fund_account == fund_account
    return rows(connection, DonationRow, fits, by=("block", "position"))


def account_key(connection: Connection, desk: bytes, account: bytes) -> AccountKeyRow | None:
    """The key announced for an account at a desk; None if there never was one."""
    return one(connection, AccountKeyRow, desk, account)


def _of_award(award: AwardRow) -> Movement:
    place = Place(award.block, award.position)
    units = (award.issuer, award.account, award.epoch, award.units)
    return Movement(place, *units, EntryKind.AWARD, award.key, award)


def _of_entry(entry: EntryRow) -> Movement:
    place = Place(entry.block, entry.position)
    units = (entry.issuer, entry.account, entry.epoch, entry.units)
    return Movement(place, *units, entry.kind, entry.reference, None)
