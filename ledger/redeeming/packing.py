"""How calls for the desk share a transaction: how many, in which order, with how much gas.

The order is shuffled, and calls of one order are moved apart as far as others allow, so that a
batch does not show which accounts belong together; an order alone in its batch cannot be hidden.
Pure: randomness comes in as an argument.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ledger.chain.passkeys import SIGNATURE_BYTES
from ledger.chain.signer import TRANSACTION_GAS_MAX
from ledger.redeeming.standing import Kind
from ledger.store.operator_commands import CommandRow

CALLS_MAX = 100
"""Most calls of a transaction: what 16.7 M gas carries at the dearest kinds' limits."""
BASE_GAS = 80_000
"""Of a transaction with no calls in it, and of what a caller must keep for after the last one."""
CALL_GAS = {
    Kind.HOLD: 118_000,
    Kind.GIVE: 150_000,
    Kind.CAPTURE: 132_000,
    Kind.DECLINE: 75_000,
    Kind.CANCEL: 75_000,
    Kind.OVERDUE: 75_000,
    Kind.REFUND: 105_000,
    Kind.KEY: 90_000,
}
"""Most gas of a call of one slice, its calldata included. Measured on Anvil, cold: a first hold
115 k, a window's first capture 125 k; the rest with a tenth of room."""
SLICE_GAS = 34_000
"""For each further expiry that a call moves points of: a class's figures and an event."""
SIGNATURE_GAS = 16_000
"""For checking a resident's signature."""
PASSKEY_GAS = 290_000
"""For checking a passkey's proof where the chain has no precompile for P-256 (235 k; 7 k where it
has one), with its calldata and the first note of its counter."""


def gas_of(kind: Kind, slices: int, signature: bytes | None = None) -> int:
    """Most gas that such a call may use; ``signature`` is the resident's word or proof in it."""
    checking = 0
    if signature is not None:
        checking = SIGNATURE_GAS if len(signature) == SIGNATURE_BYTES else PASSKEY_GAS
    return CALL_GAS[kind] + SLICE_GAS * max(0, slices - 1) + checking


def batches(commands: Sequence[CommandRow], chance: random.Random) -> Iterator[list[CommandRow]]:
    """Commands cut into batches by number and gas, in the order of recording, each shuffled."""
    batch: list[CommandRow] = []
    gas = BASE_GAS
    for command in commands:
        if batch and (len(batch) == CALLS_MAX or gas + command.gas > TRANSACTION_GAS_MAX):
            yield apart(batch, chance)
            batch, gas = [], BASE_GAS
        batch.append(command)
        gas += command.gas
    if batch:
        yield apart(batch, chance)


def batch_gas(commands: Sequence[CommandRow]) -> int:
    """The limit of a batch's transaction."""
    return min(BASE_GAS + sum(command.gas for command in commands), TRANSACTION_GAS_MAX)


def apart(commands: Sequence[CommandRow], chance: random.Random) -> list[CommandRow]:
    """The same in random order, none beside another of its order unless that order is most of it.

    Each time, one is drawn among those whose order is not the one before; an order that would else
    be left with its own at the end is drawn from first.
    """
    left: dict[str, list[CommandRow]] = defaultdict(list)
    for command in chance.sample(commands, len(commands)):
        left[command.order or f"#{command.seq}"].append(command)
    placed: list[CommandRow] = []
    before = ""
    while left:
        count = sum(map(len, left.values()))
        largest = max(left, key=lambda name: len(left[name]))
        others = [name for name in left if name != before] or [before]
        pressing = largest != before and len(left[largest]) * 2 > count
        name = largest if pressing else _drawn(others, left, chance)
        placed.append(left[name].pop())
        if not left[name]:
            del left[name]
        before = name
    return placed


def neighbours(commands: Sequence[CommandRow]) -> int:
    """How many stand right behind one of the same order."""
    return sum(a.order is not None and a.order == b.order for a, b in pairwise(commands))


def _drawn(names: Sequence[str], left: dict[str, list[CommandRow]], chance: random.Random) -> str:
    """One of the orders, each as likely as it has calls left."""
    return chance.choices(names, [len(left[name]) for name in names])[0]
