"""Who is told that points expire, when, in which words, and never twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from ledger.errors import Rejected
from ledger.redeeming.wallets import Wallets
from ledger.reminders.choices import Choice, Reminders, Statements
from ledger.reminders.reminding import KIND
from ledger.reminders.terms import Terms
from ledger.reminders.told import read_reminder
from ledger.store import hooks_events as events
from ledger.store import residents_deeds as deeds
from ledger.store import residents_people as people
from ledger.store.engine import reading, transaction
from ledger.store.hooks_events import Reader
from ledger.store.reminders_tables import OF_A_WALLET
from ledger.store.residents_deeds import MessageRow
from ledger.store.residents_people import DeathRow
from ledger.units import DAY_S
from tests.ledger.offers.stand import ACCEPTOR, OTHER
from tests.ledger.reminders.town import CULTURE, EPOCH, EXPIRES_S, NOON_S, VOLUNTEER, Town

MINE = frozenset({"wallet"})


def test_a_resident_hears_how_much_of_which_scheme_until_when_and_what_it_buys(town: Town) -> None:
    wallet = town.resident((VOLUNTEER, EPOCH, 2_000), (CULTURE, EPOCH, 1_500), (1, EPOCH + 1, 900))
    town.offer(title_zh="午餐", price_units=3_000, district="")
    town.offer(title_zh="太贵", price_units=3_600, district="")
    town.offer(OTHER, title_zh="理发", price_units=2_000, schemes=(VOLUNTEER,), district="")
    town.offer(OTHER, title_zh="洗衣", price_units=1_600, schemes=(CULTURE,), district="")

    told = town.reminding().remind()

    assert told == 1
    assert town.messages() == [
        (
            wallet,
            "您有 35.00 积分在 2026年6月30日 之后失效（成员1 20.00，成员2 15.00），请在此前兑换。"
            "现在可以兑换：成员3“午餐” 30.00 积分；成员4“理发” 20.00 积分。",
        )
    ]


def test_each_step_is_told_once_however_often_one_looks_and_whoever_does(town: Town) -> None:
    wallet = town.resident((VOLUNTEER, EPOCH, 2_000))
    first = town.reminding()
    counts = [first.remind(), first.remind(), town.reminding().remind()]
    town.pass_time(EXPIRES_S - 14 * DAY_S - town.now_s - 1)
    counts += [first.remind()]
    town.pass_time(1)
    counts += [first.remind(), first.remind(), town.reminding().remind()]
    town.pass_time(14 * DAY_S)
    counts += [first.remind()]

    assert counts == [1, 0, 0, 0, 1, 0, 0, 0]
    assert [name for name, _ in town.messages()] == [wallet, wallet]
    assert len(set(town.told())) == 2


def test_whoever_comes_late_hears_the_nearest_step_alone(town: Town) -> None:
    town.resident((VOLUNTEER, EPOCH, 2_000))
    town.pass_time(EXPIRES_S - 5 * DAY_S - town.now_s)
    name = town.told() or (town.reminding().remind() and town.told()[0])

    assert read_reminder(town.work, str(name)).row.days == 14
    assert town.reminding().remind() == 0


def test_nobody_is_told_of_nothing_or_next_to_nothing(town: Town) -> None:
    town.resident()
    town.resident((VOLUNTEER, EPOCH, 99))
    town.resident((VOLUNTEER, EPOCH + 1, 5_000))
    town.resident((VOLUNTEER, EPOCH - 1, 5_000))
    town.resident((VOLUNTEER, EPOCH, 5_000))

    assert town.reminding().remind() == 1
    assert town.reminding(steps_days=()).remind() == 0


def test_by_night_nothing_is_told_and_nothing_is_sent(town: Town) -> None:
    town.resident((VOLUNTEER, EPOCH, 2_000))
    told, sent = [], []
    for hour in (21, 23, 7, 8):
        town.clock_s = NOON_S + (hour - 12) * 3_600
        told.append(town.reminding().remind())
    for hour in (22, 8):
        town.clock_s = NOON_S + (hour - 12) * 3_600
        sent.append(town.post().deliver())

    assert (told, sent) == ([0, 0, 0, 1], [0, 1])
    assert [Terms(quiet_from_hour=3, quiet_until_hour=3).is_quiet(NOON_S + h * 3_600)
            for h in range(24)] == [False] * 24  # fmt: skip


def test_a_resident_says_whether_how_and_in_which_language(town: Town) -> None:
    lots = (VOLUNTEER, EPOCH, 2_000)
    quiet, listed, english = (town.resident(lots) for _ in range(3))
    bare = town.resident(lots, contact=None)
    choose = town.choices().choose
    choose(quiet, Choice(Reminders.OFF), "s-1", 7)
    choose(listed, Choice(Reminders.LIST), "s-1", 7)
    choose(english, Choice(lang="en"), "s-1", 7)
    choose(english, Choice(Reminders.OFF), "s-1", 8, dry_run=True)
    town.reminding().remind()
    town.post().deliver()

    words = dict(town.messages())
    assert words.keys() == {listed, english, bare}
    assert words[english].startswith("20.00 of your points are good through 2026-06-30 (Member 1")
    assert [one["words"] for one in town.sent()] == [words[english]]


def test_statements_by_sms_need_a_number(town: Town) -> None:
    there, bare = town.resident(), town.resident(contact=None)
    sms = Choice(statements=Statements.SMS)
    with pytest.raises(Rejected) as nowhere:
        town.choices().choose(bare, sms, "s-1", 7)
    given = town.choices().choose(bare, sms._replace(address="13911111111"), "s-1", 7)
    by_contact = town.choices().choose(there, sms, "s-1", 7)
    with pytest.raises(Rejected) as unknown:
        town.choices().read("w-nobody")

    assert (nowhere.value.code, nowhere.value.fields) == ("notice.no-address", {"field": "address"})
    assert (given.reaches, given.chosen_s) == (True, 7)
    assert by_contact.choice.address is None
    assert unknown.value.code == "wallet.unknown"
    assert town.choices().read(there) == by_contact


def test_nobody_writes_to_the_dead(town: Town) -> None:
    died, mistaken = (town.resident((VOLUNTEER, EPOCH, 2_000)) for _ in range(2))
    with transaction(town.engine) as at:
        people.add_death(at, DeathRow("d-1", died, "k", 1, 2, None, None, None))
        people.add_death(at, DeathRow("d-2", mistaken, "k", 1, 2, None, 3, None))
    town.reminding().remind()

    assert [wallet for wallet, _ in town.messages()] == [mistaken]


def test_two_processes_at_once_tell_everybody_once(town: Town) -> None:
    crowd = [town.resident((VOLUNTEER, EPOCH, 2_000)) for _ in range(60)]
    barrier = threading.Barrier(4)

    def process(_: int) -> int:
        mine = town.reminding(offers=0)
        barrier.wait()
        return mine.remind()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(process, range(4)))

    assert sum(told) == len(crowd)
    assert sorted(wallet for wallet, _ in town.messages()) == sorted(crowd)
    assert len(set(town.told())) == len(crowd)


def test_a_reminder_its_message_and_its_event_are_there_together_or_not_at_all(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.resident((VOLUNTEER, EPOCH, 2_000))

    def dies(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(events, "record", dies)
        with pytest.raises(MemoryError):
            town.reminding().remind()
    nothing = (town.messages(), town.told())
    town.reminding().remind()

    assert nothing == ([], [])
    assert len(town.messages()) == len(town.told()) == 1


def test_while_messages_wait_nobody_else_is_told_and_codes_go_first(town: Town) -> None:
    class Away:
        def send(self, message_id: str, contact: str, words: str) -> None:
            raise OSError

    crowd = [town.resident((VOLUNTEER, EPOCH, 2_000)) for _ in range(230)]
    kept, town.sender = town.sender, Away()
    town.reminding().remind()
    waiting = len(town.messages())
    again = town.reminding().remind()
    with transaction(town.engine) as at:
        deeds.add_message(
            at, MessageRow(0, "a-code", crowd[0], "139", "code", "123456", None, 1, None)
        )
    with reading(town.engine) as at:
        first = deeds.unsent(at, 1, "code")[0]
    town.sender = kept
    rest = town.reminding().remind()

    assert (waiting, again, rest) == (200, 0, 30)
    assert first.id == "a-code"


def test_an_event_names_no_wallet_and_is_told_to_its_resident_and_the_operator(town: Town) -> None:
    mine, other = (town.resident((VOLUNTEER, EPOCH, units)) for units in (2_000, 3_000))
    town.reminding().remind()
    with reading(town.engine) as at:
        every, own, members = (
            events.page(at, reader, (), 0, 10)
            for reader in (
                Reader(MINE), Reader(MINE, None, mine), Reader(frozenset({"order"}), ACCEPTOR),
            )
        )  # fmt: skip
    shown = read_reminder(town.work, own[0].object)

    assert (len(every), len(own), len(members)) == (2, 1, 0)
    assert all(name not in repr(row) for row in every for name in (mine, other))
    assert (shown.row.wallet, shown.row.units, shown.row.days) == (mine, 2_000, 60)
    assert shown.words == dict(town.messages())[mine]


def test_of_a_forgotten_wallet_nothing_stays(town: Town) -> None:
    gone, kept = (town.resident((VOLUNTEER, EPOCH, 2_000)) for _ in range(2))
    for wallet in (gone, kept):
        town.choices().choose(wallet, Choice(address="示例街道 1 号"), "s-1", 7)
    town.reminding().remind()
    (mine,) = [name for name in town.told() if read_reminder(town.work, name).row.wallet == gone]
    Wallets(town.work).forget(gone)
    with transaction(town.engine) as at:
        people.forget_orphans(at)

    with reading(town.engine) as at:
        left = {
            name for table in OF_A_WALLET for name in at.execute(select(table.c.wallet)).scalars()
        }
    assert left == {kept}
    with pytest.raises(Rejected) as unknown:
        read_reminder(town.work, mine)
    assert (unknown.value.code, unknown.value.fields) == ("reminder.unknown", {"id": mine})
    assert [wallet for wallet, _ in town.messages()] == [kept]
    assert KIND == "expiring"
