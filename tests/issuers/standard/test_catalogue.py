"""The certification standard says what members agreed, and refuses to contradict itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from issuers.sandbox.kinds import KINDS
from issuers.standard import catalogue
from ledger.errors import Rejected
from tests.issuers.standard.copies import copied

STANDARD = catalogue.load()


def test_an_hour_of_volunteering_is_ten_points() -> None:
    assert STANDARD.activities["VOL.SERVICE"].units(60) == 1_000


def test_a_minute_is_rounded_down_for_the_issuer() -> None:
    assert STANDARD.activities["VOL.SERVICE"].units(1) == 16


def test_culture_gives_fifteen_percent_back_up_to_200_points_a_year() -> None:
    assert STANDARD.activities["CUL.SPENDING"].units(10_000) == 1_500
    assert STANDARD.schemes["culture"].annual_cap_units == 20_000


def test_every_activity_is_found_by_code_by_id_and_by_scheme() -> None:
    every = STANDARD.activities.values()

    assert len(every) >= 50
    assert [STANDARD.by_id[one.id] for one in every] == list(every)
    assert {one for s in STANDARD.schemes for one in STANDARD.by_scheme(s)} == set(every)
    assert STANDARD.by_scheme("nobody's") == ()


def test_what_the_sandbox_measures_is_in_the_standard_and_worth_something() -> None:
    kinds = [kind for several in KINDS.values() for kind in several]

    assert {kind.code for kind in kinds} <= set(STANDARD.activities)
    assert [k.code for k in kinds if STANDARD.activities[k.code].units(k.low) < 1] == []


def test_the_hash_is_the_same_for_a_copy_and_another_for_another_rate(tmp_path: Path) -> None:
    same = catalogue.load(copied(tmp_path / "same"))
    other = catalogue.load(copied(tmp_path / "other", "volunteer.toml", "[1000, 60]", "[1001, 60]"))

    assert len(STANDARD.hash()) == 32
    assert same.hash() == STANDARD.hash() != other.hash()


@pytest.mark.parametrize(
    ("old", "new", "code", "fields"),
    [
        ("id = 101", "id = 201", "standard.used-twice", {"name": 201}),
        ("VOL.SERVICE", "TRA.BUS", "standard.used-twice", {"name": "TRA.BUS"}),
        ("id = 101", "id = 65536", "standard.entry", {"why": "id"}),
        ("[1000, 60]", "[1000, 0]", "standard.entry", {"why": "rate"}),
        ("late_days = 30", "late_days = 0", "standard.entry", {"why": "late_days"}),
        (
            "validity_epochs = 4",
            "validity_epochs = 6",
            "standard.entry",
            {"why": "validity_epochs"},
        ),
        ('scheme = "', "scheme = ", "standard.unreadable", {"file": "volunteer.toml"}),
        ("late_days", "later_days", "standard.entry", {"activity": "VOL.SERVICE"}),
    ],
)
def test_a_standard_that_contradicts_itself_is_refused(
    tmp_path: Path, old: str, new: str, code: str, fields: dict[str, object]
) -> None:
    with pytest.raises(Rejected) as caught:
        catalogue.load(copied(tmp_path, "volunteer.toml", old, new))

    assert caught.value.code == code
    assert fields.items() <= caught.value.fields.items()
