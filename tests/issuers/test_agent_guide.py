"""The guide names every setting, and the standard's schemes have an adapter each."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from issuers.settings import AgentSettings
from issuers.standard.catalogue import load


def test_the_guide_names_every_setting_and_no_other(root: Path) -> None:
    guide = (root / "docs" / "issuer-agent.md").read_text("utf-8")
    table = guide.partition("| key |")[2].partition("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {word for cell in cells for word in re.findall(r"`(\w+)`", cell)}

    assert named == AgentSettings.model_fields.keys() - {"fault"}


def test_every_scheme_of_the_standard_has_an_adapter_of_its_name() -> None:
    schemes = [sector.scheme for sector in load().sectors]

    assert all(
        hasattr(importlib.import_module(f"issuers.{one}"), "open_adapter") for one in schemes
    )
