"""Orders: quoted, prepared for signing, placed with all their holds or none, and gifts alike.

An exchange is an order whose acceptor is an issuer. What is recorded commits at once: the order,
its holds, and the calls that the relayer brings to the desk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ledger.chain.calls import HoldRequest
from ledger.chain.types import enhex
from ledger.errors import Refused, Rejected, TongduiError
from ledger.offers.shelf import Shelf
from ledger.offers.values import Wanted
from ledger.redeeming import planning, signing
from ledger.redeeming.planning import (
    UNSIGNED,
    Situation,
    Situations,
    Times,
    judged_gifts,
    judged_holds,
    quoted,
    require_enough,
)
from ledger.redeeming.quote import exchange_step
from ledger.redeeming.recording import Asked, AskedGift, Plan, new_order, purse_of, write
from ledger.redeeming.seeing import indexed
from ledger.redeeming.together import Together
from ledger.redeeming.values import (
    Order,
    Prepared,
    PreparedGift,
    Purpose,
    Quote,
    SignedGift,
    SignedHold,
    State,
)
from ledger.redeeming.wallets import read_wallet, read_wallets
from ledger.redeeming.workplace import Look, Workplace, check_id, require_same
from ledger.rules.refusal import require
from ledger.rules.registry import fund_member_in
from ledger.store import operator_orders as orders


class Ordering:
    """Use cases of new orders at one workplace."""

    def __init__(self, work: Workplace) -> None:
        self._work = work
        self._together: Together[Asked | AskedGift, Order | bool] = Together(self._record)

    def quote(
        self, wallet_id: str, acceptor: int, units: int, times: Times, wanted: Wanted | None = None
    ) -> Quote:
        """The quote, also where points are missing; raises what the contract would say else."""
        with self._work.look() as at:
            now = self._situation(at, wallet_id)
            now = _taken_by(now, _shelf(at, now, wanted), acceptor, units, wanted)
        found = quoted(now, acceptor, units)
        if not found.missing_units:
            given = [SignedHold(r, UNSIGNED) for r in planning.requests_of(found, times)]
            twin = now.seen.twin(now.lots)
            for hold in given:
                planning.placed(twin, hold.request)
        return found

    def require_scheme(self, member: int) -> None:
        """Rejected("order.not-a-scheme") unless points can be exchanged into the member's own."""
        with self._work.look() as at:
            registry, _ = self._work.rules.at(at.projection, indexed(at.projection).block)
        if not exchange_step(registry, member):
            raise Rejected("order.not-a-scheme", member=member)

    def prepare(
        self,
        wallet_id: str,
        acceptor: int,
        units: int,
        times: Times,
        expires_in_s: int,
        wanted: Wanted | None = None,
    ) -> Prepared:
        """The holds of an order, and what is to be signed for each."""
        with self._work.look() as at:
            now = self._situation(at, wallet_id)
            now = _taken_by(now, _shelf(at, now, wanted), acceptor, units, wanted)
        found = quoted(now, acceptor, units)
        require_enough(now, found)
        requests = planning.requests_of(found, times)
        expires_at_s = now.seen.at.time_s + expires_in_s
        domain = self._work.domain
        to_sign = (signing.hold_to_sign(domain, each, expires_at_s) for each in requests)
        return Prepared(found, tuple(requests), expires_at_s, tuple(to_sign))

    def prepare_gift(
        self, wallet_id: str, fund_account: bytes, units: int, expires_in_s: int
    ) -> PreparedGift:
        """The parts of a gift, and what is to be signed for each."""
        with self._work.look() as at:
            now = self._situation(at, wallet_id)
        found = self._gift_quote(now, fund_account, units)
        requests = planning.gifts_of(found, fund_account)
        expires_at_s = now.seen.at.time_s + expires_in_s
        domain = self._work.domain
        to_sign = (signing.donation_to_sign(domain, each, expires_at_s) for each in requests)
        return PreparedGift(found, tuple(requests), expires_at_s, tuple(to_sign))

    def place(self, asked: Asked | AskedGift, wait_s: float) -> Order:
        """Records an order, or finds it under its id, and waits for its outcome."""
        check_id(asked.order_id)
        return self._work.ask(asked.order_id, lambda: self._together.do(asked), wait_s, _outcome)

    def rehearse(self, asked: Asked | AskedGift) -> Order:
        """What ``place`` would record, judged but not recorded."""
        check_id(asked.order_id)
        with self._work.look() as at:
            row = orders.find(at.operator, asked.order_id)
            if row is None:
                now = self._situation(at, asked.wallet_id)
                return new_order(asked, self._plan(now, asked, _shelf(at, now, asked.wanted)))
        require_same(asked.order_id, row.content, asked.content())
        return self._work.read(asked.order_id)

    def _record(self, every: Sequence[Asked | AskedGift]) -> list[Order | bool | TongduiError]:
        """Records those that are new and can be; the new orders, False for what is there,
        or why not. What one of them takes counts for those after it."""
        answers: list[Order | bool | TongduiError] = []
        news: list[tuple[Asked | AskedGift, Plan]] = []
        with self._work.change() as at:
            known = orders.contents(at.operator, [asked.order_id for asked in every])
            found = read_wallets(at, {asked.wallet_id for asked in every})
            situations = Situations(at, self._work, found)
            given = [each.request[0] for asked in every for each in asked.signed]
            used = set(orders.known_holds(at.operator, given))
            wanted = [asked.wanted for asked in every if asked.wanted is not None]
            now_s = situations.seen.at.time_s
            shelf = Shelf(at.operator, wanted, now_s, to_take=True) if wanted else None
            for asked in every:
                try:
                    plan = self._judge(asked, known, situations, used, shelf)
                except TongduiError as error:
                    answers.append(error)
                    continue
                if plan is not None:
                    known[asked.order_id] = asked.content()
                    news.append((asked, plan))
                answers.append(False if plan is None else new_order(asked, plan))
            write(at, news)
            if shelf is not None:
                shelf.write()
        return answers

    def _judge(
        self,
        asked: Asked | AskedGift,
        known: Mapping[str, bytes],
        situations: Situations,
        used: set[bytes],
        shelf: Shelf | None,
    ) -> Plan | None:
        """What is to be recorded; None where it is recorded already. ``used`` are hold ids."""
        if asked.order_id in known:
            require_same(asked.order_id, known[asked.order_id], asked.content())
            return None
        plan = self._plan(situations.of(asked.wallet_id), asked, shelf)
        ids = [hold.request[0] for hold in plan.holds]
        for place, hold_id in enumerate(ids):
            require(hold_id not in used and hold_id not in ids[:place], "HoldIdUsed", hold_id)
        used.update(ids)
        for hold in plan.holds:
            issuer, account, units = purse_of(hold)
            situations.take((issuer, account), units)
        if shelf is not None and asked.wanted is not None:
            shelf.take(asked.order_id, asked.wallet_id, asked.wanted)
        return plan

    def _plan(self, now: Situation, asked: Asked | AskedGift, shelf: Shelf | None) -> Plan:
        if isinstance(asked, AskedGift):
            return self._plan_gift(now, asked)
        everything = now
        now = _taken_by(now, shelf, asked.acceptor, asked.units, asked.wanted)
        _require_taken(everything, now, asked)
        found = quoted(now, asked.acceptor, asked.units)
        given = asked.signed
        if not given:
            require_enough(now, found)
            given = tuple(SignedHold(r, UNSIGNED) for r in planning.requests_of(found, asked.times))
        holds = judged_holds(self._work, now, given)
        first = holds[0].request
        units = found.units + found.missing_units
        _require_one_order(asked, units, [hold.request for hold in holds])
        exchange = exchange_step(now.seen.registry, asked.acceptor) > 0
        if exchange:
            _require_account(now, asked.acceptor)
        purpose = Purpose.EXCHANGE if exchange else Purpose.REDEEM
        times = (first.service_at_s, first.deadline_s)
        return Plan(now, purpose, asked.acceptor, units, *times, holds)

    def _plan_gift(self, now: Situation, asked: AskedGift) -> Plan:
        found = self._gift_quote(now, asked.fund_account, asked.units)
        given = asked.signed or tuple(
            SignedGift(each, UNSIGNED) for each in planning.gifts_of(found, asked.fund_account)
        )
        gifts = judged_gifts(self._work, now, given)
        sums = sum(gift.request.units for gift in gifts)
        if sums != asked.units or any(g.request.fund_account != asked.fund_account for g in gifts):
            raise Rejected("order.signed-differs", id=asked.order_id)
        fund = fund_member_in(enhex(asked.fund_account)) or 0
        at_s = now.seen.at.time_s
        return Plan(now, Purpose.DONATION, fund, asked.units, at_s, at_s, gifts)

    def _gift_quote(self, now: Situation, fund_account: bytes, units: int) -> Quote:
        found = planning.gift_quoted(now, fund_account, units)
        require_enough(now, found)
        return found

    def _situation(self, at: Look, wallet_id: str) -> Situation:
        return Situations(at, self._work, [read_wallet(at, wallet_id)]).of(wallet_id)


