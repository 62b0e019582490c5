"""A process that runs an agent round by round until nothing is in motion, or is killed on the way.

Its source and its directory stand in files, so that they outlive it. It mines each block itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from issuers.adapter import MarkAnswer, MarkState
from issuers.fake_source import FakeSource
from ledger.store.outbox_tables import State
from tests.issuers.market import BareChain, attached, clerk

ROUNDS = 60
SCHEME = "volunteer"


class FileSource(FakeSource):
    """A source whose rows and books are kept in a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(SCHEME)
        self._path = path
        if path.exists():
            kept = json.loads(path.read_text("utf-8"))
            self.rows = [row.encode() for row in kept["rows"]]
            self.marks = {name: MarkState(state) for name, state in kept["marks"].items()}
            self.credits = {name: (who, points) for name, (who, points) in kept["credits"].items()}
            self.frozen = set(kept["frozen"])

    def save(self) -> None:
        """On disk, whole or not at all."""
        kept = {
            "rows": [row.decode() for row in self.rows], "marks": self.marks,
            "credits": self.credits, "frozen": sorted(self.frozen),
        }  # fmt: skip
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps(kept), "utf-8")
        draft.replace(self._path)

    def prepare_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Kept before it is answered."""
        answers = super().prepare_marks(event_ids)
        self.save()
        return answers

    def confirm_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Kept before it is answered."""
        answers = super().confirm_marks(event_ids)
        self.save()
        return answers

    def cancel_marks(self, event_ids: Sequence[str]) -> dict[str, MarkAnswer]:
        """Kept before it is answered."""
        answers = super().cancel_marks(event_ids)
        self.save()
        return answers

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        """Kept before it is answered."""
        super().credit(hold_id, member_id, native_points)
        self.save()


class FileWallets:
    """A directory whose accounts stand in a file, by hold."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def account_for(self, hold_id: bytes) -> bytes | None:
        """As the protocol says."""
        kept = json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}
        found = kept.get(hold_id.hex())
        return bytes.fromhex(found) if found else None


def play(
    folder: Path, url: str, fault: str, go_back: bool, more: Mapping[str, Any] | None = None
) -> None:
    """Goes on from whatever is there until all is at rest. ``go_back``: the chain loses a block
    once, after something of ours was in it. ``more`` are settings."""
    market = attached(folder, url)
    assert isinstance(market.chain, BareChain)
    links = folder / "links.csv"
    settings = market.settings(SCHEME, fault=fault, links_file=links, **(more or {}))
    source, wallets = FileSource(folder / "source.json"), FileWallets(folder / "wallets.json")
    with clerk(market, settings, source, wallets) as found:
        for _ in range(ROUNDS):
            mined = found.agent.parts.submitter.status().counts[State.MINED] if go_back else 0
            if mined:
                market.chain.roll_back()
                go_back = False
            found.agent.step()
            market.chain.mine()
            if found.told()["idle"]:
                return
        raise AssertionError(found.told()["words"])
