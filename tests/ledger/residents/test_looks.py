"""Who looked, and what becomes of a wallet whose resident has died or asks to be forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from api.access import Role
from api.keys import create_key
from ledger.errors import Refused, Rejected
from ledger.redeeming.values import Balance, Order, State
from ledger.residents.deaths import Stage, stage_of
from ledger.residents.looks import Look
from ledger.residents.rules import Holder
from ledger.store.residents_people import OF_A_WALLET
from tests.ledger.residents.desk import ACCEPTOR, OTHER, WORKER, Desk, balance_of, order_of

SEEN = Look("key-1", "worker", "get_balance", "居民到场询问")


def test_a_look_is_kept_with_who_when_what_and_why(both: Desk) -> None:
    desk = both
    key = create_key(desk.engine, Role.WORKER, now_s=desk.now_s, label="示例服务点 2 号窗口")
    wallet = desk.wallet()
    desk.all.looks.note([wallet, wallet], SEEN._replace(who=key.id))

    (view,) = desk.all.looks.views(wallet, None, 10)

    assert view[1:] == (
        wallet, desk.now_s, key.id, "worker", "示例服务点 2 号窗口", "get_balance", "居民到场询问",
    )  # fmt: skip


def test_the_same_look_within_a_minute_is_one_and_another_is_another(desk: Desk) -> None:
    wallet, other = desk.wallet(), desk.wallet()
    note = desk.all.looks.note
    for after_s in (0, 59, 60, 1):
        desk.now_s += after_s
        note([wallet], SEEN)
    note([wallet, other], SEEN._replace(what="list_awards"))
    note([wallet], SEEN._replace(who="key-2"))
    desk.now_s -= 3_600  # a clock that is set back hides no look
    note([wallet], SEEN)

    assert len(desk.all.looks.views(wallet, None, 10)) == 5
    assert len(desk.all.looks.views(other, None, 10)) == 1


def test_looks_are_forgotten_after_three_years(desk: Desk) -> None:
    wallet = desk.wallet()
    desk.all.looks.note([wallet], SEEN)
    desk.now_s += 1_095 * 86_400
    desk.all.tidy()
    kept = desk.all.looks.views(wallet, None, 10)
    desk.now_s += 1
    desk.all.tidy()

    assert len(kept) == 1
    assert desk.all.looks.views(wallet, None, 10) == []


def test_of_a_forgotten_wallet_nothing_stays(both: Desk) -> None:
    desk = both
    wallet, kept = desk.wallet(), desk.wallet()
    for name in (wallet, kept):
        fresh = desk.opened(name)
        desk.order(desk.sitting(desk.delegate(name)), 100)
        desk.all.cards.send_code(f"c-{name}", fresh.card.number)
        desk.all.cards.ask_reset(f"r-{name}", WORKER, card=fresh.card.id, wallet=None, lost=False)
        desk.all.looks.note([name], SEEN)
        units = (ACCEPTOR, 100)
        order = f"p-{name}"
        held = lambda order=order: order_of(desk.all.slips, order, State.HELD)  # noqa: E731
        desk.all.slips.make(order, name, units, WORKER, held)
        desk.all.deaths.report(f"x-{name}", name, WORKER)
    with desk.place.change() as at:
        at.execute(text("DELETE FROM operator_wallets WHERE id = :name"), {"name": wallet})
    desk.all.forget_orphans()

    with desk.place.look() as at:
        left = {
            table.name: set(at.execute(select(table.c.wallet)).scalars()) for table in OF_A_WALLET
        }
        codes = at.execute(text("SELECT count(*) FROM residents_codes")).scalar()

    assert left == {table.name: {kept} for table in OF_A_WALLET}
    assert codes == 1
    assert desk.all.forget_orphans() == 0


def test_a_death_ends_cards_sessions_and_delegations(desk: Desk) -> None:
    wallet = desk.wallet()
    own, theirs = desk.opened(wallet), desk.delegate(wallet)
    sessions = [desk.session(card) for card in (own, theirs)]
    row, again = (desk.all.deaths.report("x-1", wallet, WORKER) for _ in range(2))
    with pytest.raises(Refused) as twice:
        desk.all.deaths.report("x-2", wallet, OTHER)

    for session in sessions:
        with pytest.raises(Refused, match=r"resident\.session-over"):
            desk.all.sittings.find(session.token)
    for card in (own, theirs):
        with pytest.raises(Refused, match=r"resident\.card-wrong"):
            desk.session(card)
    assert row == again
    assert row.due_s == desk.now_s + 180 * 86_400
    assert (twice.value.code, twice.value.fields) == ("resident.death-known", {"id": "x-1"})


def test_an_heir_has_a_card_until_the_day_and_from_a_second_worker(desk: Desk) -> None:
    deaths = desk.all.deaths
    row = deaths.report("x-1", desk.wallet(), WORKER)
    with pytest.raises(Refused) as alone:
        deaths.heir("h-1", "x-1", WORKER, None)
    card, again = (deaths.heir("h-2", "x-1", OTHER, None) for _ in range(2))
    with pytest.raises(Refused) as second:
        deaths.heir("h-3", "x-1", OTHER, None)
    sitting = desk.sitting(card)
    desk.order(sitting, 100)
    desk.now_s = row.due_s
    with pytest.raises(Refused) as late:
        desk.session(card)

    assert alone.value.code == "resident.same-worker"
    assert card == again
    assert sitting.holder is Holder.HEIR
    assert second.value.code == "resident.heir-known"
    assert late.value.code == "resident.card-over"


def test_what_is_left_goes_to_the_fund_after_the_day_and_not_before(desk: Desk) -> None:
    deaths, left = desk.all.deaths, [700]
    wallet = desk.wallet()
    row = deaths.report("x-1", wallet, WORKER)
    given: list[int] = []

    def balance(name: str) -> Balance:
        return balance_of(name, left[0])

    def donate(name: str, units: int) -> Order:
        assert name == wallet
        given.append(units)
        left[0] -= units
        order = f"g-{len(given)}"
        desk.all.slips.make(order, wallet, (5, units), "k", lambda: None)  # type: ignore[arg-type, return-value]
        return replace(order_of(desk.all.slips, order, State.GIVEN))

    with pytest.raises(Refused) as early:
        deaths.give("x-1", None, None, balance, donate)
    desk.now_s = row.due_s
    part, first = deaths.give("x-1", 500, None, balance, donate)
    replayed, same = deaths.give("x-1", 500, first, balance, donate)
    whole, _ = deaths.give("x-1", 500, None, balance, donate)
    after, nothing = deaths.give("x-1", None, None, balance, donate)

    assert (early.value.code, early.value.fields) == ("resident.death-early", {"due_s": row.due_s})
    assert given == [500, 200]
    assert (stage_of(part), replayed, same) == (Stage.REPORTED, part, first)
    assert stage_of(whole) is Stage.GIVEN
    assert (after, nothing) == (whole, None)
    with pytest.raises(Refused) as over:
        deaths.withdraw("x-1")
    assert over.value.fields == {"id": "x-1", "state": "given"}


def test_a_mistaken_report_is_withdrawn_and_the_resident_gets_a_card_again(desk: Desk) -> None:
    wallet, deaths = desk.wallet(), desk.all.deaths
    desk.opened(wallet)
    deaths.report("x-1", wallet, WORKER)
    heir = deaths.heir("h-1", "x-1", OTHER, None)
    gone, again = deaths.withdraw("x-1"), deaths.withdraw("x-1")
    desk.all.cards.ask_reset("r-1", WORKER, card=None, wallet=wallet, lost=False)
    card = desk.all.cards.confirm_reset("k-1", "r-1", OTHER)

    assert gone == again
    assert stage_of(gone) is Stage.WITHDRAWN
    with pytest.raises(Refused, match=r"resident\.card-wrong"):
        desk.session(heir)
    assert desk.sitting(card).wallet == wallet
    assert deaths.report("x-2", wallet, WORKER).id == "x-2"
    with pytest.raises(Rejected, match=r"resident\.death-unknown"):
        deaths.read("x-3")
