"""Points that go elsewhere: into another scheme, and not back out; to the community fund."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from issuers.sandbox.kinds import Scheme
from ledger.units import points_text
from scripts import charter
from scripts.demo.city import City
from scripts.demo.desk import Answered, Desk
from scripts.demo.people import Person, number_of
from scripts.telling import Teller

CREDIT_S = 120.0
"""How long the culture scheme's agent may take to capture and credit."""
GIFT_UNITS = 500


@dataclass
class Outcome:
    """What came of exchange and donation. Amounts are units of 0.01 point."""

    exchanged_units: int
    native_points: int
    back_refused: str
    """The code with which the way back was refused; empty where it was not."""
    given_units: int


def play(desk: Desk, city: City, tell: Teller, people: Sequence[Person]) -> Outcome | None:
    """The exchange and the donation; None where nobody in the season could make the exchange."""
    person = _volunteer_without_culture_points(desk, people)
    if person is None:
        return None
    exchanged, native = _exchange(desk, city, tell, person)
    refused = _way_back(desk, tell, person)
    given = _donate(desk, tell, people)
    return Outcome(exchanged, native, refused, given)


def _volunteer_without_culture_points(desk: Desk, people: Sequence[Person]) -> Person | None:
    """In exactly the two schemes, with points of the first and none of the second."""
    both = {Scheme.VOLUNTEER, Scheme.CULTURE}
    for person in people:
        if not person.keys and set(person.accounts) == both:
            held = _by_scheme(desk, person)
            if held.get(Scheme.VOLUNTEER, 0) >= 100 and not held.get(Scheme.CULTURE):
                return person
    return None


def _by_scheme(desk: Desk, person: Person) -> dict[Scheme, int]:
    balance = desk.get(f"/v1/wallets/{person.wallet}/balance")
    units = {one["issuer"]: one["amount"]["units"] for one in balance["by_issuer"]}
    return {scheme: units.get(number_of(scheme), 0) for scheme in person.accounts}


def _exchange(desk: Desk, city: City, tell: Teller, person: Person) -> tuple[int, int]:
    """All whole volunteer points become native culture points, once the culture agent credits."""
    units = _by_scheme(desk, person)[Scheme.VOLUNTEER]
    culture = number_of(Scheme.CULTURE)
    wanted = {"wallet": person.wallet, "into": culture, "units": units}
    order = desk.post("/v1/exchanges", wanted, f"exchange-{person.resident.number}")
    deadline = time.monotonic() + CREDIT_S
    member_id, native = person.resident.members[Scheme.CULTURE], 0
    while not native and time.monotonic() < deadline:
        time.sleep(0.2)
        native = _native_points(city, member_id)
    found = desk.final(f"/v1/orders/{order['id']}")
    captured = found["captured"]["units"]
    shown = points_text(captured)
    tell.good(
        f"{shown} 志愿积分换成文化消费系统里的 {native} 个本地积分",
        f"{shown} volunteer points became {native} native points of the culture scheme",
    )
    return captured, native


def _native_points(city: City, member_id: str) -> int:
    """What the culture scheme's own books say that the member got by exchange."""
    service = city.services[Scheme.CULTURE]
    headers = {"X-API-Key": service.credentials.secret}
    url = f"{service.url}/v2/members/{member_id}"
    answer = httpx.get(url, headers=headers, trust_env=False, timeout=30)
    return int(answer.json()["exchanged_points"])


def _way_back(desk: Desk, tell: Teller, person: Person) -> str:
    """Native points that came by exchange are no points here: there is nothing to exchange."""
    wanted = {"wallet": person.wallet, "into": number_of(Scheme.VOLUNTEER), "units": 100}
    try:
        desk.post("/v1/exchanges", wanted, f"back-{person.resident.number}")
    except Answered as refusal:
        tell.good(
            f"再换回来被拒绝：{refusal.problem['detail']}",
            f"no way back: {refusal.code}",
        )
        return refusal.code
    tell.bad("换回来竟然成功了", "the way back was taken")
    return ""


def _donate(desk: Desk, tell: Teller, people: Sequence[Person]) -> int:
    giver = next(
        person
        for person in people
        if not person.keys and sum(_by_scheme(desk, person).values()) >= GIFT_UNITS
    )
    gift = {
        "wallet": giver.wallet,
        "fund_account": "0x" + charter.fund_account().hex(),
        "units": GIFT_UNITS,
    }
    desk.post("/v1/donations", gift, f"gift-{giver.resident.number}")
    tell.good(
        f"一位居民捐给社区基金 {points_text(GIFT_UNITS)} 积分，到期日不变",
        f"one resident gave {points_text(GIFT_UNITS)} points to the community fund, lanes kept",
    )
    return GIFT_UNITS
