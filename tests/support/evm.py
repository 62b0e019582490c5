"""The contracts on an in-process EVM (pyrevm), for tests that need thousands of calls a second.

Deploys and wires the five contracts as an installation does, moves the block's time, and turns a
revert into ``Refusal`` with the custom error's name and values. Knows no node and no HTTP.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrevm
from eth_abi.abi import decode, encode

from contracts.loader import Artifact, load, parse
from ledger.chain.abi import selector, type_of
from ledger.chain.abi import topic as event_topic

COUNCIL = "0x" + "c0" * 20
GUARDIAN = "0x" + "9a" * 20
GUARDIAN_ROLE = 2
OTHER_ARTIFACTS = "TONGDUI_TEST_ARTIFACTS"
"""Environment: a folder whose artifacts stand in for the committed ones (``make mutate``)."""
OTHER_SIZE_BYTES = 1 << 18
CONTRACTS = ("MemberRegistry", "RateBook", "ClearingHouse", "PointsLedger", "RedemptionDesk")


__all__ = ["COUNCIL", "GUARDIAN", "Evm", "Refusal", "event_topic", "selector", "type_of"]


class Refusal(Exception):
    """A custom error of a contract: its Solidity name and values."""

    def __init__(self, name: str, args: tuple[Any, ...]) -> None:
        super().__init__(name, args)
        self.name = name
        self.values = args


@dataclass
class Evm:
    """One chain in memory. ``now`` is the next block's time in seconds since 1970."""

    now: int
    accounts_monthly_units: int = 1_000_000
    operator_daily_units: int = 100_000_000
    unit_price_micro_yuan: int = 10_000
    number: int = 1
    address: dict[str, str] = field(default_factory=dict)
    gas_used: int = 0
    logs: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.vm = _machine()
        self.abis = {name: _artifact(name).abi for name in (*CONTRACTS, "AccessManager")}
        self._functions = {
            (name, entry["name"]): entry
            for name, abi in self.abis.items()
            for entry in abi
            if entry["type"] == "function"
        }
        self._errors = {
            selector(entry): entry
            for abi in self.abis.values()
            for entry in abi
            if entry["type"] == "error"
        }
        self._env()
        self._deploy_all()

    def tick(self, seconds: int = 1) -> None:
        """Begin a new block, ``seconds`` later."""
        self.now += seconds
        self.number += 1
        self._env()

    def send(self, sender: str, contract: str, function: str, *args: Any) -> Any:
        """Run a transaction's inner call in the present block; the answer, or ``Refusal``."""
        entry = self._functions[contract, function]
        return self.send_raw(sender, contract, self.encode(contract, function, *args), entry)

    def send_raw(
        self, sender: str, contract: str, data: bytes, entry: dict[str, Any] | None = None
    ) -> Any:
        try:
            to = self.address[contract]
            out = self.vm.message_call(sender, to, calldata=data, gas=16_000_000)
        except RuntimeError as error:
            raise self.refusal(_revert_data(error)) from None
        result = self.vm.result
        assert result is not None
        self.gas_used = result.gas_used
        self.logs = result.logs
        outputs = [type_of(o) for o in entry["outputs"]] if entry else []
        values = decode(outputs, out) if outputs else ()
        return values[0] if len(values) == 1 else values

    def encode(self, contract: str, function: str, *args: Any) -> bytes:
        entry = self._functions[contract, function]
        return selector(entry) + encode([type_of(p) for p in entry["inputs"]], args)

    def read(self, contract: str, function: str, *args: Any) -> Any:
        """A view's answer, with no effect; the last transaction's logs stay."""
        checkpoint, logs = self.vm.snapshot(), self.logs
        try:
            return self.send(COUNCIL, contract, function, *args)
        finally:
            self.vm.revert(checkpoint)
            self.logs = logs

    def deploy_another(self, alias: str, name: str, kinds: list[str], args: list[Any]) -> str:
        """A further instance of a contract, which ``send`` and ``read`` then know as ``alias``."""
        first = self.address[name]
        self.address[alias] = self._deploy(name, kinds, args)
        self.address[name] = first
        self._functions |= {
            (alias, function): entry
            for (contract, function), entry in list(self._functions.items())
            if contract == name
        }
        return self.address[alias]

    def refusal(self, data: bytes) -> Refusal:
        entry = self._errors.get(data[:4])
        if entry is None:
            return Refusal("Unknown", (data.hex(),))
        return Refusal(entry["name"], decode([type_of(p) for p in entry["inputs"]], data[4:]))

    def _env(self) -> None:
        self.vm.set_block_env(
            pyrevm.BlockEnv(number=self.number, timestamp=self.now, gas_limit=300_000_000)
        )

    def _deploy_all(self) -> None:
        manager = self._deploy("AccessManager", ["address"], [COUNCIL])
        registry = self._deploy("MemberRegistry", ["address"], [manager])
        zero = "0x" + "00" * 20
        book = self._deploy("RateBook", ["address", "address"], [manager, zero])
        price = self.unit_price_micro_yuan
        three = ["address", "address", "uint64"]
        clearing = self._deploy("ClearingHouse", three, [manager, registry, price])
        ledger = self._deploy("PointsLedger", ["address"] * 3, [manager, registry, clearing])
        desk = self._deploy(
            "RedemptionDesk",
            ["address", "address", "address", "uint32", "uint64"],
            [manager, registry, ledger, self.accounts_monthly_units, self.operator_daily_units],
        )
        self.send(COUNCIL, "ClearingHouse", "bindLedger", ledger)
        self.send(COUNCIL, "PointsLedger", "replaceRateBook", book)
        self.send(COUNCIL, "PointsLedger", "appointDesk", desk)
        stops = [selector(self._functions["PointsLedger", f]) for f in ("pause", "stopStrictly")]
        self.send(COUNCIL, "AccessManager", "setTargetFunctionRole", ledger, stops, GUARDIAN_ROLE)
        self.send(COUNCIL, "AccessManager", "grantRole", GUARDIAN_ROLE, GUARDIAN, 0)

    def _deploy(self, name: str, kinds: list[str], args: list[Any]) -> str:
        artifact = _artifact(name)
        where = self.vm.deploy(COUNCIL, artifact.bytecode + encode(kinds, args))
        self.address[name] = where
        return where


def _machine() -> pyrevm.EVM:
    """A fresh EVM; other artifacts come unoptimised, so they may be larger than code may be."""
    if OTHER_ARTIFACTS not in os.environ:
        return pyrevm.EVM(spec_id="CANCUN")
    cfg = pyrevm.CfgEnv(chain_id=1, limit_contract_code_size=OTHER_SIZE_BYTES)
    return pyrevm.EVM(env=pyrevm.Env(cfg=cfg), spec_id="CANCUN")


def _artifact(name: str) -> Artifact:
    """The committed artifact, or a changed one from the folder that OTHER_ARTIFACTS names."""
    other = os.environ.get(OTHER_ARTIFACTS)
    path = Path(other) / f"{name}.json" if other else None
    if path is not None and path.is_file():
        return parse(json.loads(path.read_text("utf-8")))
    return load(name)


def _revert_data(error: RuntimeError) -> bytes:
    found = re.search(r"output: 0x([0-9a-fA-F]*)", str(error))
    return bytes.fromhex(found.group(1)) if found else b""
