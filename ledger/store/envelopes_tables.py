"""The operator's table of what opens residents' wallet secrets: envelopes, and hardware keys' data.

Of a secret nothing stands here but what is encrypted under a key that the operator does not have.
The half of a key that it does have, and the proof that it asks before giving it out, stand sealed
and keyed by a secret of the installation that no database holds. Times are seconds since 1970 UTC
by this machine's clock. All of it goes when the wallet is forgotten.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from ledger.store.operator_tables import ID_CHARACTERS
from ledger.store.tables import METADATA
from ledger.store.types import FixedBytes, digest

LABEL_CHARACTERS = 40
SECRET_NAME_BYTES = 8

ENVELOPES = Table(
    "envelopes_kept",
    METADATA,
    Column("id", String(ID_CHARACTERS), primary_key=True),
    Column("wallet", String(ID_CHARACTERS), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("version", BigInteger, nullable=False),  # of the browser's format
    Column("label", String(LABEL_CHARACTERS), nullable=False),  # the resident's own word for it
    Column("made_s", BigInteger, nullable=False),
    Column("made_by", String(16), nullable=False),  # session
    Column("secret", FixedBytes(SECRET_NAME_BYTES)),  # what the secret inside is called
    Column("salt", digest()),
    Column("rounds", BigInteger),  # of the slow hash of a PIN
    Column("iv", FixedBytes(12)),
    Column("ciphertext", FixedBytes(48)),  # of 32 bytes, with their tag
    Column("credential", Text),  # a passkey's id, base64url
    Column("account", FixedBytes(20)),  # that a hardware key speaks for
    Column("key", FixedBytes(20)),  # the address by which it does
    Column("point", FixedBytes(64)),  # that key's public point
    Column("needed", BigInteger),  # so many slips open it
    Column("share", LargeBinary(60)),  # the operator's half of the key, sealed
    Column("verifier", digest()),  # keyed: what proves the PIN
    Column("failures", BigInteger, nullable=False),  # tries since the last right one
    Column("locked_until_s", BigInteger, nullable=False),
)
Index("ix_envelopes_kept_wallet", ENVELOPES.c.wallet)
