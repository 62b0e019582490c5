"""What residents propose and vote on, and the fund decides, spends and reports: over HTTP."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from api.access import Role
from api.commands import create_key_in
from api.etags import HEADER
from api.shapes import moment
from ledger.chain import calls
from ledger.units import DAY_S
from tests.api.counter import Counter, counter
from tests.api.serving import BLOCK_S, City, city_in
from tests.support.network import KEYS
from tests.support.season import CANTEEN, CHARITY, FUND_ACCOUNT, VOLUNTEER

pytestmark = pytest.mark.slow
EAST, WEST = "示例东街", "示例西街"
FUND = bytes.fromhex(FUND_ACCOUNT[2:])
WANTED = 600
HOUR_S = 3_600


@dataclass
class Street:
    """A city with two districts, a desk, and a fund that has points."""

    city: City
    desk: Counter
    people: list[tuple[str, str]] = field(default_factory=list)
    """(wallet, token of a session)."""

    def resident(self, district: str = EAST) -> tuple[str, str]:
        """Who came to the desk and said where they live."""
        made = self.desk.opening()
        wallet, token = made["wallet"]["id"], self.desk.session(made["handed"])
        good(self.desk.post(f"/v1/wallets/{wallet}/district", {"district": district}))
        return wallet, token

    def propose(self, title: str) -> str:
        """A project of somebody in the east."""
        wallet, token = self.people[0]
        said = {"wallet": wallet, "title_zh": title, "words": "示例。", "wanted_units": WANTED}
        return str(good(self.desk.post("/v1/projects", said, token))["id"])

    def plan(self, budget: int = 1_000) -> dict[str, Any]:
        """A round of the east, to begin in two hours of the chain."""
        begins_s = self.city.network.now_s + 2 * HOUR_S
        plan = {
            "fund": CHARITY, "district": EAST, "title_zh": "示例投票", "budget_units": budget,
            "begins": moment(begins_s).isoformat(),
            "ends": moment(begins_s + HOUR_S).isoformat(),
        }  # fmt: skip
        made = dict(good(self.city.post("/v1/rounds", plan, Role.FUND)))
        return made | {"begins_s": begins_s, "ends_s": begins_s + HOUR_S}

    def accept(self, project: str, round_id: str) -> None:
        """The fund puts it to the vote."""
        vetting = {"accepted": True, "round": round_id, "reason": "符合用途。"}
        good(self.city.post(f"/v1/projects/{project}/vetting", vetting, Role.FUND))

    def vote(self, who: int, round_id: str, project: str) -> httpx.Response:
        """One of the people votes."""
        wallet, token = self.people[who]
        body = {"wallet": wallet, "project": project}
        return self.desk.post(f"/v1/rounds/{round_id}/voice", body, token)

    def counted(self, round_id: str) -> dict[str, Any]:
        """The round once it is."""
        deadline = time.monotonic() + 20
        while (shown := self.city.get(f"/v1/rounds/{round_id}", None).json())["phase"] != "counted":
            assert time.monotonic() < deadline, shown
            time.sleep(0.02)
        return dict(shown)

    def tried(self, path: str, body: dict[str, Any]) -> Any:
        """The fund's command, first as a dry run, which leaves the project as it was."""
        place = path.rpartition("/")[0]
        before = self.city.get(place, Role.FUND).json()
        dry = self.city.post(path, body | {"dry_run": True}, Role.FUND)
        assert (dry.status_code, dry.json()["dry_run"]) == (200, True), dry.text
        assert self.city.get(place, Role.FUND).json() == before
        real = good(self.city.post(path, body, Role.FUND))
        assert dry.json().keys() == real.keys()
        return real

    def hold(self, account: bytes, units: int) -> str:
        """The fund holds for the canteen, by its own key, on the chain."""
        hold_id = secrets.token_bytes(32)
        chain = self.city.network.chain
        chain.stop_mining()
        try:
            until = self.city.network.now_s + 7 * DAY_S
            asked = (hold_id, VOLUNTEER, account, CANTEEN, units, until, until)
            data = calls.hold_from_fund(calls.HoldRequest(*asked))
            self.city.network.send(KEYS[CHARITY], "RedemptionDesk", data)
        finally:
            chain.start_mining(BLOCK_S, clock=None)
        return "0x" + hold_id.hex()


def good(answer: httpx.Response) -> Any:
    """What it says, as it is no problem."""
    assert answer.is_success, answer.text
    return answer.json()


