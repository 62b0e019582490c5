"""A founded network on a real node: five members of the small agreed world, with keys of their own.

For tests of what reads or sends on a chain. The members, activities and terms are those of
``tests.support.season``, so that the twin's world and this one say the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ledger.chain import calls
from ledger.chain.abi import abi
from ledger.chain.deploy import deploy
from ledger.chain.deployment import Deployment
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.engine import Anvil
from ledger.chain.gateway import Gateway
from ledger.chain.journal import Genesis
from ledger.chain.reverts import refusal_of
from ledger.chain.signer import Key, Transaction
from ledger.chain.types import Receipt
from ledger.founding import Founding, FoundingActivity, FoundingMember, Terms
from ledger.units import month_of, start_of_month
from scripts.node import foundry_binary
from tests.support.season import (
    BEGIN_MONTH,
    CANTEEN,
    CAPPED,
    CULTURE,
    FIRST_RATE_MONTH,
    MINUTES,
    OPERATING,
    ROLES,
    ROOMY,
    SPENDING,
    VOLUNTEER,
)

CHAIN_ID = 9_731
COUNCIL = Key.from_bytes(b"\xc0" * 32)
KEYS = {member: Key.from_bytes(bytes([member]) * 32) for member in ROLES}
GAS = 16_000_000
FOUNDING = Founding(
    members=tuple(
        FoundingMember(
            f"M{member}",
            KEYS[member].address,
            role,
            {VOLUNTEER: Terms(*ROOMY), CULTURE: Terms(*CAPPED)}.get(member),
        )
        for member, role in ROLES.items()
    ),
    activities=(
        FoundingActivity(MINUTES, VOLUNTEER, "VOL.MINUTES", 1000, 60),
        FoundingActivity(SPENDING, CULTURE, "CUL.SPENDING", 15, 100),
    ),
    rates_from_month=FIRST_RATE_MONTH,
    standard_hash=b"\1" * 32,
    guardian=b"\x9a" * 20,
    account_monthly_units=1_000_000,
)


@dataclass
class Network:
    """One chain with the contracts, at the start of May 2026. Blocks are mined by each ``send``."""

    chain: EmbeddedChain
    gateway: Gateway
    deployment: Deployment
    batches: dict[int, int] = field(default_factory=dict)
    nonces: dict[bytes, int] = field(default_factory=dict)

    @property
    def now_s(self) -> int:
        """The newest block's time."""
        return self.chain.now_s()

    def send(self, key: Key, contract: str, data: bytes) -> Receipt:
        """One transaction in a block of its own; raises its refusal if it fails."""
        to = self.deployment.contracts[contract]
        nonce = self.nonces.get(key.address, self.gateway.transaction_count(key.address))
        signed = key.sign_transaction(Transaction(to, data, nonce, GAS, CHAIN_ID))
        self.nonces[key.address] = nonce + 1
        self.gateway.send_raw([signed.raw])
        self.chain.mine()
        receipt = self.gateway.receipts(self.gateway.latest(), only=[signed.hash])[0]
        if not receipt.succeeded:
            raise refusal_of(self.gateway.revert_data(receipt, key.address, to, data, GAS))
        return receipt

    def call(self, key: Key, contract: str, function: str, *arguments: object) -> Receipt:
        """As ``send``, packed by the ABI."""
        return self.send(key, contract, abi(contract).call(function, *arguments))

    def read(self, contract: str, function: str, *arguments: object) -> object:
        """A view's answer."""
        data = abi(contract).call(function, *arguments)
        answer = self.gateway.call(self.deployment.contracts[contract], data)
        return abi(contract).answer(function, answer)

    def mint(
        self, issuer: int, rows: Sequence[tuple[bytes, int, int]], month: int | None = None
    ) -> Receipt:
        """Mints (account, activity, quantity) rows of one month, now unless given."""
        when = month_of(self.now_s) if month is None else month
        words = [calls.award_word(who, what, when, quantity) for who, what, quantity in rows]
        keys = sorted(secrets.token_bytes(32) for _ in rows)
        number = self.batches[issuer] = self.batches.get(issuer, 0) + 1
        batch = calls.mint_batch(number, words, keys, b"\2" * 32)
        return self.send(KEYS[issuer], "PointsLedger", batch)

    def hold(self, issuer: int, account: bytes, units: int, hold_id: bytes) -> Receipt:
        """A custodial hold for the canteen, for a week."""
        until = self.now_s + 7 * 86_400
        request = calls.HoldRequest(hold_id, issuer, account, CANTEEN, units, until, until)
        return self.send(KEYS[OPERATING], "RedemptionDesk", calls.hold(request))


@contextmanager
def founded(folder: Path, kind: type[Anvil] = Anvil) -> Iterator[Network]:
    """A fresh network in a folder, ended with the block, on a node of that kind."""
    binary = foundry_binary("anvil")
    assert binary is not None, "no anvil here: run `make setup`"
    genesis = Genesis(CHAIN_ID, start_of_month(BEGIN_MONTH) + 3_600, 1_000_000_000)
    with EmbeddedChain(folder, kind(binary), genesis) as chain:
        gateway = chain.gateway()
        chain.start_mining(0.02, clock=None)
        deployment = deploy(gateway, COUNCIL, FOUNDING)
        chain.stop_mining()
        chain.settle()
        chain.advance_to(start_of_month(FIRST_RATE_MONTH) + 3_600)
        network = Network(chain, gateway, deployment)
        network.call(KEYS[CANTEEN], "MemberRegistry", "chooseHost", OPERATING)
        yield network
