"""Compiles contracts/*.sol into contracts/artifacts/*.json, the same bytes on every machine.

The compiler is npm's `solc` behind the wrapper contracts/solc, driven by py-solc-x. Only this
module runs it: the product reads artifacts through contracts.loader. Must not know a chain.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent

COMPILER_VERSION = "0.8.30"
EVM_VERSION = "cancun"
"""The newest target that all our engines have, and the oldest that OpenZeppelin 5.7 needs."""
OPTIMIZER_RUNS = 200
"""Calls matter more than deployment here, but every contract has to stay under SIZE_LIMIT_BYTES."""
SIZE_LIMIT_BYTES = 23_500
"""EIP-170 allows 24,576 bytes of code; the rest is room for the next change."""
BORROWED = ("@openzeppelin/contracts/access/manager/AccessManager.sol",)
"""What we deploy as its authors wrote it."""

SETTINGS: Mapping[str, Any] = {
    "viaIR": True,
    "optimizer": {"enabled": True, "runs": OPTIMIZER_RUNS},
    "evmVersion": EVM_VERSION,
    # No hash of the sources' metadata in the code: a comment changes no byte of it.
    "metadata": {"bytecodeHash": "none", "appendCBOR": False},
    "outputSelection": {
        "*": {
            "": ["ast"],
            "*": ["abi", "metadata", "evm.bytecode.object", "evm.bytecode.linkReferences",
                  "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences"],
        }
    },
}  # fmt: skip

Files = dict[str, str]
"""Content by file name."""


class BuildError(Exception):
    """The sources do not compile to something we may deploy; the message says why."""


def sources(folder: Path, modules: Path) -> Files:
    """Solidity by source name: ours as contracts/…, borrowed ones by import path; no tests."""
    ours = sorted([*folder.glob("*.sol"), *folder.glob("interfaces/*.sol")])
    found = {f"contracts/{p.relative_to(folder).as_posix()}": p.read_text("utf-8") for p in ours}
    return found | {name: (modules / name).read_text("utf-8") for name in BORROWED}


def fingerprint(files: Files, lock: Path) -> str:
    """Hex SHA-256 of what decides the artifacts: sources, settings, compiler and library."""
    locked = json.loads(lock.read_text("utf-8"))["packages"]
    versions = {
        name: locked[f"node_modules/{name}"]["version"]
        for name in ("solc", "@openzeppelin/contracts")
    }
    return _digest({"sources": files, "settings": SETTINGS, "packages": versions})


def compile_sources(files: Files, modules: Path) -> dict[str, Any]:
    """The compiler's standard JSON answer; BuildError with its messages where it refuses."""
    from solcx import compile_standard
    from solcx.exceptions import SolcError

    request = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in files.items()},
        "settings": SETTINGS,
    }
    try:
        answer: dict[str, Any] = compile_standard(
            request, solc_binary=FOLDER / "solc", base_path=modules
        )
    except SolcError as error:
        raise BuildError(str(error.message)) from error
    warnings = [e["formattedMessage"] for e in answer.get("errors", []) if e["severity"] != "info"]
    if warnings:
        print("\n".join(warnings), file=sys.stderr)
    return answer


def artifacts(answer: dict[str, Any], names: Files, inputs: str) -> Files:
    """File name → content: each deployable contract, each interface, and the manifest."""
    written: Files = {}
    sizes: dict[str, int] = {}
    for source in sorted(names):
        for node in answer["sources"][source]["ast"]["nodes"]:
            if node["nodeType"] != "ContractDefinition":
                continue
            name, kind = node["name"], node["contractKind"]
            if kind == "library" or (kind == "contract" and node.get("abstract", False)):
                continue
            if f"{name}.json" in written:
                raise BuildError(f"two contracts are called {name}")
            content = _artifact(name, source, answer["contracts"][source][name], kind)
            written[f"{name}.json"] = _text(content)
            if kind == "contract":
                sizes[name] = len(content["deployedBytecode"]) // 2 - 1
    manifest = {"inputs": inputs, "compiler": COMPILER_VERSION, "deployedSizeBytes": sizes}
    written["manifest.json"] = _text(manifest)
    return written


