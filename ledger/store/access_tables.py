"""The tables of the HTTP interface: who may call it, and what was answered to whom.

They stand in the operator's database, beside the outbox. Times are seconds since 1970 UTC.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from ledger.store.tables import METADATA
from ledger.store.types import digest

KEY_ID_CHARACTERS = 16
COMMAND_NAME_CHARACTERS = 128
"""Most characters of what a client calls its command."""

KEYS = Table(
    "access_keys",
    METADATA,
    Column("id", String(KEY_ID_CHARACTERS), primary_key=True),  # the token's public part
    Column("digest", Text, nullable=False),  # argon2 of the token's secret part
    Column("role", String(16), nullable=False),
    Column("member", BigInteger),  # whose key it is; null for roles of no one member
    Column("label", String(100), nullable=False),  # for people
    Column("created_s", BigInteger, nullable=False),
    Column("expires_s", BigInteger, nullable=False),
    Column("revoked_s", BigInteger),
)
ANSWERS = Table(
    "access_answers",
    METADATA,
    Column("key_id", String(KEY_ID_CHARACTERS), primary_key=True),
    Column("name", String(COMMAND_NAME_CHARACTERS), primary_key=True),  # the client's choice
    Column("fingerprint", digest(), nullable=False),  # of method, path and content
    Column("expires_s", BigInteger, nullable=False),
    Column("status", BigInteger),  # null until it is answered for good
    Column("headers", Text),  # a JSON object
    Column("body", LargeBinary),
    Column("seat", BigInteger),  # the process that works on it, where there can be several
)
Index("ix_access_answers_expires", ANSWERS.c.expires_s)


class KeyRow(NamedTuple):
    """One key; the columns above say what each field holds."""

    id: str
    digest: str
    role: str
    member: int | None
    label: str
    created_s: int
    expires_s: int
    revoked_s: int | None


class AnswerRow(NamedTuple):
    """What is kept of one command; ``status`` is None while it has no final answer."""

    fingerprint: bytes
    expires_s: int
    status: int | None
    headers: str | None
    body: bytes | None
    seat: int | None = None
