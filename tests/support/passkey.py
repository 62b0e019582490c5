"""An invented authenticator: signs as a browser with a passkey does, and as one that cheats."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ledger.chain.passkeys import ORDER, Passkey

RP_ID = "points.example.cn"
ORIGIN = "https://points.example.cn"
OWN_TAIL = b'","crossOrigin":false}'


@dataclass
class Authenticator:
    """One key pair. ``counter`` rises with each signature where it keeps one."""

    number: int
    counter: int = 0
    keeps_count: bool = False
    origin: str = ORIGIN
    rp_id: str = RP_ID
    flags: int = 0x05
    tail: bytes = OWN_TAIL

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        """The same every time."""
        return ec.derive_private_key(self.number + 1, ec.SECP256R1())

    @property
    def passkey(self) -> Passkey:
        """What is known of it outside."""
        point = self.private.public_key().public_numbers()
        x, y = (value.to_bytes(32, "big") for value in (point.x, point.y))
        return Passkey(x, y, self.rp_id, self.origin)

    @property
    def address(self) -> str:
        """As contracts' answers spell it."""
        return "0x" + self.passkey.address.hex()

    def client_data(self, digest: bytes) -> bytes:
        """What the browser writes."""
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=")
        head = b'{"type":"webauthn.get","challenge":"' + challenge + b'","origin":"'
        return head + self.origin.encode() + self.tail

    def data(self) -> bytes:
        """What the authenticator writes."""
        if self.keeps_count:
            self.counter += 1
        rp_hash = hashlib.sha256(self.rp_id.encode()).digest()
        return rp_hash + bytes((self.flags,)) + self.counter.to_bytes(4, "big")

    def assertion(self, digest: bytes) -> tuple[bytes, bytes, bytes]:
        """(authenticator data, client data, DER signature)."""
        data, client = self.data(), self.client_data(digest)
        signed = hashlib.sha256(data + hashlib.sha256(client).digest()).digest()
        return data, client, self.private.sign(signed, ec.ECDSA(Prehashed(SHA256())))

    def proof(self, digest: bytes, *, high_s: bool = False) -> bytes:
        """What the desk reads, put together by hand."""
        data, _, der = self.assertion(digest)
        r, s = decode_dss_signature(der)
        s = max(s, ORDER - s) if high_s else min(s, ORDER - s)
        key, origin = self.passkey, self.origin.encode()
        words = [key.x, key.y, r.to_bytes(32, "big"), s.to_bytes(32, "big")]
        return b"".join([*words, bytes((len(data), len(origin))), data, origin, self.tail])
