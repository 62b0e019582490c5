"""What is asked of the projection about issuers: batches, classes, and what all of it comes to.

Repository only. Amounts are units of 0.01 point.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from ledger.index.rows import AwardRow, BatchRow, ClassRow, IssuerTotalRow
from ledger.store.index_query import MOST_ROWS, one, rows
from ledger.store.index_tables import TABLES
from ledger.units import epoch_of

__all__ = ["IssuerTotals", "awards_in", "batch", "batches", "classes", "issuer_totals"]


class IssuerTotals(NamedTuple):
    """An issuer's figures at a time."""

    issuer: int
    batches: int
    awards: int
    clipped: int
    """Awards that the annual cap clipped."""
    corrections: int
    reversals: int
    minted_units: int
    clipped_units: int
    """What the annual cap kept from being minted."""
    corrected_units: int
    """In force."""
    loss_units: int
    """Corrected but already spent."""
    captured_units: int
    """Refunded ones included."""
    refunded_units: int
    held_units: int
    expired_units: int
    """Booked or not: what was free of classes that have passed."""
    free_units: int
    """Of live classes."""
    outstanding_units: int
    """Free or held and still to be spent, as ``outstandingOf`` counts it."""


def issuer_totals(connection: Connection, time_s: int) -> list[IssuerTotals]:
    """Of every issuer that has minted, at that time (seconds since 1970)."""
    by_issuer = {row.issuer: row for row in rows(connection, IssuerTotalRow)}
    every = rows(connection, ClassRow)
    return [
        _totals(row, [c for c in every if c.issuer == issuer], epoch_of(time_s))
        for issuer, row in by_issuer.items()
    ]


def classes(connection: Connection, issuer: int | None = None) -> list[ClassRow]:
    """Classes by issuer and epoch, of all issuers or of one."""
    fits = [] if issuer is None else [TABLES[ClassRow].c.issuer == issuer]
    return rows(connection, ClassRow, *fits)


def batch(connection: Connection, issuer: int, number: int) -> BatchRow | None:
    """One batch, or None."""
    return one(connection, BatchRow, issuer, number)


def batches(
    connection: Connection, issuer: int, after: int = 0, limit: int = MOST_ROWS
) -> list[BatchRow]:
    """An issuer's batches with numbers above ``after``, in order."""
    c = TABLES[BatchRow].c
    return rows(connection, BatchRow, c.issuer == issuer, c.number > after)[:limit]


def awards_in(connection: Connection, issuer: int, number: int) -> list[AwardRow]:
    """A batch's awards in order; empty where its calldata could not be read."""
    c = TABLES[AwardRow].c
    return rows(connection, AwardRow, c.issuer == issuer, c.number == number)


def _totals(row: IssuerTotalRow, own: list[ClassRow], now_epoch: int) -> IssuerTotals:
    live = [c for c in own if c.epoch >= now_epoch]
    passed = [c for c in own if c.epoch < now_epoch]
    free = sum(c.free_units for c in live)
    spendable = sum(c.held_units for c in own if c.epoch >= now_epoch - 1)
    return IssuerTotals(
        issuer=row.issuer,
        batches=row.batches,
        awards=row.awards,
        clipped=row.clipped,
        corrections=row.corrections,
        reversals=row.reversals,
        minted_units=row.minted_units,
        clipped_units=row.clipped_units,
        corrected_units=sum(c.corrected_units for c in own),
        loss_units=row.loss_units,
        captured_units=sum(c.captured_units for c in own),
        refunded_units=sum(c.refunded_in_units for c in own),
        held_units=sum(c.held_units for c in own),
        expired_units=sum(c.expired_units for c in own) + sum(c.free_units for c in passed),
        free_units=free,
        outstanding_units=free + spendable,
    )