def problem(answer: httpx.Response) -> tuple[int, str]:
    """(status, code)."""
    return answer.status_code, answer.json()["code"]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    with city_in(folder, overdue_check_s=0.2, districts=[EAST, WEST]) as city:
        gift = {"wallet": city.wallet(600), "fund_account": FUND_ACCOUNT, "units": 2_000}
        city.done(city.post("/v1/donations", gift))
        made = Street(city, counter(city))
        made.people = [made.resident() for _ in range(10)]
        yield made


def test_from_a_proposal_to_what_came_of_it(street: Street) -> None:
    city, rails, bench = street.city, street.propose("楼道扶手"), street.propose("树下长椅")
    round_ = street.plan()
    hidden = city.get(f"/v1/projects/{rails}", None)
    for project in (rails, bench):
        street.accept(project, round_["id"])
    early = street.vote(0, round_["id"], rails)
    city.turn_to(round_["begins_s"])

    for who in range(5):
        good(street.vote(who, round_["id"], rails if who else bench))
    good(street.vote(0, round_["id"], rails))  # changed
    for who in range(5, 10):
        good(street.vote(who, round_["id"], bench))
    erased, _ = street.people[9]
    assert (
        city.http.delete(f"/v1/wallets/{erased}", headers=city.bearer(Role.OPERATOR)).status_code
        == 204
    )
    open_ = city.get(f"/v1/rounds/{round_['id']}", None).json()
    city.turn_to(round_["ends_s"])
    late = street.vote(1, round_["id"], bench)
    counted = street.counted(round_["id"])

    assert problem(hidden) == (404, "project.unknown")
    assert problem(early) == problem(late) == (409, "vote.not-open")
    assert (open_["phase"], open_["results"]) == ("voting", [])
    assert counted["results"] == [
        {"project": rails, "voices": 5, "rank": 1, "advice": "fund"},
        {"project": bench, "voices": None, "rank": None, "advice": "leave"},
    ]
    _decided_spent_and_reported(street, rails)
    _left(street, bench)


def _decided_spent_and_reported(street: Street, project: str) -> None:
    city, path = street.city, f"/v1/projects/{project}"
    unsaid = city.post(f"{path}/decision", {"granted_units": 500}, Role.FUND)
    beyond = city.post(
        f"{path}/decision", {"granted_units": WANTED + 1, "reason": "多些。"}, Role.FUND
    )
    ungranted = city.post(f"{path}/effects", {"words": "好。", "on": "2026-09-30"}, Role.FUND)
    decided = street.tried(f"{path}/decision", {"granted_units": 500, "reason": "材料降价。"})
    after = city.post(f"{path}/decision", {"granted_units": WANTED, "reason": ""}, Role.FUND)
    promised = city.get(f"/v1/funds/{CHARITY}", None).json()
    held = street.hold(FUND, 500)
    unknown = city.post(f"{path}/spendings", {"hold": f"0x{'07' * 32}", "words": "材料"}, Role.FUND)
    _indexed(city, 500)
    spent = street.tried(f"{path}/spendings", {"hold": held, "words": "材料和安装"})
    figure = {"what": "装了扶手的楼道", "number": "12", "unit": "个"}
    effect = {"words": "已装好并验收。", "figures": [figure], "on": "2026-09-30"}
    street.tried(f"{path}/effects", effect)

    public = city.get(path, None, lang="en")
    again = city.http.get(f"{path}?lang=en", headers={HEADER: public.headers["etag"]})
    shown, purse = public.json(), city.get(f"/v1/funds/{CHARITY}", None).json()

    assert problem(unsaid) == (422, "project.reason-missing")
    assert unsaid.json()["field"] == "reason"
    assert problem(beyond) == (422, "project.more-than-asked")
    assert problem(ungranted) == (409, "project.not-granted")
    assert problem(after) == (409, "project.decided")
    assert problem(unknown) == (422, "fund.hold-unknown")
    assert decided["fund_account"] == "0x" + f"{1 << 16 | CHARITY:040x}"
    assert (promised["promised"]["units"], promised["available"]["units"]) == (500, 1_500)
    assert [(one["hold"], one["phase"], one["acceptor"]) for one in spent["spendings"]] == [
        (held, "held", CANTEEN)
    ]
    assert (shown["stage"], shown["stage_word"]) == ("reported", "Effect reported")
    assert shown["spent"] == {"units": 500, "points": "5.00"}
    assert [(one["figures"], one["on"]) for one in shown["effects"]] == [([figure], "2026-09-30")]
    assert shown["decision"]["reason"] == "材料降价。"
    assert "wallet" not in public.text
    assert again.status_code == 304
    assert [purse[name]["units"] for name in ("free", "held", "promised")] == [1_500, 500, 0]


