"""What members add to their statements, and the words behind disputes. Times: seconds since 1970.

Both are beside the chain: a statement's figures never come from here.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from ledger.store.operator_tables import COUNTED
from ledger.store.tables import METADATA
from ledger.store.types import digest

REFERENCE_CHARACTERS = 64

INVOICES = Table(
    "statements_invoices",
    METADATA,
    Column("seq", COUNTED, primary_key=True),  # the newest one counts, the others are kept
    Column("window", BigInteger, nullable=False),
    Column("member", BigInteger, nullable=False),
    Column("reference", String(REFERENCE_CHARACTERS), nullable=False),  # the member's own
    Column("noted_s", BigInteger, nullable=False),  # this machine's time
    sqlite_autoincrement=True,
)
Index("ix_statements_invoices_window", INVOICES.c.window, INVOICES.c.member, INVOICES.c.seq)
REASONS = Table(
    "statements_reasons",
    METADATA,
    Column("hash", digest(), primary_key=True),  # SHA-256 of the words, as the chain has it
    Column("words", Text, nullable=False),
    Column("noted_s", BigInteger, nullable=False),
)
