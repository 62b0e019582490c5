"""Points that come back to their class, or are carried to one that lives long enough. Pure."""

from __future__ import annotations

from ledger.index.changes import RowChanges
from ledger.index.rows import ClassRow
from ledger.rules.lanes import Slices


def land(changes: RowChanges, issuer: int, slices: Slices, first_landing: int) -> None:
    """Adds slices to what is free of their epoch, or of ``first_landing`` if that is later."""
    for epoch, units in slices.items():
        landing = max(epoch, first_landing)
        if landing != epoch:
            changes.tally(ClassRow, (issuer, epoch), carried_out_units=units)
            changes.tally(ClassRow, (issuer, landing), carried_in_units=units)
        changes.tally(ClassRow, (issuer, landing), free_units=units)