def read(target: Path) -> Files:
    """The artifacts as they lie in the folder."""
    return {path.name: path.read_text("utf-8") for path in sorted(target.glob("*.json"))}


def write(target: Path, files: Files) -> None:
    """Makes the folder hold exactly these files, touching only what differs."""
    target.mkdir(parents=True, exist_ok=True)
    before = read(target)
    for name in before.keys() - files.keys():
        (target / name).unlink()
    for name, text in files.items():
        if before.get(name) != text:
            (target / name).write_text(text, "utf-8")


def up_to_date(target: Path, inputs: str) -> bool:
    """Whether the folder was built from exactly these inputs."""
    manifest = target / "manifest.json"
    return manifest.is_file() and bool(json.loads(manifest.read_text("utf-8"))["inputs"] == inputs)


def size_verdict(manifest: str) -> int:
    """Prints each contract's size; the exit code, 1 where one is over the limit."""
    sizes: dict[str, int] = json.loads(manifest)["deployedSizeBytes"]
    for name, size in sorted(sizes.items()):
        verdict = "OVER" if size > SIZE_LIMIT_BYTES else "of"
        print(f"contracts: {name:<20} {size:>6,} bytes {verdict} {SIZE_LIMIT_BYTES:,}")
    return int(any(size > SIZE_LIMIT_BYTES for size in sizes.values()))


def build(*, check: bool, force: bool, folder: Path = FOLDER, root: Path = ROOT) -> int:
    """Builds, or with `check` compares every byte and writes nothing.

    The exit code: 0 fine; 1 does not compile, differs from what is committed, or is too large
    (written all the same).
    """
    target, modules = folder / "artifacts", root / "node_modules"
    files = sources(folder, modules)
    inputs = fingerprint(files, root / "package-lock.json")
    if not check and not force and up_to_date(target, inputs):
        print("contracts: artifacts are up to date")
        return size_verdict(read(target)["manifest.json"])
    try:
        fresh = artifacts(compile_sources(files, modules), files, inputs)
    except BuildError as error:
        print(f"contracts: {error}", file=sys.stderr)
        return 1
    too_large = size_verdict(fresh["manifest.json"])
    if not check:
        write(target, fresh)
        return too_large
    committed = read(target)
    differing = sorted(n for n in fresh.keys() | committed if fresh.get(n) != committed.get(n))
    if differing:
        print(f"contracts: run `make contracts`: {', '.join(differing)} differ", file=sys.stderr)
    return int(too_large or bool(differing))


def _artifact(name: str, source: str, compiled: dict[str, Any], kind: str) -> dict[str, Any]:
    """What one artifact holds; an interface has no code."""
    content: dict[str, Any] = {"contractName": name, "sourceName": source, "abi": compiled["abi"]}
    if kind == "interface":
        return content
    creation, deployed = compiled["evm"]["bytecode"], compiled["evm"]["deployedBytecode"]
    if creation["linkReferences"]:
        raise BuildError(f"{name} needs linking; make the library's functions internal")
    places = [p for ps in deployed.get("immutableReferences", {}).values() for p in ps]
    return content | {
        "bytecode": "0x" + creation["object"],
        "deployedBytecode": "0x" + deployed["object"],
        "immutableReferences": sorted([p["start"], p["length"]] for p in places),
        "sourceHash": _source_hash(compiled["metadata"]),
    }


def _source_hash(metadata: str) -> str:
    """One hash over a contract's sources and all that they import, as the compiler lists them."""
    listed = json.loads(metadata)["sources"]
    return _digest({name: entry["keccak256"] for name, entry in listed.items()})


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _text(content: object) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """The command `python -m contracts.build [--check | --force]`."""
    parser = argparse.ArgumentParser(prog="python -m contracts.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="recompile and compare every byte")
    parser.add_argument("--force", action="store_true", help="recompile though nothing changed")
    options = parser.parse_args()
    return build(check=options.check, force=options.force)


if __name__ == "__main__":
    sys.exit(main())
