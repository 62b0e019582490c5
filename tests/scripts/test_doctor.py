"""The doctor finds what a machine lacks, and says in both languages how to get it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from scripts import doctor


def test_this_machine_can_run_the_demo(root: Path) -> None:
    findings = doctor.examine(root, ports=())

    assert doctor.lacking(findings) == []


@pytest.mark.parametrize(
    "finding",
    [
        doctor.python_version((3, 10)),
        doctor.environment(Path("nowhere"), Path("elsewhere")),
        doctor.text_encoding("utf-8", "ascii"),
        doctor.writable(Path("nowhere") / "var"),
        doctor.disk_space(Path(), 1),
    ],
    ids=lambda finding: finding.name,
)
def test_what_the_demo_needs_is_missed_with_a_cure(finding: doctor.Finding) -> None:
    assert doctor.lacking([finding]) == [finding]
    assert finding.fix is not None
    assert finding.fix.zh
    assert finding.fix.en


def test_a_binary_that_does_not_start_is_found_but_not_required(tmp_path: Path) -> None:
    broken = tmp_path / "anvil"
    broken.write_text("#!/bin/sh\nexit 3\n", "utf-8")
    broken.chmod(0o755)

    findings = [
        doctor.runs("anvil", broken),
        doctor.runs("anvil", tmp_path / "missing"),
        doctor.runs("anvil", None),
        doctor.browser(None),
    ]

    assert [finding.ok for finding in findings] == [False] * 4
    assert doctor.lacking(findings) == []


def test_a_taken_port_is_told_from_a_free_one() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        taken = doctor.free_port(port)

    assert not taken.ok
    assert doctor.free_port(port).ok


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    finding = doctor.writable(tmp_path)

    assert finding.ok
    assert finding.fix is None
    assert list(tmp_path.iterdir()) == []
