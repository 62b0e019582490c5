"""What people do at an issuer's agent: clerks, files, reviews, one-time codes, residents' claims.

Beside ``agent_tables``, which holds what the agent does by itself. Clerks' names, member ids and
residents' words never leave this database. Times are seconds since 1970 UTC.
"""

from __future__ import annotations

import enum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from ledger.faults import NEW, declare
from ledger.store.tables import METADATA
from ledger.store.types import address, digest

NAME_CHARACTERS = 60
"""Of a clerk's name."""


class File(enum.StrEnum):
    """Where a clerk's file, or a sign-in sheet, stands."""

    READING = "reading"
    """Its rows are being read and judged; nothing else knows of them."""
    PREVIEWED = "previewed"
    """Every row is judged; the clerk decides."""
    COMMITTING = "committing"
    """Its good rows are going into the inbox."""
    COMMITTED = "committed"
    UNDOING = "undoing"
    """What it brought is being withdrawn, or corrected to nothing."""
    UNDONE = "undone"
    DROPPED = "dropped"
    """Never committed. The end."""


class Verdict(enum.StrEnum):
    """What a preview says of a row."""

    ACCEPTED = "accepted"
    CLIPPED = "clipped"
    """Accepted for less: a limit of the standard or the year's cap."""
    WAITING = "waiting"
    """Accepted once the member has linked an account."""
    HELD = "held"
    """Accepted once a person has looked at it."""
    DUPLICATE = "duplicate"
    """Known already, from here or from an earlier row."""
    REJECTED = "rejected"


class Review(enum.StrEnum):
    """Where something stands that a person has to decide."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"


class Claim(enum.StrEnum):
    """Where a resident's claim stands."""

    SEEN = "seen"
    DECIDED = "decided"
    """The answer stands here; the operator is still to be told."""
    ANSWERED = "answered"


FILE_MACHINE = declare(
    "file",
    [
        (NEW, File.READING),
        (File.READING, File.PREVIEWED),
        (File.READING, File.DROPPED),
        (File.PREVIEWED, File.DROPPED),
        (File.PREVIEWED, File.COMMITTING),
        (File.COMMITTING, File.COMMITTED),
        (File.COMMITTED, File.UNDOING),
        (File.UNDOING, File.UNDONE),
    ],
)
REVIEW_MACHINE = declare(
    "review",
    [(NEW, Review.OPEN), (Review.OPEN, Review.APPROVED), (Review.OPEN, Review.REFUSED)],
)
CLAIM_MACHINE = declare(
    "claim",
    [(NEW, Claim.SEEN), (Claim.SEEN, Claim.DECIDED), (Claim.DECIDED, Claim.ANSWERED)],
)

CLERKS = Table(
    "agent_clerks",
    METADATA,
    Column("name", String(NAME_CHARACTERS), primary_key=True),
    Column("token_hash", digest(), nullable=False, unique=True),  # SHA-256 of 32 random bytes
    Column("added_s", BigInteger, nullable=False),
    Column("ended_s", BigInteger),
)
FILES = Table(
    "agent_files",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),  # as shown: cleaned, never a path
    Column("kind", String(16), nullable=False),  # csv, xlsx, xls, sheet
    Column("content_hash", digest(), nullable=False),  # SHA-256 of the bytes as they came
    Column("layout", Text, nullable=False),  # JSON: header, sheet, encoding, separator
    Column("mapping", Text, nullable=False),  # JSON: which column is which field
    Column("clerk", String(NAME_CHARACTERS), nullable=False),
    Column("received_s", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),  # read so far
    Column("state", String(16), nullable=False),
)
FILE_ROWS = Table(  # rows read and judged; good ones go on into the inbox, bad ones are given back
    "agent_file_rows",
    METADATA,
    Column("file", Integer, ForeignKey(FILES.c.id), primary_key=True),
    Column("line", BigInteger, primary_key=True),  # as the person sees it in the file
    Column("content", LargeBinary, nullable=False),  # JSON: the cells as they stood
    Column("verdict", String(16), nullable=False),
    Column("event_id", String(200)),
    Column("member_id", String(200)),
    Column("activity", Integer),
    Column("reported", BigInteger),
    Column("quantity", BigInteger),  # what the standard counts of it
    Column("occurred_s", BigInteger),
    Column("began_s", BigInteger),  # of a deed with a beginning and an end
    Column("ended_s", BigInteger),
    Column("checker", String(200)),  # who certified it
    Column("spot", String(200)),  # where the deed was done
    Column("day", Integer),
    Column("month", Integer),
    Column("account", address()),
    Column("units", BigInteger),  # what it would earn
    Column("record", LargeBinary),
    Column("rate", String(40)),  # numerator/denominator since month: the version
    Column("reason", String(60)),
    Column("field", Text),
    Column("value", Text),
)
Index("ix_agent_file_rows_event", FILE_ROWS.c.file, FILE_ROWS.c.event_id)
Index("ix_agent_file_rows_checker", FILE_ROWS.c.file, FILE_ROWS.c.checker, FILE_ROWS.c.day)
Index("ix_agent_file_rows_day", FILE_ROWS.c.file, FILE_ROWS.c.member_id, FILE_ROWS.c.day)
Index("ix_agent_file_rows_account", FILE_ROWS.c.file, FILE_ROWS.c.account)
MAPPINGS = Table(
    "agent_mappings",  # learned once for a kind of file
    METADATA,
    Column("digest", digest(), primary_key=True),  # SHA-256 of the mapping
    Column("mapping", Text, nullable=False),  # JSON, the header it was learned from in it
    Column("clerk", String(NAME_CHARACTERS), nullable=False),
    Column("learned_s", BigInteger, nullable=False),
)
REVIEWS = Table(
    "agent_reviews",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),  # event, correction, undo, claim
    Column("subject", String(200), nullable=False),  # id of the inbox row, file or claim
    Column("reason", String(60), nullable=False),  # why a person must look
    Column("evidence", Text, nullable=False),  # JSON
    Column("opened_s", BigInteger, nullable=False),
    Column("opened_by", String(NAME_CHARACTERS), nullable=False),  # a clerk, or "agent"
    Column("decided_s", BigInteger),
    Column("decided_by", String(NAME_CHARACTERS)),
    Column("alone", Boolean),  # the same clerk opened and decided it, after the office's wait
    Column("words", Text),  # the decision's reason
    Column("state", String(16), nullable=False),
)
Index("ix_agent_reviews_state", REVIEWS.c.state, REVIEWS.c.id)
Index("ix_agent_reviews_subject", REVIEWS.c.kind, REVIEWS.c.subject)
LINK_CODES = Table(
    "agent_link_codes",
    METADATA,
    Column("digest", digest(), primary_key=True),  # keyed: nobody finds the code by trying
    Column("member_id", String(200), nullable=False),
    Column("made_s", BigInteger, nullable=False),
    Column("made_by", String(NAME_CHARACTERS), nullable=False),
    Column("expires_s", BigInteger, nullable=False),
    Column("used_s", BigInteger),
)
Index("ix_agent_link_codes_member", LINK_CODES.c.member_id)
CLAIMS = Table(
    "agent_claims",
    METADATA,
    Column("id", String(100), primary_key=True),  # the operator's
    Column("kind", String(16), nullable=False),  # link, correction, missing
    Column("account", address(), nullable=False),
    Column("content", Text, nullable=False),  # JSON: what the resident wrote
    Column("received_s", BigInteger, nullable=False),
    Column("answer", Text),  # JSON: accepted or not, reason, words
    Column("state", String(16), nullable=False),
)
Index("ix_agent_claims_state", CLAIMS.c.state)
