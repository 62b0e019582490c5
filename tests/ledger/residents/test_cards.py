"""Cards and PINs: shown once, tried by anybody with patience, reset by two workers in person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect, text

from ledger.errors import Refused, Rejected
from ledger.residents.opening import Guardian
from ledger.residents.rules import Holder
from ledger.store.engine import reading
from ledger.store.residents_people import OF_A_WALLET
from ledger.units import start_of_month
from tests.ledger.residents.desk import OTHER, WORKER, Desk


def told(error: pytest.ExceptionInfo[Refused]) -> tuple[str, dict[str, object]]:
    return error.value.code, dict(error.value.fields)


def wrong(pin: str | None) -> str:
    """Another PIN."""
    assert pin is not None
    return f"{(int(pin) + 1) % 1_000_000:06d}"


def test_the_revision_makes_the_described_tables_columns_and_indexes(both: Desk) -> None:
    desk = both
    every = OF_A_WALLET[0].metadata.tables
    described = {n: t for n, t in every.items() if n.startswith("residents_")}

    found = inspect(desk.engine)
    made = [name for name in found.get_table_names() if name.startswith("residents_")]
    columns = {n: {c["name"]: c["nullable"] for c in found.get_columns(n)} for n in made}
    indexes = {
        n: {i["name"] for i in found.get_indexes(n) if "duplicates_constraint" not in i}
        for n in made
    }

    assert columns == {n: {c.name: c.nullable for c in t.columns} for n, t in described.items()}
    assert indexes == {n: {i.name for i in t.indexes} for n, t in described.items()}


def test_opening_twice_is_one_card_and_its_pin_is_shown_for_ten_minutes(desk: Desk) -> None:
    wallet = desk.wallet()
    first, again = desk.opened(wallet), desk.opened(wallet)
    desk.now_s += 601
    late = desk.opened(wallet)

    assert first == again
    assert first.card.holder == Holder.RESIDENT
    assert (late.card, late.pin) == (first.card, None)
    assert desk.session(first).sitting.wallet == wallet


def test_no_pin_code_or_token_stands_in_the_database(desk: Desk) -> None:
    fresh = desk.opened(desk.wallet())
    session = desk.session(fresh)
    desk.all.cards.send_code("c-1", fresh.card.number)
    code = desk.seals.code("c-1")

    with reading(desk.engine) as at:
        everything = "".join(
            str([tuple(map(repr, row)) for row in at.execute(text(f"SELECT * FROM {name}"))])  # noqa: S608
            for name in inspect(desk.engine).get_table_names()
        )

    assert fresh.card.number in everything
    for secret in (fresh.pin, code, session.token, session.token[-64:]):
        assert secret is not None
        assert secret not in everything


def test_five_wrong_pins_lock_the_card_and_ten_block_it(desk: Desk) -> None:
    fresh = desk.opened(desk.wallet())
    bad, waits = wrong(fresh.pin), []

    for tries in range(1, 11):
        with pytest.raises(Refused) as error:
            desk.session(fresh, bad)
        assert told(error) == ("resident.card-wrong", {"field": "pin"})
        if 5 <= tries < 10:
            with pytest.raises(Refused) as rests:
                desk.session(fresh)  # the right one does not help while it rests
            until_s = rests.value.fields["until_s"]
            assert isinstance(until_s, int)
            assert told(rests) == ("resident.card-locked", {"until_s": until_s})
            waits.append(until_s - desk.now_s)
            desk.now_s = until_s
    desk.now_s += 10 * 86_400
    with pytest.raises(Refused) as blocked:
        desk.session(fresh)

    assert waits == [900, 3_600, 21_600, 86_400, 86_400]
    assert told(blocked) == ("resident.card-blocked", {"most": 10})


def test_a_right_pin_clears_what_was_tried_before(desk: Desk) -> None:
    fresh = desk.opened(desk.wallet())

    for _ in range(4):
        for _ in range(4):
            with pytest.raises(Refused, match=r"resident\.card-wrong"):
                desk.session(fresh, wrong(fresh.pin))
        assert desk.session(fresh).sitting.card == fresh.card.id


def test_many_guesses_at_once_are_as_many_guesses(both: Desk) -> None:
    desk = both
    fresh = desk.opened(desk.wallet())
    bad = wrong(fresh.pin)

    def guess(_: int) -> str:
        try:
            desk.all.cards.prove(fresh.card.number, bad, None)
        except Refused as error:
            return error.code
        return "open"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(guess, range(40)))

    assert said.count("resident.card-wrong") == 5
    assert said.count("resident.card-locked") == 35


def test_a_card_that_is_not_there_sounds_like_one_with_another_pin(desk: Desk) -> None:
    nobodys = desk.seals.number("nobody", 0)

    for _ in range(20):
        with pytest.raises(Refused) as error:
            desk.all.cards.prove(nobodys, "402857", None)
        assert told(error) == ("resident.card-wrong", {"field": "pin"})


def test_a_one_time_code_opens_once_in_time_for_its_card(both: Desk) -> None:
    desk = both
    fresh, other = desk.opened(desk.wallet()), desk.opened(desk.wallet())
    desk.all.cards.send_code("c-1", fresh.card.number)
    desk.all.cards.send_code("c-2", other.card.number)
    code = desk.seals.code("c-1")

    def prove(number: str, given: str) -> str:
        try:
            return desk.all.cards.prove(number, None, given).id
        except Refused as error:
            return f"{error.code} {error.fields['field']!s}"

    others = prove(other.card.number, code)
    opened = prove(fresh.card.number, code)
    again = prove(fresh.card.number, code)
    desk.now_s += 300
    late = prove(other.card.number, desk.seals.code("c-2"))

    assert (others, again, late) == ("resident.card-wrong code",) * 3
    assert opened == fresh.card.id
    assert [one["to"] for one in desk.files()] == ["13900000000"] * 2
    assert code in desk.files()[0]["words"] + desk.files()[1]["words"]


def test_a_code_for_nobody_is_sent_nowhere_and_says_nothing(desk: Desk) -> None:
    silent = desk.opened(desk.wallet(), contact=None)
    desk.all.cards.send_code("c-1", silent.card.number)
    desk.all.cards.send_code("c-2", desk.seals.number("nobody", 0))

    assert desk.files() == []


def test_a_pin_is_reset_by_two_workers_and_never_by_one(both: Desk) -> None:
    desk = both
    fresh = desk.opened(desk.wallet())
    cards = desk.all.cards
    session = desk.session(fresh)
    asked = cards.ask_reset("r-1", WORKER, card=fresh.card.id, wallet=None, lost=False)
    with pytest.raises(Refused) as alone:
        cards.confirm_reset("k-1", asked.id, WORKER)

    done, again = (cards.confirm_reset("k-2", asked.id, OTHER) for _ in range(2))
    with pytest.raises(Refused) as twice:
        cards.confirm_reset("k-3", asked.id, OTHER)
    with pytest.raises(Refused) as before:
        desk.session(fresh)

    assert told(alone) == ("resident.same-worker", {"id": "r-1"})
    assert done == again
    assert done.pin not in (None, fresh.pin)
    assert told(twice) == ("resident.reset-done", {"id": "r-1", "confirmed_s": desk.now_s})
    assert told(before) == ("resident.card-wrong", {"field": "pin"})
    assert desk.session(done).sitting.card == fresh.card.id
    with pytest.raises(Refused, match=r"resident\.session-over"):
        desk.all.sittings.find(session.token)


def test_a_lost_card_gets_another_number_and_unblocks(desk: Desk) -> None:
    fresh = desk.opened(desk.wallet())
    for _ in range(5):
        with pytest.raises(Refused):
            desk.session(fresh, wrong(fresh.pin))
    desk.all.cards.ask_reset("r-1", WORKER, card=fresh.card.id, wallet=None, lost=True)
    done = desk.all.cards.confirm_reset("k-1", "r-1", OTHER)

    assert done.card.number != fresh.card.number
    assert desk.session(done).sitting.wallet == fresh.card.wallet
    with pytest.raises(Refused, match=r"resident\.card-wrong"):
        desk.session(fresh)


def test_a_wallet_without_a_card_that_works_gets_one_by_two_workers(desk: Desk) -> None:
    wallet = desk.wallet()
    cards = desk.all.cards
    asked = cards.ask_reset("r-1", WORKER, card=None, wallet=wallet, lost=False)
    made = cards.confirm_reset("k-1", asked.id, OTHER)

    with pytest.raises(Refused) as there:
        cards.ask_reset("r-2", WORKER, card=None, wallet=wallet, lost=False)
    cards.end(made.card.id)
    with pytest.raises(Refused) as ended:
        cards.ask_reset("r-3", WORKER, card=made.card.id, wallet=None, lost=False)
    with pytest.raises(Rejected) as nobodys:
        cards.ask_reset("r-4", WORKER, card=None, wallet="nobody", lost=False)

    assert made.card.wallet == wallet
    assert told(there) == ("resident.card-there", {"id": made.card.id})
    assert told(ended) == ("resident.card-ended", {"id": made.card.id})
    assert (nobodys.value.code, nobodys.value.fields) == ("wallet.unknown", {"id": "nobody"})


def test_a_guardians_card_ends_when_the_child_is_fourteen(desk: Desk) -> None:
    wallet = desk.wallet()
    fresh = desk.opened(wallet, Guardian("母亲", 2018 * 12 + 8))
    opening = desk.all.opening.read(wallet)
    desk.now_s = start_of_month(2032 * 12 + 8) - 1
    before = desk.session(fresh)
    desk.now_s += 1
    with pytest.raises(Refused) as over:
        desk.session(fresh)
    desk.all.cards.ask_reset("r-1", WORKER, card=None, wallet=wallet, lost=False)
    own = desk.all.cards.confirm_reset("k-1", "r-1", OTHER)

    assert (opening.relation, opening.guardian_until) == ("母亲", 2032 * 12 + 8)
    assert before.sitting.ends_s == desk.now_s
    assert told(over) == ("resident.card-over", {"until_s": desk.now_s})
    assert own.card.holder == Holder.RESIDENT


@pytest.mark.parametrize("how", ["time", "hand", "card", "forgotten"])
def test_a_session_ends_at_once_by_time_hand_or_card(desk: Desk, how: str) -> None:
    fresh = desk.opened(desk.wallet())
    opened = desk.session(fresh)
    assert desk.all.sittings.find(opened.token) == opened.sitting

    if how == "time":
        desk.now_s = opened.sitting.ends_s
    elif how == "hand":
        desk.all.sittings.end(opened.sitting.id, worker=WORKER)
    elif how == "card":
        desk.all.cards.end(fresh.card.id)
    else:
        with desk.place.change() as at:
            at.execute(text("DELETE FROM operator_wallets"))
        assert desk.all.forget_orphans() == 3

    if how == "forgotten":
        assert desk.all.sittings.find(opened.token) is None
    else:
        with pytest.raises(Refused, match=r"resident\.session-over"):
            desk.all.sittings.find(opened.token)


def test_a_session_is_its_desks_and_a_token_is_whole(desk: Desk) -> None:
    opened = desk.session(desk.opened(desk.wallet()))

    with pytest.raises(Rejected) as error:
        desk.all.sittings.end(opened.sitting.id, worker=OTHER)
    wrong_ones = [opened.token[:-1] + "x", opened.token[:-1], "tds_" + "0" * 64, ""]

    assert error.value.code == "resident.session-unknown"
    assert [desk.all.sittings.find(token) for token in wrong_ones] == [None] * 4
