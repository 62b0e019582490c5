"""Every row type of the projection, in the order in which the digest reads them. Pure."""

from __future__ import annotations

from typing import Any, TypeAlias

from ledger.index.rows_clearing import (
    ClearingEntryRow,
    DisputeRow,
    ObligationRow,
    PriceRow,
    SettlementTransferRow,
    WindowRow,
)
from ledger.index.rows_members import (
    AccountKeyRow,
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
from ledger.index.rows_points import (
    AwardRow,
    BatchRow,
    ClassRow,
    CorrectionRow,
    DonationRow,
    EntryRow,
    HoldRow,
    IssuerTotalRow,
    LotRow,
)

__all__ = [
    "KINDS",
    "TALLIES",
    "AccountKeyRow",
    "ActivityRow",
    "AppointmentRow",
    "AwardRow",
    "BatchRow",
    "BlockRow",
    "CapsRow",
    "ClassRow",
    "ClearingEntryRow",
    "CorrectionRow",
    "DisputeRow",
    "DonationRow",
    "EntryRow",
    "HoldRow",
    "IssuerTotalRow",
    "Kind",
    "LotRow",
    "MemberRow",
    "ObligationRow",
    "PriceRow",
    "RateRow",
    "RefusedCallRow",
    "Row",
    "SettlementTransferRow",
    "StopRow",
    "TermsRow",
    "WindowRow",
]

Row: TypeAlias = (
    BlockRow | MemberRow | TermsRow | ActivityRow | RateRow | AppointmentRow | StopRow | CapsRow
    | AccountKeyRow | RefusedCallRow
    | BatchRow | AwardRow | CorrectionRow | LotRow | ClassRow | IssuerTotalRow
    | HoldRow | EntryRow | DonationRow
    | WindowRow | ObligationRow | ClearingEntryRow | SettlementTransferRow | DisputeRow | PriceRow
)  # fmt: skip
Kind: TypeAlias = type[Any]
"""One of the types above, as a key of what is said about each."""
KINDS: tuple[Kind, ...] = (
    BlockRow, MemberRow, TermsRow, ActivityRow, RateRow, AppointmentRow, StopRow, CapsRow,
    AccountKeyRow, RefusedCallRow,
    BatchRow, AwardRow, CorrectionRow, LotRow, ClassRow, IssuerTotalRow,
    HoldRow, EntryRow, DonationRow,
    WindowRow, ObligationRow, ClearingEntryRow, SettlementTransferRow, DisputeRow, PriceRow,
)  # fmt: skip
TALLIES: frozenset[Kind] = frozenset({LotRow, ClassRow, IssuerTotalRow, ObligationRow})
"""Kinds whose columns after the key are sums that events add to; they are never read to be
written."""
