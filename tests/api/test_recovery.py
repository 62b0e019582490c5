"""Recovery contacts: k of n, a delay that the resident may use, and nothing of what is inside."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from api.access import Role
from ledger.errors import Refused, Rejected
from ledger.logins.place import Login, Place, Terms
from ledger.logins.recovering import Recovering
from ledger.logins.sessions import Sessions
from ledger.logins.tying import Purpose, Tying
from ledger.store import operator_wallets as wallets
from ledger.store.engine import Engine, open_database, transaction
from ledger.units import DAY_S
from tests.api.at_home import Home, home_in, problem_of
from tests.api.test_limits import Clock
from tests.support.postgres import Server

FAMILY = ("outbox", "operator", "logins")
NOW_S = 1_780_000_000
LOST = Login("city", b"\7" * 32)


class Town(NamedTuple):
    """Wallets of a resident and three contacts, with everything that a recovery needs."""

    engine: Engine
    clock: Clock
    place: Place
    tying: Tying
    recovering: Recovering
    sessions: Sessions
    told: list[tuple[str, str]]

    def plan(self, needed: int = 2) -> list[str]:
        """The resident's contacts; the ids of their places, in the order of their wallets."""
        codes = [
            self.tying.make_code(f"c-{one}", one, Purpose.CONTACT, one, own=True)[0]
            for one in ("anna", "bela", "cara")
        ]
        made = self.recovering.set_plan("plan", "lost", codes, needed, "小满的钱包", "s")
        return list(made.seats)


