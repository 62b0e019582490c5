"""What is told when an order moves, and when a delivery that failed is tried again."""

from __future__ import annotations

import base64
import time

import pytest
from standardwebhooks import Webhook

from ledger.hooks import backoff
from ledger.hooks.events import Kind, Standing, of_order
from ledger.hooks.signing import headers_of, secret_of
from ledger.redeeming.values import Purpose, State

S = State


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((S.PLACED, 0, 0), (S.HELD, 0, 0), ["held"]),
        ((S.PLACED, 0, 0), (S.REFUSED, 0, 0), ["refused"]),
        ((S.PLACED, 0, 0), (S.UNDOING, 0, 0), []),
        ((S.UNDOING, 0, 0), (S.REFUSED, 0, 0), ["refused"]),
        ((S.UNDOING, 0, 0), (S.CAPTURED, 5, 0), ["captured"]),
        ((S.CAPTURING, 0, 0), (S.CAPTURED, 5, 0), ["captured"]),
        ((S.PLACED, 0, 0), (S.CAPTURED, 5, 0), ["held", "captured"]),
        ((S.PLACED, 0, 0), (S.REFUNDED, 5, 5), ["held", "captured", "refunded"]),
        ((S.PLACED, 0, 0), (S.RELEASED, 0, 0), ["held", "released"]),
        ((S.RELEASING, 0, 0), (S.RELEASED, 0, 0), ["released"]),
        ((S.HELD, 0, 0), (S.HELD, 3, 0), ["captured"]),
        ((S.REFUNDING, 5, 0), (S.CAPTURED, 5, 2), ["refunded"]),
        ((S.REFUNDING, 5, 2), (S.REFUNDED, 5, 5), ["refunded"]),
        ((S.HELD, 0, 0), (S.CAPTURING, 0, 0), []),
        ((S.REFUNDED, 5, 5), (S.REFUNDED, 5, 5), []),
    ],
)
def test_every_step_of_an_order_is_told_once(
    before: tuple[State, int, int], after: tuple[State, int, int], told: list[str]
) -> None:
    found = of_order(Purpose.REDEEM, Standing(*before), Standing(*after))

    assert found == [f"order.{word}" for word in told]


def test_a_step_that_the_chain_refused_is_told_where_the_order_stands_as_before() -> None:
    held, taken = Standing(S.HELD, 0, 0), Standing(S.CAPTURED, 5, 0)

    kept = of_order(Purpose.EXCHANGE, Standing(S.CAPTURING, 0, 0), held, refused=True)
    done = of_order(Purpose.EXCHANGE, held, taken, refused=True)

    assert kept == [Kind.EXCHANGE_STEP_REFUSED]
    assert done == [Kind.EXCHANGE_CAPTURED]


def test_gifts_are_told_as_gifts() -> None:
    placed = Standing(S.PLACED, 0, 0)

    assert of_order(Purpose.DONATION, placed, Standing(S.GIVEN, 0, 0)) == [Kind.DONATION_GIVEN]
    assert of_order(Purpose.DONATION, placed, Standing(S.REFUSED, 0, 0)) == [Kind.DONATION_REFUSED]


def test_pauses_grow_up_to_a_bound_and_chance_shortens_them_by_half_at_most() -> None:
    longest = [backoff.pause_s(n, 0.0) for n in range(1, 10)]
    shortest = [backoff.pause_s(n, 1.0) for n in range(1, 10)]

    assert longest == [5, 15, 45, 135, 405, 1_215, 3_645, 7_200, 7_200]
    assert all(
        half * 2 - whole in (-1, 0, 1) for half, whole in zip(shortest, longest, strict=True)
    )
    assert backoff.pause_s(1_000, 0.0) == backoff.LONGEST_S


def test_a_receiver_may_ask_for_a_longer_pause_but_not_for_days() -> None:
    assert backoff.pause_s(1, 0.0, asked_s=60) == 60
    assert backoff.pause_s(8, 0.0, asked_s=60) == 7_200
    assert backoff.pause_s(1, 0.0, asked_s=10**9) == 7_200


def test_nothing_is_tried_longer_than_a_day() -> None:
    assert not backoff.is_over(1_000, 1_000 + 86_399)
    assert backoff.is_over(1_000, 1_000 + 86_400)


def test_a_message_is_signed_by_each_secret_as_the_published_library_verifies_it() -> None:
    old, new, other = (secret_of(bytes([n]) * 32) for n in (1, 2, 3))

    headers = headers_of("evt_1", int(time.time()), '{"a":"兑"}', [new, old])

    assert base64.b64decode(new.removeprefix("whsec_")) == b"\2" * 32
    for secret in (old, new):
        assert Webhook(secret).verify('{"a":"兑"}', headers) == {"a": "兑"}
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(other).verify('{"a":"兑"}', headers)
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(new).verify('{"a":"换"}', headers)
