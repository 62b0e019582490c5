"""Residents redeem over HTTP: orders of several holds, and every way in which one can end.

Who redeems, how much and how it ends follows from the residents' numbers, so that every run says
the same. Amounts are units of 0.01 point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from ledger.chain.signer import Key
from scripts import charter
from scripts.demo.desk import Answered, Desk
from scripts.demo.people import AT_ONCE, Person

ACCEPTORS = ("CANTEEN", "CARE", "SPORT")
A_MONTH = 60
"""Residents who come in a month."""
STRIDE, SHIFT = 53, 37
"""Prime to any number of residents of ours: nobody comes every month."""
LEAST_UNITS, MOST_UNITS = 300, 6_000
SHARE_PERCENT = 60
"""Of what a resident has: usually more than one account holds, so an order of several holds."""


class Ending(StrEnum):
    """How an order ends."""

    CAPTURED = "captured"
    PART = "captured in part"
    DECLINED = "declined by the acceptor"
    CANCELLED = "cancelled by the resident"
    REFUNDED = "refunded in part"
    LAPSED = "left to lapse"


ZH = {
    Ending.CAPTURED: "全部核销",
    Ending.PART: "部分核销",
    Ending.DECLINED: "承兑方婉拒",
    Ending.CANCELLED: "居民取消",
    Ending.REFUNDED: "部分退回",
    Ending.LAPSED: "到期未取",
}
"""On screen; an outcome that is a refusal is shown by its code."""
ENDINGS = (
    *(Ending.CAPTURED,) * 5,
    *(Ending.PART, Ending.DECLINED, Ending.CANCELLED, Ending.REFUNDED, Ending.LAPSED),
)
"""Half of the orders are simply delivered."""


@dataclass
class Tally:
    """What came of the season's orders."""

    orders: Counter[str] = field(default_factory=Counter)
    holds: int = 0
    several: int = 0
    """Orders of more than one hold."""
    too_little: int = 0
    """Residents who came with less than the smallest order."""
    seconds: float = 0.0


def month(desk: Desk, people: Sequence[Person], day: date, tally: Tally) -> None:
    """The orders of one month, several desks at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = pool.map(lambda one: _serve(desk, *one), _visits(people, day))
        for outcome, holds in outcomes:
            if outcome is None:
                tally.too_little += 1
                continue
            tally.orders[outcome] += 1
            tally.holds += holds
            tally.several += holds > 1


def _visits(people: Sequence[Person], day: date) -> Iterator[tuple[Person, str, Ending, str]]:
    """(who, acceptor, how it ends, id) of a month's orders."""
    begin = (day.year * 12 + day.month) * SHIFT
    custodial = [person for person in people if not person.keys]
    for place in range(min(A_MONTH, len(custodial))):
        person = custodial[(begin + place * STRIDE) % len(custodial)]
        acceptor = ACCEPTORS[place % len(ACCEPTORS)]
        change_id = f"order-{day:%Y%m}-{person.resident.number}"
        yield person, acceptor, ENDINGS[place % len(ENDINGS)], change_id


def _serve(
    desk: Desk, person: Person, acceptor: str, ending: Ending, change_id: str
) -> tuple[str | None, int]:
    """One order from quote to end; how it ended and of how many holds it was."""
    total = desk.get(f"/v1/wallets/{person.wallet}/balance")["total"]["units"]
    units = min(total * SHARE_PERCENT // 100, MOST_UNITS)
    if units < LEAST_UNITS:
        return None, 0
    wanted = {"wallet": person.wallet, "acceptor": charter.NUMBER[acceptor], "units": units}
    quote = desk.post("/v1/quotes", wanted, f"{change_id}-quote")
    try:
        order = desk.post("/v1/orders", wanted, change_id)
    except Answered as refusal:
        return f"refused: {refusal.code}", 0
    end(desk, order, ending, change_id)
    return str(ending), len(quote["parts"])


def end(desk: Desk, order: dict[str, Any], ending: Ending, change_id: str) -> None:
    """Brings an order to its end, as acceptor or resident would."""
    path, units = f"/v1/orders/{order['id']}", order["amount"]["units"]
    if ending is Ending.LAPSED:
        return
    if ending is Ending.DECLINED:
        desk.post(f"{path}/release", {}, f"{change_id}-release")
        return
    if ending is Ending.CANCELLED:
        desk.post(f"{path}/cancel", {}, f"{change_id}-cancel")
        return
    part = units * 2 // 3 if ending is Ending.PART else None
    desk.post(f"{path}/capture", {"units": part}, f"{change_id}-capture")
    if ending is Ending.REFUNDED:
        desk.post(f"{path}/refund", {"units": units // 4}, f"{change_id}-refund")


def by_own_key(desk: Desk, person: Person, change_id: str) -> dict[str, Any]:
    """A hold that the resident signs: proposed by the desk, signed, relayed, captured."""
    keys = {"0x" + key.address.hex(): key for key in person.keys}
    units = desk.get(f"/v1/wallets/{person.wallet}/balance")["total"]["units"]
    wanted = {
        "wallet": person.wallet,
        "acceptor": charter.NUMBER["CANTEEN"],
        "units": min(units, LEAST_UNITS),
    }
    prepared = desk.post("/v1/orders/prepare", wanted, f"{change_id}-prepare")
    signed = [
        {
            "hold": one["hold"],
            "expires_at": prepared["expires_at"],
            "signature": _signature(keys[one["hold"]["account"]], one["digest"]),
        }
        for one in prepared["to_sign"]
    ]
    order = desk.post("/v1/orders", wanted | {"signed": signed}, change_id)
    end(desk, order, Ending.CAPTURED, change_id)
    return desk.final(f"/v1/orders/{order['id']}")


def _signature(key: Key, digest: str) -> str:
    return "0x" + key.sign_digest(bytes.fromhex(digest.removeprefix("0x"))).hex()
