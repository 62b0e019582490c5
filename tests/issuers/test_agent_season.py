"""A small season through the six outside systems and their agents, to the row and to the unit."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as hour
from typing import Any

import httpx
import pytest

from issuers.blood import PATH, Signed
from issuers.bootstrap import agent_of
from issuers.running import Agent
from issuers.sandbox import season
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.people import residents
from issuers.sandbox.process import Service, running
from issuers.sandbox.season import Spec
from ledger import events
from ledger.chain.decode import award, decoded, event_topic, mint_call
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.keyfile import write_secret
from ledger.chain.types import enhex, unhex
from ledger.rules import Block, Clearing, Points, Rates, Registry
from ledger.rules.rates import Rate
from ledger.rules.registry import Terms
from ledger.rules.state import AwardWord
from ledger.units import BEIJING, end_of_epoch
from tests.issuers.market import (
    MONTH,
    STANDARD,
    WIDE,
    Market,
    account,
    key_of,
    member_of,
    open_market,
)
from tests.issuers.outside import source_of

pytestmark = pytest.mark.slow
SPEC = Spec(
    first=date(2026, 5, 1), last=date(2026, 6, 12), residents=60, events=500, dirt_permille=150
)
STEP = timedelta(days=7)
PATIENCE_S = 60.0


@dataclass
class Played:
    """What the season came to."""

    market: Market
    services: dict[Scheme, Service]
    told: dict[Scheme, dict[str, Any]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("season")
    with open_market(folder) as market, running(Scheme, SPEC, folder / "outside") as services:
        assert isinstance(market.chain, EmbeddedChain)
        market.chain.start_mining(0.02, clock=None)
        with contextlib.ExitStack() as stack:
            urls = {
                scheme: stack.enter_context(_running(market, service))
                for scheme, service in services.items()
            }
            told = _play(market, services, urls)
        yield Played(market, services, told)


@contextlib.contextmanager
def _running(market: Market, service: Service) -> Iterator[str]:
    """An agent in a thread of its own; where it listens."""
    scheme, enough = service.scheme, threading.Event()
    home = market.folder / scheme
    home.mkdir()
    write_secret(home / "source.secret", service.credentials.secret)
    (home / "links.csv").write_text(_links(scheme), "utf-8")
    settings = market.settings(
        scheme,
        scheme,
        source_url=service.url,
        source_user=service.credentials.user,
        source_secret_file=home / "source.secret",
        links_file=home / "links.csv",
    )
    with agent_of(settings) as (agent, listener):
        thread = threading.Thread(target=agent.run, args=(enough,))
        thread.start()
        try:
            yield listener.url
        finally:
            _stop(agent, enough, thread)


def _stop(agent: Agent, enough: threading.Event, thread: threading.Thread) -> None:
    enough.set()
    agent.wake()
    thread.join()


def _links(scheme: Scheme) -> str:
    """Every member's account."""
    people = residents(SPEC.seed, SPEC.residents)
    ids = [person.members[scheme] for person in people if scheme in person.members]
    lines = [f"{one},0x{account(scheme, one).hex()},2026-05-01T08:00:00+08:00" for one in ids]
    return "\n".join(["member_id,account,linked_at", *lines])


def _play(
    market: Market, services: dict[Scheme, Service], urls: dict[Scheme, str]
) -> dict[Scheme, dict[str, Any]]:
    day = SPEC.first
    while day < SPEC.last:
        day = min(day + STEP, SPEC.last)
        market.advance_to(datetime.combine(day, hour(20), BEIJING))
        for service in services.values():
            service.move_today(day)
        told = _await_idle(services, urls)
    return told


def _await_idle(
    services: dict[Scheme, Service], urls: dict[Scheme, str]
) -> dict[Scheme, dict[str, Any]]:
    before = {scheme: _status(url)["rounds"] for scheme, url in urls.items()}
    deadline = time.monotonic() + PATIENCE_S
    found: dict[Scheme, dict[str, Any]] = {}
    for scheme, url in urls.items():
        while scheme not in found:
            assert time.monotonic() < deadline, _status(url)
            calling = (
                scheme is Scheme.ENVIRONMENT and services[scheme].control("waiting")["waiting"]
            )
            told = _status(url)
            if told["idle"] and told["rounds"] >= before[scheme] + 2 and not calling:
                found[scheme] = told
            time.sleep(0.05)
    return found


