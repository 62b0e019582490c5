"""Orders over HTTP that residents' own keys sign, in software and by passkey (P-256, WebAuthn).

Clients have the API prepare each order and sign it beforehand, as a resident's phone would, and
then place and capture as fast as they are answered. What is measured is the product's share: the
signature judged at admission and checked again by the contract.
"""

from __future__ import annotations

from pathlib import Path

from issuers.sandbox.kinds import KINDS, Scheme
from issuers.standard.catalogue import load
from ledger.units import month_of
from tests.bench import shop
from tests.bench.crowd import copied
from tests.bench.draws import AWARDS_PER_BATCH, Batch, Row
from tests.bench.shop import Outcome
from tests.bench.signers import Kind, register, signers
from tests.bench.world import ISSUERS, KEYS, event_key
from tests.support.network import Network

SCHEME = Scheme.RESIDENCE
"""One that no other figure of the section mints in."""


def run(network: Network, folder: Path, kind: Kind, count: int, units: int) -> Outcome:
    """One order of each resident, on a copy of the chain where their keys are registered."""
    every = signers(kind, count)
    accounts = [one.address for one in every]
    with copied(network) as copy:
        _award(copy, accounts, units)
        register(copy, every)
        copy.chain.settle()
        settings = shop.settings_of(folder, copy)
        names = shop.open_wallets(settings, [[(ISSUERS[SCHEME], a)] for a in accounts], own=True)
        token = shop.token_of(settings)
        copy.chain.start_mining(shop.BLOCK_S, clock=None)
        with shop.serving(settings):
            found = shop.run_clients([settings.port], token, names, units, signers=kind)
        copy.chain.stop_mining()
    return found


def _award(network: Network, accounts: list[bytes], units: int) -> None:
    """Each account gets at least so much."""
    month, (kind, *_) = month_of(network.now_s), KINDS[SCHEME]
    activity = load().activities[kind.code]
    assert kind.high * activity.numerator // activity.denominator >= units
    issuer = ISSUERS[SCHEME]
    for begin in range(0, len(accounts), AWARDS_PER_BATCH):
        who = accounts[begin : begin + AWARDS_PER_BATCH]
        rows = [Row(account, activity.id, month, kind.high) for account in who]
        keys = sorted(event_key(issuer, f"signed {begin + n}") for n in range(len(rows)))
        batch = Batch(begin // AWARDS_PER_BATCH + 1, rows, keys, event_key(issuer, "signed"))
        network.send(KEYS[issuer], "PointsLedger", batch.packed())
