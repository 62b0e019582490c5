"""Tests of the store run over both databases: each asks for a place that nobody has used."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tests.support.postgres import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A file's path, or the URL of an empty database on a server."""
    if request.param == "sqlite":
        return tmp_path / "a.db"
    return cast("Server", request.getfixturevalue("postgres")).new()
