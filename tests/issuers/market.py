"""A founded network with the standard's six issuers on a real node, and agents upon it."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from issuers import links
from issuers import status as telling
from issuers.adapter import IssuerAdapter
from issuers.bootstrap import agent_of
from issuers.directory import ExchangeDirectory
from issuers.running import Agent
from issuers.settings import AgentSettings
from issuers.standard.catalogue import load
from ledger.chain.abi import abi
from ledger.chain.deploy import deploy
from ledger.chain.deployment import Deployment, read_deployment
from ledger.chain.embedded import FINALITY, EmbeddedChain
from ledger.chain.engine import Anvil, NodeProcess, free_port
from ledger.chain.gateway import Gateway
from ledger.chain.journal import Genesis
from ledger.chain.keyfile import write_secret
from ledger.chain.reverts import refusal_of
from ledger.chain.rpc import Rpc
from ledger.chain.signer import Key, Transaction
from ledger.chain.types import Receipt
from ledger.founding import Founding, FoundingActivity, FoundingMember, Terms
from ledger.rules.registry import ACCEPTOR, FUND, ISSUER, OPERATOR
from ledger.store.engine import Engine, transaction
from ledger.units import BEIJING, start_of_month
from scripts.node import foundry_binary

CHAIN_ID = 9_732
COUNCIL = Key.from_bytes(b"\xc0" * 32)
STANDARD = load()
SCHEMES = ("culture", "environment", "residence", "traffic", "volunteer")
"""Members 1 to 5."""
CANTEEN, OPERATING, CHARITY = 6, 7, 8
NUMBERS = {scheme: number for number, scheme in enumerate(SCHEMES, 1)} | {"blood": 9}
"""Every issuer's member id: who joined later has a later one."""
GAS = 16_000_000
WIDE = 10**9
MONTH = 2026 * 12 + 4
"""May 2026: the first month with rates."""


def key_of(member: int) -> Key:
    """Everybody's key is known here."""
    return Key.from_bytes(bytes([member]) * 32)


def account(scheme: str, member_id: str) -> bytes:
    """An invented account of a member."""
    return hashlib.sha256(f"{scheme}/{member_id}".encode()).digest()[:20]


def member_of(scheme: str) -> int:
    """The issuer's member id."""
    return NUMBERS[scheme]


def founding(**terms: int) -> Founding:
    """The standard's activities and caps; ``terms`` change every issuer's limits."""
    members = {number: _issuer(scheme, number, terms) for scheme, number in NUMBERS.items()} | {
        number: FoundingMember(f"M{number}", key_of(number).address, role)
        for number, role in ((CANTEEN, ACCEPTOR), (OPERATING, OPERATOR), (CHARITY, FUND))
    }
    activities = tuple(
        FoundingActivity(one.id, member_of(one.scheme), one.code, one.numerator, one.denominator)
        for one in STANDARD.activities.values()
    )
    return Founding(
        members=tuple(members[number] for number in sorted(members)),
        activities=activities,
        rates_from_month=MONTH,
        standard_hash=STANDARD.hash(),
        guardian=COUNCIL.address,
        account_monthly_units=1_000_000,
    )


def _issuer(scheme: str, number: int, terms: Mapping[str, int]) -> FoundingMember:
    sector = STANDARD.schemes[scheme]
    agreed = Terms(
        terms.get("outstanding", WIDE), terms.get("capacity", WIDE),
        terms.get("refill", WIDE), terms.get("debit", WIDE),
        sector.annual_cap_units, sector.validity_epochs, sector.units_per_native_point,
    )  # fmt: skip
    return FoundingMember(scheme[:3].upper(), key_of(number).address, ISSUER, agreed)


class Clocked(Protocol):
    """A chain whose blocks and time are ours to make."""

    url: str

    def now_s(self) -> int:
        """The newest block's time."""
        ...

    def mine(self, blocks: int = 1) -> None:
        """Mines at once, each block a second after the one before."""
        ...

    def advance_to(self, timestamp_s: int) -> None:
        """Mines a block of that time."""
        ...