@pytest.fixture(params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """On both databases."""
    where = tmp_path_factory.mktemp("town") / "operator.db"
    server: Server | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
    with open_database(server.new() if server else where, FAMILY) as database:
        clock, told = Clock(), list[tuple[str, str]]()
        clock.now = NOW_S
        place = Place(
            database.engine, clock, b"\1" * 32, Terms(),
            lambda _at, wallet, kind, _about: told.append((wallet, kind)),
        )  # fmt: skip
        with transaction(database.engine) as at:
            for name in ("lost", "anna", "bela", "cara"):
                wallets.add(at, name, NOW_S, [])
        tying, sessions = Tying(place), Sessions(place)
        with transaction(database.engine) as at:
            tying.add(at, "old", Login("bank", b"\6" * 32), "lost", "s")
        yield Town(database.engine, clock, place, tying, Recovering(place, tying), sessions, told)


def test_enough_contacts_and_the_delay_give_the_wallet_to_the_new_sign_in_alone(
    town: Town,
) -> None:
    seats = town.plan()
    old = town.sessions.open(Login("bank", b"\6" * 32))
    asked, code = town.recovering.ask("r", LOST)

    one = town.recovering.confirm("anna", seats[0], code, "a")
    repeated = town.recovering.confirm("anna", seats[0], code, "a")
    two = town.recovering.confirm("bela", seats[1], code, "b")
    with pytest.raises(Refused) as soon:
        town.recovering.finish("r", LOST, "n")
    town.recovering.confirm("cara", seats[2], code, "c")
    town.clock.now += 3 * DAY_S
    wallet = town.recovering.finish("r", LOST, "n")

    assert (asked.needed, one.confirmed, repeated.confirmed, two.confirmed) == (None, 1, 1, 2)
    assert two.row.ready_s == NOW_S + 3 * DAY_S
    assert soon.value.code == "recovery.too-soon"
    assert soon.value.fields == {"ready_s": NOW_S + 3 * DAY_S}
    assert wallet == "lost"
    assert town.recovering.finish("r", LOST, "n") == "lost"
    assert [(one.provider, one.subject) for one in town.tying.ties("lost")] == [LOST]
    with pytest.raises(Rejected, match="key-unknown"):
        town.sessions.enter(old.access)
    kinds = ["recovery-confirmed"] * 2 + ["recovery-ready", "recovery-confirmed", "recovered"]
    assert town.told == [("lost", kind) for kind in kinds]


def test_the_resident_may_say_no_at_any_time(town: Town) -> None:
    seats = town.plan()
    _, code = town.recovering.ask("r", LOST)
    for contact, seat in zip(("anna", "bela"), seats, strict=False):
        town.recovering.confirm(contact, seat, code, contact)

    town.recovering.cancel("r", "s", wallet="lost", login=None)
    town.recovering.cancel("r", "s", wallet="lost", login=None)
    town.clock.now += 3 * DAY_S

    for again in (
        lambda: town.recovering.finish("r", LOST, "n"),
        lambda: town.recovering.confirm("cara", seats[2], code, "c"),
    ):
        with pytest.raises(Refused) as refusal:
            again()
        assert (refusal.value.code, refusal.value.fields) == (
            "recovery.cancelled", {"id": "r", "at_s": NOW_S},
        )  # fmt: skip
    assert [kind for _, kind in town.told].count("recovery-cancelled") == 1


def test_a_stranger_can_neither_confirm_nor_finish_nor_cancel(town: Town) -> None:
    seats = town.plan()
    _, code = town.recovering.ask("r", LOST)
    nobody = Login("city", b"\5" * 32)

    for act in (
        lambda: town.recovering.confirm("bela", seats[0], code, "b"),
        lambda: town.recovering.finish("r", nobody, "n"),
        lambda: town.recovering.cancel("r", "b", wallet="bela", login=nobody),
    ):
        with pytest.raises(Rejected, match="no-such-item"):
            act()


def test_two_words_from_one_desk_are_one(town: Town) -> None:
    seats = town.plan()
    _, code = town.recovering.ask("r", LOST)
    town.recovering.confirm("anna", seats[0], code, "worker")

    with pytest.raises(Refused) as refusal:
        town.recovering.confirm("bela", seats[1], code, "worker")

    assert (refusal.value.code, refusal.value.fields) == ("recovery.same-desk", {"id": "r"})


def test_contacts_who_are_no_more_count_no_more(town: Town) -> None:
    seats = town.plan()
    _, code = town.recovering.ask("r", LOST)
    for contact, seat in zip(("anna", "bela"), seats, strict=False):
        town.recovering.confirm(contact, seat, code, contact)

    town.recovering.drop_plan("lost", "s")
    town.clock.now += 3 * DAY_S

    with pytest.raises(Refused) as refusal:
        town.recovering.finish("r", LOST, "n")
    assert (refusal.value.code, refusal.value.fields) == (
        "recovery.not-yet", {"confirmed": 0, "needed": 2},
    )  # fmt: skip


def test_contacts_confirm_within_a_week(town: Town) -> None:
    seats = town.plan()
    _, code = town.recovering.ask("r", LOST)
    town.clock.now += 7 * DAY_S

    with pytest.raises(Refused) as refusal:
        town.recovering.confirm("anna", seats[0], code, "a")

    assert refusal.value.fields == {"id": "r", "until_s": NOW_S + 7 * DAY_S}


def test_a_plan_takes_two_others_each_with_a_code_of_their_own(town: Town) -> None:
    def code(wallet: str) -> str:
        name = str(uuid.uuid4())
        return town.tying.make_code(name, wallet, Purpose.CONTACT, "x", own=True)[0]

    def refused(codes: list[str], needed: int) -> str:
        with pytest.raises((Rejected, Refused)) as refusal:
            town.recovering.set_plan(str(uuid.uuid4()), "lost", codes, needed, "x", "s")
        return refusal.value.code

    told = [
        refused([code("anna"), code("bela")], 1),
        refused([code("anna"), code("bela")], 3),
        refused([code("anna"), code("lost")], 2),
        refused([code("anna"), "7K3MQ-X2A9D"], 2),
    ]

    assert told[:3] == ["recovery.too-few", "recovery.too-few", "recovery.own-contact"]
    assert told[3] in ("login.code-unknown", "link.code-mistyped")


def test_a_code_is_for_its_purpose_in_time_and_once(town: Town) -> None:
    contact, _ = town.tying.make_code("c", "anna", Purpose.CONTACT, "a", own=True)
    sign_in, ends_s = town.tying.make_code("s", "anna", Purpose.SIGN_IN, "a", own=True)

    with pytest.raises(Rejected, match="code-unknown"):
        town.tying.tie("t", LOST, contact, "n")
    town.clock.now = ends_s
    with pytest.raises(Rejected, match="code-unknown"):
        town.tying.tie("t", LOST, sign_in, "n")
    assert ends_s == NOW_S + 600
    with pytest.raises(Refused) as over:
        town.tying.make_code("s", "anna", Purpose.SIGN_IN, "a", own=True)
    assert (over.value.code, over.value.fields) == ("login.code-over", {"expires_s": ends_s})


def test_a_used_code_is_not_made_anew_by_its_own_command(town: Town) -> None:
    def make(own: bool) -> tuple[str, int]:
        return town.tying.make_code("s", "anna", Purpose.SIGN_IN, "a", own=own)

    code, ends_s = make(own=False)
    town.clock.now += 60
    again = make(own=False)
    town.tying.tie("t", LOST, code, "n")

    with pytest.raises(Refused) as used:
        make(own=False)
    with pytest.raises(Rejected, match="code-unknown"):
        town.tying.tie("u", Login("city", b"\3" * 32), code, "n")
    assert again == (code, ends_s)
    assert (used.value.code, used.value.fields) == ("login.code-used", {"used_s": NOW_S + 60})


@pytest.mark.slow
def test_a_lost_phone_is_not_lost_points(tmp_path_factory: pytest.TempPathFactory) -> None:
    with home_in(tmp_path_factory.mktemp("recovery")) as home:
        _recover(home)


def _recover(home: Home) -> None:
    owner, wallet = home.resident()
    friends = [home.resident() for _ in range(2)]
    codes = [home.code(own, "contact", token) for token, own in friends]
    body = {"codes": codes, "needed": 2, "name": "小满的钱包"}
    assert home.post("/v1/my/contacts", body, owner).json()["contacts"] == 2
    newcomer = home.sign_in("invented-new-phone")["access"]
    asked = home.post("/v1/recoveries", {}, newcomer).json()

    for token, _ in friends:
        (seat,) = home.get("/v1/my/contact-of", token).json()["contact_of"]
        word = {"code": asked["code"], "seat": seat["seat"]}
        confirmed = home.post("/v1/recoveries/confirm", word, token)

    assert seat == {"seat": seat["seat"], "name": "小满的钱包"}
    assert wallet not in confirmed.text
    assert confirmed.json()["state"] == "waiting"
    early = home.post(f"/v1/recoveries/{asked['id']}/finish", {}, newcomer)
    assert problem_of(early)[:2] == (409, "recovery.too-soon")
    assert home.get("/v1/recoveries", owner).json()["recoveries"][0]["state"] == "waiting"
    stranger = home.post(f"/v1/recoveries/{asked['id']}/cancel", {}, friends[0][0])
    assert problem_of(stranger)[:2] == (404, "request.no-such-item")
    worker = home.tokens[Role.WORKER]
    assert home.post(f"/v1/recoveries/{asked['id']}/cancel", {}, worker).status_code == 204
    assert home.get("/v1/recoveries", newcomer).json()["recoveries"][0]["state"] == "cancelled"
    told = home.get(f"/v1/wallets/{wallet}/messages", owner).json()["messages"]
    assert {one["kind"] for one in told} == {"recovery"}
    assert len(told) == 3
    kinds = [one["kind"] for one in home.get("/v1/my/events", owner).json()["events"]]
    assert kinds[:2] == ["recovery-cancelled", "recovery-ready"]
