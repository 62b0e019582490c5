"""The page of who may call what is the table itself."""

from __future__ import annotations

import pytest

from api.access import ACCESS, Role
from scripts import authority_page


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert authority_page.main(["--check"]) == 0, capsys.readouterr().err


def test_the_page_shows_every_operation_once_with_every_role() -> None:
    lines = authority_page.page().splitlines()
    rows = {name: [line for line in lines if f"| `{name}` |" in line] for name in ACCESS}

    assert {name for name, found in rows.items() if len(found) != 1} == set()
    for name, (line,) in rows.items():
        roles = ACCESS[name]
        told = [cell.strip() for cell in line.strip("|").split("|")][2:]
        may = ["公开"] * len(Role) if roles is None else ["●" if r in roles else "—" for r in Role]
        assert told == may, name
