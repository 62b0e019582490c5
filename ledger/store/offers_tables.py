"""The tables of offers: what acceptors give, slots and tickets, applications, wishes, ratings.

They stand in the operator's database. What is left of an offer is not kept: a taking says which
order took how many, and counts for as long as that order has not ended unused, so nothing can be
given back twice or be forgotten. What ended orders took, which can't change, is summed. Whose an
order is, ``operator_orders`` says, not a taking. Amounts are units of 0.01 point, times seconds
since 1970 UTC of the chain.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from ledger.faults import NEW, declare
from ledger.store.operator_tables import COUNTED, ID_CHARACTERS
from ledger.store.tables import METADATA
from ledger.store.types import digest

OFFER = declare(
    "offer", [(NEW, "draft"), ("draft", "open"), ("draft", "closed"), ("open", "closed")]
)
TICKET = declare(
    "ticket",
    [
        (NEW, "waiting"),
        ("waiting", "called"),
        ("waiting", "left"),
        ("called", "used"),
        ("called", "left"),
    ],
)
APPLICATION = declare(
    "application", [(NEW, "applied"), ("applied", "vetted"), ("applied", "refused")]
)

OFFERS = Table(
    "offers_offers",
    METADATA,
    Column("seq", COUNTED, primary_key=True),  # in the order of making: the cursor of lists
    Column("id", String(ID_CHARACTERS), nullable=False, unique=True),
    Column("content", digest(), nullable=False),  # of what was asked when it was made
    Column("acceptor", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("title_zh", String(60), nullable=False),
    Column("title_en", String(120), nullable=False),  # may be empty
    Column("words", Text, nullable=False),
    Column("price_units", BigInteger, nullable=False),  # of one
    Column("measure", String(16), nullable=False),  # what one is: a portion, an hour
    Column("category", String(24), nullable=False),
    Column("district", String(40), nullable=False),  # empty: everywhere
    Column("from_s", BigInteger, nullable=False),
    Column("until_s", BigInteger, nullable=False),  # from then on it is over
    Column("stock", BigInteger),  # how many there are over all its life; null: without limit
    Column("limit_number", BigInteger),  # most for a wallet; null: no limit
    Column("limit_days", BigInteger),  # within so many days; null: over all its life
    Column("all_schemes", Boolean, nullable=False),
    Column("made_s", BigInteger, nullable=False),
    Column("letters", Text, nullable=False),  # what is searched, normalised
    sqlite_autoincrement=True,
)
Index("ix_offers_offers_acceptor", OFFERS.c.acceptor, OFFERS.c.seq)
Index("ix_offers_offers_state", OFFERS.c.state, OFFERS.c.category)
SCHEMES = Table(
    "offers_schemes",  # whose points it takes, where not all
    METADATA,
    Column("offer", String(ID_CHARACTERS), primary_key=True),
    Column("issuer", BigInteger, primary_key=True, autoincrement=False),
)
SLOTS = Table(
    "offers_slots",
    METADATA,
    Column("offer", String(ID_CHARACTERS), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # in the offer, from 1
    Column("starts_s", BigInteger, nullable=False),
    Column("ends_s", BigInteger, nullable=False),
    Column("capacity", BigInteger, nullable=False),
)
GRAMS = Table(
    "offers_grams",  # single characters and pairs of neighbours, for the search
    METADATA,
    Column("gram", String(2), primary_key=True),
    Column("offer", String(ID_CHARACTERS), primary_key=True),
    Column("weight", BigInteger, nullable=False),
)
Index("ix_offers_grams_offer", GRAMS.c.offer)
PICTURES = Table(
    "offers_pictures",
    METADATA,
    Column("digest", digest(), primary_key=True),  # SHA-256 of the content
    Column("media", String(16), nullable=False),
    Column("width", BigInteger, nullable=False),
    Column("height", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),  # without what cameras write into it
)
HANGINGS = Table(
    "offers_hangings",  # which picture belongs to which offer
    METADATA,
    Column("offer", String(ID_CHARACTERS), primary_key=True),
    Column("digest", digest(), primary_key=True),
    Column("place", BigInteger, nullable=False),  # they are shown in this order
)
Index("ix_offers_hangings_digest", HANGINGS.c.digest)
TAKINGS = Table(
    "offers_takings",
    METADATA,
    Column("order", String(ID_CHARACTERS), primary_key=True),
    Column("offer", String(ID_CHARACTERS), nullable=False),
    Column("slot", BigInteger),
    Column("number", BigInteger, nullable=False),
    Column("folded", Boolean, nullable=False, server_default=false()),  # into the sums
)
Index("ix_offers_takings_offer", TAKINGS.c.offer, TAKINGS.c.folded, TAKINGS.c.slot)
Index("ix_offers_takings_folded", TAKINGS.c.folded)
SUMS = Table(
    "offers_sums",
    METADATA,
    Column("offer", String(ID_CHARACTERS), primary_key=True),
    Column("slot", BigInteger, primary_key=True, autoincrement=False),  # 0: none
    Column("number", BigInteger, nullable=False),  # that ended orders took
)
TICKETS = Table(
    "offers_tickets",
    METADATA,
    Column("seq", COUNTED, primary_key=True),  # the queue's order
    Column("id", String(ID_CHARACTERS), nullable=False, unique=True),
    Column("offer", String(ID_CHARACTERS), nullable=False),
    Column("slot", BigInteger, nullable=False),
    Column("wallet", String(ID_CHARACTERS), nullable=False),
    Column("state", String(16), nullable=False),
    Column("taken_s", BigInteger, nullable=False),
    Column("until_s", BigInteger, nullable=False),  # over from then on: as called, or as waiting
    sqlite_autoincrement=True,
)
Index("ix_offers_tickets_slot", TICKETS.c.offer, TICKETS.c.slot, TICKETS.c.state)
Index("ix_offers_tickets_wallet", TICKETS.c.wallet)
APPLICATIONS = Table(
    "offers_applications",
    METADATA,
    Column("seq", COUNTED, primary_key=True),
    Column("id", String(ID_CHARACTERS), nullable=False, unique=True),
    Column("content", digest(), nullable=False),
    Column("state", String(16), nullable=False),
    Column("organisation", String(100), nullable=False),
    Column("told", Text, nullable=False),  # JSON: contact, categories, contract, documents
    Column("applied_s", BigInteger, nullable=False),
    Column("code", String(32), unique=True),  # under which the council adds it
    Column("reason", Text),  # of the decision
    Column("decided_s", BigInteger),
    sqlite_autoincrement=True,
)
Index("ix_offers_applications_state", APPLICATIONS.c.state, APPLICATIONS.c.seq)
WISHES = Table(
    "offers_wishes",  # one for all who wish the same
    METADATA,
    Column("seq", COUNTED, primary_key=True),
    Column("id", String(ID_CHARACTERS), nullable=False, unique=True),
    Column("words", String(60), nullable=False),  # as it was said first
    Column("letters", String(120), nullable=False),  # normalised: the same wish has the same
    Column("category", String(24), nullable=False),
    Column("district", String(40), nullable=False),
    UniqueConstraint("letters", "category", "district", name="uq_offers_wishes"),
    sqlite_autoincrement=True,
)
VOICES = Table(
    "offers_voices",  # who wishes it: one voice a wallet
    METADATA,
    Column("id", String(ID_CHARACTERS), primary_key=True),
    Column("content", digest(), nullable=False),
    Column("wish", String(ID_CHARACTERS), nullable=False),
    Column("wallet", String(ID_CHARACTERS)),  # null once the wallet is forgotten
    Column("said_s", BigInteger, nullable=False),
)
Index("ix_offers_voices_wish", VOICES.c.wish)
Index("ix_offers_voices_wallet", VOICES.c.wallet)
GRANTS = Table(
    "offers_grants",  # which offers meet which wish
    METADATA,
    Column("wish", String(ID_CHARACTERS), primary_key=True),
    Column("offer", String(ID_CHARACTERS), primary_key=True),
    Column("granted_s", BigInteger, nullable=False),
)
RATINGS = Table(
    "offers_ratings",
    METADATA,
    Column("order", String(ID_CHARACTERS), primary_key=True),
    Column("acceptor", BigInteger, nullable=False),
    Column("offer", String(ID_CHARACTERS)),
    Column("score", String(8), nullable=False),
    Column("first_s", BigInteger, nullable=False),  # it can be changed for a day from then on
)
Index("ix_offers_ratings_acceptor", RATINGS.c.acceptor, RATINGS.c.offer)
