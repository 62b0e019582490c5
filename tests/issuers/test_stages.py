"""The first stage of the screening: what the standard's plain limits doubt, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from issuers.reasons import REASONS
from issuers.stages import STAGES
from issuers.stages.plain import PlainLimits
from issuers.stages.stage import Certified, Deed, Doubt
from issuers.standard.catalogue import load

ACTIVITIES = load().by_id
SERVICE, ELDERLY, LEADING = 101, 102, 110
HOUR = 3_600
DAY = 20_000


@dataclass
class Known:
    """What came before."""

    deeds: Sequence[Deed] = ()
    asked: list[tuple[int, int]] = field(default_factory=list)

    def certified(
        self, checkers: Iterable[str], first_day: int, last_day: int
    ) -> dict[Certified, int]:
        """As the protocol says."""
        wanted = set(checkers)
        return dict(
            Counter(
                Certified(one.checker, one.activity, one.day)
                for one in self.deeds
                if one.checker in wanted and first_day <= one.day <= last_day
            )
        )

    def timed(self, members: Iterable[str], first_day: int, last_day: int) -> list[Deed]:
        """As the protocol says."""
        self.asked.append((first_day, last_day))
        wanted = set(members)
        return [one for one in self.deeds if one.member in wanted and one.began_s is not None]


def deed(row: int, hours: tuple[float, float] | None = None, **facts: Any) -> Deed:
    """Of member m1 on the same day, by the clock's hours."""
    began, ended = (None, None) if hours is None else (int(h * HOUR) for h in hours)
    return Deed(row, "m1", SERVICE, DAY, began, ended, "", "")._replace(**facts)


def doubts(deeds: Sequence[Deed], known: Known | None = None) -> dict[int, list[Doubt]]:
    return PlainLimits().look(deeds, known or Known(), ACTIVITIES)


def test_what_nobody_can_doubt_is_passed_over_in_silence() -> None:
    deeds = [
        deed(1, (9, 10), checker="c1", spot="桥东"),
        deed(2, (10, 11), checker="c1", spot="桥西"),
        deed(3, (9, 10), member="m2", spot="桥西"),
        deed(4),
    ]

    assert doubts(deeds) == {}


def test_a_member_at_two_places_at_once_is_doubted_and_both_are_named() -> None:
    earlier = deed(1, (9, 11), checker="c1", spot="桥东")
    later = deed(2, (10.5, 12), checker="c2", spot="桥西")

    found = doubts([later], Known([earlier]))

    assert found == {
        2: [
            Doubt(
                "deed.two-places",
                {
                    "row": 2, "activity": SERVICE, "began_s": 37_800, "ended_s": 43_200,
                    "checker": "c2", "spot": "桥西",
                    "others": [
                        {"row": 1, "activity": SERVICE, "began_s": 32_400, "ended_s": 39_600,
                         "checker": "c1", "spot": "桥东"}
                    ],
                },
            )
        ]
    }  # fmt: skip


def test_two_activities_at_once_are_two_places_even_at_one_spot() -> None:
    found = doubts([deed(1, (9, 11), spot="桥东"), deed(2, (9, 11), spot="桥东", activity=ELDERLY)])

    assert {row: [one.reason for one in some] for row, some in found.items()} == {
        2: ["deed.two-places"]
    }


def test_the_same_deed_by_two_checkers_is_entered_twice() -> None:
    found = doubts([deed(1, (9, 11), checker="c1"), deed(2, (9, 10.9), checker="c2", spot="桥东")])

    assert [one.reason for one in found[2]] == ["deed.entered-twice"]
    assert found[2][0].evidence["checker"] == "c2"
    assert found[2][0].evidence["others"][0]["checker"] == "c1"


def test_deeds_over_midnight_are_held_against_the_days_around() -> None:
    known = Known([deed(1, (23, 25), day=DAY - 1, spot="桥东")])

    found = doubts([deed(2, (24.5, 26), spot="桥西")], known)

    assert list(found) == [2]
    assert known.asked == [(DAY - 1, DAY + 1)]


def test_an_activity_that_takes_no_time_is_at_no_place() -> None:
    assert doubts([deed(1, (9, 11), activity=LEADING), deed(2, (9, 11), spot="x")]) == {}


def test_more_deeds_than_a_checker_can_have_seen_are_doubted_from_the_limit_on() -> None:
    most = ACTIVITIES[ELDERLY].per_checker_day
    known = Known([deed(n, checker="c1", activity=ELDERLY, member="m0") for n in range(most - 1)])
    deeds = [deed(100 + n, checker="c1", activity=ELDERLY, member=f"n{n}") for n in range(3)]
    deeds.append(deed(200, checker="c1", activity=ELDERLY, day=DAY + 1))

    found = doubts(deeds, known)

    assert {row: dict(some[0].evidence) for row, some in found.items()} == {
        100 + n: {"checker": "c1", "day": DAY, "count": most + n, "limit": most} for n in (1, 2)
    }
    assert {one.reason for some in found.values() for one in some} == {"checker.too-many"}


def test_nobody_certifies_himself_and_the_evidence_keeps_the_name_out() -> None:
    found = doubts([deed(1, (9, 10), checker="m1"), deed(2, (9, 10), checker="m1")])

    assert [one.reason for one in found[1]] == ["checker.self"]
    assert [one.reason for one in found[2]] == ["checker.self", "deed.entered-twice"]
    assert "m1" not in str([one.evidence for some in found.values() for one in some])


def test_of_a_farmed_row_of_deeds_a_doubt_names_a_few() -> None:
    known = Known([deed(n, (9, 11), spot=f"s{n}") for n in range(40)])

    found = doubts([deed(99, (9, 11), spot="here")], known)

    assert [one["row"] for one in found[99][0].evidence["others"]] == [0, 1, 2, 3, 4]


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 6), st.sampled_from(["", "a", "b"])),
        max_size=12,
    )
)
def test_a_deed_is_doubted_if_and_only_if_it_overlaps_one_before(
    given_: list[tuple[int, int, str]],
) -> None:
    deeds = [deed(n, (at, at + long), spot=s) for n, (at, long, s) in enumerate(given_)]

    found = doubts(deeds)

    for n, (at, long, _) in enumerate(given_):
        overlaps = any(a < at + long and at < a + b for a, b, _ in given_[:n])
        assert (n in found) == overlaps


def test_every_stage_gives_reasons_that_stand_in_the_table() -> None:
    codes = {"checker.self", "checker.too-many", "deed.two-places", "deed.entered-twice"}

    assert codes <= REASONS.keys()
    assert [type(stage) for stage in STAGES] == [PlainLimits]
