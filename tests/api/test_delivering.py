"""Webhooks over real HTTP, to servers that are slow, fail, hang up, flood, or lie inside."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from api.hooks.sending import Answer, Sender
from ledger.hooks.events import Kind
from ledger.store import hooks_events as events
from ledger.store.engine import transaction
from tests.api.posting import CANTEEN, Post, event_of, posting
from tests.support.receiver import Receiver, answers, drops, floods, receiving, slowly

BODY = b'{"a":1}'


def steps(receiver: Receiver, name: str) -> list[int]:
    """Of one object, as they were taken."""
    taken = (one for one in receiver.taken() if one.object_id == name)
    return [one.content["data"]["captured"]["units"] for one in taken]


def happen(post: Post, *told: tuple[str, int]) -> None:
    with transaction(post.engine) as connection:
        events.record(connection, [event_of(name, step) for name, step in told])


def send(
    url: str, *, private: bool = True, patience_s: float = 2.0, tls: Path | None = None
) -> Answer:
    """One message of no meaning."""

    async def once() -> Answer:
        sender = Sender(private=private, plain=True, authorities=tls, patience_s=patience_s)
        try:
            return await sender.post(url, {"Content-Type": "application/json"}, BODY)
        finally:
            await sender.close()

    return asyncio.run(once())


def test_a_message_is_what_the_standard_says_and_verifies(tmp_path: Path) -> None:
    with receiving() as receiver, posting(tmp_path) as post:
        post.hook(receiver)
        with post.going():
            post.happens("a")
            (message,) = receiver.await_taken(1)

    assert message.content.keys() == {"id", "type", "timestamp", "data"}
    assert message.id == message.content["id"]
    assert message.id.startswith("evt_")
    assert (message.type, message.signatures) == (Kind.ORDER_HELD, 1)
    assert message.content["data"]["url"] == "/v1/orders/a"
    assert message.content["timestamp"].endswith("+08:00")
    assert receiver.refused == 0


@pytest.mark.slow
def test_failures_of_every_kind_hold_an_object_up_and_change_no_order(tmp_path: Path) -> None:
    with receiving() as receiver, posting(tmp_path, patience_s=0.3) as post:
        post.hook(receiver)
        receiver.behave(answers(500), drops, slowly(0.6), answers(302, Location="/x"), answers(204))
        happen(post, ("a", 1), ("b", 1), ("a", 2), ("a", 3), ("b", 2))
        with post.going():
            receiver.until(lambda: len({m.id for m in receiver.taken()}) >= 5)
            log = post.webhooks.log(CANTEEN, "hook", None, None, 10)
            receiver.until(
                lambda: all(
                    one.delivery.state == "delivered"
                    for one in post.webhooks.log(CANTEEN, "hook", None, None, 10)
                )
            )

    assert len(log) == 5
    assert list(dict.fromkeys(steps(receiver, "a"))) == [1, 2, 3]
    assert list(dict.fromkeys(steps(receiver, "b"))) == [1, 2]
    assert sorted(steps(receiver, "a")) == steps(receiver, "a")


def test_a_server_that_hangs_holds_up_nobody_elses_messages(tmp_path: Path) -> None:
    with receiving([slowly(1.5)]) as slow, receiving() as fast, posting(tmp_path) as post:
        post.hook(slow, "slow")
        post.hook(fast, "fast")
        with post.going():
            began = time.monotonic()
            post.happens(*map(str, range(40)))
            fast.await_taken(40)
            took_s = time.monotonic() - began

    assert took_s < 1.4


@pytest.mark.slow
def test_while_a_secret_is_replaced_both_verify(tmp_path: Path) -> None:
    with receiving() as receiver, posting(tmp_path) as post:
        first = post.hook(receiver)
        second = post.webhooks.rotate("r", CANTEEN, "hook")
        with post.going():
            post.happens("a")
            (with_former,) = receiver.await_taken(1)
            receiver.secret = second.secret
            post.happens("b")
            with_new = receiver.await_taken(2)[1]
            post.clock.ahead_s = 0

    assert first.secret != second.secret
    assert (with_former.signatures, with_new.signatures) == (2, 2)
    assert receiver.refused == 0


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "169.254.169.254", "10.0.0.1",
        "224.0.0.1", "[fe80::1]", "[64:ff9b::7f00:1]",
    ],
)  # fmt: skip
def test_nothing_is_sent_inside_however_the_address_is_written(host: str) -> None:
    with receiving() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]

        answer = send(f"http://{host}:{port}/", private=False)

    assert answer.error in ("address", "name")
    assert answer.code is None
    assert receiver.messages == []
    assert receiver.refused == 0


def test_a_name_that_leads_inside_as_well_is_not_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(*_: object) -> list[str]:
        return ["93.184.215.14", "127.0.0.1"]

    monkeypatch.setattr("api.hooks.sending.addresses_of", both)

    assert send("http://hooks.example.org/", private=False) == Answer(error="address")


def test_what_went_wrong_has_a_name(tmp_path: Path) -> None:
    with receiving() as receiver:
        receiver.secret = "whsec_AAAA"
        nobody = f"http://127.0.0.1:{receiver.url.split(':')[2].split('/')[0]}/"
        unsigned = send(nobody)
    closed = send(nobody)
    unknown = send("http://nobody.invalid/")

    assert unsigned == Answer(401)
    assert closed == Answer(error="connect")
    assert unknown == Answer(error="name")


def test_an_answer_without_end_is_cut_off_and_counts_by_its_status(tmp_path: Path) -> None:
    with receiving([floods]) as receiver, posting(tmp_path) as post:
        post.hook(receiver)
        with post.going():
            began = time.monotonic()
            post.happens("a")
            receiver.until(
                lambda: (
                    [one.delivery.code for one in post.webhooks.log(CANTEEN, "hook", None, None, 1)]
                    == [200]
                )
            )

    assert time.monotonic() - began < 2
