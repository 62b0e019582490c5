"""Test residents: on an example network alone, with points that an issuer's own key awards."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from api.access import Role
from api.sandbox.example_issuer import HEADER, ExampleIssuer, example_issuer
from api.settings import Settings
from issuers.sandbox.giver import Giver
from ledger.chain.abi import abi
from ledger.chain.deployment import Deployment
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import Rpc
from ledger.chain.signer import Key
from ledger.chain.types import Finality
from ledger.errors import Refused, Rejected, TongduiError, Unavailable
from tests.api.sandboxes import sandbox_in
from tests.api.serving import City
from tests.support.season import CANTEEN, VOLUNTEER

EXAMPLE = Deployment(9_731, Finality.parse("latest"), 1, *(bytes([n]) * 20 for n in range(6)))
SOMEBODYS = replace(EXAMPLE, chain_id=1_234)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A running sandbox."""
    with sandbox_in(tmp_path_factory.mktemp("sandbox")) as made:
        yield made


def settings(folder: Path, deployment: Deployment, **more: Any) -> Settings:
    """Settings with this deployment; nothing of them is opened."""
    deployment.write(folder / "deployment.json")
    given: dict[str, Any] = {
        "node_url": "http://node", "deployment": folder / "deployment.json",
        "operator_key": folder / "key", "data": folder,
    }  # fmt: skip
    return Settings(**given | more)


def answering(status: int, content: Any) -> ExampleIssuer:
    """An example issuer that answers always the same."""
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=content))
    return ExampleIssuer("http://issuer.example", transport)


def test_a_network_of_real_members_can_have_no_sandbox(tmp_path: Path) -> None:
    wanted = settings(tmp_path, SOMEBODYS, sandbox=True, sandbox_issuer_url="http://x")

    with pytest.raises(Refused) as met:
        example_issuer(wanted)

    assert (met.value.code, met.value.fields) == ("sandbox.not-an-example", {"chain_id": 1_234})


def test_the_example_issuer_awards_on_no_network_of_real_members(tmp_path: Path) -> None:
    gateway = Gateway(Rpc("http://127.0.0.1:1"), 1_234, SOMEBODYS.finality)

    with pytest.raises(Refused) as met:
        Giver(gateway, SOMEBODYS, Key.generate(), 1, 101, tmp_path / "awards")

    assert met.value.code == "sandbox.not-an-example"


