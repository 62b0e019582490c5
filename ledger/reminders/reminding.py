"""Residents are told before their points expire: each wallet once for each expiry and step.

That it was told, its words as a message of the wallet, and the event for webhooks are written in
one transaction, after another look that nobody else has told it meanwhile; what is sent is sent
from there. So a process that dies in between has told nothing or will send what it wrote, and
several processes never tell anything twice. All points that expire next do so at the same moment,
the end of a half-year.
"""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ledger.hooks.events import Event, Kind
from ledger.offers.offering import Offering
from ledger.offers.values import Offer
from ledger.redeeming.seeing import indexed
from ledger.redeeming.workplace import Look, Workplace
from ledger.refusals import Lang
from ledger.reminders.choices import Reminders
from ledger.reminders.terms import Terms
from ledger.reminders.words import Offered, words_of
from ledger.residents.messages import Post
from ledger.store import hooks_events as events
from ledger.store import index_months as months
from ledger.store import operator_wallets as wallets
from ledger.store import reminders_rows as rows
from ledger.store import residents_deeds as deeds
from ledger.store.offers_search import Chosen as OffersChosen
from ledger.store.reminders_rows import Reachable, ToldRow
from ledger.units import end_of_epoch, epoch_of

KIND = "expiring"
"""Of the messages."""
AT_A_TIME = 200
"""Wallets looked at, and told, in one transaction."""
WAITING_MOST = 200
"""Messages: nobody is told anything while more wait to be sent, so that codes are not kept."""
SPENT_S = 10.0
"""How long one turn may take: other duties of the same thread wait for it."""
AGAIN_S = 6 * 3_600
"""After all wallets were looked at, how long until they are again: points may have come back."""
OFFERS_KEPT_S = 600.0
OFFERS_LOOKED_AT = 50
MemberNames = Callable[[int, Lang], str]


class Expiring(NamedTuple):
    """What one wallet is to be told."""

    who: Reachable
    by_issuer: tuple[tuple[int, int], ...]
    """(issuer, units), the most first."""

    @property
    def units(self) -> int:
        """All of it."""
        return sum(units for _, units in self.by_issuer)


class Due(NamedTuple):
    """Which step has come."""

    epoch: int
    days: int

    @property
    def expires_s(self) -> int:
        """When the points expire."""
        return end_of_epoch(self.epoch)


