"""A network founded as the certification standard says: five issuers, their real activities.

An acceptor whose host is the operator, so that orders go in batches, and a fund. Caps leave room,
except culture's annual one, which is the standard's. Everything drawn comes from a seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from issuers.sandbox.kinds import EVERYDAY, Scheme
from issuers.standard.catalogue import Sector, Standard, load
from ledger.chain.deploy import deploy
from ledger.chain.embedded import GAS_LIMIT, EmbeddedChain
from ledger.chain.engine import Anvil
from ledger.chain.journal import Genesis
from ledger.chain.signer import Key
from ledger.founding import Founding, FoundingActivity, FoundingMember, Terms
from ledger.units import start_of_month
from scripts.node import foundry_binary
from tests.support.network import CHAIN_ID, Network
from tests.support.season import ACCEPTOR, BEGIN_MONTH, FIRST_RATE_MONTH, FUND, ISSUER, OPERATOR

ISSUERS = {scheme: number for number, scheme in enumerate(sorted(EVERYDAY), 1)}
"""Member ids of the five issuers that most awards come from, by scheme."""
CANTEEN, OPERATING, CHARITY = 6, 7, 8
COUNCIL = Key.from_bytes(b"\xc0" * 32)
KEYS = {member: Key.from_bytes(bytes([member]) * 32) for member in range(1, 9)}
ROOM_UNITS = 10**12
"""Outstanding, rate and debit caps: never what stops a batch here."""
ROOMY_ACCOUNT_UNITS = 4_000_000_000
"""An account's monthly cap in custody, close to its 32 bits, so that orders can repeat."""
BLOCK_PERIOD_S = 0.02
"""Between blocks while founding."""


@contextmanager
def founded(folder: Path) -> Iterator[Network]:
    """A fresh network at the start of May 2026, with the node settings of the demo."""
    binary = foundry_binary("anvil")
    if binary is None:
        raise FileNotFoundError("no anvil here: run `make setup`")
    genesis = Genesis(CHAIN_ID, start_of_month(BEGIN_MONTH) + 3_600, GAS_LIMIT)
    with EmbeddedChain(folder, Anvil(binary), genesis) as chain:
        gateway = chain.gateway()
        chain.start_mining(BLOCK_PERIOD_S, clock=None)
        deployment = deploy(gateway, COUNCIL, _founding(load()))
        chain.stop_mining()
        chain.settle()
        chain.advance_to(start_of_month(FIRST_RATE_MONTH) + 3_600)
        network = Network(chain, gateway, deployment)
        network.call(KEYS[CANTEEN], "MemberRegistry", "chooseHost", OPERATING)
        yield network


def account(issuer: int, number: int) -> bytes:
    """An invented resident's account with an issuer: 20 bytes as random as real ones."""
    return hashlib.sha256(f"account {issuer} {number}".encode()).digest()[:20]


def event_key(issuer: int, event: object) -> bytes:
    """What stands for the issuer's HMAC over an event's id, 32 bytes."""
    return hashlib.sha256(f"event {issuer} {event}".encode()).digest()


def _founding(standard: Standard) -> Founding:
    sectors = [standard.schemes[scheme] for scheme in ISSUERS]
    issuers = [
        FoundingMember(sector.scheme[:3].upper(), KEYS[number].address, ISSUER, _terms(sector))
        for number, sector in enumerate(sectors, 1)
    ]
    others = ((CANTEEN, ACCEPTOR), (OPERATING, OPERATOR), (CHARITY, FUND))
    members = [FoundingMember(f"M{number}", KEYS[number].address, role) for number, role in others]
    return Founding(
        members=(*issuers, *members),
        activities=tuple(
            FoundingActivity(
                one.id, ISSUERS[Scheme(one.scheme)], one.code, one.numerator, one.denominator
            )
            for one in standard.activities.values()
            if one.scheme in ISSUERS
        ),
        rates_from_month=FIRST_RATE_MONTH,
        standard_hash=standard.hash(),
        guardian=b"\x9a" * 20,
        account_monthly_units=ROOMY_ACCOUNT_UNITS,
        operator_daily_units=ROOM_UNITS,
    )


def _terms(sector: Sector) -> Terms:
    return Terms(
        *(ROOM_UNITS,) * 4,
        sector.annual_cap_units,
        sector.validity_epochs,
        sector.units_per_native_point,
    )
