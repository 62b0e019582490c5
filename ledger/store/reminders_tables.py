"""The operator's tables of what residents want to be told, of reminders, and of mailings.

A reminder is there or not, and never changes: its key is the wallet, the expiry and the step, so
the database itself lets nothing be told twice. A mailing is the list of whose statements of a month
go out on paper or by SMS, noted once. All of it but the mailing's own line goes when the wallet is
forgotten. Times are seconds since 1970 UTC by this machine's clock; amounts units of 0.01 point.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, UniqueConstraint

from ledger.store.operator_tables import ID_CHARACTERS
from ledger.store.residents_tables import KEY_CHARACTERS
from ledger.store.tables import METADATA

ADDRESS_CHARACTERS = 200

NOTICES = Table(
    "reminders_notices",  # what a resident chose; without a row the usual holds
    METADATA,
    Column("wallet", String(ID_CHARACTERS), primary_key=True),
    Column("reminders", String(16), nullable=False),
    Column("statements", String(16), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("address", String(ADDRESS_CHARACTERS)),  # where statements go; null: the contact
    Column("chosen_by", String(KEY_CHARACTERS), nullable=False),
    Column("chosen_s", BigInteger, nullable=False),
)
Index("ix_reminders_notices_statements", NOTICES.c.statements)
TOLD = Table(
    "reminders_told",
    METADATA,
    Column("id", String(ID_CHARACTERS), primary_key=True),  # random: it may be told, a wallet not
    Column("wallet", String(ID_CHARACTERS), nullable=False),
    Column("epoch", BigInteger, nullable=False),  # whose end the points do not outlive
    Column("days", BigInteger, nullable=False),  # the step: so many days before
    Column("units", BigInteger, nullable=False),
    Column("told_s", BigInteger, nullable=False),
    UniqueConstraint("wallet", "epoch", "days", name="uq_reminders_told"),
)
MAILINGS = Table(
    "reminders_mailings",
    METADATA,
    Column("id", String(ID_CHARACTERS), primary_key=True),
    Column("month", BigInteger, nullable=False),
    Column("way", String(16), nullable=False),
    Column("made_by", String(KEY_CHARACTERS), nullable=False),
    Column("made_s", BigInteger, nullable=False),
    Column("letters", BigInteger, nullable=False),  # how many, when it was noted
    Column("unreachable", BigInteger, nullable=False),  # chose it, and gave nowhere to send it
    UniqueConstraint("month", "way", name="uq_reminders_mailings"),
)
LETTERS = Table(
    "reminders_letters",  # whose statement, in the order of the post
    METADATA,
    Column("mailing", String(ID_CHARACTERS), primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),  # from 1
    Column("wallet", String(ID_CHARACTERS), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("address", String(ADDRESS_CHARACTERS)),  # as it was then
    Column("card", String(4)),  # last four digits of the resident's card, as it was then
)
Index("ix_reminders_letters_wallet", LETTERS.c.wallet)
OF_A_WALLET = (NOTICES, TOLD, LETTERS)
