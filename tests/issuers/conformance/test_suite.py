"""The suite passes every adapter of ours, and finds in each broken one the duty that it breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import cast

import pytest

from issuers.conformance.catalogue import CHECKS
from issuers.conformance.stage import Candidate
from issuers.conformance.suite import Report, State, candidate, run
from issuers.sandbox.kinds import Scheme
from ledger.errors import Rejected
from tests.issuers.conformance.broken import IN_MEMORY
from tests.issuers.conformance.impolite import IMPOLITE, OverHttp
from tests.issuers.conformance.memory import Honest, InMemory

PATIENCE_S = 10.0
AT_ONCE = 6
"""Most of the time is waiting, so that sources run beside each other."""
NOT_FOR = {
    Scheme.VOLUNTEER: {"rows.corrections"},
    Scheme.TRAFFIC: {"rows.corrections", "manners.login"},
    Scheme.CULTURE: {"manners.conditional", "manners.login"},
    Scheme.RESIDENCE: {"rows.corrections"},
    Scheme.BLOOD: {"manners.login"},
    Scheme.ENVIRONMENT: {
        "rows.corrections", "rows.layout", "rows.resumable",
        "manners.conditional", "manners.login", "manners.unstored",
    },
}  # fmt: skip
"""What a source of ours has no use for, calls aside: they are for the one that calls."""
Reports = Callable[[str], Report]


@pytest.fixture(scope="module")
def reports() -> Iterator[Reports]:
    """The report of each source over HTTP, all of them begun at once."""
    with ThreadPoolExecutor(AT_ONCE, "suite") as pool:
        ours = {str(one): candidate(f"issuers.{one}") for one in Scheme}
        given = ours | {one.name: cast("Candidate", one) for one in IMPOLITE}
        begun: dict[str, Future[Report]] = {
            name: pool.submit(run, one, patience_s=PATIENCE_S) for name, one in given.items()
        }
        yield lambda name: begun[name].result()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", Scheme)
def test_every_adapter_of_ours_conforms_and_every_check_that_applies_was_made(
    reports: Reports, scheme: Scheme
) -> None:
    report = reports(str(scheme))

    assert broken(report) == {}
    calls = {check.id for check in CHECKS if check.id.startswith("calls.")}
    odd = {one.check.id for one in report.of(State.NOT_APPLICABLE)}
    assert odd == NOT_FOR[scheme] | (set() if scheme is Scheme.ENVIRONMENT else calls)


@pytest.mark.slow
@pytest.mark.parametrize("impolite", IMPOLITE, ids=lambda one: str(one.name))
def test_an_adapter_that_breaks_a_duty_on_the_wire_is_told_that_one_and_no_other(
    reports: Reports, impolite: OverHttp
) -> None:
    assert list(broken(reports(impolite.name))) == [IMPOLITE[impolite]]


@pytest.mark.parametrize("kind", IN_MEMORY)
def test_an_adapter_that_breaks_a_duty_is_told_that_one_and_no_other(kind: type[Honest]) -> None:
    report = run(cast("Candidate", InMemory(kind)), patience_s=PATIENCE_S)

    assert list(broken(report)) == [IN_MEMORY[kind]]


def test_a_source_that_is_not_reached_over_http_conforms_without_the_checks_of_the_wire() -> None:
    report = run(cast("Candidate", InMemory(Honest)), patience_s=PATIENCE_S)

    assert broken(report) == {}
    odd = {one.check.id for one in report.of(State.NOT_APPLICABLE)}
    assert {"manners.retry-after", "credit.lost-answer", "calls.genuine"} <= odd


def test_nearly_every_duty_has_an_adapter_that_breaks_it() -> None:
    """The others need a source that is broken, or break more than one duty by their nature."""
    watched = set(IN_MEMORY.values()) | set(IMPOLITE.values())

    assert {check.id for check in CHECKS} - watched == {"calls.at-least-once", "marks.restarted"}


def test_every_check_has_a_duty_and_a_fix_in_both_languages_and_an_id_of_its_own() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        words = (check.duty.zh, check.duty.en, check.fix.zh, check.fix.en)
        assert all(words)
        assert not any(word.endswith((".", "。")) for word in words)


def test_a_report_for_machines_says_what_was_expected_what_came_and_the_fix() -> None:
    from tests.issuers.conformance.broken import MeasuresInFractions

    told = run(cast("Candidate", InMemory(MeasuresInFractions)), patience_s=PATIENCE_S).shown()

    (found,) = [one for one in told["checks"] if one["state"] == "broken"]
    assert (told["conforms"], told["broken"], told["scheme"]) == (False, 1, "volunteer")
    assert (found["id"], found["expected"]) == ("parse.quantities", "an int above zero")
    assert "quantity=31.0" in found["came"]
    assert found["fix"]["zh"]
    assert found["fix"]["en"]


@pytest.mark.parametrize(
    ("module", "code", "fields"),
    [
        ("issuers.nobody", "conformance.no-module", {"module": "issuers.nobody"}),
        ("issuers.reasons", "conformance.lacks", {"missing": "open_adapter, conformance_source"}),
    ],
)
def test_a_module_that_is_no_adapter_is_refused_with_what_it_lacks(
    module: str, code: str, fields: dict[str, str]
) -> None:
    with pytest.raises(Rejected) as caught:
        candidate(module)

    assert caught.value.code == code
    assert caught.value.fields.items() >= fields.items()


def broken(report: Report) -> dict[str, tuple[str, str]]:
    """Broken duties, with what was expected and what came."""
    return {one.check.id: (one.expected, one.came) for one in report.of(State.BROKEN)}
