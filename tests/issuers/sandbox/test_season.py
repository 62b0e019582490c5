"""A season is the same on every run, as large as asked, and as dirty as real exports are."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest

from issuers.sandbox import season
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.people import member_id, residents
from issuers.sandbox.season import Flaw, Spec

SMALL = Spec(residents=100, events=600, dirt_permille=200)


def test_the_usual_season_has_20000_events_of_2000_residents() -> None:
    spec = Spec()

    events = {row.event_id for s in Scheme for row in season.rows(spec, s)}

    assert len(residents(spec.seed, spec.residents)) == 2_000
    assert len(events) == 20_000


def test_three_rows_in_a_hundred_are_dirty() -> None:
    spec = Spec()
    rows = [row for s in Scheme for row in season.rows(spec, s)]

    dirty = sum(row.repeat or row.event.flaw is not Flaw.NONE for row in rows)

    assert 0.025 < dirty / len(rows) < 0.035
    assert {row.event.flaw for row in rows} == set(Flaw)


def test_the_usual_season_is_the_one_everybody_knows() -> None:
    assert season.digest(Spec()) == (
        "2123eaec5a0f950a467be889f0f88002ef7c697c3d983a0d895832b943bb2d18"
    )


@pytest.mark.slow
def test_neither_hashing_nor_time_zone_nor_locale_changes_it() -> None:
    program = (
        "from issuers.sandbox.season import *;"
        "print(digest(Spec(residents=100, events=600, dirt_permille=200)))"
    )
    told = {season.digest(SMALL)}
    for hashing, zone, locale in (("1", "UTC", "C"), ("2", "America/New_York", "C.UTF-8")):
        env = os.environ | {"PYTHONHASHSEED": hashing, "TZ": zone, "LC_ALL": locale}
        words = [sys.executable, "-c", program]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
        told.add(done.stdout.strip())

    assert len(told) == 1


def test_another_seed_is_another_season() -> None:
    assert season.digest(SMALL) != season.digest(replace(SMALL, seed=2))


@pytest.mark.parametrize("scheme", Scheme)
def test_the_manifest_accounts_for_every_row(scheme: Scheme) -> None:
    told = season.manifest(SMALL, scheme)

    parts = told.good + told.unknown_member + told.duplicates + told.corrections
    assert parts + sum(told.rejected.values()) == told.rows == len(season.rows(SMALL, scheme))
    assert told.good + told.unknown_member + sum(told.rejected.values()) == season.events_in(
        SMALL, scheme
    )


@pytest.mark.parametrize("scheme", Scheme)
def test_an_export_shows_a_day_when_it_is_over_and_grows_only_at_the_end(scheme: Scheme) -> None:
    rows = season.rows(SMALL, scheme)

    assert [row.visible_on for row in rows] == sorted(row.visible_on for row in rows)
    assert {row.visible_on > row.event.began.date() for row in rows} == {
        scheme is not Scheme.RESIDENCE
    }
    assert max(row.visible_on for row in rows) <= SMALL.last
    assert min(row.event.began.date() for row in rows) >= SMALL.first


def test_nobody_does_the_same_thing_twice_a_day() -> None:
    for scheme in Scheme:
        events = {row.event for row in season.rows(SMALL, scheme)}

        assert max(Counter((e.member_id, e.began.date(), e.code) for e in events).values()) == 1


def test_a_refund_follows_its_spending_and_never_exceeds_it() -> None:
    first_shown: dict[str, int] = {}
    taken: dict[str, int] = {}
    for at, row in enumerate(
        season.rows(replace(SMALL, events=6_000, residents=500), Scheme.CULTURE)
    ):
        if row.refund_step:
            assert row.event_id in first_shown
            assert taken.get(row.event_id, 0) < row.refunded <= row.event.quantity
            taken[row.event_id] = row.refunded
        first_shown.setdefault(row.event_id, at)

    assert taken


def test_each_resident_is_in_one_to_five_everyday_schemes_under_ids_of_their_own() -> None:
    people = residents(1, 2_000)

    ids = [(scheme, person.members[scheme]) for person in people for scheme in person.members]
    everyday = [person.members.keys() - {Scheme.BLOOD} for person in people]
    assert {len(schemes) for schemes in everyday} == {1, 2, 3, 4, 5}
    assert sum(Scheme.BLOOD in person.members for person in people) in range(400, 600)
    assert len(set(ids)) == len(ids)
    assert len({person.name for person in people}) == 2_000
    assert all(person.name.startswith("示例·") for person in people)


def test_a_donor_rests_as_long_as_the_station_asks() -> None:
    by_donor: dict[str, list[season.Event]] = defaultdict(list)
    for event in {row.event for row in season.rows(Spec(), Scheme.BLOOD)}:
        by_donor[event.member_id].append(event)

    rests = defaultdict[tuple[str, str], set[int]](set)
    for given in by_donor.values():
        given.sort(key=lambda event: event.began)
        for earlier, later in itertools.combinations(given, 2):
            days = (later.began.date() - earlier.began.date()).days
            rests[earlier.code, later.code].add(days)

    assert min(rests["BLO.PLATELETS", "BLO.PLATELETS"]) in range(14, 21)
    assert min(rests["BLO.PLATELETS", "BLO.WHOLE"]) in range(28, 42)
    assert min(rests["BLO.WHOLE", "BLO.PLATELETS"]) in range(92, 106)
    assert ("BLO.WHOLE", "BLO.WHOLE") not in rests
    assert ("BLO.SAMPLE", "BLO.SAMPLE") not in rests


def test_an_unknown_member_is_nobodys() -> None:
    known = {m for person in residents(1, 100) for m in person.members.values()}

    assert member_id(Scheme.TRAFFIC, 1, 100) not in known


def test_too_many_events_for_the_people_there_are_is_said() -> None:
    crowded = Spec(residents=10, events=5_000, last=SMALL.first + timedelta(days=3))

    with pytest.raises(ValueError, match="too few residents or days"):
        season.rows(crowded, Scheme.RESIDENCE)