def test_a_sandbox_names_who_awards_its_points(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as met:
        example_issuer(settings(tmp_path, EXAMPLE, sandbox=True))

    assert (met.value.code, met.value.fields) == (
        "sandbox.no-issuer",
        {"field": "sandbox_issuer_url"},
    )


def test_without_the_setting_there_is_none(tmp_path: Path) -> None:
    assert example_issuer(settings(tmp_path, SOMEBODYS)) is None


@pytest.mark.parametrize(
    ("status", "content", "wanted"),
    [
        (409, {"code": "mint.issuer-paused", "values": {}}, "sandbox.issuer-away"),
        (422, {"code": "request.invalid", "values": {"field": "quantity", "why": "x"}},
         "request.invalid"),
        (404, {}, "sandbox.issuer-away"),
    ],
)  # fmt: skip
def test_what_the_example_issuer_refuses_is_told_as_it_was(
    status: int, content: Any, wanted: str
) -> None:
    with pytest.raises(TongduiError) as met:
        answering(status, content).award("a", b"\1" * 20, 5)

    assert met.value.code == wanted


def test_an_example_issuer_that_is_away_is_said_to_be() -> None:
    with pytest.raises(Unavailable) as met:
        ExampleIssuer("http://127.0.0.1:1").number()

    assert (met.value.code, met.value.fields) == ("sandbox.issuer-away", {"why": "ConnectError"})


@pytest.mark.slow
def test_a_test_resident_has_points_and_spends_them_at_once(sandbox: City) -> None:
    made = sandbox.post("/v1/sandbox/residents", {"quantity": 600}, Role.ACCEPTOR)
    order = sandbox.order(made.json()["wallet"], 1_500)
    captured = sandbox.done(sandbox.post(f"/v1/orders/{order['id']}/capture", {}, Role.ACCEPTOR))

    assert made.status_code == 201, made.text
    assert made.json()["balance"] == {"units": 10_000, "points": "100.00"}
    assert captured["captured"]["units"] == 1_500


@pytest.mark.slow
def test_a_test_resident_orders_at_the_acceptors_own_counter(sandbox: City) -> None:
    name = str(uuid.uuid4())

    first, again = (
        sandbox.done(sandbox.post("/v1/sandbox/orders", {"units": 1_500}, Role.ACCEPTOR, name))
        for _ in "ab"
    )
    too_much = sandbox.post("/v1/sandbox/orders", {"units": 99_999}, Role.ACCEPTOR)

    assert (first["state"], first["acceptor"], first["id"]) == ("held", CANTEEN, again["id"])
    assert (first["wallet"], first["holds"]) == (None, None)
    assert too_much.json()["code"] == "hold.insufficient-points"


@pytest.mark.slow
def test_the_same_command_makes_one_resident_with_one_award(sandbox: City) -> None:
    name = str(uuid.uuid4())

    first, again = (
        sandbox.post("/v1/sandbox/residents", {"quantity": 60}, Role.WORKER, name) for _ in "ab"
    )
    wallet = first.json()["wallet"]

    assert first.json() == again.json()
    awards = sandbox.get(f"/v1/wallets/{wallet}/awards").json()["awards"]
    assert [award["quantity"] for award in awards] == [60]


@pytest.mark.slow
def test_the_example_issuer_finds_its_place_again_after_a_start(
    sandbox: City, tmp_path: Path
) -> None:
    sandbox.post("/v1/sandbox/residents", {}, Role.WORKER)
    giver = _giver(sandbox, tmp_path)

    first = giver.give("a", b"\xac" * 20, 5)
    repeated, second = giver.give("a", b"\xac" * 20, 5), giver.give("b", b"\xac" * 20, 5)
    started = _giver(sandbox, tmp_path)
    once_more, third = started.give("a", b"\xac" * 20, 5), started.give("c", b"\xac" * 20, 5)
    with pytest.raises(Rejected) as differs:
        started.give("a", b"\xac" * 20, 6)

    assert first >= 2
    assert (repeated, once_more, second, third) == (first, first, first + 1, first + 2)
    assert (differs.value.code, differs.value.fields) == (
        "request.command-differs",
        {"field": "id"},
    )


class Dying:
    """A gateway to the same node, of a process that dies when it sends."""

    def __init__(self, gateway: Gateway, *, sends: bool) -> None:
        self._gateway = gateway
        self._sends = sends

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def send_raw(self, transactions: Sequence[bytes]) -> None:
        """Gone, just before or right after."""
        if self._sends:
            self._gateway.send_raw(transactions)
        raise KeyboardInterrupt


@pytest.mark.slow
@pytest.mark.parametrize("sends", [False, True])
def test_an_award_is_one_award_whenever_the_example_issuer_dies(
    sandbox: City, tmp_path: Path, sends: bool
) -> None:
    account, ledger = secrets.token_bytes(20), abi("PointsLedger")
    network = sandbox.network
    gateway = network.deployment.gateway(network.chain.url)
    dying = _giver(sandbox, tmp_path, cast("Gateway", Dying(gateway, sends=sends)))

    with pytest.raises(KeyboardInterrupt):
        dying.give("a", account, 60)
    with (tmp_path / "awards").open("ab") as opened:
        opened.write(b'{"name": "torn')
    numbers = [_giver(sandbox, tmp_path).give("a", account, 60) for _ in range(2)]

    data = ledger.call("lotsOf", VOLUNTEER, "0x" + account.hex())
    lanes = ledger.answer("lotsOf", gateway.call(network.deployment.ledger, data))[0]
    assert numbers[0] == numbers[1]
    assert sum(lanes >> 32 * at & 0xFFFFFFFF for at in range(6)) == 1_000


def _giver(sandbox: City, folder: Path, gateway: Gateway | None = None) -> Giver:
    network, key = sandbox.network, Key.from_bytes(b"\1" * 32)
    to = gateway or network.deployment.gateway(network.chain.url)
    return Giver(to, network.deployment, key, 1, 101, folder / "awards")


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/v1/totals", "/v1/members", "/nowhere"])
def test_every_answer_says_that_it_is_a_sandbox(sandbox: City, path: str) -> None:
    assert sandbox.get(path, None).headers[HEADER] == "true"


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "words"), [("zh", "试用环境"), ("en", "A sandbox")])
def test_every_page_says_so_to_people(sandbox: City, lang: str, words: str) -> None:
    for path in ("/", "/docs", "/problems"):
        page = sandbox.get(path, None, lang=lang).text
        assert f'<p class="sandbox" role="note">{words}' in page


@pytest.mark.slow
def test_elsewhere_there_are_no_test_residents(city: City) -> None:
    asked = city.post("/v1/sandbox/residents", {}, Role.ACCEPTOR)

    assert (asked.status_code, asked.json()["code"]) == (404, "sandbox.not-here")
    assert HEADER not in city.get("/v1/totals", None).headers
    assert 'class="sandbox"' not in city.get("/", None).text
