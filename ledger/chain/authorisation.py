"""What a resident's key signs (EIP-712), as ``RedemptionDesk`` checks it.

Digests only, 32 bytes; who holds the key signs them with ``Key.sign_digest``. Times are seconds
since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from eth_hash.auto import keccak

from ledger.chain.calls import DonationRequest, HoldRequest, hold_fields

_DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_HOLD = (
    "HoldAuthorisation(bytes32 holdId,uint16 issuer,address account,uint16 acceptor,uint32 units,"
    "uint40 deadline,uint40 serviceAt,uint40 expiresAt)"
)
_CANCEL = "CancelAuthorisation(bytes32 holdId,uint40 expiresAt)"
_DONATION = (
    "DonationAuthorisation(bytes32 donationId,uint16 issuer,address account,address fundAccount,"
    "uint32 units,uint40 expiresAt)"
)
_KEY = "KeyRegistration(address account,address key,uint8 nonce,uint40 expiresAt)"
NAME, VERSION = "Tongdui RedemptionDesk", "1"


@dataclass(frozen=True)
class DeskDomain:
    """One desk on one chain: a signature for it is good nowhere else."""

    chain_id: int
    desk: bytes

    @cached_property
    def separator(self) -> bytes:
        """The domain's hash."""
        names = (_text(_DOMAIN), _text(NAME), _text(VERSION))
        return keccak(b"".join((*names, _word(self.chain_id), _left(self.desk))))

    def hold(self, request: HoldRequest, expires_at_s: int) -> bytes:
        """What authorises a hold."""
        return self._digest(_text(_HOLD) + hold_fields(request) + _word(expires_at_s))

    def cancel(self, hold_id: bytes, expires_at_s: int) -> bytes:
        """What authorises a resident's own cancel."""
        return self._digest(_text(_CANCEL) + hold_id + _word(expires_at_s))

    def donation(self, request: DonationRequest, expires_at_s: int) -> bytes:
        """What authorises a gift to the fund."""
        ids = request.donation_id + _word(request.issuer) + _left(request.account)
        gift = _left(request.fund_account) + _word(request.units)
        return self._digest(_text(_DONATION) + ids + gift + _word(expires_at_s))

    def key_registration(self, account: bytes, key: bytes, nonce: int, expires_at_s: int) -> bytes:
        """What registers a key: signed by itself, or by the key before it."""
        content = _left(account) + _left(key) + _word(nonce) + _word(expires_at_s)
        return self._digest(_text(_KEY) + content)

    def _digest(self, content: bytes) -> bytes:
        return keccak(b"\x19\x01" + self.separator + keccak(content))


def _text(text: str) -> bytes:
    return keccak(text.encode())


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def _left(address: bytes) -> bytes:
    return address.rjust(32, b"\0")