class BareChain:
    """A node without a journal, which any process may mine on and roll back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.rpc = Rpc(url)
        self._gateway = Gateway(Rpc(url), CHAIN_ID, FINALITY)

    def now_s(self) -> int:
        """The newest block's time."""
        return self._gateway.latest().timestamp_s

    def mine(self, blocks: int = 1) -> None:
        """Mines what waits, then empty ones, a second apart."""
        self.rpc.send("anvil_mine", hex(blocks), hex(1))

    def advance_to(self, timestamp_s: int) -> None:
        """Mines a block of that time."""
        if timestamp_s > self.now_s():
            self.next_at(timestamp_s)
            self.mine()

    def next_at(self, timestamp_s: int) -> None:
        """The next block, whoever mines it, has that time."""
        self.rpc.send("evm_setNextBlockTimestamp", hex(timestamp_s))

    def roll_back(self) -> None:
        """The newest block is gone, with what was in it."""
        self.rpc.send("anvil_rollback", 1)
        self.rpc.send("anvil_dropAllTransactions")


@dataclass
class Market:
    """The chain at the beginning of May 2026. Blocks are mined when told, or steadily."""

    folder: Path
    chain: Clocked
    gateway: Gateway
    deployment: Deployment
    nonces: dict[bytes, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The newest block's time, in Beijing."""
        return datetime.fromtimestamp(self.chain.now_s(), BEIJING)

    def advance_to(self, when: datetime) -> None:
        """Mines a block of that time, if it is not past."""
        self.chain.advance_to(max(int(when.timestamp()), self.chain.now_s()))

    def post(self, key: Key, contract: str, function: str, *given: Any) -> bytes:
        """Hands a transaction to the node, to be mined before what is sent later; its hash."""
        to, data = self.deployment.contracts[contract], abi(contract).call(function, *given)
        nonce = self.gateway.transaction_count(key.address)
        signed = key.sign_transaction(Transaction(to, data, nonce, GAS, CHAIN_ID))
        self.gateway.send_raw([signed.raw])
        return signed.hash

    def send(self, key: Key, contract: str, function: str, *given: Any) -> Receipt:
        """As ``post``, mined; raises its refusal if it fails."""
        name = self.post(key, contract, function, *given)
        self.chain.mine(2)
        head = self.gateway.head()
        blocks = [block for block in self.gateway.blocks([head - 1, head]) if block]
        receipt = next(r for b in blocks for r in self.gateway.receipts(b, only=[name]))
        if not receipt.succeeded:
            to, data = self.deployment.contracts[contract], abi(contract).call(function, *given)
            raise refusal_of(self.gateway.revert_data(receipt, key.address, to, data, GAS))
        return receipt

    def read(self, contract: str, function: str, *given: Any) -> Any:
        """A view's answer."""
        data = abi(contract).call(function, *given)
        answer = self.gateway.call(self.deployment.contracts[contract], data)
        return abi(contract).answer(function, answer)

    def free_units(self, scheme: str, who: bytes) -> int:
        """What an account may spend of an issuer's points."""
        lanes = self.read("PointsLedger", "lotsOf", member_of(scheme), who)[0]
        return sum(lanes >> shift & 0xFFFFFFFF for shift in range(0, 192, 32))

    def free_units_of(self, scheme: str, accounts: Mapping[str, bytes]) -> dict[str, int]:
        """The same of many, under the names that they are given here."""
        to, ledger = self.deployment.contracts["PointsLedger"], abi("PointsLedger")
        asked = [(to, ledger.call("lotsOf", member_of(scheme), who)) for who in accounts.values()]
        found = {}
        for name, answer in zip(accounts, self.gateway.call_many(asked), strict=True):
            assert isinstance(answer, bytes), name
            lanes = ledger.answer("lotsOf", answer)[0]
            found[name] = sum(lanes >> shift & 0xFFFFFFFF for shift in range(0, 192, 32))
        return found

    def last_batch(self, scheme: str) -> int:
        """As the chain counts."""
        return int(self.read("PointsLedger", "issuerState", member_of(scheme))[0])

    def settings(self, scheme: str, name: str = "agent", **more: Any) -> AgentSettings:
        """An agent's settings, with key and deployment in place."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        if not (home / "key").exists():
            write_secret(home / "key", key_of(member_of(scheme)).to_bytes().hex())
        usual: dict[str, Any] = {
            "node_url": self.chain.url,
            "deployment": self.folder / "deployment.json",
            "database": home / "agent.db",
            "key_file": home / "key",
            "event_secret_file": home / "event.secret",
            "adapter": f"issuers.{scheme}",
            "source_url": "http://127.0.0.1:9",
            "poll_s": 0.05,
        }
        return AgentSettings(**usual | more)


@contextlib.contextmanager
def open_market(folder: Path, **terms: int) -> Iterator[Market]:
    """A fresh network in a folder, ended with the block."""
    binary = foundry_binary("anvil")
    assert binary is not None, "no anvil here: run `make setup`"
    folder.mkdir(parents=True, exist_ok=True)
    genesis = Genesis(CHAIN_ID, start_of_month(MONTH - 1) + 3_600, 1_000_000_000)
    with EmbeddedChain(folder / "chain", Anvil(binary), genesis) as chain:
        gateway = chain.gateway()
        chain.start_mining(0.02, clock=None)
        deployment = deploy(gateway, COUNCIL, founding(**terms))
        chain.stop_mining()
        chain.settle()
        chain.advance_to(start_of_month(MONTH) + 3_600)
        deployment.write(folder / "deployment.json")
        yield Market(folder, chain, gateway, deployment)


class Historied(Anvil):
    """Anvil with its past states, so that it can be rolled back."""

    def command(self, port: int, genesis: Genesis, state: Path | None) -> list[str]:
        words = super().command(port, genesis, state)
        return [word for word in words if word != "--prune-history"]


@contextlib.contextmanager
def bare_market(folder: Path) -> Iterator[Market]:
    """The same network on a node that other processes may mine on."""
    binary = foundry_binary("anvil")
    assert binary is not None, "no anvil here: run `make setup`"
    genesis = Genesis(CHAIN_ID, start_of_month(MONTH - 1) + 3_600, 1_000_000_000)
    process = NodeProcess.start(Historied(binary), free_port(), genesis, None, folder)
    enough = threading.Event()
    try:
        chain = BareChain(process.url)
        gateway = Gateway(Rpc(process.url), CHAIN_ID, FINALITY)
        miner = threading.Thread(target=_mine_until, args=(BareChain(process.url), enough))
        miner.start()
        try:
            deployment = deploy(gateway, COUNCIL, founding())
        finally:
            enough.set()
            miner.join()
        chain.advance_to(start_of_month(MONTH) + 3_600)
        deployment.write(folder / "deployment.json")
        yield Market(folder, chain, gateway, deployment)
    finally:
        process.kill()


def attached(folder: Path, url: str) -> Market:
    """The market as another process has it."""
    deployment = read_deployment(folder / "deployment.json")
    return Market(folder, BareChain(url), deployment.gateway(url), deployment)


def _mine_until(chain: BareChain, enough: threading.Event) -> None:
    while not enough.wait(0.02):
        chain.mine()


@dataclass
class Clerk:
    """An agent in this process, taken round by round."""

    market: Market
    agent: Agent

    @property
    def engine(self) -> Engine:
        """The agent's database."""
        return self.agent.parts.engine

    def settle(self, rounds: int = 60) -> dict[str, Any]:
        """Rounds, each followed by a block, until nothing is in motion; the status."""
        for _ in range(rounds):
            self.agent.step()
            self.market.chain.mine()
            told = self.told()
            if told["idle"]:
                return told
        raise AssertionError(f"not idle after {rounds} rounds: {told}")

    def link(self, *members: str) -> None:
        """Their accounts are known from now on."""
        scheme, now_s = self.agent.watch.scheme, self.market.chain.now_s()
        with transaction(self.engine) as connection:
            for member in members:
                links.link(connection, member, account(scheme, member), now_s)

    def told(self) -> dict[str, Any]:
        """The status."""
        return telling.status(self.engine, self.agent.watch)


@contextlib.contextmanager
def clerk(
    market: Market,
    settings: AgentSettings,
    adapter: IssuerAdapter | None = None,
    directory: ExchangeDirectory | None = None,
) -> Iterator[Clerk]:
    """An agent that is prepared and runs when told."""
    with agent_of(settings, adapter=adapter, directory=directory) as (agent, _):
        agent.prepare()
        yield Clerk(market, agent)
