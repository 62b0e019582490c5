"""An honest season verifies clean, everything in it counted; the report tells people and tools."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.audit.findings import Findings
from ledger.audit.kinds import KINDS
from ledger.audit.report import Outcome, Report
from ledger.audit.subjects import SUBJECTS
from ledger.audit.verify import verify
from ledger.errors import Refused
from tests.ledger.audit.play import Season

UNDECIDABLE = ("8", "10")


@pytest.fixture(scope="module")
def report(season: Season) -> Report:
    return verify(season.network.gateway, season.network.deployment)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_honest_season_verifies_clean(report: Report, subject: str) -> None:
    verdict = report.verdict(subject)

    assert verdict.findings == ()
    expected = Outcome.UNDECIDABLE if subject in UNDECIDABLE else Outcome.HOLDS
    assert verdict.outcome is expected


def test_everything_that_happened_is_covered(report: Report, season: Season) -> None:
    covered = report.coverage

    batches = [batch for one in season.batches.values() for batch in one]
    assert (covered.batches, covered.awards) == (len(batches), sum(len(b.keys) for b in batches))
    assert (covered.holds, covered.corrections, covered.windows) == (19, 5, 3)
    assert covered.accounts == covered.accounts_compared == 14
    assert (covered.awards_compared, covered.holds_compared) == (4, 6)
    assert covered.views_block is not None
    assert report.exit_code == 0


def test_an_auditor_hears_how_far_it_is_and_nothing_stays_behind(
    season: Season, tmp_path: Path
) -> None:
    heard = list[tuple[int, int, int]]()
    network = season.network

    report = verify(
        network.gateway, network.deployment, scratch=tmp_path, told=lambda *n: heard.append(n)
    )

    done, of, awards = heard[-1]
    assert done == of == report.coverage.last_block - report.coverage.first_block + 1
    assert awards == report.coverage.awards
    assert heard == sorted(heard)
    assert list(tmp_path.iterdir()) == []


def test_any_final_block_can_be_the_last_and_none_that_is_not_final(season: Season) -> None:
    network = season.network
    half = network.gateway.head() // 2

    earlier = verify(network.gateway, network.deployment, until=half)

    assert earlier.exit_code == 0
    assert earlier.coverage.last_block == half
    with pytest.raises(Refused, check=lambda e: e.code == "audit.not-final"):
        verify(network.gateway, network.deployment, until=network.gateway.head())


def test_a_network_that_is_only_being_founded_is_sound_so_far(season: Season) -> None:
    network = season.network

    report = verify(network.gateway, network.deployment, until=network.deployment.first_block)

    assert (report.exit_code, report.coverage.awards) == (0, 0)


def test_views_of_a_state_that_the_node_forgot_are_not_judged(season: Season) -> None:
    network = season.network
    half = network.gateway.head() // 2

    earlier = verify(network.gateway, network.deployment, until=half)

    assert earlier.coverage.views_block is None
    assert earlier.verdict("views").outcome is Outcome.UNDECIDABLE


def test_a_report_reads_in_both_languages_and_as_json(report: Report) -> None:
    both, chinese = report.lines(), report.lines("zh")
    shown = json.loads(json.dumps(report.to_json()))

    assert len(both) == 2 * len(chinese)
    assert [v["subject"] for v in shown["verdicts"]] == list(SUBJECTS)
    assert shown["outcome"] == "holds"
    assert shown["coverage"]["last_block_hash"].startswith("0x")
    assert any("tongdui rebuild" in line for line in chinese)


def test_a_clean_report_says_what_a_lying_node_could_hide(report: Report) -> None:
    told = "\n".join(report.lines("en"))

    assert "A verdict is as good as the node" in told


def test_findings_are_counted_beyond_those_kept() -> None:
    findings = Findings()

    for number in range(60):
        findings.add("batch-gap", issuer=1, number=number, expected=0)

    found, kept = findings.of("2")
    assert (found, len(kept)) == (60, 50)
    assert kept[0].sentence("en") == "a batch of member 1 should have the number 0 and has 0"


def test_every_kind_of_finding_breaks_a_subject_that_is_reported() -> None:
    assert {kind.subject for kind in KINDS.values()} <= SUBJECTS.keys()
    assert SUBJECTS.keys() - {kind.subject for kind in KINDS.values()} == {"8"}
