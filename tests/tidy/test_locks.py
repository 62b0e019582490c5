"""The locks: complete, hashed, agreeing with what they were made from, and naming no address."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

LOCKS = ("run", "dev")
PRERELEASES = {"eth-tester", "py-evm"}
"""They publish nothing else; pinned by hand in run.in."""

_ADDRESS = re.compile(r"://|\bwww\.|index-url|find-links|\"resolved\"")


def asked(root: Path, name: str) -> list[Requirement]:
    """The direct requirements of requirements/<name>.in."""
    lines = (root / "requirements" / f"{name}.in").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def locked(root: Path, name: str) -> dict[str, str]:
    """Version by canonical name in requirements/<name>.txt."""
    text = (root / "requirements" / f"{name}.txt").read_text("utf-8")
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


def npm(root: Path, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((root / name).read_text("utf-8"))
    return content


@pytest.mark.parametrize(
    "name",
    ["requirements/run.txt", "requirements/dev.txt", "package-lock.json", ".npmrc", "package.json"],
)
def test_no_lock_holds_an_address_or_a_host(root: Path, name: str) -> None:
    lines = (root / name).read_text("utf-8").splitlines()

    assert [line for line in lines if _ADDRESS.search(line)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text("utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]

    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_meets_every_direct_requirement(root: Path, name: str) -> None:
    have = locked(root, name)

    unmet = [
        str(wanted)
        for wanted in asked(root, name)
        if not wanted.specifier.contains(have[canonicalize_name(wanted.name)], prereleases=True)
    ]

    assert unmet == []


def test_building_and_testing_use_the_versions_that_run(root: Path) -> None:
    run, dev = locked(root, "run"), locked(root, "dev")

    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("name", LOCKS)
def test_no_other_package_is_a_prerelease(root: Path, name: str) -> None:
    found = {n for n, version in locked(root, name).items() if Version(version).is_prerelease}

    assert found == PRERELEASES


def test_every_npm_package_is_locked_with_its_hash(root: Path) -> None:
    packages = npm(root, "package-lock.json")["packages"]
    top = packages.pop("")
    manifest = npm(root, "package.json")

    assert manifest["private"] is True
    for kind in ("dependencies", "devDependencies", "optionalDependencies"):
        assert top[kind] == manifest[kind]
        assert {n: packages[f"node_modules/{n}"]["version"] for n in manifest[kind]} == top[kind]
    assert [name for name, entry in packages.items() if not entry.get("integrity")] == []


def test_every_direct_dependency_has_a_reason(root: Path) -> None:
    told = (root / "docs" / "dependencies.md").read_text("utf-8")
    reasons = set(re.findall(r"^\| `([^`]+)` \|[^|]*\w[^|]*\|", told, re.MULTILINE))
    manifest = npm(root, "package.json")

    wanted = {r.name for name in LOCKS for r in asked(root, name)}
    kinds = ("dependencies", "devDependencies", "optionalDependencies")
    wanted |= {name for kind in kinds for name in manifest[kind]}

    assert reasons == wanted
