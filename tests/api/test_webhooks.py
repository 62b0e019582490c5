"""Webhooks over HTTP as their owners meet them, from an order to a verified message."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.access import Role
from api.guard import Call
from api.hooks.endpoints import _check_public
from ledger.errors import Rejected
from tests.api.serving import City
from tests.support.receiver import Receiver, answers, receiving

pytestmark = pytest.mark.slow


def made(city: City, receiver: Receiver, role: Role = Role.ACCEPTOR, **more: Any) -> dict[str, Any]:
    """A webhook to that server, which knows the secret then."""
    answer = city.post("/v1/webhooks", {"url": receiver.url} | more, role)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    receiver.secret = shown["secret"]
    return shown


def told_since(city: City, since: str) -> list[str]:
    """Ids of the canteen's orders in events since then."""
    page = city.get("/v1/events", Role.ACCEPTOR, since=since, limit=200).json()
    return [one["data"]["id"] for one in page["events"]]


def end(city: City, hook: dict[str, Any], role: Role = Role.ACCEPTOR) -> None:
    """Others' tests have room for theirs."""
    gone = city.http.delete(f"/v1/webhooks/{hook['id']}", headers=city.bearer(role))
    assert gone.status_code == 204, gone.text


def test_an_order_is_told_from_hold_to_refund_and_shows_no_wallet_or_account(city: City) -> None:
    wallet = city.wallet(600)
    with receiving() as receiver:
        hook = made(city, receiver)
        order = city.order(wallet, 1_000)
        city.done(city.post(f"/v1/orders/{order['id']}/capture", {"units": 600}, Role.ACCEPTOR))
        for units in (100, 500):
            body = {"units": units}
            city.done(city.post(f"/v1/orders/{order['id']}/refund", body, Role.ACCEPTOR))
        receiver.until(lambda: any(m.type == "order.refunded" for m in receiver.taken()[-1:]))
        receiver.until(lambda: receiver.taken()[-1].content["data"]["state"] == "refunded")
        mine = [m for m in receiver.taken() if m.object_id == order["id"]]
        receiver.until(lambda: {one["state"] for one in _log(city, hook)} == {"delivered"})
        log = _log(city, hook)
        end(city, hook)

    kinds = [message.type for message in mine]
    assert kinds == ["order.held", "order.captured", "order.refunded", "order.refunded"]
    assert [m.content["data"]["refunded"]["units"] for m in mine] == [0, 0, 100, 600]
    holds = [hold for h in order["holds"] for hold in (h["id"], h["account"])]
    assert not [secret for secret in [wallet, *holds] if secret in str([m.content for m in mine])]
    assert log[0]["response_code"] == 204
    assert [one["type"] for one in log][:2] == ["order.refunded"] * 2


def _log(city: City, hook: dict[str, Any]) -> list[dict[str, Any]]:
    """What became of the webhook's messages, newest first: a receiver has one before its sender has
    noted it."""
    told: dict[str, Any] = city.get(f"/v1/webhooks/{hook['id']}/deliveries", Role.ACCEPTOR).json()
    found: list[dict[str, Any]] = told["deliveries"]
    return found


def test_events_go_only_to_those_who_may_read_the_object(city: City) -> None:
    wallet = city.wallet(600)
    with receiving() as canteen, receiving() as issuer, receiving() as operator:
        hooks = {
            Role.ACCEPTOR: made(city, canteen),
            Role.ISSUER: made(city, issuer, Role.ISSUER),
            Role.OPERATOR: made(city, operator, Role.OPERATOR),
        }
        exchange = city.done(
            city.post("/v1/exchanges", {"wallet": wallet, "into": 2, "units": 1_000})
        )
        claim = city.post(
            "/v1/claims",
            {
                "wallet": wallet, "scheme": 2, "kind": "correction", "words": "少记了",
                "about": {"activity": 102, "day": "2026-04-18", "quantity": 120},
            },
        )  # fmt: skip
        assert claim.status_code == 201, claim.text
        order = city.order(wallet, 500)
        operator.await_taken(3)
        issuer.await_taken(2)
        canteen.await_taken(1)
        for role, hook in hooks.items():
            end(city, hook, role)

    exchanged = ("exchange.held", exchange["id"])
    claimed, held = ("claim.opened", claim.json()["id"]), ("order.held", order["id"])
    ours = {exchanged, claimed, held}
    told = [{(m.type, m.object_id) for m in one.taken()} for one in (canteen, issuer, operator)]
    hold = exchange["holds"][0]["id"]
    (to_credit,) = (m for m in issuer.taken() if m.object_id == exchange["id"])
    assert [one & ours for one in told] == [{held}, {exchanged, claimed}, ours]
    assert to_credit.content["data"]["holds"] == [hold]
    assert city.get(f"/v1/exchanges/{hold}", Role.ISSUER).status_code == 200


