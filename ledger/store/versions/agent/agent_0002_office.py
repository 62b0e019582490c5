"""What people do at an agent: clerks, files, reviews, link codes, claims; who certified."""

import sqlalchemy as sa
from alembic import op

revision = "agent_0002"
down_revision = "agent_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables, and the inbox's new columns."""
    _widen_inbox()
    _make_clerks()
    _make_files()
    _make_file_rows()
    _make_mappings()
    _make_reviews()
    _make_link_codes()
    _make_claims()


def _widen_inbox() -> None:
    for column in (
        sa.Column("began_s", sa.BigInteger),
        sa.Column("ended_s", sa.BigInteger),
        sa.Column("checker", sa.String(200)),
        sa.Column("spot", sa.String(200)),
        sa.Column("file", sa.Integer),
    ):
        op.add_column("agent_inbox", column)
    op.create_index("ix_agent_inbox_checker", "agent_inbox", ["checker", "day"])
    op.create_index("ix_agent_inbox_file", "agent_inbox", ["file"])


def _make_clerks() -> None:
    op.create_table(
        "agent_clerks",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("added_s", sa.BigInteger, nullable=False),
        sa.Column("ended_s", sa.BigInteger),
    )


def _make_files() -> None:
    op.create_table(
        "agent_files",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("layout", sa.Text, nullable=False),
        sa.Column("mapping", sa.Text, nullable=False),
        sa.Column("clerk", sa.String(60), nullable=False),
        sa.Column("received_s", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
    )


def _make_file_rows() -> None:
    op.create_table(
        "agent_file_rows",
        sa.Column("file", sa.Integer, primary_key=True),
        sa.Column("line", sa.BigInteger, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("event_id", sa.String(200)),
        sa.Column("member_id", sa.String(200)),
        sa.Column("activity", sa.Integer),
        sa.Column("reported", sa.BigInteger),
        sa.Column("quantity", sa.BigInteger),
        sa.Column("occurred_s", sa.BigInteger),
        sa.Column("began_s", sa.BigInteger),
        sa.Column("ended_s", sa.BigInteger),
        sa.Column("checker", sa.String(200)),
        sa.Column("spot", sa.String(200)),
        sa.Column("day", sa.Integer),
        sa.Column("month", sa.Integer),
        sa.Column("account", sa.LargeBinary(20)),
        sa.Column("units", sa.BigInteger),
        sa.Column("record", sa.LargeBinary),
        sa.Column("rate", sa.String(40)),
        sa.Column("reason", sa.String(60)),
        sa.Column("field", sa.Text),
        sa.Column("value", sa.Text),
        sa.ForeignKeyConstraint(["file"], ["agent_files.id"]),
    )
    op.create_index("ix_agent_file_rows_account", "agent_file_rows", ["file", "account"])
    op.create_index("ix_agent_file_rows_checker", "agent_file_rows", ["file", "checker", "day"])
    op.create_index("ix_agent_file_rows_day", "agent_file_rows", ["file", "member_id", "day"])
    op.create_index("ix_agent_file_rows_event", "agent_file_rows", ["file", "event_id"])


def _make_mappings() -> None:
    op.create_table(
        "agent_mappings",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("mapping", sa.Text, nullable=False),
        sa.Column("clerk", sa.String(60), nullable=False),
        sa.Column("learned_s", sa.BigInteger, nullable=False),
    )


def _make_reviews() -> None:
    op.create_table(
        "agent_reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("opened_s", sa.BigInteger, nullable=False),
        sa.Column("opened_by", sa.String(60), nullable=False),
        sa.Column("decided_s", sa.BigInteger),
        sa.Column("decided_by", sa.String(60)),
        sa.Column("alone", sa.Boolean),
        sa.Column("words", sa.Text),
        sa.Column("state", sa.String(16), nullable=False),
    )
    op.create_index("ix_agent_reviews_state", "agent_reviews", ["state", "id"])
    op.create_index("ix_agent_reviews_subject", "agent_reviews", ["kind", "subject"])


def _make_link_codes() -> None:
    op.create_table(
        "agent_link_codes",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("member_id", sa.String(200), nullable=False),
        sa.Column("made_s", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
        sa.Column("expires_s", sa.BigInteger, nullable=False),
        sa.Column("used_s", sa.BigInteger),
    )
    op.create_index("ix_agent_link_codes_member", "agent_link_codes", ["member_id"])


def _make_claims() -> None:
    op.create_table(
        "agent_claims",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("account", sa.LargeBinary(20), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("received_s", sa.BigInteger, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("state", sa.String(16), nullable=False),
    )
    op.create_index("ix_agent_claims_state", "agent_claims", ["state"])
