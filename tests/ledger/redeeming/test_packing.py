"""Batches keep under their limits, and calls of one order stand apart where others allow it."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.signer import TRANSACTION_GAS_MAX
from ledger.redeeming.packing import CALLS_MAX, apart, batch_gas, batches, gas_of, neighbours
from ledger.redeeming.standing import Kind
from ledger.store.operator_commands import CommandRow


def command(seq: int, order: str | None, gas: int = 100_000) -> CommandRow:
    blank = (None, None, b"", gas, "recorded", None, None, 0, None)
    return CommandRow(seq, Kind.HOLD, order, *blank)


ORDERS = st.lists(st.integers(0, 9), min_size=1, max_size=60)


@given(ORDERS, st.integers())
def test_no_two_of_an_order_stand_together_where_that_can_be(orders: list[int], seed: int) -> None:
    commands = [command(seq, f"o{order}") for seq, order in enumerate(orders)]

    placed = apart(commands, random.Random(seed))

    most = max(Counter(orders).values())
    assert Counter(placed) == Counter(commands)
    assert neighbours(placed) == max(0, 2 * most - len(orders) - 1)


def test_the_order_is_another_each_time() -> None:
    commands = [command(seq, f"o{seq}") for seq in range(8)]

    places = Counter(apart(commands, random.Random(seed))[0].seq for seed in range(400))

    assert set(places) == set(range(8))
    assert max(places.values()) < 100


def test_calls_without_an_order_hide_others_as_well() -> None:
    commands = [command(0, "a"), command(1, "a"), command(2, None)]

    assert neighbours(apart(commands, random.Random(1))) == 0


def test_batches_are_cut_by_number_and_by_gas() -> None:
    light = [command(seq, f"o{seq}", 90_000) for seq in range(CALLS_MAX * 2 + 1)]
    heavy = [command(seq, f"o{seq}", 3_000_000) for seq in range(12)]
    chance = random.Random(1)

    by_number = [len(batch) for batch in batches(light, chance)]
    by_gas = list(batches(heavy, chance))

    assert by_number == [CALLS_MAX, CALLS_MAX, 1]
    assert [len(batch) for batch in by_gas] == [5, 5, 2]
    assert all(batch_gas(batch) <= TRANSACTION_GAS_MAX for batch in by_gas)
    assert sorted(c.seq for batch in by_gas for c in batch) == list(range(12))


def test_a_hundred_holds_of_one_slice_fit_into_a_transaction() -> None:
    holds = [command(seq, f"o{seq}", gas_of(Kind.HOLD, 1)) for seq in range(CALLS_MAX)]

    assert batch_gas(holds) < TRANSACTION_GAS_MAX


def test_more_slices_and_a_signature_are_given_more_gas() -> None:
    plain = gas_of(Kind.HOLD, 1)

    assert plain < gas_of(Kind.HOLD, 1, b"\0" * 65) < gas_of(Kind.HOLD, 2) < gas_of(Kind.HOLD, 3)
    assert gas_of(Kind.HOLD, 1, b"\0" * 300) - plain > 235_000
