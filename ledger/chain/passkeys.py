"""Passkeys and hardware keys (WebAuthn over P-256): their address, their proofs, who signed.

The other side of ``contracts/Passkeys.sol``: an address is a hash of public point, relying party
and origin; a proof is what the contract reads. What a browser or a card gave is put into that form
here and judged before anything is sent. Knows no account.
"""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from eth_hash.auto import keccak

from ledger.chain.signer import ADDRESS_BYTES, Address, recover

SIGNATURE_BYTES = 65
"""An ECDSA signature of secp256k1; anything else is a passkey's proof."""
WORD = 32
HEAD = 4 * WORD + 2
LEAST_AUTHENTICATOR_DATA = 37
LONGEST = 255
"""Bytes of the authenticator data, and of an origin."""
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group; a signature's s is at most half of it, so that there is one form of it."""
PRESENT_AND_VERIFIED = 0x05
BACKUP_ELIGIBLE = 0x08
BACKED_UP = 0x10
ALONE = b'"}'
OWN_PAGE = b'","crossOrigin":false'
NOBODY = Address(bytes(ADDRESS_BYTES))


class Passkey(NamedTuple):
    """A public point, 32 bytes each, and where it may be used; ``origin`` such as
    ``https://points.example.cn``, ``rp_id`` such as ``points.example.cn``."""

    x: bytes
    y: bytes
    rp_id: str
    origin: str

    @property
    def address(self) -> Address:
        """What speaks for it on the chain."""
        return _address(self.x, self.y, hashlib.sha256(self.rp_id.encode()).digest(), self.origin)


class Judged(NamedTuple):
    """Who signed; ``counter`` is None where it was no passkey."""

    signer: Address
    counter: int | None


def proof(passkey: Passkey, data: bytes, client_data: bytes, signature: bytes) -> bytes:
    """The proof that the desk reads, from what the browser gave: authenticator data, client data
    and DER signature. ValueError where they are not of the form that the desk takes."""
    origin = passkey.origin.encode()
    before, mark, tail = client_data.partition(b'","origin":"' + origin)
    if not mark or not before.startswith(b'{"type":"webauthn.get","challenge":"'):
        raise ValueError("the client data does not begin as WebAuthn says, or is another site's")
    if not LEAST_AUTHENTICATOR_DATA <= len(data) <= LONGEST or len(origin) > LONGEST:
        raise ValueError("authenticator data or origin of a length that no proof has")
    r, s = decode_dss_signature(signature)
    words = [r.to_bytes(WORD, "big"), min(s, ORDER - s).to_bytes(WORD, "big")]
    lengths = bytes((len(data), len(origin)))
    return b"".join([passkey.x, passkey.y, *words, lengths, data, origin, tail])


def judged(digest: bytes, signature: bytes) -> Judged:
    """Who signed the digest, by either kind of key; nobody where it does not hold."""
    if len(signature) != SIGNATURE_BYTES:
        return _passkey(digest, signature)
    try:
        return Judged(recover(digest, signature), None)
    except ValueError:
        return Judged(NOBODY, None)


def _passkey(digest: bytes, given: bytes) -> Judged:
    nobody = Judged(NOBODY, 0)
    if len(given) < HEAD:
        return nobody
    origin_at = HEAD + given[4 * WORD]
    tail_at = origin_at + given[4 * WORD + 1]
    data, origin, tail = given[HEAD:origin_at], given[origin_at:tail_at], given[tail_at:]
    if len(data) < LEAST_AUTHENTICATOR_DATA or len(given) < tail_at:
        return nobody
    if not _is_verified(data[WORD]) or not _is_own_page(tail):
        return nobody
    x, y, r, s = (given[at : at + WORD] for at in range(0, 4 * WORD, WORD))
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=")
    client = b'{"type":"webauthn.get","challenge":"' + challenge + b'","origin":"' + origin + tail
    signed = hashlib.sha256(data + hashlib.sha256(client).digest()).digest()
    if not _holds(x, y, int.from_bytes(r, "big"), int.from_bytes(s, "big"), signed):
        return nobody
    named = keccak(x + y + data[:WORD] + keccak(origin))
    return Judged(Address(named[-ADDRESS_BYTES:]), int.from_bytes(data[33:37], "big"))


def _holds(x: bytes, y: bytes, r: int, s: int, signed: bytes) -> bool:
    if not (0 < r < ORDER and 0 < s <= ORDER // 2):
        return False
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
        point.verify(encode_dss_signature(r, s), signed, ec.ECDSA(Prehashed(SHA256())))
    except (InvalidSignature, ValueError):
        return False
    return True


def _is_verified(flags: int) -> bool:
    """Somebody was there, the device knew who, and what it says of backups makes sense."""
    backup = flags & BACKUP_ELIGIBLE or not flags & BACKED_UP
    return bool(backup) and flags & PRESENT_AND_VERIFIED == PRESENT_AND_VERIFIED


def _is_own_page(tail: bytes) -> bool:
    """Not inside another site's frame."""
    return tail == ALONE or tail == OWN_PAGE + b"}" or tail.startswith(OWN_PAGE + b",")


def _address(x: bytes, y: bytes, rp_hash: bytes, origin: str) -> Address:
    named = keccak(x + y + rp_hash + keccak(origin.encode()))
    return Address(named[-ADDRESS_BYTES:])