def test_a_secret_is_shown_once_and_again_only_to_the_same_command(city: City) -> None:
    body = {"url": "http://127.0.0.1:9/", "events": ["order.held", "order.held"]}
    first = city.post("/v1/webhooks", body, Role.ACCEPTOR, "make-once")
    again = city.post("/v1/webhooks", body, Role.ACCEPTOR, "make-once")
    other = city.post("/v1/webhooks", body | {"events": []}, Role.ACCEPTOR, "make-once")
    place = f"/v1/webhooks/{first.json()['id']}"
    shown = city.get(place, Role.ACCEPTOR).json()
    rotated = [city.post(f"{place}/rotate", {}, Role.ACCEPTOR, "rotate-once") for _ in range(2)]
    late = city.post("/v1/webhooks", body, Role.ACCEPTOR, "make-once")
    end(city, shown)

    assert first.headers["location"] == place
    assert first.json()["secret"].startswith("whsec_")
    assert first.json() == again.json()
    assert first.headers["cache-control"] == "no-store"
    assert (other.status_code, other.json()["code"]) == (422, "request.command-differs")
    assert shown["secret"] is None
    assert shown["events"] == ["order.held"]
    assert rotated[0].json() == rotated[1].json()
    assert rotated[0].json()["secret"] not in (None, first.json()["secret"])
    assert rotated[0].json()["former_secret_until"] is not None
    assert late.json()["secret"] is None


def test_a_ping_says_what_came_back_and_a_stopped_webhook_why(city: City) -> None:
    with receiving() as receiver:
        hook = made(city, receiver)
        place = f"/v1/webhooks/{hook['id']}"
        fine = city.post(f"{place}/ping", {}, Role.ACCEPTOR).json()
        receiver.behave(answers(503))
        failing = city.post(f"{place}/ping", {}, Role.ACCEPTOR).json()
        stopped = city.post(f"{place}/disable", {}, Role.ACCEPTOR).json()
        listed = city.get("/v1/webhooks", Role.ACCEPTOR).json()["webhooks"]
        started = city.post(f"{place}/enable", {}, Role.ACCEPTOR).json()
        types = [message.type for message in receiver.messages]
        end(city, hook)

    assert (fine["delivered"], fine["response_code"]) == (True, 204)
    assert (failing["delivered"], failing["response_code"]) == (False, 503)
    assert types == ["webhook.ping", "webhook.ping"]
    assert (stopped["state"], stopped["reason_code"]) == ("disabled", "owner")
    assert stopped["reason"] == "由本单位停用。"
    assert [one["id"] for one in listed] == [hook["id"]]
    assert (started["state"], started["reason"]) == ("active", None)


def test_a_webhook_is_nobody_elses_to_see_or_change(city: City) -> None:
    hook = city.post("/v1/webhooks", {"url": "http://127.0.0.1:9/"}, Role.ISSUER).json()
    place = f"/v1/webhooks/{hook['id']}"
    answers = [
        city.get(place, Role.ACCEPTOR),
        city.get(place, Role.OPERATOR),
        city.get(f"{place}/deliveries", Role.ACCEPTOR),
        *(
            city.post(f"{place}/{step}", {}, Role.ACCEPTOR)
            for step in ("rotate", "disable", "ping")
        ),
        city.post(f"{place}/replay", {"since": "2026-05-01T00:00:00+08:00"}, Role.ACCEPTOR),
        city.http.delete(place, headers=city.bearer(Role.ACCEPTOR)),
    ]
    end(city, hook, Role.ISSUER)

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "hook.unknown")}


def test_a_replay_sends_again_what_an_owner_missed(city: City) -> None:
    order = city.order(city.wallet(600), 700)
    since = order["placed_at"]
    with receiving() as receiver:
        receiver.until(lambda: order["id"] in told_since(city, since))
        hook = made(city, receiver, events=["order.held"])
        place = f"/v1/webhooks/{hook['id']}/replay"
        planned = city.post(place, {"since": since, "dry_run": True}, Role.ACCEPTOR).json()
        sent = city.post(place, {"since": since}, Role.ACCEPTOR).json()
        receiver.until(lambda: order["id"] in [m.object_id for m in receiver.taken()])
        end(city, hook)

    assert planned == sent | {"dry_run": True}
    assert sent["events"] >= 1


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://localhost/", "hook.address-inside"),
        ("https://2130706433/", "hook.address-inside"),
        ("https://[::ffff:127.0.0.1]/", "hook.address-inside"),
        ("https://169.254.169.254/latest/meta-data", "hook.address-inside"),
    ],
)
def test_an_address_inside_is_refused_when_it_is_given(city: City, url: str, code: str) -> None:
    settings = city.settings.model_copy(update={"webhook_private_addresses": False})
    call = cast("Call", SimpleNamespace(office=SimpleNamespace(settings=settings)))

    with pytest.raises(Rejected) as refusal:
        _check_public(call, url)

    assert refusal.value.code == code
    assert refusal.value.fields["field"] == "url"


def test_a_window_that_closes_is_told_to_every_member(city: City) -> None:
    with receiving() as receiver:
        hook = made(city, receiver, events=["window.closed"])
        city.network.chain.stop_mining()
        city.network.chain.advance_to(city.network.now_s + 3_600)
        city.network.chain.start_mining(0.02, clock=None)
        number = city.get("/v1/windows").json()["windows"][0]["number"]
        closed = city.post(f"/v1/windows/{number}/close", {})
        assert closed.status_code in (200, 202), closed.text
        (message,) = receiver.await_taken(1)
        end(city, hook)

    assert (message.type, message.object_id) == ("window.closed", str(number))
    assert message.content["data"]["url"] == f"/v1/windows/{number}"