def _outcome(order: Order) -> bool:
    """Whether the chain has said yes or no to all of it."""
    return order.confirmed and order.state not in (State.PLACED, State.UNDOING)


def _require_one_order(asked: Asked, units: int, requests: Sequence[HoldRequest]) -> None:
    """Rejected where the signed holds are not those of one such order."""
    terms = {(r.acceptor, r.deadline_s, r.service_at_s) for r in requests}
    same = len(terms) == 1 and requests[0].acceptor == asked.acceptor
    if not same or sum(r.units for r in requests) != units:
        raise Rejected("order.signed-differs", id=asked.order_id)


def _shelf(at: Look, now: Situation, wanted: Wanted | None) -> Shelf | None:
    """To judge by; nothing is taken from it."""
    if wanted is None:
        return None
    return Shelf(at.operator, [wanted], now.seen.at.time_s, to_take=False)


def _taken_by(
    now: Situation, shelf: Shelf | None, acceptor: int, units: int, wanted: Wanted | None
) -> Situation:
    """The wallet with those points that the offer takes, once its own rules say yes."""
    if shelf is None or wanted is None:
        return now
    issuers = shelf.judged(now.wallet.id, acceptor, units, wanted)
    if issuers is None:
        return now
    return replace(now, lots=tuple(lot for lot in now.lots if lot.issuer in issuers))


def _require_taken(everything: Situation, now: Situation, asked: Asked) -> None:
    """Refused where a signed hold is of points that the wallet has and the offer does not take."""
    if now is everything:
        return
    left_out = {lot.issuer for lot in everything.lots} - {lot.issuer for lot in now.lots}
    for request, _ in asked.signed:
        if request.issuer in left_out:
            raise Refused("offer.scheme-not-taken", field="signed", issuer=request.issuer)


def _require_account(now: Situation, issuer: int) -> None:
    """An exchange's points go to the wallet's account in that scheme, so it must have one."""
    if not any(each.issuer == issuer for each in now.wallet.accounts):
        raise Refused("wallet.no-account-with", id=now.wallet.id, issuer=issuer)
