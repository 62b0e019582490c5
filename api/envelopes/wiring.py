"""The use cases of envelopes over the operator's database, as the settings say."""

from __future__ import annotations

from collections.abc import Callable

from api.settings import Settings
from ledger.envelopes.keeping import Envelopes
from ledger.envelopes.sealing import Sealing
from ledger.residents.messages import Post
from ledger.residents.seals import read_secret
from ledger.store.engine import Engine


def envelopes_over(
    engine: Engine, settings: Settings, clock: Callable[[], float], post: Post
) -> Envelopes:
    """Raises Rejected("resident.secret") for a file of the secret that does not serve."""
    return Envelopes(engine, clock, Sealing(read_secret(settings.desk_secret_file)), post)
