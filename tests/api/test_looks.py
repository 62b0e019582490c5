"""Who looked: whatever tells staff something of a resident is on that resident's record."""

from __future__ import annotations

from typing import Any

import pytest

from api.access import ACCESS, STAFF, Role
from api.openapi import operations
from api.shapes import moment
from ledger.onetime import make_code
from ledger.units import DAY_S
from scripts.client_code import the_document
from tests.api.counter import Counter, counter
from tests.api.serving import City
from tests.api.test_offers import LUNCH
from tests.support.season import CANTEEN, CULTURE

pytestmark = pytest.mark.slow
OF_NOBODY = frozenset(
    {
        "list_applications", "get_application", "list_offers", "list_members", "get_member",
        "list_activities", "list_windows", "get_window", "list_statements", "get_statement",
        "get_statement_file", "list_disputes", "get_dispute", "list_webhooks", "get_webhook",
        "list_deliveries", "get_caller",
    }
)  # fmt: skip
"""Of organisations, and of sums."""
NAMES_NOBODY = frozenset({"list_events", "stream_events", "list_offer_orders", "list_proposals"})
"""They tell that an order or a project is there, and not whose: who asks for the order, or for what
a wallet proposed, is on record."""
OTHERWISE = frozenset(
    {
        "get_notices", "get_reminder", "get_month", "get_month_file", "get_month_text",
        "get_mailing", "get_mailing_file", "list_letters", "list_mailings",
    }
)  # fmt: skip
"""Their own tests find the looks."""


def test_whatever_staff_read_of_a_resident_is_on_the_residents_record(city: City) -> None:
    desk = counter(city)
    wallet, known = _life(city, desk)
    found, asked = dict[str, int](), set[str]()
    for path, method, operation in operations(the_document()):
        name = operation["operationId"]
        roles = ACCESS[name] or frozenset()
        if method != "get" or not roles & STAFF or name in OF_NOBODY | NAMES_NOBODY | OTHERWISE:
            continue
        role = Role.WORKER if Role.WORKER in roles else Role.OPERATOR
        token = desk.token if role is Role.WORKER else city.tokens[role]
        answer = desk.get(path.format_map(known), token, params=_query(operation, wallet))
        asked.add(name)
        found[name] = answer.status_code

    views = _views(city, wallet)

    assert {name: status for name, status in found.items() if status != 200} == {}
    assert asked - views == set()


def test_whose_wish_it_was_is_nobodys_once_enough_share_it(city: City) -> None:
    said = {"words": "修雨伞", "category": "repairs", "district": "示例路"}
    wallets = [city.wallet() for _ in range(5)]

    city.post("/v1/wishes", said | {"wallet": wallets[0]})
    few = _wishes(counter(city))
    for wallet in wallets[1:]:
        city.post("/v1/wishes", said | {"wallet": wallet})
    many = _wishes(counter(city))

    assert (few, many) == ([1], [5])
    assert "list_wishes" in _views(city, wallets[0])
    assert all("list_wishes" not in _views(city, wallet) for wallet in wallets[1:])


def _life(city: City, desk: Counter) -> tuple[str, dict[str, str]]:
    """A resident who has one of everything, and what each is called."""
    made = desk.opening(600)
    wallet, card = made["wallet"]["id"], made["handed"]["card"]["id"]
    session = desk.session(made["handed"])
    about = {"wallet": wallet, "acceptor": CANTEEN, "units": 100}
    slip = desk.post("/v1/slips", about, session).json()["order"]
    desk.done(desk.get(f"/v1/orders/{slip}", session), session)
    asked = {"wallet": wallet, "into": CULTURE, "units": 100}
    exchange = city.done(city.post("/v1/exchanges", asked))
    agreed = {"wallet": wallet, "scheme": CULTURE, "consent": True, "consent_version": 1}
    link = desk.post("/v1/links", agreed | {"code": make_code(b"beheld")}).json()["id"]
    claim = desk.post("/v1/claims", {"wallet": wallet, "scheme": CULTURE, "kind": "unlink"})
    said = {"wallet": wallet, "words": "修自行车", "category": "repairs"}
    assert desk.post("/v1/wishes", said).status_code == 201
    delegate = desk.delegate(wallet, session)["delegate"]["id"]
    ticket = _ticket(city, desk, wallet)
    death = desk.post("/v1/desk/deaths", {"wallet": wallet, "proof_shown": True}).json()["id"]
    return wallet, {
        "wallet_id": wallet, "order_id": slip, "hold_id": exchange["holds"][0]["id"],
        "link_id": link, "claim_id": claim.json()["id"], "card_id": card, "death_id": death,
        "delegate_id": delegate, "ticket_id": ticket,
    }  # fmt: skip


def _ticket(city: City, desk: Counter, wallet: str) -> str:
    slot = {"starts": "2026-12-01T09:00:00+08:00", "ends": "2026-12-01T10:00:00+08:00",
            "capacity": 1}  # fmt: skip
    offer = city.post("/v1/offers", LUNCH | {"slots": [slot]}, Role.ACCEPTOR).json()["id"]
    city.post(f"/v1/offers/{offer}/open", {}, Role.ACCEPTOR)
    when = moment(city.network.now_s + 7 * DAY_S).isoformat()
    place = {"offer": offer, "slot": 1}
    times = {"deadline": when, "service_at": when}
    city.done(city.post("/v1/orders", {"wallet": city.wallet(60)} | place | times))
    taken = desk.post("/v1/tickets", {"wallet": wallet} | place)
    assert taken.status_code == 201, taken.text
    return str(taken.json()["id"])


def _query(operation: dict[str, Any], wallet: str) -> dict[str, str]:
    """Of lists that may be asked for one wallet, this one's."""
    named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
    return {"wallet": wallet} if "wallet" in named else {}


def _views(city: City, wallet: str) -> set[str]:
    """What staff looked at, as the resident reads it."""
    found, more = set[str](), dict[str, Any]()
    while True:
        page = city.get(f"/v1/wallets/{wallet}/views", limit=200, **more).json()
        found |= {one["what"] for one in page["views"]}
        if page["next_cursor"] is None:
            return found
        more = {"cursor": page["next_cursor"]}


def _wishes(desk: Counter) -> list[int]:
    """How many share the wishes of that district, as a worker reads it."""
    answer = desk.get("/v1/wishes", params={"district": "示例路"})
    return [one["voices"] for one in answer.json()["wishes"]]
