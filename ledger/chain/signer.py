"""Keys, and transactions signed by them: legacy ones with EIP-155, which every engine takes.

Gas price is 0 on the members' network and on the embedded chain, so a fee market's fields would be
dead weight. Digests are signed too (EIP-712). A key never shows its secret. Whoever sends takes a
``Signer``: a key in memory, or one that stands elsewhere and signs when asked.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple, NewType, Protocol

from coincurve import PrivateKey, PublicKey
from eth_hash.auto import keccak

from ledger.chain import rlp

Address = NewType("Address", bytes)
"""20 bytes."""
ADDRESS_BYTES = 20
SECRET_BYTES = 32
TRANSACTION_GAS_MAX = 16_777_216
"""Most gas of one transaction: EIP-7825, and a rule of ours on every chain."""
_RECOVERY_BASE = 27
_EIP155_BASE = 35


class SignedTransaction(NamedTuple):
    """What is sent (``raw``) and the name under which it will be mined (``hash``, 32 bytes)."""

    raw: bytes
    hash: bytes


class Transaction(NamedTuple):
    """What a key signs. ``to`` is 20 bytes, or None to create a contract; value is always 0."""

    to: bytes | None
    data: bytes
    nonce: int
    gas: int
    chain_id: int
    gas_price_wei: int = 0

    def fields(self) -> list[bytes]:
        """The six encoded fields that stand before the signature."""
        return [
            rlp.string(rlp.integer(self.nonce)),
            rlp.string(rlp.integer(self.gas_price_wei)),
            rlp.string(rlp.integer(self.gas)),
            rlp.string(self.to or b""),
            rlp.string(b""),
            rlp.string(self.data),
        ]

    def payload(self) -> bytes:
        """What is hashed and signed (EIP-155): the fields, the chain, and two empty ones."""
        chain = rlp.string(rlp.integer(self.chain_id))
        return rlp.sequence([*self.fields(), chain, b"\x80", b"\x80"])

    def signed(self, signature: bytes) -> SignedTransaction:
        """With r, s and the recovery id (0 or 1): 65 bytes."""
        v = self.chain_id * 2 + _EIP155_BASE + signature[64]
        r, s = signature[:32].lstrip(b"\0"), signature[32:64].lstrip(b"\0")
        raw = rlp.sequence([*self.fields(), *map(rlp.string, (rlp.integer(v), r, s))])
        return SignedTransaction(raw, keccak(raw))


class Signer(Protocol):
    """Whoever signs a sender's transactions."""

    @property
    def address(self) -> Address:
        """The sender, 20 bytes."""
        ...

    def sign_transaction(self, transaction: Transaction) -> SignedTransaction:
        """The transaction's bytes and hash.

        Raises Unavailable where the key stands elsewhere and does not answer, Refused where it
        says no; nothing was sent then.
        """
        ...


class Key:
    """A secp256k1 key that signs."""

    __slots__ = ("_private", "address")

    def __init__(self, private: PrivateKey) -> None:
        self._private = private
        self.address = address_of(private.public_key)

    @classmethod
    def from_bytes(cls, secret: bytes) -> Key:
        """The key of a 32-byte secret; ValueError, without the secret, if it is none."""
        try:
            if len(secret) == SECRET_BYTES:  # a shorter one would be padded
                return cls(PrivateKey(secret))
        except ValueError:
            pass
        raise ValueError("not a secp256k1 secret of 32 bytes")

    @classmethod
    def generate(cls) -> Key:
        """A fresh key that nobody knows."""
        while True:
            try:
                return cls(PrivateKey(secrets.token_bytes(SECRET_BYTES)))
            except ValueError:  # zero or beyond the curve's order: about never
                continue

    def to_bytes(self) -> bytes:
        """The secret itself, 32 bytes: for the file that keeps it, nothing else."""
        return bytes(self._private.secret)

    def sign_digest(self, digest: bytes) -> bytes:
        """r, s, v: 65 bytes, v being 27 or 28 and s low, as contracts recover it."""
        signature = self._private.sign_recoverable(digest, hasher=None)
        return signature[:64] + bytes((signature[64] + _RECOVERY_BASE,))

    def sign_transaction(self, transaction: Transaction) -> SignedTransaction:
        """The transaction's bytes and hash; the same input gives the same bytes (RFC 6979)."""
        digest = keccak(transaction.payload())
        return transaction.signed(self._private.sign_recoverable(digest, hasher=None))

    def __repr__(self) -> str:
        return f"Key(0x{self.address.hex()})"

    def __reduce__(self) -> str:
        raise TypeError("a key is not pickled")


def address_of(public: PublicKey) -> Address:
    """The last 20 bytes of the hash of the public point."""
    return Address(keccak(public.format(compressed=False)[1:])[-ADDRESS_BYTES:])


def recover(digest: bytes, signature: bytes) -> Address:
    """Who signed; ValueError if the 65 bytes are no signature of this digest."""
    if len(signature) != 65 or signature[64] not in (27, 28):
        raise ValueError("a signature is 65 bytes that end in 27 or 28")
    plain = signature[:64] + bytes((signature[64] - _RECOVERY_BASE,))
    try:
        return address_of(PublicKey.from_signature_and_message(plain, digest, hasher=None))
    except Exception as error:  # coincurve raises a bare one
        raise ValueError("no key made this signature") from error


def contract_address(creator: bytes, nonce: int) -> Address:
    """Where the contract created by this account's transaction ``nonce`` will stand."""
    content = rlp.sequence([rlp.string(creator), rlp.string(rlp.integer(nonce))])
    return Address(keccak(content)[-ADDRESS_BYTES:])
