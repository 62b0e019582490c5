"""Settings that stand in two files agree."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from contracts import build


def test_forge_compiles_as_the_artifacts_were_compiled(root: Path) -> None:
    forge = tomllib.loads((root / "foundry.toml").read_text("utf-8"))["profile"]["default"]

    assert forge["solc"] == "contracts/solc"
    assert forge["evm_version"] == build.SETTINGS["evmVersion"]
    assert forge["via_ir"] == build.SETTINGS["viaIR"]
    assert forge["optimizer"] == build.SETTINGS["optimizer"]["enabled"]
    assert forge["optimizer_runs"] == build.SETTINGS["optimizer"]["runs"]
    assert forge["bytecode_hash"] == build.SETTINGS["metadata"]["bytecodeHash"]
    assert forge["cbor_metadata"] == build.SETTINGS["metadata"]["appendCBOR"]


def test_the_locked_compiler_is_the_one_that_the_build_names(root: Path) -> None:
    manifest = json.loads((root / "package.json").read_text("utf-8"))

    assert manifest["dependencies"]["solc"] == build.COMPILER_VERSION
