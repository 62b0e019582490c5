"""The operator's tables of residents' claims, and of one-time codes that wallets made.

A claim is open until its answer stands. A code that was used, or is over, stays for a while, so
that the command that made it makes no other. Wallets are known here, member ids never. Times are
seconds since 1970 UTC: the chain's in claims, this machine's in codes.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from ledger.store.operator_tables import COUNTED, ID_CHARACTERS
from ledger.store.tables import METADATA
from ledger.store.types import address, digest

CLAIMS = Table(
    "operator_claims",
    METADATA,
    Column("seq", COUNTED, primary_key=True),  # in the order of asking: the cursor of lists
    Column("id", String(ID_CHARACTERS), nullable=False, unique=True),
    Column("fingerprint", digest(), nullable=False),  # of all that was asked under the id
    Column("wallet", String(ID_CHARACTERS), nullable=False),
    Column("scheme", BigInteger, nullable=False),  # the issuer's member number
    Column("account", address(), nullable=False),  # the wallet's, in that scheme
    Column("kind", String(16), nullable=False),
    Column("content", Text, nullable=False),  # JSON: what the resident asks, without the code
    Column("code", String(20)),  # of a link, until it is answered
    Column("asked_s", BigInteger, nullable=False),
    Column("due_s", BigInteger, nullable=False),
    Column("answer", Text),  # JSON: accepted, reason, words, and when; null: open
    sqlite_autoincrement=True,
)
Index("ix_operator_claims_wallet", CLAIMS.c.wallet, CLAIMS.c.seq)
Index("ix_operator_claims_scheme", CLAIMS.c.scheme, CLAIMS.c.seq)
LINK_CODES = Table(
    "operator_link_codes",
    METADATA,
    Column("digest", digest(), primary_key=True),  # keyed by a secret that no file holds
    Column("wallet", String(ID_CHARACTERS), nullable=False),
    Column("scheme", BigInteger, nullable=False),
    Column("account", address(), nullable=False),
    Column("consent", Text, nullable=False),  # JSON: version and time
    Column("expires_s", BigInteger, nullable=False),
    Column("command", String(ID_CHARACTERS)),  # that made it
    Column("used_s", BigInteger),
    Column("claim", String(ID_CHARACTERS)),  # that it was used for
)
Index("ix_operator_link_codes_wallet", LINK_CODES.c.wallet, LINK_CODES.c.scheme)
Index("ix_operator_link_codes_command", LINK_CODES.c.command)