def _indexed(city: City, held: int) -> None:
    deadline = time.monotonic() + 20
    while city.get(f"/v1/funds/{CHARITY}", None).json()["held"]["units"] < held:
        assert time.monotonic() < deadline, "the projection does not follow"
        time.sleep(0.02)


def _left(street: Street, project: str) -> None:
    city, path = street.city, f"/v1/projects/{project}"
    body = {"granted_units": 0}
    refused = good(city.post(f"{path}/decision", body, Role.FUND))
    found = good(city.get("/v1/projects", None, q="长椅", stage="refused"))

    assert (refused["stage"], refused["fund_account"]) == ("refused", None)
    assert [one["id"] for one in found["projects"]] == [project]


def test_a_voice_is_the_residents_own_and_nobody_elses_to_see(street: Street) -> None:
    city, project, round_ = street.city, street.propose("示例花坛"), street.plan()
    street.accept(project, round_["id"])
    city.turn_to(round_["begins_s"])
    path, (wallet, token) = f"/v1/rounds/{round_['id']}/voice", street.people[1]
    other, others_token = street.resident(WEST)
    delegate = street.desk.session(street.desk.delegate(wallet, token)["handed"])
    voice, name = {"wallet": wallet, "project": project}, str(uuid.uuid4())

    given = [street.desk.post(path, voice, token, name) for _ in range(2)]
    mine = good(street.desk.get(path, token))
    elsewhere = street.desk.post(path, voice | {"wallet": other}, others_token)
    for_another = street.desk.post(path, voice, others_token)
    by_family = street.desk.post(path, voice, delegate)
    by_staff = [city.post(path, voice, role) for role in (Role.OPERATOR, Role.WORKER, Role.FUND)]
    seen = [city.get(path, role) for role in (Role.OPERATOR, Role.WORKER, Role.FUND)]
    moved = street.desk.post(f"/v1/wallets/{wallet}/district", {"district": WEST}, token)
    back = good(street.desk.post(f"{path}/take-back", {"wallet": wallet}, token))

    assert [one.status_code for one in given] == [200, 200]
    assert given[0].content == given[1].content
    assert project not in given[0].text  # what is kept of it does not say for what
    assert mine["project"] == project
    assert problem(elsewhere) == (409, "vote.elsewhere")
    assert EAST in elsewhere.json()["detail"]
    assert WEST in elsewhere.json()["detail"]
    assert problem(for_another) == (403, "resident.not-your-wallet")
    for refused in (by_family, *by_staff, *seen):
        assert problem(refused) == (403, "access.not-allowed")
    assert problem(moved) == (409, "home.voice-stands")
    assert back["round"] == round_["id"]
    assert good(street.desk.get(path, token))["project"] is None


def test_a_fund_answers_for_its_own_rounds_and_lists_tell_nobody_who_proposed(
    street: Street,
) -> None:
    city, mine, round_ = street.city, street.propose("示例书架"), street.plan()
    another = create_key_in(city.settings, Role.FUND, CANTEEN).token
    headers = {"Authorization": f"Bearer {another}", "Idempotency-Key": str(uuid.uuid4())}
    vetting = {"accepted": True, "round": round_["id"], "reason": "符合用途。"}

    foreign = city.http.post(f"/v1/projects/{mine}/vetting", json=vetting, headers=headers)
    listed = [city.get("/v1/projects/proposals", role) for role in (Role.FUND, Role.OPERATOR)]
    wallet, token = street.people[0]
    own = good(street.desk.get(f"/v1/wallets/{wallet}/projects?limit=1", token))
    rest = good(
        street.desk.get(f"/v1/wallets/{wallet}/projects?cursor={own['next_cursor']}", token)
    )
    declined = {"accepted": False, "reason": "已有书架。"}
    good(city.post(f"/v1/projects/{mine}/vetting", declined, Role.OPERATOR))
    told = [
        city.get(f"/v1/projects/{mine}", role).status_code
        for role in (None, Role.ACCEPTOR, Role.WORKER, Role.FUND)
    ]

    assert problem(foreign) == (403, "access.not-yours")
    for one in listed:
        assert mine in [each["id"] for each in good(one)["projects"]]
        assert wallet not in one.text
    assert own["projects"][0]["id"] == mine
    assert mine not in [each["id"] for each in rest["projects"]]
    assert told == [404, 404, 200, 200]
    assert good(city.get("/v1/districts", None))["districts"] == [EAST, WEST]
