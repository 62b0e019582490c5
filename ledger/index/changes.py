"""The port through which the projection sees and changes rows. ``ledger.store`` implements it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from ledger.index.columns import ContractRole
from ledger.index.rows import AwardRow, Kind, Row

R = TypeVar("R", bound=Row)


class RowChanges(Protocol):
    """Changes over the rows that stand; what was changed is seen at once."""

    def get(self, kind: type[R], *key: object) -> R | None:
        """The row of this key, or None."""
        ...

    def put(self, row: Row) -> None:
        """Replaces the row of the same key, or adds it."""
        ...

    def add(self, kind: Kind, fresh: Iterable[Sequence[Any]]) -> None:
        """Rows whose keys were never there, as plain tuples."""
        ...

    def tally(self, kind: Kind, key: tuple[Any, ...], **sums: int) -> None:
        """Adds to the named columns of a tally."""
        ...

    def sums(self, kind: Kind) -> dict[tuple[Any, ...], list[int]]:
        """A tally's sums so far by key, to be added to directly where it has to be fast."""
        ...

    def awards(self, issuer: int, account: bytes, month: int) -> list[AwardRow]:
        """An account's awards of one month of occurrence."""
        ...

    def in_office(self, role: ContractRole) -> bytes | None:
        """The rate book or desk appointed last."""
        ...

    def window_at(self, block: int) -> int:
        """The window to which a block's captures belong."""
        ...

    def prefetch(self, kind: type[R], keys: Iterable[bytes]) -> None:
        """Rows that will be asked for."""
        ...