class Reminding:
    """The duty of one process at a time; harmless where two do it."""

    def __init__(
        self,
        work: Workplace,
        post: Post,
        offering: Offering,
        terms: Terms,
        names: MemberNames,
        clock: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clock``: seconds since 1970 of this machine, for quiet hours; points expire by the
        chain's time."""
        self.terms = terms
        self._work = work
        self._post = post
        self._offering = offering
        self._names = names
        self._clock = clock
        self._monotonic = monotonic
        self._due: Due | None = None
        self._after = ""
        self._again_at = 0.0
        self._offers: dict[tuple[int, str], tuple[float, list[Offer]]] = {}

    def remind(self) -> int:
        """Tells who is to be told now, as far as it comes in some seconds; how many."""
        if self.terms.is_quiet(int(self._clock())):
            return 0
        due = self._next()
        if due is None:
            return 0
        told, until = 0, self._monotonic() + SPENT_S
        while self._monotonic() < until and self._has_room():
            chosen, last = self._look(due)
            if chosen:
                told += self._tell(due, chosen)
            if last is None:
                self._after, self._again_at = "", self._monotonic() + AGAIN_S
                break
            self._after = last
        return told

    def _next(self) -> Due | None:
        """The step that has come, unless all wallets were looked at for it a while ago."""
        with self._work.look() as at:
            now_s = indexed(at.projection).time_s
        epoch = epoch_of(now_s)
        days = self.terms.step(now_s, end_of_epoch(epoch))
        due = None if days is None else Due(epoch, days)
        if due != self._due:
            self._due, self._after, self._again_at = due, "", 0.0
        return None if self._monotonic() < self._again_at else due

    def _has_room(self) -> bool:
        """Whether what was told before is on its way."""
        while True:
            with self._work.look() as at:
                if len(deeds.unsent(at.operator, WAITING_MOST)) < WAITING_MOST:
                    return True
            if not self._post.deliver():
                return False

    def _look(self, due: Due) -> tuple[list[Expiring], str | None]:
        """Of the next wallets those with enough that expires, and the last id that was looked at;
        None at the end."""
        with self._work.look() as at:
            found = rows.untold(at.operator, due.epoch, due.days, self._after, AT_A_TIME)
            lots = _lots(at, [one.wallet for one in found], due.epoch)
        chosen = [Expiring(one, lots[one.wallet]) for one in found if one.wallet in lots]
        enough = [one for one in chosen if one.units >= self.terms.least_units]
        return enough, found[-1].wallet if len(found) == AT_A_TIME else None

    def _tell(self, due: Due, chosen: Sequence[Expiring]) -> int:
        words = {one.who.wallet: self._words(due, one) for one in chosen}
        with self._work.change() as at:
            names = [one.who.wallet for one in chosen]
            still = rows.still_untold(at.operator, due.epoch, due.days, names)
            news = [(str(uuid.uuid4()), one) for one in chosen if one.who.wallet in still]
            now_s, at_s = int(self._clock()), indexed(at.projection).time_s
            rows.add_told(
                at.operator,
                [ToldRow(name, one.who.wallet, *due, one.units, now_s) for name, one in news],
            )
            for name, one in news:
                contact = one.who.contact
                if one.who.reminders == Reminders.LIST:
                    contact = None
                wallet = one.who.wallet
                self._post.record(at.operator, name, wallet, contact, KIND, words[wallet])
            events.record(at.operator, [_event(name, one, due, at_s) for name, one in news])
        return len(news)

    def _words(self, due: Due, one: Expiring) -> str:
        lang: Lang = "en" if one.who.lang == "en" else "zh"
        offered = self._offered(one, lang)
        return words_of(
            lang, one.by_issuer, due.expires_s, offered, lambda member: self._names(member, lang)
        )

    def _offered(self, one: Expiring, lang: Lang) -> list[Offered]:
        """What the points that expire can get by themselves, the dearest first, one an acceptor."""
        units, found = dict(one.by_issuer), dict[int, Offer]()
        district = one.who.district or ""
        every = {o.id: o for issuer in units for o in self._at_hand(issuer, district)}
        for offer in sorted(every.values(), key=lambda o: (-o.draft.price_units, o.id)):
            takes = offer.draft.schemes or units
            if offer.draft.price_units <= sum(units.get(issuer, 0) for issuer in takes):
                found.setdefault(offer.acceptor, offer)
        return [
            Offered(
                (offer.draft.title_en if lang == "en" else "") or offer.draft.title_zh,
                self._names(offer.acceptor, lang),
                offer.draft.price_units,
            )
            for offer in list(found.values())[: self.terms.offers]
        ]

    def _at_hand(self, issuer: int, district: str) -> list[Offer]:
        """Offers that take a scheme's points, that can be ordered now; a few minutes old."""
        kept = self._offers.get((issuer, district))
        if kept is None or self._monotonic() - kept[0] > OFFERS_KEPT_S:
            wanted = OffersChosen(scheme=issuer, district=district or None)
            found, _ = self._offering.search("", wanted, None, OFFERS_LOOKED_AT, now=True)
            kept = (self._monotonic(), [offer for offer in found if _can_be_had(offer)])
            if len(self._offers) >= OFFERS_LOOKED_AT:
                self._offers.clear()
            self._offers[issuer, district] = kept
        return kept[1]


def _lots(at: Look, names: Sequence[str], epoch: int) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """What expires with an epoch, (issuer, units) by wallet, the most first."""
    owner = {
        account.account: name
        for name, (_, accounts) in wallets.many(at.operator, names).items()
        for account in accounts
    }
    now_s = indexed(at.projection).time_s
    sums: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for lot in months.expiring_lots(at.projection, list(owner), now_s, epoch):
        sums[owner[lot.account]][lot.issuer] += lot.free_units
    return {
        name: tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
        for name, found in sums.items()
    }


def _event(name: str, one: Expiring, due: Due, at_s: int) -> Event:
    """Names neither wallet nor scheme: who may know more asks for the reminder."""
    content = {"units": one.units, "expires_s": due.expires_s, "days": due.days}
    return Event(Kind.WALLET_POINTS_EXPIRING, name, None, at_s, content)


def _can_be_had(offer: Offer) -> bool:
    return offer.left != 0 and (not offer.slots or any(slot.left > 0 for slot in offer.slots))
