"""A window is closed once a period, by the chain's time, whoever asks."""

from __future__ import annotations

from datetime import datetime

import pytest

from ledger.clearing.schedule import Schedule, schedule_of
from ledger.errors import Rejected
from ledger.units import BEIJING


def at(day: int, clock: str) -> int:
    """Seconds since 1970 of a time in May 2026, in Beijing."""
    hour, minute = map(int, clock.split(":"))
    return int(datetime(2026, 5, day, hour, minute, tzinfo=BEIJING).timestamp())


def made(text: str) -> Schedule:
    """The schedule of a setting that says one."""
    found = schedule_of(text)
    assert found is not None
    return found


def test_a_daily_close_is_due_from_its_time_on_until_it_is_done() -> None:
    daily = made("02:00")

    due = [
        daily.is_due(at(*now), at(*opened))
        for now, opened in (
            ((2, "01:59"), (1, "02:01")),
            ((2, "02:00"), (1, "02:01")),
            ((2, "23:00"), (1, "02:01")),
            ((2, "23:00"), (2, "02:00")),
        )
    ]

    assert due == [False, True, True, False]


def test_one_that_a_member_closed_just_before_waits_until_the_contract_takes_it() -> None:
    daily = made("02:00")

    assert not daily.is_due(at(2, "02:00"), at(2, "01:55"))
    assert daily.is_due(at(2, "02:05"), at(2, "01:55"))


def test_hours_count_from_beijings_midnight() -> None:
    six = made("6h")

    assert six.boundary(at(2, "05:59")) == at(2, "00:00")
    assert six.boundary(at(2, "06:00")) == at(2, "06:00")
    assert six.boundary(at(2, "23:59")) == at(2, "18:00")


def test_everybody_asks_under_the_same_id_and_an_hour_later_under_another() -> None:
    daily = made("02:00")

    ids = [daily.request_id(7, at(2, clock)) for clock in ("02:00", "02:59", "03:00")]

    assert ids[0] == ids[1] == f"close:7:{at(2, '02:00')}:0"
    assert ids[2] == f"close:7:{at(2, '02:00')}:1"
    assert daily.request_id(8, at(2, "02:00")) != ids[0]


def test_no_schedule_is_none_and_nonsense_is_refused() -> None:
    assert schedule_of("") is None
    for text in ("2:00", "24:00", "5h", "0h", "daily", "02:00 "):
        with pytest.raises(Rejected) as refusal:
            schedule_of(text)
        assert refusal.value.code == "api.settings-invalid"
        assert refusal.value.fields["field"] == "clearing_close"
