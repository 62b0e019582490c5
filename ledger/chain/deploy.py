"""Founding a network: the contracts, their wiring, members, terms and first rates, from one key.

Rare, so web3.py packs it. The plan is the same on every run with the same key and founding, down
to the bytes, and addresses follow from nonces: a run that was killed goes on where it stopped.
The key is the council's and is used for nothing else while this runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from web3 import Web3

from contracts.loader import load
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.reverts import refusal_of
from ledger.chain.signer import Signer, Transaction, contract_address
from ledger.errors import Refused, Unavailable
from ledger.founding import Founding

CREATION_GAS = 8_000_000
CALL_GAS = 400_000
CREATED = ("AccessManager", "MemberRegistry", "RateBook", "ClearingHouse", "PointsLedger")
"""In the order of their nonces; RedemptionDesk follows them."""
GUARDIAN_ROLE = 2
CODE_BYTES = 32
WAIT_S = 120.0
SHOWN_S = 5.0
"""How long a node may take to show what it has mined."""
POLL_S = 0.05
BLOCKS_AT_ONCE = 500
_NOBODY = b"\0" * 20


class _Step(NamedTuple):
    to: bytes | None
    data: bytes


def deploy(
    gateway: Gateway,
    council: Signer,
    founding: Founding,
    *,
    wait_s: float = WAIT_S,
    told: Callable[[int, int], None] | None = None,
) -> Deployment:
    """Founds the network, or goes on founding it; returns once all of it is mined.

    ``told`` hears how many transactions are mined of how many. Raises the refusal of a contract
    that says no, Unavailable where the node mines nothing for ``wait_s``.
    """
    gateway.check_chain()
    steps = list(_plan(council, founding))
    first = gateway.head() + 1 if gateway.transaction_count(council.address) == 0 else 0
    raws = [_signed(gateway, council, nonce, step) for nonce, step in enumerate(steps)]
    done = gateway.transaction_count(council.address)
    if done == 0:  # a new sender's first transaction is mined before its next ones are sent
        gateway.send_raw([raws[0].raw])
        done = _await_count(gateway, council, 1, wait_s)
    if done < len(steps):
        gateway.send_raw([signed.raw for signed in raws[done:]])
    while done < len(steps):
        _tell(told, done, steps)
        done = _await_count(gateway, council, done + 1, wait_s)
    _tell(told, done, steps)
    block = _check_mined(
        gateway, council, dict(zip((r.hash for r in raws), steps, strict=True)), first
    )
    found = {name: contract_address(council.address, n) for n, name in enumerate(CREATED)}
    return Deployment(
        gateway.chain_id,
        gateway.finality,
        block,
        manager=found["AccessManager"],
        registry=found["MemberRegistry"],
        rate_book=found["RateBook"],
        clearing=found["ClearingHouse"],
        ledger=found["PointsLedger"],
        desk=contract_address(council.address, len(CREATED)),
    )


def _plan(council: Signer, founding: Founding) -> Iterator[_Step]:
    """Every transaction, by nonce."""
    at = {name: contract_address(council.address, n) for n, name in enumerate(CREATED)}
    at["RedemptionDesk"] = contract_address(council.address, len(CREATED))
    manager, registry, ledger = (at[n] for n in ("AccessManager", "MemberRegistry", "PointsLedger"))
    yield _create("AccessManager", council.address)
    yield _create("MemberRegistry", manager)
    yield _create("RateBook", manager, _NOBODY)
    yield _create("ClearingHouse", manager, registry, founding.unit_price_micro_yuan)
    yield _create("PointsLedger", manager, registry, at["ClearingHouse"])
    caps = (founding.account_monthly_units, founding.operator_daily_units)
    yield _create("RedemptionDesk", manager, registry, ledger, *caps)
    for name, function, *arguments in _agreed(founding, at):
        yield _Step(at[name], packed_call(name, function, *arguments))


def _agreed(founding: Founding, at: Mapping[str, bytes]) -> Iterator[tuple[Any, ...]]:
    """(contract, function, arguments…) of the wiring and of what the members agreed."""
    yield "ClearingHouse", "bindLedger", at["PointsLedger"]
    yield "PointsLedger", "replaceRateBook", at["RateBook"]
    yield "PointsLedger", "appointDesk", at["RedemptionDesk"]
    stops = [_selector("PointsLedger", name) for name in ("pause", "stopStrictly")]
    yield "AccessManager", "setTargetFunctionRole", at["PointsLedger"], stops, GUARDIAN_ROLE
    yield "AccessManager", "grantRole", GUARDIAN_ROLE, founding.guardian, 0
    for number, member in enumerate(founding.members, 1):
        code = member.code.encode("ascii").ljust(CODE_BYTES, b"\0")
        yield "MemberRegistry", "addMember", member.key, member.roles, code
        if member.terms is not None:
            yield "MemberRegistry", "setTerms", number, tuple(member.terms)
    for one in founding.activities:
        code = one.code.encode("ascii").ljust(CODE_BYTES, b"\0")
        yield "RateBook", "addActivity", one.id, one.issuer, code
        rate = (founding.rates_from_month, one.numerator, one.denominator)
        yield "RateBook", "addRate", one.id, rate, founding.standard_hash


def packed_call(name: str, function: str, *arguments: Any) -> bytes:
    """Calldata by web3.py. Addresses are 20 bytes, structs tuples in their order."""
    text = _factory(name).encode_abi(function, args=[_shown(value) for value in arguments])
    return bytes.fromhex(text[2:])


def _create(name: str, *arguments: Any) -> _Step:
    made = _factory(name).constructor(*[_shown(value) for value in arguments])
    return _Step(None, bytes.fromhex(made.data_in_transaction[2:]))


@cache
def _factory(name: str) -> Any:
    artifact = load(name)
    return Web3().eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)


def _selector(name: str, function: str) -> bytes:
    return bytes.fromhex(_factory(name).encode_abi(function, args=[])[2:10])


def _shown(value: Any) -> Any:
    """web3.py wants addresses with their checksum."""
    is_address = isinstance(value, bytes) and len(value) == len(_NOBODY)
    return Web3.to_checksum_address(value) if is_address else value


def _signed(gateway: Gateway, council: Signer, nonce: int, step: _Step) -> Any:
    gas = CREATION_GAS if step.to is None else CALL_GAS
    return council.sign_transaction(Transaction(step.to, step.data, nonce, gas, gateway.chain_id))


def _await_count(gateway: Gateway, council: Signer, wanted: int, wait_s: float) -> int:
    deadline = time.monotonic() + wait_s
    while (count := gateway.transaction_count(council.address)) < wanted:
        if time.monotonic() > deadline:
            raise Unavailable("deploy.nothing-mined", mined=count, wanted=wanted)
        time.sleep(POLL_S)
    return count


def _tell(told: Callable[[int, int], None] | None, done: int, steps: list[_Step]) -> None:
    if told is not None:
        told(done, len(steps))


def _check_mined(gateway: Gateway, council: Signer, steps: dict[bytes, _Step], first: int) -> int:
    """The block of the first one; the refusal of one that failed; Refused if bytes differ."""
    deadline = time.monotonic() + SHOWN_S
    found = _found(gateway, council, steps, first)
    while found.keys() != steps.keys():
        # A node may count a block's nonces a moment before it shows the block.
        if time.monotonic() > deadline:
            raise Refused("deploy.other-founding", found=len(found), wanted=len(steps))
        time.sleep(POLL_S)
        found = _found(gateway, council, steps, first)
    return min(found.values())


def _found(
    gateway: Gateway, council: Signer, steps: dict[bytes, _Step], first: int
) -> dict[bytes, int]:
    """Blocks of those that are mined, by hash."""
    found = dict[bytes, int]()
    numbers = range(first, gateway.head() + 1)
    for start in range(0, len(numbers), BLOCKS_AT_ONCE):
        for block in gateway.blocks(numbers[start : start + BLOCKS_AT_ONCE]):
            mine = [name for name in block.transactions if name in steps] if block else []
            if block is None or not mine:
                continue
            for receipt in gateway.receipts(block, only=mine):
                found[receipt.transaction_hash] = block.number
                if not receipt.succeeded:
                    to, data = steps[receipt.transaction_hash]
                    why = gateway.revert_data(receipt, council.address, to, data, CREATION_GAS)
                    raise refusal_of(why)
    return found