def _status(url: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{url}/status", trust_env=False).json()
    return found


@pytest.mark.parametrize("scheme", Scheme)
def test_counts_are_those_of_the_seasons_manifest(played: Played, scheme: Scheme) -> None:
    told, wanted = played.told[scheme], season.manifest(SPEC, scheme)
    late = told["rejected_by"].pop("member.linked-too-late", 0)

    assert told["rows"]["done"] == wanted.good
    assert told["waiting"] + late == wanted.unknown_member
    assert told["rows"]["duplicate"] == wanted.duplicates
    assert told["corrections"]["done"] == wanted.corrections
    assert told["rejected_by"] == wanted.rejected
    assert sum(told["rows"].values()) + sum(told["corrections"].values()) == wanted.rows


@pytest.mark.parametrize("scheme", Scheme)
def test_points_are_those_that_the_twin_works_out_from_the_season(
    played: Played, scheme: Scheme
) -> None:
    minted, corrected = _by_twin(played.market, scheme)
    points = played.told[scheme]["points"]

    assert points["minted_units"] == minted > 0
    assert points["corrected_units"] - points["lost_units"] == corrected
    good = [row.event for row in season.rows(SPEC, scheme) if _is_good(row)]
    worth = sum(STANDARD.activities[one.code].units(one.quantity) for one in good)
    assert points["minted_units"] + points["clipped_units"] == worth


@pytest.mark.parametrize("scheme", Scheme)
def test_every_event_is_on_the_chain_once_and_marked_at_its_source(
    played: Played, scheme: Scheme
) -> None:
    good = [row.event for row in season.rows(SPEC, scheme) if _is_good(row)]
    wanted = sorted(
        (account(scheme, one.member_id), STANDARD.activities[one.code].id, one.quantity)
        for one in good
    )

    found = sorted(
        (parts.account, parts.activity, parts.quantity)
        for call in _mints(played.market, scheme)
        for parts in map(award, call.words)
    )
    keys = [key for call in _mints(played.market, scheme) for key in call.keys]

    assert found == wanted
    assert len(set(keys)) == len(keys)
    marks = played.services[scheme].control("state")["marks"]
    assert marks == {"credited_elsewhere": len(good)}


def test_results_of_tests_reach_no_file_of_the_blood_stations_agent(played: Played) -> None:
    shown = httpx.Client(trust_env=False, auth=Signed(source_of(played.services[Scheme.BLOOD])))
    with shown:
        feed = shown.get(f"{played.services[Scheme.BLOOD].url}{PATH}?after=0").content
    words = [word.encode() for word in ("bloodType", "haemoglobin", "hbsag", "alt_u_l", "usable")]
    words.append("阴性".encode())
    assert all(word in feed for word in words)

    home = played.market.folder / Scheme.BLOOD
    kept = b"".join(path.read_bytes() for path in home.iterdir() if path.is_file())

    assert b"XM" in kept
    assert [word for word in words if word in kept] == []


def _is_good(row: season.Row) -> bool:
    flawed = row.event.flaw in season.REASONS or row.event.flaw is season.Flaw.UNKNOWN_MEMBER
    return not (row.repeat or row.refund_step or flawed)


def _mints(market: Market, scheme: Scheme) -> list[Any]:
    """The issuer's batches, as their calldata has them."""
    topics = [event_topic(events.BatchMinted), member_of(scheme).to_bytes(32, "big")]
    logs = market.gateway.logs(0, market.gateway.head(), [], topics)
    shown = (
        market.gateway.rpc.call("eth_getTransactionByHash", enhex(at.transaction))
        for at, _ in decoded(logs)
    )
    return [mint_call(unhex(one["input"])) for one in shown]


def _by_twin(market: Market, scheme: Scheme) -> tuple[int, int]:
    """(units minted, units taken back) by playing the chain's calls on the pure twin."""
    issuer, sector = member_of(scheme), STANDARD.schemes[scheme]
    block = Block(0, 0)
    registry, rates = Registry(), Rates(block)
    for number in range(1, issuer + 1):
        registry.add(enhex(key_of(number).address), 1)
    caps = (WIDE, WIDE, WIDE, WIDE, sector.annual_cap_units, sector.validity_epochs, 100)
    registry.terms[issuer] = Terms(*caps)
    for one in sector.activities:
        rates.issuers[one.id] = issuer
        rates.versions[one.id] = [Rate(MONTH, one.numerator, one.denominator)]
    twin = Points(block, registry, rates, Clearing(block, registry))
    kinds = [[event_topic(events.BatchMinted), event_topic(events.AwardCorrected)]]
    logs = market.gateway.logs(0, market.gateway.head(), [], kinds)
    minted, calls = 0, iter(_mints(market, scheme))
    for at, event in decoded(logs):
        block.time_s = market.gateway.timestamp_s(at.block)
        if isinstance(event, events.BatchMinted) and event.issuer == issuer:
            call = next(calls)
            parts = [award(word) for word in call.words]
            words = [AwardWord(enhex(p.account), p.activity, p.month, p.quantity) for p in parts]
            keys = [int.from_bytes(key, "big") for key in call.keys]
            made = twin.mint(enhex(key_of(issuer).address), call.number, words, keys)
            assert sum(one.units for one in made) == event.units
            minted += event.units
        elif isinstance(event, events.AwardCorrected) and event.issuer == issuer:
            _take_back(twin, issuer, event)
    _assert_same_words(market, twin, issuer)
    taken = sum(one.corrected for one in twin.classes.values())
    return minted, taken


def _take_back(twin: Points, issuer: int, event: events.AwardCorrected) -> None:
    """What the correction took of the account's points."""
    who = enhex(event.account)
    word = twin.word(issuer, who)
    slices = word.earliest(event.due_units)
    twin.words[issuer, who] = word.without(slices)
    for epoch, units in slices.items():
        twin.classes[issuer, epoch].corrected += units
    this_year, taken = True, sum(slices.values())
    kept = twin.words[issuer, who]
    twin.words[issuer, who] = kept.with_issued(this_year, kept.issued(this_year) - taken)


def _assert_same_words(market: Market, twin: Points, issuer: int) -> None:
    for (of, who), word in twin.words.items():
        lanes = market.read("PointsLedger", "lotsOf", of, who)[0]
        free = sum(lanes >> shift & 0xFFFFFFFF for shift in range(0, 192, 32))
        assert free == word.total(), who
    assert end_of_epoch(max(epoch for _, epoch in twin.classes)) > market.chain.now_s()
    assert {of for of, _ in twin.words} == {issuer}
