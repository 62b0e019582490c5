"""What a resident's key signs (EIP-712), spelled out apart from the product's code.

Types and domain are written down here once more, so that a change of either in the contract or in
the wallet is noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_abi.abi import encode
from eth_hash.auto import keccak

from ledger.chain.signer import Key, recover
from tests.support.evm import Evm
from tests.support.passkey import Authenticator

HOLD = (
    "HoldAuthorisation(bytes32 holdId,uint16 issuer,address account,uint16 acceptor,uint32 units,"
    "uint40 deadline,uint40 serviceAt,uint40 expiresAt)"
)
CANCEL = "CancelAuthorisation(bytes32 holdId,uint40 expiresAt)"
DONATION = (
    "DonationAuthorisation(bytes32 donationId,uint16 issuer,address account,address fundAccount,"
    "uint32 units,uint40 expiresAt)"
)
REGISTRATION = "KeyRegistration(address account,address key,uint8 nonce,uint40 expiresAt)"
DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
CHAIN_ID = 1
"""What the in-process EVM answers."""


def digest(desk: str, kind: str, values: Sequence[Any], chain_id: int = CHAIN_ID) -> bytes:
    """The 32 bytes to sign: one of the types above, its values in order, for one desk."""
    fields = [field.split(" ")[0] for field in kind.split("(")[1].rstrip(")").split(",")]
    content = keccak(keccak(kind.encode()) + encode(fields, list(values)))
    domain = keccak(
        encode(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [
                keccak(DOMAIN.encode()),
                keccak(b"Tongdui RedemptionDesk"),
                keccak(b"1"),
                chain_id,
                desk,
            ],
        )
    )
    return keccak(b"\x19\x01" + domain + content)


def key(number: int) -> Key:
    """An invented resident's key, the same every time."""
    return Key.from_bytes(number.to_bytes(32, "big"))


def address(signer: Key | Authenticator) -> str:
    """A key's address, or what speaks for a passkey, as contracts' answers spell it."""
    if isinstance(signer, Authenticator):
        return signer.address
    return "0x" + signer.address.hex()


def sign(evm: Evm, signer: Key, kind: str, values: Sequence[Any]) -> bytes:
    """A signature for this chain's own desk."""
    return signer.sign_digest(digest(evm.address["RedemptionDesk"], kind, values))


def signer_of(evm: Evm, word: bytes, kind: str, values: Sequence[Any]) -> str:
    """Whom the contract takes for the signer of these values: a stranger's address if forged."""
    return "0x" + recover(digest(evm.address["RedemptionDesk"], kind, values), word).hex()
