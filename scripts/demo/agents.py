"""The six agents as the demo sees them: through what they say of themselves over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import httpx

from issuers.sandbox.kinds import Scheme
from ledger.errors import Unavailable
from scripts.demo.city import City

PATIENCE_S = 180.0
"""How long a week's work may take on a busy machine."""
POLL_S = 0.05
Status = dict[str, Any]


def status(city: City, scheme: Scheme) -> Status:
    """What the agent says of itself."""
    url = city.children[f"agent-{scheme}"].url
    found: Status = _client().get(f"{url}/status").json()
    return found


@cache
def _client() -> httpx.Client:
    """One for all: making a client costs more than a hundred answers."""
    return httpx.Client(trust_env=False, timeout=30)


def rejected(city: City, scheme: Scheme, most: int) -> list[dict[str, Any]]:
    """Rows that earn nothing: place, field, reason, fix; some of each agent's."""
    url = city.children[f"agent-{scheme}"].url
    found: list[dict[str, Any]] = _client().get(f"{url}/rejected?limit={most}").json()["rows"]
    return found


def await_time(city: City, now_s: int) -> None:
    """Return when each agent knows that the chain has reached a time, seconds since 1970.

    Raises Unavailable with the agent's own words where one takes too long or has ended.
    """
    _await(city, {scheme: partial(_knows, city, scheme, now_s) for scheme in Scheme})


def await_idle(city: City) -> None:
    """Return when each agent has read what its source shows today and nothing is in motion.

    Raises as ``await_time``.
    """
    rounds = {scheme: status(city, scheme)["rounds"] for scheme in Scheme}
    _await(city, {scheme: partial(_at_rest, city, scheme, rounds[scheme]) for scheme in Scheme})


def _await(city: City, there: Mapping[Scheme, Callable[[], bool]]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    for scheme, is_there in there.items():
        child = city.children[f"agent-{scheme}"]
        while not is_there():
            if time.monotonic() > deadline or not child.alive():
                words = child.log.read_text("utf-8", "replace")[-500:]
                raise Unavailable("demo.agent-stuck", name=child.name, words=words)
            time.sleep(POLL_S)


def _knows(city: City, scheme: Scheme, now_s: int) -> bool:
    chain = status(city, scheme)["chain"]
    return chain is not None and chain["time_s"] >= now_s


def _at_rest(city: City, scheme: Scheme, rounds: int) -> bool:
    """Idle, after a whole round that began when the day had moved already."""
    if scheme is Scheme.ENVIRONMENT and city.services[scheme].control("waiting")["waiting"]:
        return False
    told = status(city, scheme)
    return bool(told["idle"]) and told["rounds"] >= rounds + 2
