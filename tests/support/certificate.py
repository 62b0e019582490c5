"""A fresh certificate for 127.0.0.1 that its own key signed: for tests of TLS, good for a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from Crypto.Hash import SHA256
from Crypto.IO import PEM
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS
from Crypto.Util.asn1 import DerBitString, DerInteger, DerObjectId, DerOctetString

_NAME, _SIGNED_BY = "2.5.4.3", "1.2.840.10045.4.3.2"
"""Common name; ECDSA over SHA-256 (RFC 5480)."""
_ALTERNATIVE, _CONSTRAINTS = "2.5.29.17", "2.5.29.19"
_BOOLEAN, _TEXT, _TIME, _SEQUENCE, _SET = 0x01, 0x0C, 0x17, 0x30, 0x31
_TRUE, _HOST = b"\xff", b"\x87\x04\x7f\x00\x00\x01"


def self_signed(path: Path) -> Path:
    """Key and certificate in one PEM file."""
    key = ECC.generate(curve="P-256")
    secret = key.export_key(format="PEM", use_pkcs8=True)
    path.write_text(f"{secret}\n{PEM.encode(_certificate(key), 'CERTIFICATE')}\n", "ascii")
    return path


def _certificate(key: ECC.EccKey) -> bytes:
    algorithm = _list(DerObjectId(_SIGNED_BY).encode())
    named = _list(DerObjectId(_NAME).encode(), _tagged(_TEXT, b"signer.test"))
    who = _list(_tagged(_SET, named))
    now = datetime.now(UTC)
    times = [
        _tagged(_TIME, when.strftime("%y%m%d%H%M%SZ").encode())
        for when in (now - timedelta(days=1), now + timedelta(days=1))
    ]
    extensions = _list(
        _extension(_ALTERNATIVE, [], _list(_HOST)),
        _extension(_CONSTRAINTS, [_tagged(_BOOLEAN, _TRUE)], _list(_tagged(_BOOLEAN, _TRUE))),
    )
    content = _list(
        _tagged(0xA0, DerInteger(2).encode()),
        DerInteger(1).encode(),
        algorithm,
        who,
        _list(*times),
        who,
        key.public_key().export_key(format="DER"),
        _tagged(0xA3, extensions),
    )
    signature = DSS.new(key, "fips-186-3", "der").sign(SHA256.new(content))
    return _list(content, algorithm, DerBitString(signature).encode())


def _extension(name: str, critical: Sequence[bytes], content: bytes) -> bytes:
    return _list(DerObjectId(name).encode(), *critical, DerOctetString(content).encode())


def _list(*encoded: bytes) -> bytes:
    return _tagged(_SEQUENCE, b"".join(encoded))


def _tagged(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes((size,)) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes((tag,)) + length + content
