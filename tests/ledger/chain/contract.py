"""A contract of 45 bytes that does what the tests need, and how to call it.

Empty calldata reverts with four bytes. Anything else: adds one to the caller's count in storage,
logs the calldata under the caller as topic, and answers the count.
"""

from __future__ import annotations

from ledger.chain.signer import Key, Transaction, contract_address

REVERT_DATA = bytes.fromhex("deadbeef")
_RUNTIME = bytes.fromhex(
    "3660115763deadbeef6000526004601cfd"  # nothing given: revert
    "5b366000600037"  # copy the calldata
    "3354600101803355"  # count of the caller, one more
    + "33366000a1"  # log it
    + "60005260206000f3"  # answer the count
)
INIT = bytes((0x60, len(_RUNTIME), 0x80, 0x60, 9, 0x5F, 0x39, 0x5F, 0xF3)) + _RUNTIME
TIMESTAMP = bytes.fromhex("425f5260205ff3")
"""Creation code whose would-be contract is the block's time."""
GAS = 200_000
CHAIN_ID = 9_731
START_S = 1_750_000_000
"""Genesis time, seconds since 1970."""
ALICE, BOB, CAROL = (Key.from_bytes(bytes([n]) * 32) for n in (1, 2, 3))
CONTRACT = contract_address(ALICE.address, 0)
"""Where it stands once ALICE's first transaction has created it."""


def creation(key: Key = ALICE) -> bytes:
    """The raw transaction that creates it, the key's first."""
    return key.sign_transaction(Transaction(None, INIT, 0, GAS, CHAIN_ID)).raw


def poke(key: Key, nonce: int, data: bytes = b"x") -> bytes:
    """A raw transaction to it."""
    return key.sign_transaction(Transaction(CONTRACT, data, nonce, GAS, CHAIN_ID)).raw


def as_topic(address: bytes) -> bytes:
    """An address as a topic holds it."""
    return address.rjust(32, b"\0")
