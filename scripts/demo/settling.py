"""Clearing in the demo: a window closes while residents redeem, and both sides confirm.

The operator publishes the list; acceptors, fund and issuers confirm with their own keys. Issuers'
agents confirm by themselves; for the others the demo runs what their staff would run.
"""

from __future__ import annotations

import time
from typing import Any

from ledger.chain.abi import abi
from ledger.chain.direct import send
from ledger.units import points_text
from scripts import charter
from scripts.demo.city import City
from scripts.demo.desk import Desk
from scripts.telling import Teller

CONFIRM_S = 120.0
"""How long the agents may take to confirm."""


def settle(city: City, desk: Desk, tell: Teller, window: int) -> bool:
    """Publishes the closed window's list and waits until it is settled; whether it is."""
    desk.post(f"/v1/windows/{window}/settlement", {}, f"settle-{window}")
    transfers = transfers_of(city, window)
    names = [seat.code for seat in charter.SEATS]
    tell.table(
        (f"窗口 {window} 结算单", f"Settlement of window {window}"),
        (("付方", "payer"), ("收方", "payee"), ("积分", "points")),
        [(names[t[0] - 1], names[t[1] - 1], points_text(t[2])) for t in transfers],
    )
    for place, (payer, payee, *_) in enumerate(transfers):
        for member in (payer, payee):
            seat = charter.SEATS[member - 1]
            if not seat.scheme:
                _confirm(city, seat.code, window, place)
    return _await_settled(city, tell, window, len(transfers))


def transfers_of(city: City, window: int) -> list[tuple[int, int, int, bool, bool]]:
    """(payer, payee, units, payer confirmed, payee confirmed), as the contract has them."""
    found: list[tuple[int, int, int, bool, bool]] = view(city, "settlementOf", window)
    return found


def view(city: City, function: str, *arguments: object) -> Any:
    """A view of the clearing house."""
    house = abi("ClearingHouse")
    answer = city.gateway.call(city.deployment.clearing, house.call(function, *arguments))
    return house.answer(function, answer)


def positions(city: City, window: int) -> dict[str, int]:
    """Units by member's code, those with none left out."""
    found = {code: view(city, "positionOf", window, n) for code, n in charter.NUMBER.items()}
    return {code: units for code, units in found.items() if units}


def _confirm(city: City, code: str, window: int, place: int) -> None:
    key = city.place.key(code)
    send(city.gateway, city.deployment, key, "ClearingHouse", "confirmTransfer", window, place)


def _await_settled(city: City, tell: Teller, window: int, transfers: int) -> bool:
    deadline = time.monotonic() + CONFIRM_S
    while time.monotonic() < deadline:
        if view(city, "windowOf", window)[3]:
            tell.good(
                f"窗口 {window} 的 {transfers} 笔收付双方均已确认",
                f"both sides confirmed the {transfers} transfers of window {window}",
            )
            return True
        time.sleep(0.2)
    tell.bad(f"窗口 {window} 未结清", f"window {window} is not settled")
    return False
