"""Keys of invented residents for the figures of signed orders: secp256k1 in software, or passkeys.

The same number gives the same key, so that the clients' process signs what this one registered.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Sequence

from ledger.chain import calls
from ledger.chain.abi import abi
from ledger.chain.authorisation import DeskDomain
from ledger.chain.signer import Key
from tests.bench.world import KEYS, OPERATING
from tests.support.network import Network
from tests.support.passkey import Authenticator

TOGETHER = 80
"""Registrations in one transaction: each takes some 75 k gas, a passkey's some 100 k."""
DAY_S = 86_400


class Kind(enum.StrEnum):
    """What signs."""

    SOFTWARE = "signed"
    PASSKEY = "passkeys"


class Signer:
    """One resident's."""

    def __init__(self, kind: Kind, number: int) -> None:
        self._passkey = Authenticator(number) if kind is Kind.PASSKEY else None
        self._key = Key.from_bytes(hashlib.sha256(f"resident {number}".encode()).digest())

    @property
    def address(self) -> bytes:
        """What speaks for it on the chain, and the account too."""
        return self._passkey.passkey.address if self._passkey else self._key.address

    def sign(self, digest: bytes) -> bytes:
        """65 bytes, or a proof."""
        return self._passkey.proof(digest) if self._passkey else self._key.sign_digest(digest)


def signers(kind: Kind, count: int) -> list[Signer]:
    """The first so many."""
    return [Signer(kind, number) for number in range(count)]


def register(network: Network, every: Sequence[Signer]) -> None:
    """Each address' own key is in effect at once, as account and key are the same."""
    domain = DeskDomain(network.deployment.chain_id, network.deployment.desk)
    until_s = network.now_s + DAY_S
    for begin in range(0, len(every), TOGETHER):
        asked = []
        for one in every[begin : begin + TOGETHER]:
            word = one.sign(domain.key_registration(one.address, one.address, 0, until_s))
            asked.append(
                abi("RedemptionDesk").call("registerKey", one.address, one.address, until_s, word)
            )
        network.send(KEYS[OPERATING], "RedemptionDesk", calls.try_all(asked))
    record = network.read("RedemptionDesk", "accountRecord", every[-1].address)
    assert isinstance(record, tuple)
    assert record[0] == "0x" + every[-1].address.hex(), record
