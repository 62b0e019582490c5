"""What a resident's own key signs, as a digest and as EIP-712 typed data that a wallet can show.

The digests are ``ledger.chain.authorisation``'s; a test holds the typed data to them. Knows no key.
"""

from __future__ import annotations

from typing import Any

from ledger.chain.authorisation import NAME, VERSION, DeskDomain
from ledger.chain.calls import DonationRequest, HoldRequest
from ledger.chain.passkeys import judged
from ledger.chain.types import enhex
from ledger.redeeming.values import ToSign
from ledger.rules.refusal import RuleRefusal

_DOMAIN = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)
_HOLD = (
    ("holdId", "bytes32"),
    ("issuer", "uint16"),
    ("account", "address"),
    ("acceptor", "uint16"),
    ("units", "uint32"),
    ("deadline", "uint40"),
    ("serviceAt", "uint40"),
    ("expiresAt", "uint40"),
)
_CANCEL = (("holdId", "bytes32"), ("expiresAt", "uint40"))
_DONATION = (
    ("donationId", "bytes32"),
    ("issuer", "uint16"),
    ("account", "address"),
    ("fundAccount", "address"),
    ("units", "uint32"),
    ("expiresAt", "uint40"),
)
_KEY = (
    ("account", "address"),
    ("key", "address"),
    ("nonce", "uint8"),
    ("expiresAt", "uint40"),
)


def hold_to_sign(domain: DeskDomain, request: HoldRequest, expires_at_s: int) -> ToSign:
    """Authorises a hold."""
    shown = _typed(domain, "HoldAuthorisation", _HOLD, (*request, expires_at_s))
    return ToSign(domain.hold(request, expires_at_s), shown)


def cancel_to_sign(domain: DeskDomain, hold_id: bytes, expires_at_s: int) -> ToSign:
    """Authorises the resident's own cancel."""
    shown = _typed(domain, "CancelAuthorisation", _CANCEL, (hold_id, expires_at_s))
    return ToSign(domain.cancel(hold_id, expires_at_s), shown)


def donation_to_sign(domain: DeskDomain, request: DonationRequest, expires_at_s: int) -> ToSign:
    """Authorises a gift to the fund."""
    shown = _typed(domain, "DonationAuthorisation", _DONATION, (*request, expires_at_s))
    return ToSign(domain.donation(request, expires_at_s), shown)


def key_to_sign(
    domain: DeskDomain, account: bytes, key: bytes, nonce: int, expires_at_s: int
) -> ToSign:
    """Registers a key: signed by itself, or by the key before it."""
    shown = _typed(domain, "KeyRegistration", _KEY, (account, key, nonce, expires_at_s))
    return ToSign(domain.key_registration(account, key, nonce, expires_at_s), shown)


def require_signer(digest: bytes, signature: bytes, key: bytes) -> None:
    """Refused as the desk would ("SignatureMismatch") unless the key signed the digest."""
    signer = judged(digest, signature).signer
    if signer != key:
        raise RuleRefusal("SignatureMismatch", enhex(signer), enhex(key))


def _typed(
    domain: DeskDomain, kind: str, fields: tuple[tuple[str, str], ...], values: tuple[Any, ...]
) -> dict[str, Any]:
    named = zip(fields, values, strict=True)
    return {
        "types": {"EIP712Domain": _shown(_DOMAIN), kind: _shown(fields)},
        "primaryType": kind,
        "domain": {
            "name": NAME,
            "version": VERSION,
            "chainId": domain.chain_id,
            "verifyingContract": enhex(domain.desk),
        },
        "message": {
            name: enhex(value) if isinstance(value, bytes) else value for (name, _), value in named
        },
    }


def _shown(fields: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in fields]
