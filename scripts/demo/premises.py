"""Settings of the demo's processes, written as each organisation would write its own.

An issuer's folder holds its key, secrets, links and database; nothing of the operator's but the
address and the API key it was given. Starts the processes; knows nothing of what they do.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w

from api.access import Role
from api.commands import create_key_in
from api.settings import load_settings
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.process import free_port
from ledger.chain.keyfile import write_secret
from scripts import charter, child
from scripts.child import Child
from scripts.demo.city import City

TEST_ACTIVITY = 101
"""What test residents are said to have done: volunteer service, in minutes."""
LOOK_EVERY_S = 0.2
"""Agents and operator look this often while the season is told: its days pass in a second."""


class Link(NamedTuple):
    """A resident's consent: the scheme's member is this account, from that day on."""

    member_id: str
    account: bytes
    linked_at: str
    """RFC 3339."""


def write_operator(city: City, port: int, **more: object) -> Path:
    """The operator's settings file; ``more`` are settings besides the usual ones."""
    folder = city.place.operator
    folder.mkdir(parents=True, exist_ok=True)
    names = {seat.code: {"zh": seat.zh, "en": seat.en} for seat in charter.SEATS}
    settings: dict[str, Any] = {
        "node_url": city.chain.url,
        "deployment": str(city.place.deployment),
        "operator_key": str(city.place.key_file("OPER")),
        "data": str(folder),
        "port": port,
        "relayer_tick_s": 0.05,
        "index_tick_s": 0.1,
        "overdue_check_s": 0.5,
        "requests_per_minute": 600_000,
        "requests_burst": 10_000,
        "names": names,
    }
    path = folder / "api.toml"
    path.write_text(tomli_w.dumps(settings | more), "utf-8")
    return path


def api_key(config: Path, role: Role, member: int | None = None) -> str:
    """A key at the operator's, as its staff would hand it out."""
    return create_key_in(load_settings(config), role, member, label="demo").token


def start_operator(city: City, config: Path, port: int) -> Child:
    """The redemption API, once it answers."""
    made = child.start(
        "api",
        "api",
        ["--config", str(config)],
        url=f"http://127.0.0.1:{port}",
        log=city.place.operator / "api.log",
    )
    city.add(made)
    made.wait_until_up("/readyz")  # wallets need the chain's time, which the index has
    return made


def start_giver(city: City) -> Child:
    """The volunteer scheme as the example issuer that awards test residents their points."""
    code, port = charter.ISSUER_OF[Scheme.VOLUNTEER].code, free_port()
    words = [f"--node={city.chain.url}", f"--deployment={city.place.deployment}"]
    words += [f"--key={city.place.key_file(code)}", f"--issuer={charter.NUMBER[code]}"]
    words += [f"--activity={TEST_ACTIVITY}", f"--port={port}"]
    url, log = f"http://127.0.0.1:{port}", city.place.operator / "giver.log"
    return city.add(child.start("giver", "issuers.sandbox.giver", words, url=url, log=log))


def write_agent(
    city: City, scheme: Scheme, seed: int, operator_url: str, operator_key: str
) -> Path:
    """One issuer's settings file, with its key, secrets and links beside it.

    The secret of its events' keys follows from the season's seed, as no real issuer's may: rows of
    a batch stand in the order of their keys, and which of two is clipped depends on that.
    """
    folder, code = city.place.agent(scheme), charter.ISSUER_OF[scheme].code
    service = city.services[scheme]
    folder.mkdir(parents=True, exist_ok=True)
    write_secret(folder / "source.secret", service.credentials.secret)
    write_secret(folder / "operator.secret", operator_key)
    write_secret(folder / "event.secret", sha256(f"demo/{seed}/{scheme}".encode()).hexdigest())
    shutil.copy2(city.place.key_file(code), folder / "issuer.key")
    write_links(folder, [])
    settings: dict[str, Any] = {
        "node_url": city.chain.url,
        "deployment": str(city.place.deployment),
        "database": "agent.sqlite",
        "key_file": "issuer.key",
        "event_secret_file": "event.secret",
        "adapter": f"issuers.{scheme}",
        "source_url": service.url,
        "source_user": service.credentials.user,
        "source_secret_file": "source.secret",
        "links_file": "links.csv",
        "listen_port": free_port(),
        "poll_s": LOOK_EVERY_S,
        "operator_url": operator_url,
        "operator_key_file": "operator.secret",
    }
    path = folder / "agent.toml"
    path.write_text(tomli_w.dumps(settings), "utf-8")
    return path


def write_links(folder: Path, links: Iterable[Link]) -> None:
    """The issuer's list of links; its agent reads it again when it changes."""
    lines = ["member_id,account,linked_at"]
    lines += [f"{one.member_id},0x{one.account.hex()},{one.linked_at}" for one in links]
    draft = folder / "links.draft"
    draft.write_text("\n".join(lines) + "\n", "utf-8")
    draft.replace(folder / "links.csv")


def start_agents(city: City, configs: dict[Scheme, Path], ports: dict[Scheme, int]) -> None:
    """The six agents, each a process of its own, once all answer."""
    made = {
        scheme: child.start(
            f"agent-{scheme}",
            "issuers.agent",
            ["--config", str(config)],
            url=f"http://127.0.0.1:{ports[scheme]}",
            log=config.parent / "agent.log",
        )
        for scheme, config in configs.items()
    }
    for one in made.values():
        city.add(one)
