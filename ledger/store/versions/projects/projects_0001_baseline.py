"""Projects, rounds of voting with voices and counts, districts of wallets, spendings, effects."""

import sqlalchemy as sa
from alembic import op

revision = "projects_0001"
down_revision = None
branch_labels = ("projects",)
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes all of the family's tables."""
    _projects()
    _rounds()
    _spent()


def _projects() -> None:
    op.create_table(
        "projects_projects",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("wallet", sa.String(100)),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("title_zh", sa.String(60), nullable=False),
        sa.Column("title_en", sa.String(120), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("wanted_units", sa.BigInteger, nullable=False),
        sa.Column("letters", sa.Text, nullable=False),
        sa.Column("proposed_s", sa.BigInteger, nullable=False),
        sa.Column("vetted_s", sa.BigInteger),
        sa.Column("accepted", sa.Boolean),
        sa.Column("vetting_reason", sa.Text),
        sa.Column("round", sa.String(100)),
        sa.Column("fund", sa.BigInteger),
        sa.Column("decided_s", sa.BigInteger),
        sa.Column("granted_units", sa.BigInteger),
        sa.Column("decision_reason", sa.Text),
        sa.Column("number", sa.BigInteger),
        sa.UniqueConstraint("fund", "number", name="uq_projects_projects_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_projects_projects_district", "projects_projects", ["district", "seq"])
    op.create_index("ix_projects_projects_wallet", "projects_projects", ["wallet"])
    op.create_index("ix_projects_projects_round", "projects_projects", ["round"])


def _rounds() -> None:
    op.create_table(
        "projects_rounds",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("fund", sa.BigInteger, nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("title_zh", sa.String(60), nullable=False),
        sa.Column("title_en", sa.String(120), nullable=False),
        sa.Column("begins_s", sa.BigInteger, nullable=False),
        sa.Column("ends_s", sa.BigInteger, nullable=False),
        sa.Column("budget_units", sa.BigInteger, nullable=False),
        sa.Column("counted_s", sa.BigInteger),
        sa.Column("called_off_s", sa.BigInteger),
        sa.Column("reason", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_projects_rounds_district", "projects_rounds", ["district", "seq"])
    op.create_index("ix_projects_rounds_ends", "projects_rounds", ["ends_s"])
    op.create_table(
        "projects_ballots",
        sa.Column("round", sa.String(100), primary_key=True),
        sa.Column("voter", sa.LargeBinary(32), primary_key=True),
        sa.Column("project", sa.String(100), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "projects_counts",
        sa.Column("round", sa.String(100), primary_key=True),
        sa.Column("project", sa.String(100), primary_key=True),
        sa.Column("voices", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "projects_homes",
        sa.Column("wallet", sa.String(100), primary_key=True),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("said_s", sa.BigInteger, nullable=False),
        sa.Column("said_by", sa.String(16), nullable=False),
        sa.Column("moved_s", sa.BigInteger),
    )


def _spent() -> None:
    op.create_table(
        "projects_spendings",
        sa.Column("hold", sa.LargeBinary(32), primary_key=True),
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("noted_s", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_projects_spendings_project", "projects_spendings", ["project"])
    op.create_table(
        "projects_effects",
        sa.Column("seq", COUNTED, primary_key=True),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("reported_s", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_projects_effects_project", "projects_effects", ["project", "seq"])
