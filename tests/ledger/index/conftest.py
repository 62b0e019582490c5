"""A season on a real chain, played once a session, and an index that has read it all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ledger.index.index import Index, open_index
from ledger.store.engine import Engine
from tests.ledger.index.playing import Season, play
from tests.support.network import Network, founded


@dataclass(frozen=True)
class Played:
    """The chain as it stands at the season's end, and its projection."""

    season: Season
    engine: Engine
    index: Index

    @property
    def network(self) -> Network:
        """The chain with its contracts."""
        return self.season.network


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Read only."""
    folder = tmp_path_factory.mktemp("season")
    with founded(folder) as network, open_index(folder / "index.db") as opened:
        season = play(network)
        index = Index(opened.engine, network.gateway, network.deployment)
        index.catch_up()
        yield Played(season, opened.engine, index)
