"""A sandbox as a provider finds it: the API in that mode, and the example issuer beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from api.access import BY_SESSION, Role
from api.commands import create_key_in
from issuers.sandbox.giver import Giver, listener
from tests.api.serving import BLOCK_S, MEMBER_OF, City, served, settings_of
from tests.support.network import KEYS, Network, founded
from tests.support.season import MINUTES, VOLUNTEER


@contextmanager
def giving(network: Network, folder: Path) -> Iterator[str]:
    """The volunteer scheme as the example issuer; its URL."""
    gateway = network.deployment.gateway(network.chain.url)
    key, memory = KEYS[VOLUNTEER], folder / "giver.awards"
    server = listener(Giver(gateway, network.deployment, key, VOLUNTEER, MINUTES, memory))
    thread = threading.Thread(target=server.serve_forever, name="giver")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def sandbox_in(folder: Path) -> Iterator[City]:
    """A fresh example network with the API over it, in sandbox mode."""
    with founded(folder / "chain") as network, giving(network, folder) as issuer:
        settings = settings_of(folder, network, sandbox=True, sandbox_issuer_url=issuer)
        keyed = [role for role in Role if role not in BY_SESSION]
        tokens = {role: create_key_in(settings, role, MEMBER_OF.get(role)).token for role in keyed}
        network.chain.start_mining(BLOCK_S, clock=None)
        with served(settings) as url, httpx.Client(base_url=url, trust_env=False) as http:
            yield City(network, settings, http, tokens)
