"""The build makes the same bytes twice, notices a changed one, and refuses what is too large."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from contracts import build, loader

SOURCE = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;
import {ITally} from "./interfaces/ITally.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
contract Tally is ITally {
    uint256 private immutable START;
    constructor(uint256 start) { START = start; }
    function count(uint256 more) external view returns (uint256) { return Math.max(START, more); }
}
abstract contract Unfinished { function todo() external virtual; }
"""
INTERFACE = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;
interface ITally { function count(uint256 more) external view returns (uint256); }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of contracts with one contract, its interface, and an abstract one."""
    (tmp_path / "interfaces").mkdir()
    (tmp_path / "Tally.sol").write_text(SOURCE, "utf-8")
    (tmp_path / "interfaces" / "ITally.sol").write_text(INTERFACE, "utf-8")
    return tmp_path


@pytest.mark.slow
def test_what_was_built_is_found_the_same_and_a_changed_byte_is_not(folder: Path) -> None:
    assert build.build(check=False, force=False, folder=folder) == 0
    assert build.build(check=True, force=False, folder=folder) == 0

    made = build.read(folder / "artifacts")
    tally = loader.parse(json.loads(made["Tally.json"]))
    (folder / "artifacts" / "Tally.json").write_text(made["Tally.json"] + " ", "utf-8")

    assert build.build(check=True, force=False, folder=folder) == 1
    assert set(made) == {"AccessManager.json", "ITally.json", "Tally.json", "manifest.json"}
    assert len(tally.deployed_bytecode) < len(tally.bytecode) < 1000
    assert [length for _, length in tally.immutable_references] == [32]
    assert json.loads(made["ITally.json"]).keys() == {"abi", "contractName", "sourceName"}


@pytest.mark.slow
def test_a_source_that_does_not_compile_says_where(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "Tally.sol").write_text(SOURCE.replace("START = start", "START = nobody"), "utf-8")

    assert build.build(check=False, force=False, folder=folder) == 1
    assert "contracts/Tally.sol" in capsys.readouterr().err
    assert not (folder / "artifacts").exists()


def test_a_contract_over_the_limit_fails_the_build(capsys: pytest.CaptureFixture[str]) -> None:
    limit = build.SIZE_LIMIT_BYTES

    verdicts = [
        build.size_verdict(json.dumps({"deployedSizeBytes": {"Big": size}}))
        for size in (limit, limit + 1)
    ]

    assert verdicts == [0, 1]
    assert "OVER" in capsys.readouterr().out


def test_the_wrapper_answers_as_a_compiler_would(root: Path) -> None:
    words = [str(root / "contracts" / "solc"), "--version"]
    told = subprocess.run(words, capture_output=True, text=True, check=True)

    assert f"Version: {build.COMPILER_VERSION}+commit." in told.stdout


def test_committed_artifacts_come_from_the_sources_that_are_here(root: Path) -> None:
    files = build.sources(build.FOLDER, root / "node_modules")
    inputs = build.fingerprint(files, root / "package-lock.json")

    assert build.up_to_date(loader.ARTIFACTS, inputs), "run `make contracts`"


def test_every_artifact_loads_and_an_unknown_name_is_told_what_there_is() -> None:
    assert loader.load("AccessManager").deployed_bytecode
    assert {name for name in loader.names() if not loader.load(name).abi} == set()
    with pytest.raises(KeyError, match="AccessManager"):
        loader.load("Nobody")
