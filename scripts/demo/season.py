"""The days of the season: what residents and members do on them, and what is known of it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from issuers.sandbox.kinds import Scheme
from issuers.sandbox.season import Spec
from ledger.chain import decode
from ledger.chain.direct import send
from ledger.events import ExpiryBooked
from ledger.units import BEIJING, epoch_of, points_text
from scripts.demo import agents, calendar, people, premises, redeeming, settling
from scripts.demo.city import City
from scripts.demo.desk import Desk
from scripts.demo.people import Person
from scripts.telling import Teller

BUSY_S = 1.0
"""How long desks are at work before a window closes among their orders."""
LATE_LINKS = date(2026, 3, 1)
"""When those who link late do so: what waits within the standard's time is awarded then."""


@dataclass
class Season:
    """One play of the season. Amounts are units of 0.01 point."""

    city: City
    tell: Teller
    spec: Spec
    desk: Desk
    people: list[Person]
    tally: redeeming.Tally = field(default_factory=redeeming.Tally)
    settled: list[bool] = field(default_factory=list)
    expired_units: int = 0
    own_order: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    """How long the days took."""

    def play(self) -> None:
        """Every day on which something is read, and then to the near present."""
        days = list(calendar.days(self.spec))
        began = time.monotonic()
        with self.tell.progress("正在演这一季", "playing the season") as advance:
            for done, day in enumerate(days, 1):
                self._live(day)
                advance(done, len(days))
        self.seconds = time.monotonic() - began
        self.city.chain.advance_to(int(calendar.PRESENT.timestamp()))

    def close_and_settle(self) -> None:
        """A window closes, its list is published, both sides of each payment confirm."""
        self.settled.append(self._settle(self._close()))

    def _close(self) -> int:
        """Closes the open window; its number."""
        window: int = settling.view(self.city, "openWindow")
        self.desk.post(f"/v1/windows/{window}/close", {}, f"close-{window}")
        return window

    def _settle(self, window: int) -> bool:
        found = settling.positions(self.city, window)
        total = points_text(sum(found.values()))
        self.tell.say(
            f"窗口 {window} 已关闭：{len(found)} 个成员，净头寸之和 {total}",
            f"window {window} closed: {len(found)} members, sum {total}",
        )
        return settling.settle(self.city, self.desk, self.tell, window)

    def _live(self, day: date) -> None:
        now_s = max(calendar.morning(day), self.city.chain.now_s())
        self.city.chain.advance_to(now_s)
        agents.await_time(self.city, now_s)  # what a source sends is dated by what its agent knows
        self.city.show(day)
        if day == LATE_LINKS:
            consents = people.links(self.people, moment(day), late=True)
            for scheme in Scheme:
                premises.write_links(self.city.place.agent(scheme), consents[scheme])
        agents.await_idle(self.city)
        if day == calendar.EXPIRY_BOOKED:
            self._book_expiry()
        if calendar.redeems(day):
            self.desk.await_rest(self.city.gateway.finalized(), self.city.chain.now_s())
            self._redeem(day)

    def _redeem(self, day: date) -> None:
        began, tally = time.monotonic(), self.tally
        with ThreadPoolExecutor(1) as desks:
            orders = desks.submit(redeeming.month, self.desk, self.people, day, tally)
            if day in calendar.WINDOW_CLOSES:
                time.sleep(BUSY_S)
                window = self._close()
            orders.result()
        if not self.own_order:
            self._by_own_key(day)
        tally.seconds += time.monotonic() - began
        count = sum(tally.orders.values())
        self.tell.say(f"{day}：累计 {count} 张兑换单", f"{day}: {count} orders so far")
        if day in calendar.WINDOW_CLOSES:
            self.settled.append(self._settle(window))

    def _by_own_key(self, day: date) -> None:
        keeper = next(person for person in self.people if person.keys)
        self.own_order = redeeming.by_own_key(self.desk, keeper, f"own-{day:%Y%m}")
        if self.own_order:
            units = self.own_order["captured"]["units"]
            self.tell.good(
                f"一位居民用自己的钥匙签名，兑换 {points_text(units)} 积分",
                f"one resident signed with her own key and redeemed {points_text(units)} points",
            )

    def _book_expiry(self) -> None:
        """Anybody may book what has expired; here the auditor does."""
        city, epoch = self.city, epoch_of(self.city.chain.now_s()) - 1
        issuer, key = people.number_of(Scheme.ENVIRONMENT), city.place.key("AUDIT")
        where = (city.gateway, city.deployment, key, "PointsLedger", "bookExpiry")
        receipt = send(*where, issuer, epoch)
        for _, event in decode.decoded(list(receipt.logs)):
            if isinstance(event, ExpiryBooked):
                self.expired_units += event.units
        expired = points_text(self.expired_units)
        self.tell.say(
            f"早点星球上一期未用的 {expired} 积分到期，由审计方登记",
            f"{expired} unspent points of sorted waste expired and were booked",
        )


def moment(day: date) -> str:
    """Nine o'clock of a day, RFC 3339."""
    return datetime.combine(day, calendar.MORNING, BEIJING).isoformat()
