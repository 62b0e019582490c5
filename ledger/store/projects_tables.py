"""The operator's tables of projects, rounds of voting, voices, spendings and effects.

What happened is a time that is null before and never changes afterwards, so no row has a state to
move. A voice stands under a digest that only the installation's secret makes of round and wallet,
without a time and, in SQLite, without the order in which voices came; the round's seal says which
secret that was. Once the round is counted, all of its voices are deleted, and counts are left.
Times are seconds since 1970 of the chain's clock; amounts are units of 0.01 point.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, UniqueConstraint

from ledger.store.operator_tables import COUNTED, ID_CHARACTERS
from ledger.store.tables import METADATA
from ledger.store.types import digest

DISTRICT_CHARACTERS = 40

PROJECTS = Table(
    "projects_projects",
    METADATA,
    Column("seq", COUNTED, primary_key=True),
    Column("id", String(ID_CHARACTERS), nullable=False, unique=True),
    Column("content", digest(), nullable=False),  # of all that was proposed under the id
    Column("wallet", String(ID_CHARACTERS)),  # whose proposal; null once it is forgotten
    Column("district", String(DISTRICT_CHARACTERS), nullable=False),
    Column("title_zh", String(60), nullable=False),
    Column("title_en", String(120), nullable=False),
    Column("words", Text, nullable=False),
    Column("wanted_units", BigInteger, nullable=False),
    Column("letters", Text, nullable=False),  # of titles and words, as they are searched
    Column("proposed_s", BigInteger, nullable=False),
    Column("vetted_s", BigInteger),
    Column("accepted", Boolean),  # null until it is vetted
    Column("vetting_reason", Text),
    Column("round", String(ID_CHARACTERS)),  # to whose vote it is put
    Column("fund", BigInteger),  # of that round
    Column("decided_s", BigInteger),
    Column("granted_units", BigInteger),
    Column("decision_reason", Text),
    Column("number", BigInteger),  # of its account among the fund's; null: nothing is granted
    UniqueConstraint("fund", "number", name="uq_projects_projects_number"),
    sqlite_autoincrement=True,
)
Index("ix_projects_projects_district", PROJECTS.c.district, PROJECTS.c.seq)
Index("ix_projects_projects_wallet", PROJECTS.c.wallet)
Index("ix_projects_projects_round", PROJECTS.c.round)
ROUNDS = Table(
    "projects_rounds",
    METADATA,
    Column("seq", COUNTED, primary_key=True),
    Column("id", String(ID_CHARACTERS), nullable=False, unique=True),
    Column("content", digest(), nullable=False),
    Column("fund", BigInteger, nullable=False),
    Column("district", String(DISTRICT_CHARACTERS), nullable=False),
    Column("title_zh", String(60), nullable=False),
    Column("title_en", String(120), nullable=False),
    Column("begins_s", BigInteger, nullable=False),
    Column("ends_s", BigInteger, nullable=False),  # voices given before count
    Column("budget_units", BigInteger, nullable=False),
    Column("counted_s", BigInteger),
    Column("called_off_s", BigInteger),
    Column("reason", Text),  # of calling it off
    Column("seal", digest()),  # of the secret that its voices stand under; null: planned by 0001
    sqlite_autoincrement=True,
)
Index("ix_projects_rounds_district", ROUNDS.c.district, ROUNDS.c.seq)
Index("ix_projects_rounds_ends", ROUNDS.c.ends_s)
BALLOTS = Table(
    "projects_ballots",  # while a round is not counted
    METADATA,
    Column("round", String(ID_CHARACTERS), primary_key=True),
    Column("voter", digest(), primary_key=True),  # keyed: another one in each round
    Column("project", String(ID_CHARACTERS), nullable=False),
    sqlite_with_rowid=False,  # so that they stand in the order of the digests
)
COUNTS = Table(
    "projects_counts",  # of rounds that are counted
    METADATA,
    Column("round", String(ID_CHARACTERS), primary_key=True),
    Column("project", String(ID_CHARACTERS), primary_key=True),
    Column("voices", BigInteger, nullable=False),
)
HOMES = Table(
    "projects_homes",  # in which district a wallet has its voice
    METADATA,
    Column("wallet", String(ID_CHARACTERS), primary_key=True),
    Column("district", String(DISTRICT_CHARACTERS), nullable=False),
    Column("said_s", BigInteger, nullable=False),
    Column("said_by", String(16), nullable=False),  # a worker's key; empty: the resident
    Column("moved_s", BigInteger),  # when the resident last changed it
)
SPENDINGS = Table(
    "projects_spendings",
    METADATA,
    Column("hold", digest(), primary_key=True),  # on the chain; of one project at most
    Column("project", String(ID_CHARACTERS), nullable=False),
    Column("words", Text, nullable=False),
    Column("noted_s", BigInteger, nullable=False),
)
Index("ix_projects_spendings_project", SPENDINGS.c.project)
EFFECTS = Table(
    "projects_effects",
    METADATA,
    Column("seq", COUNTED, primary_key=True),
    Column("id", String(ID_CHARACTERS), nullable=False, unique=True),
    Column("content", digest(), nullable=False),
    Column("project", String(ID_CHARACTERS), nullable=False),
    Column("words", Text, nullable=False),
    Column("figures", Text, nullable=False),  # JSON: lists of what, number, unit
    Column("day", String(10), nullable=False),  # as 2026-09-30
    Column("reported_s", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_projects_effects_project", EFFECTS.c.project, EFFECTS.c.seq)
