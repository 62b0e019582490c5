"""The operator's tables of residents' sign-ins: who is tied to which wallet, sessions, recovery.

Of a provider's subject stands a keyed hash and nothing else: no name, address or number of anybody.
Tokens and codes stand as digests. What happened is a time that is null before and never changes
afterwards, so no row has a state to move. Times are seconds since 1970 UTC by this machine's clock.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, String, Table, UniqueConstraint

from ledger.store.operator_tables import COUNTED, ID_CHARACTERS
from ledger.store.tables import METADATA
from ledger.store.types import digest

SESSION_CHARACTERS = 16
"""Of the id of a session: as long as an API key's at most."""
PROVIDER_CHARACTERS = 40
NAME_CHARACTERS = 40


def _id(name: str = "id", **more: Any) -> Column[str]:
    return Column(name, String(ID_CHARACTERS), **more)


def _provider() -> Column[str]:
    return Column("provider", String(PROVIDER_CHARACTERS), nullable=False)


def _subject() -> Column[bytes]:
    return Column("subject", digest(), nullable=False)  # HMAC of what the provider calls somebody


STARTS = Table(
    "logins_starts",
    METADATA,
    Column("state", digest(), primary_key=True),  # of what the browser carries to the provider
    _provider(),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),  # ours, towards the provider (RFC 7636)
    Column("challenge", digest(), nullable=False),  # of the page's own verifier, towards us
    Column("begun_s", BigInteger, nullable=False),
    Column("expires_s", BigInteger, nullable=False),
)
Index("ix_logins_starts_expires", STARTS.c.expires_s)
TICKETS = Table(
    "logins_tickets",
    METADATA,
    Column("digest", digest(), primary_key=True),
    _provider(),
    _subject(),
    Column("challenge", digest(), nullable=False),
    Column("expires_s", BigInteger, nullable=False),
)
Index("ix_logins_tickets_expires", TICKETS.c.expires_s)
TIES = Table(
    "logins_ties",
    METADATA,
    _id(primary_key=True),
    _provider(),
    _subject(),
    _id("wallet", nullable=False),
    Column("tied_s", BigInteger, nullable=False),
    Column("consent_version", BigInteger),  # agreed to where the wallet was opened by this sign-in
    UniqueConstraint("provider", "subject", name="uq_logins_ties_subject"),
)
Index("ix_logins_ties_wallet", TIES.c.wallet)
SESSIONS = Table(
    "logins_sessions",
    METADATA,
    Column("id", String(SESSION_CHARACTERS), primary_key=True),
    _provider(),
    _subject(),
    Column("access", digest(), nullable=False),
    Column("access_ends_s", BigInteger, nullable=False),
    Column("refresh", digest(), nullable=False, unique=True),
    Column("former", digest(), unique=True),  # the refresh token before
    _id("renewed_as"),  # the command that replaced it
    Column("ends_s", BigInteger, nullable=False),  # whatever is renewed until then
    Column("opened_s", BigInteger, nullable=False),
    Column("ended_s", BigInteger),
)
Index("ix_logins_sessions_subject", SESSIONS.c.provider, SESSIONS.c.subject)
CODES = Table(
    "logins_codes",
    METADATA,
    Column("digest", digest(), primary_key=True),  # keyed by a secret of the operator's
    _id("wallet", nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("made_by", String(SESSION_CHARACTERS), nullable=False),  # key or session
    Column("expires_s", BigInteger, nullable=False),
    Column("used_s", BigInteger),
)
Index("ix_logins_codes_wallet", CODES.c.wallet, CODES.c.purpose)
PLANS = Table(
    "logins_plans",
    METADATA,
    _id("wallet", primary_key=True),
    Column("needed", BigInteger, nullable=False),  # so many contacts have to confirm
    Column("name", String(NAME_CHARACTERS), nullable=False),  # what contacts see of whose it is
    Column("made_s", BigInteger, nullable=False),
)
SEATS = Table(
    "logins_seats",
    METADATA,
    _id(primary_key=True),
    _id("wallet", nullable=False),  # whose plan it is
    _id("contact", nullable=False),  # the contact's own wallet
    UniqueConstraint("wallet", "contact", name="uq_logins_seats_contact"),
)
Index("ix_logins_seats_contact", SEATS.c.contact)
RECOVERIES = Table(
    "logins_recoveries",
    METADATA,
    _id(primary_key=True),
    _provider(),
    _subject(),  # the new sign-in
    Column("code", digest(), nullable=False, unique=True),  # what contacts are told
    _id("wallet"),  # from the first contact's confirmation on
    Column("asked_s", BigInteger, nullable=False),
    Column("confirm_by_s", BigInteger, nullable=False),
    Column("ready_s", BigInteger),  # enough have confirmed: from then on it may be finished
    Column("cancelled_s", BigInteger),
    Column("cancelled_by", String(SESSION_CHARACTERS)),
    Column("done_s", BigInteger),
)
Index("ix_logins_recoveries_wallet", RECOVERIES.c.wallet)
Index("ix_logins_recoveries_subject", RECOVERIES.c.provider, RECOVERIES.c.subject)
CONFIRMATIONS = Table(
    "logins_confirmations",
    METADATA,
    _id("recovery", primary_key=True),
    _id("contact", primary_key=True),
    Column(
        "by", String(SESSION_CHARACTERS), nullable=False
    ),  # the contact's session, or a desk's key
    Column("at_s", BigInteger, nullable=False),
)
EVENTS = Table(
    "logins_events",  # what a resident reads of everything above
    METADATA,
    Column("seq", COUNTED, primary_key=True),
    _id("wallet", nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at_s", BigInteger, nullable=False),
    Column("by", String(SESSION_CHARACTERS), nullable=False),  # key or session; empty: time
    _id("about"),  # the recovery
    sqlite_autoincrement=True,
)
Index("ix_logins_events_wallet", EVENTS.c.wallet, EVENTS.c.seq)
