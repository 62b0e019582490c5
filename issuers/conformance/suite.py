"""Runs the suite over one adapter module: the module's own test system, real HTTP, every check.

An adapter conforms when no check fails. What does not apply to its source says why.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from issuers.conformance.catalogue import CHECKS, Check
from issuers.conformance.stage import Candidate
from issuers.conformance.trial import DoesNotApply, Failed, Trial, named, within
from issuers.reasons import Sentence
from ledger.errors import Rejected

PATIENCE_S = 60.0
"""The longest that one check may take: the longest that an adapter may keep an agent waiting."""
AT_ONCE = 10
"""Checks that wait, beside each other. A source that lets in one login at a time needs 1."""
NEEDED = ("open_adapter", "conformance_source")
"""What a module has to have."""
Told = Callable[["Verdict"], None]


class State(StrEnum):
    """How a check ended."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check's end; ``expected`` and ``came`` where it is broken, ``why`` where it does not
    apply."""

    check: Check
    state: State
    expected: str = ""
    came: str = ""
    why: Sentence | None = None

    def shown(self) -> dict[str, Any]:
        """For machines."""
        found: dict[str, Any] = {
            "id": self.check.id,
            "state": str(self.state),
            "duty": {"zh": self.check.duty.zh, "en": self.check.duty.en},
        }
        if self.state is State.BROKEN:
            fix = {"zh": self.check.fix.zh, "en": self.check.fix.en}
            found |= {"expected": self.expected, "came": self.came, "fix": fix}
        if self.why is not None:
            found["why"] = {"zh": self.why.zh, "en": self.why.en}
        return found


@dataclass(frozen=True, slots=True)
class Report:
    """What the suite found of one adapter."""

    scheme: str
    verdicts: tuple[Verdict, ...]

    def of(self, state: State) -> list[Verdict]:
        """Those that ended so."""
        return [one for one in self.verdicts if one.state is state]

    @property
    def conforms(self) -> bool:
        """Whether no check is broken."""
        return not self.of(State.BROKEN)

    def shown(self) -> dict[str, Any]:
        """For machines."""
        counts = {str(state): len(self.of(state)) for state in State}
        checks = [one.shown() for one in self.verdicts]
        return {"scheme": self.scheme, "conforms": self.conforms, **counts, "checks": checks}


def candidate(module: str) -> Candidate:
    """The module, by name; Rejected where it is none or lacks what the suite needs."""
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        raise Rejected("conformance.no-module", module=module, why=str(error)) from error
    missing = [name for name in NEEDED if not callable(getattr(found, name, None))]
    if missing:
        raise Rejected("conformance.lacks", module=module, missing=", ".join(missing))
    return cast("Candidate", found)


def run(
    given: Candidate,
    *,
    patience_s: float = PATIENCE_S,
    at_once: int = AT_ONCE,
    checks: Sequence[Check] = CHECKS,
    told: Told = lambda _: None,
) -> Report:
    """The verdicts in the order of the checks; ``told`` hears of each as it comes."""
    with given.conformance_source() as stage:
        trial = Trial(given, stage, patience_s)
        try:
            found: dict[str, Verdict] = {}

            def judge(check: Check) -> None:
                found[check.id] = _verdict(trial, check)
                told(found[check.id])

            for check in checks:
                if not check.waits:
                    judge(check)
            with ThreadPoolExecutor(at_once, "check") as pool:
                list(pool.map(judge, [check for check in checks if check.waits]))
            return Report(stage.scheme, tuple(found[check.id] for check in checks))
        finally:
            trial.close()


def _verdict(trial: Trial, check: Check) -> Verdict:
    try:
        within(2 * trial.patience_s, lambda: check.run(trial))
    except Failed as failed:
        return Verdict(check, State.BROKEN, failed.expected, failed.came)
    except DoesNotApply as error:
        return Verdict(check, State.NOT_APPLICABLE, why=error.why)
    except Exception as error:  # noqa: BLE001 - an adapter may raise anything
        return Verdict(check, State.BROKEN, "no error", named(error))
    return Verdict(check, State.KEPT)
