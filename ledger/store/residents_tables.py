"""The operator's tables of residents: openings, cards, sessions, delegates, slips, who looked.

No identity stands here: that a document was shown, and to whom, but never which. Secrets stand as
digests only. What happened is a time that is null before and never changes afterwards, so no row
has a state to move. Times are seconds since 1970 UTC by this machine's clock; amounts are units of
0.01 point. All of it goes when the wallet is forgotten.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from ledger.store.operator_tables import COUNTED, ID_CHARACTERS
from ledger.store.tables import METADATA
from ledger.store.types import digest

KEY_CHARACTERS = 16
"""Of the id of an API key or a session."""
CONTACT_CHARACTERS = 100
WORDS_CHARACTERS = 200


def _id(name: str = "id", **more: Any) -> Column[str]:
    return Column(name, String(ID_CHARACTERS), **more)


OPENINGS = Table(
    "residents_openings",
    METADATA,
    _id("wallet", primary_key=True),
    Column("opened_by", String(KEY_CHARACTERS), nullable=False),  # who was shown a document
    Column("opened_s", BigInteger, nullable=False),
    Column("consent_version", BigInteger, nullable=False),
    Column("relation", String(20)),  # of the guardian to the child
    Column("guardian_until", BigInteger),  # the month of the fourteenth birthday
    Column("contact", String(CONTACT_CHARACTERS)),  # where messages go
)
CARDS = Table(
    "residents_cards",
    METADATA,
    _id(primary_key=True),
    Column("number", String(12), nullable=False, unique=True),
    _id("wallet", nullable=False),
    Column("holder", String(16), nullable=False),
    _id("delegation"),  # whose card it is, where a delegate's
    Column("pin", Text, nullable=False),  # argon2id of the PIN under a secret of the installation
    Column("failures", BigInteger, nullable=False),  # tries since the last right one
    Column("locked_until_s", BigInteger, nullable=False),
    Column("made_s", BigInteger, nullable=False),
    Column("made_by", String(KEY_CHARACTERS), nullable=False),
    Column("until_s", BigInteger),
    Column("ended_s", BigInteger),
    Column("contact", String(CONTACT_CHARACTERS)),  # where its one-time codes go
)
Index("ix_residents_cards_wallet", CARDS.c.wallet)
CODES = Table(
    "residents_codes",
    METADATA,
    _id("card", primary_key=True),
    Column("digest", digest(), nullable=False),  # keyed by a secret of the installation
    Column("expires_s", BigInteger, nullable=False),
)
RESETS = Table(
    "residents_resets",
    METADATA,
    _id(primary_key=True),
    _id("wallet", nullable=False),
    _id("card"),  # null: the wallet gets one
    Column("lost", Boolean, nullable=False),  # the card is replaced, not only its PIN
    Column("asked_by", String(KEY_CHARACTERS), nullable=False),
    Column("asked_s", BigInteger, nullable=False),
    Column("confirmed_by", String(KEY_CHARACTERS)),
    _id("confirmed_as"),  # the command that did
    Column("confirmed_s", BigInteger),
)
SESSIONS = Table(
    "residents_sessions",
    METADATA,
    Column("id", String(KEY_CHARACTERS), primary_key=True),
    Column("digest", digest(), nullable=False),  # of the token's 256 random bits
    _id("wallet", nullable=False),
    _id("card", nullable=False),
    _id("delegation"),
    Column("worker", String(KEY_CHARACTERS), nullable=False),  # whose desk it is
    Column("opened_s", BigInteger, nullable=False),
    Column("ends_s", BigInteger, nullable=False),
    Column("ended_s", BigInteger),
)
Index("ix_residents_sessions_wallet", SESSIONS.c.wallet)
DELEGATIONS = Table(
    "residents_delegations",
    METADATA,
    _id(primary_key=True),
    _id("wallet", nullable=False),
    Column("relation", String(20), nullable=False),
    Column("order_units", BigInteger, nullable=False),  # most of one order
    Column("month_units", BigInteger, nullable=False),  # most of one month
    Column("acceptors", Text, nullable=False),  # JSON: member numbers; empty: any
    Column("made_s", BigInteger, nullable=False),
    Column("until_s", BigInteger, nullable=False),
    Column("revoked_s", BigInteger),
)
Index("ix_residents_delegations_wallet", DELEGATIONS.c.wallet)
ACTS = Table(
    "residents_acts",  # orders that somebody placed at a desk, and who that was
    METADATA,
    Column("seq", COUNTED, primary_key=True),
    _id("order", nullable=False, unique=True),
    _id("wallet", nullable=False),
    Column("session", String(KEY_CHARACTERS), nullable=False),
    Column("worker", String(KEY_CHARACTERS), nullable=False),
    _id("delegation"),
    Column("acceptor", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("at_s", BigInteger, nullable=False),
    Column("day", BigInteger, nullable=False),  # days since 1970, in Beijing
    Column("month", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_residents_acts_wallet", ACTS.c.wallet, ACTS.c.seq)
MESSAGES = Table(
    "residents_messages",
    METADATA,
    Column("seq", COUNTED, primary_key=True),
    _id(nullable=False, unique=True),
    _id("wallet", nullable=False),
    Column("contact", String(CONTACT_CHARACTERS)),  # null: only to be read in the list
    Column("kind", String(16), nullable=False),
    Column("words", Text, nullable=False),  # of a code: empty once it is sent
    _id("order"),  # it is sent once that order is there
    Column("made_s", BigInteger, nullable=False),
    Column("sent_s", BigInteger),
    sqlite_autoincrement=True,
)
Index("ix_residents_messages_wallet", MESSAGES.c.wallet, MESSAGES.c.seq)
Index("ix_residents_messages_sent", MESSAGES.c.sent_s)
SLIPS = Table(
    "residents_slips",
    METADATA,
    _id("order", primary_key=True),
    Column("code", String(10), nullable=False, unique=True),
    _id("wallet", nullable=False),
    Column("acceptor", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("made_s", BigInteger, nullable=False),
    Column("made_by", String(KEY_CHARACTERS), nullable=False),
    Column("taken_s", BigInteger),
    Column("taken_by", String(KEY_CHARACTERS)),
    Column("taken_at", String(WORDS_CHARACTERS)),  # which desk says it took it
    _id("taken_as"),  # the command that took it
)
Index("ix_residents_slips_wallet", SLIPS.c.wallet)
VIEWS = Table(
    "residents_views",
    METADATA,
    Column("seq", COUNTED, primary_key=True),
    _id("wallet", nullable=False),
    Column("at_s", BigInteger, nullable=False),
    Column("who", String(KEY_CHARACTERS), nullable=False),
    Column("role", String(16), nullable=False),
    Column("label", String(100), nullable=False),  # of the key, as it was then
    Column("what", String(40), nullable=False),  # the operation
    Column("why", String(WORDS_CHARACTERS), nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_residents_views_wallet", VIEWS.c.wallet, VIEWS.c.seq)
Index("ix_residents_views_at", VIEWS.c.at_s)
DEATHS = Table(
    "residents_deaths",
    METADATA,
    _id(primary_key=True),
    _id("wallet", nullable=False),
    Column("reported_by", String(KEY_CHARACTERS), nullable=False),
    Column("reported_s", BigInteger, nullable=False),
    Column("due_s", BigInteger, nullable=False),  # from then on what is left goes to the fund
    _id("heir_card"),
    Column("withdrawn_s", BigInteger),
    Column("given_s", BigInteger),
)
Index("ix_residents_deaths_wallet", DEATHS.c.wallet)
