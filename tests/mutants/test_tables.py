"""Mutants are kept with the contracts: each applies, and each rule is said once."""

from __future__ import annotations

import pytest

from contracts import build
from scripts.mutants import Mutant, MutantError, affected, read_mutants

FILES = build.sources(build.FOLDER, build.ROOT / "node_modules")


def test_each_mutants_text_is_in_its_contract_exactly_once() -> None:
    changed = [mutant.name for mutant in read_mutants() if mutant.apply(FILES) != FILES]

    assert len(changed) == len(read_mutants()) > 200


def test_each_mutant_changes_the_code_of_some_contract() -> None:
    assert [m.name for m in read_mutants() if not affected(FILES, m.file)] == []


def test_a_mutant_whose_text_is_gone_fails_loudly() -> None:
    mutant = Mutant("gone", "a rule", "Lanes.sol", "no such text", "")

    with pytest.raises(MutantError, match=r"gone: its text is in Lanes\.sol 0 times, not once"):
        mutant.apply(FILES)


def test_a_library_is_part_of_every_contract_that_imports_it() -> None:
    assert affected(FILES, "Lanes.sol") == ["PointsLedger", "RedemptionDesk"]
    assert affected(FILES, "ClearingHouse.sol") == ["ClearingHouse"]
