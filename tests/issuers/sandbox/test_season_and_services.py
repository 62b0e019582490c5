"""The season is the same on every run, its counts add up, and six systems serve it over HTTP."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from issuers.sandbox.kinds import Scheme
from issuers.sandbox.process import running
from issuers.sandbox.season import Spec, digest, events_in, manifest

SMALL = Spec(residents=60, events=400)


def test_the_same_seed_gives_the_same_season_and_another_seed_another() -> None:
    assert digest(SMALL) == digest(Spec(residents=60, events=400))
    assert digest(SMALL) != digest(Spec(seed=2, residents=60, events=400))


def test_the_schemes_events_add_up_to_what_was_asked() -> None:
    assert sum(events_in(Spec(), scheme) for scheme in Scheme) == 20_000


@pytest.mark.parametrize("scheme", Scheme)
def test_every_row_is_counted_once_and_some_are_dirty(scheme: Scheme) -> None:
    counts = manifest(Spec(events=4_000), scheme)

    rejected = sum(counts.rejected.values())
    parts = counts.good + counts.unknown_member + counts.duplicates + counts.corrections + rejected
    assert counts.rows == parts
    assert counts.good > 0
    assert rejected > 0


@pytest.mark.slow
def test_the_six_systems_answer_and_let_nobody_in_without_their_login(tmp_path: Path) -> None:
    with running(Scheme, SMALL, tmp_path) as services:
        for service in services.values():
            service.move_today(SMALL.last)
            refused = httpx.post(f"{service.url}/control/today", json={}, trust_env=False)
            assert refused.status_code in (401, 403, 422)
            assert service.control("state")
