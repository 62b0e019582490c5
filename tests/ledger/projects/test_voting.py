"""One wallet, one voice: who has it, until when, and what is left of it after the count."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from ledger.errors import TongduiError
from ledger.projects.values import Advice, Phase, Plan, Stage
from ledger.store.engine import reading
from ledger.store.projects_tables import BALLOTS, COUNTS, HOMES, PROJECTS
from ledger.units import DAY_S, month_of
from tests.ledger.projects.village import CHARITY, EAST, HOUR_S, WEST, Village


def said(act: Callable[[], object]) -> tuple[str, dict[str, Any]]:
    """(code, fields) of what it raises."""
    with pytest.raises(TongduiError) as caught:
        act()
    return caught.value.code, dict(caught.value.fields)


def voices(village: Village, round_id: str) -> dict[str, int]:
    """By project, before the count."""
    chosen = select(BALLOTS.c.project, func.count()).where(BALLOTS.c.round == round_id)
    with reading(village.engine) as at:
        return {row[0]: row[1] for row in at.execute(chosen.group_by(BALLOTS.c.project))}


def test_a_voice_is_changed_taken_back_and_gone_after_the_count(village: Village) -> None:
    name, (one, other) = village.round()
    voting = village.projects.voting
    people = [village.resident() for _ in range(7)]
    for wallet in people:
        voting.vote(name, wallet, one)
    for wallet in people[:1]:
        voting.vote(name, wallet, other)
    voting.vote(name, people[1], None)

    before = voices(village, name), voting.mine(name, people[2]).project
    village.pass_time(HOUR_S)
    late = said(lambda: voting.vote(name, people[3], other))
    village.projects.tend()

    counted = voting.read(name)
    assert before == ({one: 5, other: 1}, one)
    assert late[0] == "vote.not-open"
    assert late[1]["phase"] == "counting"
    assert counted.phase is Phase.COUNTED
    assert [(r.project, r.voices, r.rank, r.advice) for r in counted.results] == [
        (one, 5, 1, Advice.FUND), (other, None, None, Advice.LEAVE)
    ]  # fmt: skip
    assert voices(village, name) == {}
    assert voting.mine(name, people[2]).project is None


def test_an_erased_wallet_takes_its_voice_and_what_was_not_accepted(village: Village) -> None:
    name, (one, _) = village.round()
    people = [village.resident() for _ in range(5)]
    for wallet in people:
        village.projects.voting.vote(name, wallet, one)
    author = village.projects.proposing.read(one).wallet
    assert author is not None

    for wallet in (people[0], author):
        village.forget(wallet)
    village.pass_time(HOUR_S)
    village.projects.voting.count()

    (first, _) = village.projects.voting.read(name).results
    assert (first.voices, first.advice) == (None, Advice.LEAVE)
    assert village.projects.proposing.read(one).wallet is None
    with reading(village.engine) as at:
        kept = at.execute(select(COUNTS.c.voices).where(COUNTS.c.project == one)).scalar_one()
        homes = set(at.execute(select(HOMES.c.wallet)).scalars())
    assert kept == 4
    assert not {people[0], author} & homes


def test_whose_voice_it_is_stands_nowhere(village: Village) -> None:
    name, (one, _) = village.round()
    wallet = village.resident()
    village.projects.voting.vote(name, wallet, one)

    with reading(village.engine) as at:
        rows = at.execute(select(BALLOTS)).all()

    assert len(rows) == 1
    assert wallet not in repr(rows)
    assert {column.name for column in BALLOTS.c} == {"round", "voter", "project"}


def test_who_has_no_voice_is_told_why(village: Village) -> None:
    name, (one, _) = village.round()
    vote = village.projects.voting.vote
    elsewhere, dead = village.resident(WEST), village.resident()
    child = village.resident(guardian_until=month_of(village.now_s) + 1)
    grown = village.resident(guardian_until=month_of(village.now_s))
    homeless, unlisted = village.wallet(), str(uuid.uuid4())
    vote(name, dead, one)
    village.die(dead)

    assert said(lambda: vote(name, elsewhere, one)) == (
        "vote.elsewhere", {"district": EAST, "own_district": WEST}
    )  # fmt: skip
    assert said(lambda: vote(name, homeless, one)) == ("project.no-district", {"wallet": homeless})
    assert said(lambda: vote(name, child, one)) == ("vote.child", {"wallet": child})
    assert said(lambda: vote(name, dead, None)) == ("vote.dead", {"wallet": dead})
    assert said(lambda: vote(name, grown, unlisted)) == ("project.unknown", {"id": unlisted})
    vote(name, grown, one)
    assert voices(village, name) == {one: 2}  # given in life


def test_a_voice_is_for_a_project_of_its_round(village: Village) -> None:
    name, _ = village.round()
    _, (foreign, _) = village.round()
    wallet = village.resident()

    assert said(lambda: village.projects.voting.vote(name, wallet, foreign)) == (
        "vote.not-on-ballot", {"field": "project", "id": foreign}
    )  # fmt: skip


def test_many_at_once_leave_one_voice(village: Village) -> None:
    name, put = village.round()
    wallet = village.resident()
    work = [
        threading.Thread(target=village.projects.voting.vote, args=(name, wallet, put[n % 2]))
        for n in range(8)
    ]

    for one in work:
        one.start()
    for one in work:
        one.join()

    assert sum(voices(village, name).values()) == 1


def test_under_another_secret_nobody_votes_twice_and_nothing_is_counted(village: Village) -> None:
    name, (one, other) = village.round()
    wallet, gone = village.resident(), village.resident()
    ours, theirs = village.projects.voting, village.projects_elsewhere()
    for each in (wallet, gone):
        ours.vote(name, each, one)
    unknown = ("vote.other-secret", {"id": name})

    refused = [
        said(lambda: theirs.voting.vote(name, wallet, other)),
        said(lambda: theirs.voting.mine(name, wallet)),
        said(lambda: theirs.homes.settle(wallet, WEST, "worker-1")),
    ]
    village.forget(gone)
    village.pass_time(HOUR_S)
    theirs.tend()
    uncounted = theirs.voting.read(name).phase, voices(village, name)
    ours.count()

    assert refused == [unknown] * 3
    assert uncounted == (Phase.COUNTING, {one: 2})
    with reading(village.engine) as at:
        assert at.execute(select(COUNTS.c.voices).where(COUNTS.c.project == one)).scalar_one() == 1


def test_a_round_whose_secret_is_lost_is_called_off_and_another_one_is_over(
    village: Village,
) -> None:
    name, _ = village.round()
    village.pass_time(HOUR_S)

    over = said(lambda: village.projects.voting.call_off(name, "密钥遗失。"))
    lost = village.projects_elsewhere().voting.call_off(name, "密钥遗失。")

    assert over == ("round.over", {"id": name, "phase": "counting"})
    assert lost.phase is Phase.CALLED_OFF


def test_a_district_stays_while_a_voice_stands_and_for_a_while_once_changed(
    village: Village,
) -> None:
    name, (one, _) = village.round()
    wallet, homes = village.resident(), village.projects.homes
    village.projects.voting.vote(name, wallet, one)

    standing = said(lambda: homes.settle(wallet, WEST, ""))
    village.projects.voting.vote(name, wallet, None)
    moved = homes.settle(wallet, WEST, "")
    back = said(lambda: homes.settle(wallet, EAST, ""))
    by_worker = homes.settle(wallet, EAST, "worker-1")
    nowhere = said(lambda: homes.settle(wallet, "别处", ""))

    assert standing == ("home.voice-stands", {"id": name})
    assert moved.changeable_from_s == village.now_s + 90 * DAY_S
    assert back == ("home.moved-lately", {"from_s": moved.changeable_from_s})
    assert (by_worker.district, by_worker.said_by) == (EAST, "worker-1")
    assert nowhere == ("home.unknown-district", {"field": "district", "district": "别处"})


def test_a_round_called_off_has_no_voices_and_its_projects_wait_again(village: Village) -> None:
    name, (one, other) = village.round()
    voting = village.projects.voting
    voting.vote(name, village.resident(), one)

    voting.call_off(name, "日期有误。")
    again = voting.call_off(name, "日期有误。")

    assert again.phase is Phase.CALLED_OFF
    assert voices(village, name) == {}
    stages = [village.projects.proposing.read(each).stage for each in (one, other)]
    assert stages == [Stage.PROPOSED, Stage.PROPOSED]
    assert said(lambda: voting.vote(name, village.resident(), one))[0] == "vote.not-open"


def test_a_round_begins_from_now_on_and_lasts_an_hour_to_sixty_days(village: Village) -> None:
    now_s = village.now_s

    def plan(begins_s: int, lasts_s: int, fund: int = CHARITY) -> Callable[[], object]:
        made = Plan(fund, EAST, "示例投票", "", begins_s, begins_s + lasts_s, 1)
        return lambda: village.projects.voting.plan(str(uuid.uuid4()), made)

    assert said(plan(now_s - 1, HOUR_S)) == ("round.times", {"field": "begins"})
    assert said(plan(now_s, HOUR_S - 1)) == ("round.times", {"field": "ends"})
    assert said(plan(now_s, 60 * DAY_S + 1)) == ("round.times", {"field": "ends"})
    assert said(plan(now_s, HOUR_S, 3)) == ("round.no-fund", {"field": "fund", "member": 3})
    plan(now_s, HOUR_S)()


def test_what_was_proposed_and_not_accepted_goes_with_its_wallet(village: Village) -> None:
    name, _ = village.round()
    village.projects.voting.call_off(name, "日期有误。")
    with reading(village.engine) as at:
        authors = list(at.execute(select(PROJECTS.c.wallet)).scalars())

    village.forget(authors[0])
    village.projects.tend()

    with reading(village.engine) as at:
        assert list(at.execute(select(PROJECTS.c.wallet)).scalars()) == authors[1:]
