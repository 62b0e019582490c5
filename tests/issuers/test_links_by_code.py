"""Links by one-time code and residents' claims, at the agent, with an operator in memory."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from issuers import links
from issuers.bootstrap import FAMILY
from issuers.claims import Claims
from issuers.eventkeys import EventKeys
from issuers.linking import MOST_WRONG_IN_ALL, MOST_WRONG_OF_AN_ACCOUNT
from issuers.residents import Residents, told
from issuers.standard.catalogue import load
from ledger.claims import REASONS, Kind, by_hand
from ledger.errors import Refused, Rejected, Unavailable
from ledger.faults import NoFaults
from ledger.onetime import ALPHABET, make_code, read_code, show_code
from ledger.store import agent_claims, agent_links
from ledger.store.engine import Engine, open_database, reading, transaction
from tests.issuers.claim_desk import ASKED_S, FakeDesk
from tests.support.postgres import Server

NOW_S, DAY_S = ASKED_S + 60, 86_400
CLOSED_S = 1_806_508_800
"""1 April 2027, 00:00 in Beijing: the year 2026 is closed."""
HERE, THERE = b"\x11" * 20, b"\x22" * 20


@dataclass
class Office:
    """An agent's part for residents, without a chain."""

    engine: Engine
    desk: FakeDesk
    residents: Residents

    def code(self, member_id: str, at_s: int = NOW_S) -> str:
        """A code for a member."""
        return self.residents.linking.make([member_id], "王示例", at_s)[0].code

    def step(self, at_s: int = NOW_S) -> int:
        """A round."""
        return self.residents.claims.step(at_s)

    def ask(self, claim_id: str, code: str, account: bytes = HERE, at_s: int = NOW_S) -> str | None:
        """A resident types a code; the answer after a round."""
        self.desk.ask(claim_id, "link", account, read_code(code))
        self.step(at_s)
        return self.desk.reason(claim_id)

    def account(self, member_id: str) -> tuple[bytes, bool] | None:
        """(account, whether the link is in force)."""
        with reading(self.engine) as connection:
            found = agent_links.of_members(connection, [member_id]).get(member_id)
        return None if found is None else (found.account, found.unlinked_at_s is None)


def office_in(engine: Engine, folder: Path, scheme: str = "volunteer") -> Office:
    """On this database, with a secret in that folder."""
    keys, desk = EventKeys(folder / "event.secret"), FakeDesk()
    keys.load(0)
    residents = Residents(engine, keys, load(), scheme, desk, NoFaults(), code_days=7, poll_s=0.0)
    return Office(engine, desk, residents)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A fresh one."""
    with open_database(tmp_path / "agent.db", FAMILY) as database:
        yield office_in(database.engine, tmp_path)


def wrong_code() -> str:
    """One that nobody was given."""
    return make_code(secrets.token_bytes(6))


def test_a_code_is_read_aloud_and_typed_in_any_way() -> None:
    code = make_code(bytes(range(6)))

    typed = [show_code(code), code.lower(), f" {code[:3]} {code[3:]} ", "".join(
        chr(ord(c) + 0xFEE0) for c in code
    ), code.replace("0", "O").replace("1", "l")]  # fmt: skip

    assert {read_code(one) for one in typed} == {code}


def test_every_slip_of_one_character_and_every_swap_of_neighbours_is_noticed() -> None:
    code, slips = make_code(secrets.token_bytes(6)), set[str]()
    for at, right in enumerate(code):
        slips |= {code[:at] + other + code[at + 1 :] for other in ALPHABET if other != right}
        slips.add(code[:at] + code[at : at + 2][::-1] + code[at + 2 :])

    for slip in slips - {code}:
        with pytest.raises(Rejected, match=r"link\.code-mistyped"):
            read_code(slip)


def test_a_code_of_the_issuer_links_once_and_in_its_time(office: Office) -> None:
    code, late = office.code("m1"), office.code("m2")

    first = office.ask("c1", code)
    again = office.ask("c2", code, THERE)
    over = office.ask("c3", late, THERE, NOW_S + 7 * DAY_S)

    assert (first, again, over) == ("link.done", "link.code-wrong", "link.code-wrong")
    assert office.account("m1") == (HERE, True)
    assert office.account("m2") is None


def test_a_new_code_voids_the_members_earlier_one(office: Office) -> None:
    old, new = office.code("m1"), office.code("m1")

    assert office.ask("c1", old) == "link.code-wrong"
    assert office.ask("c2", new) == "link.done"


def test_no_code_and_no_guess_ever_stands_in_the_store(office: Office, tmp_path: Path) -> None:
    code, guess = office.code("m1"), wrong_code()
    office.ask("c1", guess)
    office.ask("c2", code)

    stored = b"".join(path.read_bytes() for path in tmp_path.glob("agent.db*"))
    assert b"words of c1" in stored
    assert read_code(code).encode() not in stored
    assert guess.encode() not in stored


def test_after_some_wrong_codes_of_an_account_even_a_right_one_is_not_looked_at(
    office: Office,
) -> None:
    code = office.code("m1")
    wrong = [office.ask(f"w{n}", wrong_code()) for n in range(MOST_WRONG_OF_AN_ACCOUNT)]

    locked = office.ask("c1", code)
    elsewhere = office.ask("c2", wrong_code(), THERE)
    later = office.ask("c3", code, HERE, NOW_S + 3_601)

    assert set(wrong) == {"link.code-wrong"}
    assert (locked, elsewhere, later) == ("link.code-locked", "link.code-wrong", "link.done")


def test_after_many_wrong_codes_from_everywhere_codes_wait_and_the_trouble_is_said(
    office: Office,
) -> None:
    code = office.code("m1")
    for number in range(MOST_WRONG_IN_ALL):
        office.desk.ask(f"w{number}", "link", number.to_bytes(20), wrong_code())
    office.step()
    office.desk.ask("c1", "link", HERE, read_code(code))

    with pytest.raises(Unavailable) as caught:
        office.step()
    waits = office.desk.reason("c1")
    office.step(NOW_S + 3_601)

    assert (caught.value.code, caught.value.fields) == (
        "link.guessing", {"most": MOST_WRONG_IN_ALL},
    )  # fmt: skip
    assert (waits, office.desk.reason("c1")) == (None, "link.done")


def test_linking_again_returns_to_the_same_account(office: Office) -> None:
    office.ask("c1", office.code("m1"))
    office.desk.ask("u1", "unlink", HERE)
    office.step()
    ended = office.account("m1")

    again = office.ask("c2", office.code("m1"))
    stood = office.ask("c3", office.code("m1"))

    assert (office.desk.reason("u1"), ended) == ("unlink.done", (HERE, False))
    assert (again, stood) == ("link.done", "link.stood")
    assert office.account("m1") == (HERE, True)


def test_another_wallet_takes_the_earlier_account_over_or_is_told_that_it_is_elsewhere(
    office: Office,
) -> None:
    office.ask("c1", office.code("m1"))
    office.desk.ask("u1", "unlink", HERE)
    office.step()

    office.desk.holders = {HERE.hex()}
    elsewhere = office.ask("c2", office.code("m1"), THERE)
    still = office.account("m1")
    office.desk.holders = set()
    taken = office.ask("c3", office.code("m1"), THERE)

    assert (elsewhere, still) == ("link.other-account", (HERE, False))
    assert (taken, office.account("m1")) == ("link.taken-over", (HERE, True))
    with reading(office.engine) as connection:
        assert agent_links.of_account(connection, THERE) is None


def test_an_account_is_one_members_alone(office: Office) -> None:
    office.ask("c1", office.code("m1"))

    taken = office.ask("c2", office.code("m2"))

    assert (taken, office.account("m2")) == ("link.account-taken", None)


def test_a_wallets_code_links_the_member_at_the_counter(office: Office) -> None:
    code = wrong_code()
    office.desk.codes[code] = HERE.hex()

    row = office.residents.claims.redeem("m1", code, "王示例", NOW_S)
    again = office.residents.claims.redeem("m1", code, "王示例", NOW_S + 5)
    with pytest.raises(Rejected, match=r"link\.code-unknown"):
        office.residents.claims.redeem("m2", code, "王示例", NOW_S)

    assert row == again
    assert (row.answer or {})["by"] == "王示例"
    assert office.account("m1") == (HERE, True)
    assert office.desk.reason(row.id) == "link.done"


def test_a_redemption_whose_answer_is_lost_is_asked_again_under_the_same_name(
    office: Office,
) -> None:
    code = wrong_code()
    office.desk.codes[code], office.desk.loses_answer = HERE.hex(), True

    with pytest.raises(Unavailable, match=r"operator\.unavailable"):
        office.residents.claims.redeem("m1", code, "王示例", NOW_S)
    office.step()
    row = office.residents.claims.redeem("m1", code, "王示例", NOW_S)

    assert office.desk.reason(row.id) == "link.done"
    assert office.account("m1") == (HERE, True)


def test_a_redemption_that_nobody_finishes_is_given_up_after_a_day(office: Office) -> None:
    code = wrong_code()
    office.desk.codes[code], office.desk.loses_answer = HERE.hex(), True
    with pytest.raises(Unavailable):
        office.residents.claims.redeem("m1", code, "王示例", NOW_S)
    name = next(iter(office.desk.claims))

    office.step(NOW_S + DAY_S // 2)
    early = office.desk.reason(name)
    office.step(NOW_S + DAY_S)

    assert (early, office.desk.reason(name)) == (None, "link.unfinished")


def test_while_the_operator_is_away_claims_wait_and_files_link_on(office: Office) -> None:
    office.desk.away = True
    office.desk.ask("c1", "link", HERE, read_code(office.code("m1")))

    with pytest.raises(Unavailable, match=r"operator\.unavailable"):
        office.step()
    with pytest.raises(Unavailable, match=r"operator\.unavailable"):
        office.residents.claims.redeem("m1", wrong_code(), "王示例", NOW_S)
    with transaction(office.engine) as connection:
        done = links.import_links(connection, f"member_id,account\nm2,{THERE.hex()}\n", NOW_S)
    office.desk.away = False
    office.step()

    assert done.linked == 1
    assert office.desk.reason("c1") == "link.done"


def test_an_answer_that_is_lost_is_told_again_and_counts_once(office: Office) -> None:
    office.desk.ask("c1", "link", HERE, read_code(office.code("m1")))
    office.desk.loses_answer = True

    with pytest.raises(Unavailable):
        office.step()
    with reading(office.engine) as connection:
        untold = told(connection, NOW_S)["claims"]["untold"]
    office.step()

    assert (untold, office.desk.answers) == (1, 1)
    with reading(office.engine) as connection:
        assert told(connection, NOW_S)["claims"]["untold"] == 0


def test_an_answer_that_the_operator_has_lost_is_told_once_more(office: Office) -> None:
    office.ask("c1", office.code("m1"))
    office.desk.claims["c1"]["answer"] = None

    office.step()

    assert office.desk.reason("c1") == "link.done"


def test_a_clerk_answers_what_needs_a_person_once(office: Office) -> None:
    office.desk.ask("c1", "missing", HERE)
    office.desk.ask("c2", "link", HERE, wrong_code())
    office.step()
    said = {"accepted": False, "reason": "claim.no-record", "words": "签到表上没有"}
    claims = office.residents.claims

    with reading(office.engine) as connection:
        before = told(connection, NOW_S)["claims"]
        overdue = told(connection, NOW_S + 16 * DAY_S)["claims"]["overdue"]
    first = claims.answer("c1", said, "王示例", NOW_S)
    again = claims.answer("c1", said, "李示例", NOW_S + 9)
    refusals = []
    for claim, change, kind in (
        ("c1", {"reason": "claim.too-late"}, Refused),
        ("c2", {}, Refused),
        ("c9", {}, Rejected),
        ("c1", {"reason": "claim.corrected"}, Rejected),
        ("c1", {"accepted": True}, Rejected),
    ):
        with pytest.raises(kind) as caught:
            claims.answer(claim, said | change, "王示例", NOW_S)
        refusals.append((caught.value.code, caught.value.fields))
    office.step()

    assert (before["open"], before["overdue"], overdue) == (1, 0, 1)
    assert first == again
    assert (first.answer or {})["by"] == "王示例"
    assert refusals == [
        ("claim.answered", {"id": "c1"}),
        ("claim.not-by-hand", {"id": "c2", "kind": "link"}),
        ("claim.unknown", {"id": "c9"}),
        ("claim.reason", {"field": "reason", "reason": "claim.corrected"}),
        ("claim.reason", {"field": "reason", "reason": "claim.no-record"}),
    ]
    assert office.desk.claims["c1"]["answer"]["words"] == "签到表上没有"
    assert "by" not in office.desk.claims["c1"]["answer"]


def test_a_claim_goes_with_the_wallet_that_made_it(office: Office) -> None:
    office.desk.ask("c1", "correction", HERE)
    office.step()
    del office.desk.claims["c1"]

    office.step()

    with reading(office.engine) as connection:
        row = agent_claims.find(connection, "c1")
        assert told(connection, NOW_S)["claims"] == {"open": 0, "overdue": 0, "untold": 0}
    assert row is not None
    assert (row.answer or {})["reason"] == "claim.withdrawn"


def test_without_an_operator_a_wallets_code_is_refused_plainly(tmp_path: Path) -> None:
    with open_database(tmp_path / "agent.db", FAMILY) as database:
        keys = EventKeys(tmp_path / "event.secret")
        keys.load(0)
        residents = Residents(
            database.engine, keys, load(), "volunteer", None, NoFaults(), code_days=7, poll_s=1
        )

        moved = residents.claims.step(NOW_S)
        with pytest.raises(Refused) as caught:
            residents.claims.redeem("m1", wrong_code(), "王示例", NOW_S)

    assert (moved, caught.value.code) == (0, "link.no-operator")


def test_every_kind_of_claim_can_be_answered_both_ways_in_both_languages() -> None:
    for kind in (Kind.CORRECTION, Kind.MISSING):
        choices = {REASONS[code].accepted for code in by_hand(kind)}
        assert choices == {True, False}, kind
    for code, reason in REASONS.items():
        assert all((reason.zh, reason.fix_zh, reason.en, reason.fix_en)), code


def test_a_file_of_links_does_not_undo_an_erasure(office: Office) -> None:
    office.ask("c1", office.code("m1"))
    office.residents.erasing.erase("m1", NOW_S)
    lines = {
        "undated": f"m1,{HERE.hex()},",
        "before": f"m1,{HERE.hex()},{NOW_S - DAY_S}",
        "early": f"m1,{THERE.hex()},{NOW_S + DAY_S}",
        "after": f"m1,{THERE.hex()},{CLOSED_S}",
    }

    done = {}
    for name, line in lines.items():
        text = f"member_id,account,linked_at\n{line}\n"
        with transaction(office.engine) as connection:
            tombs = office.residents.tombs
            done[name] = links.import_links(connection, text, CLOSED_S + DAY_S, tombs)

    assert [one.linked for one in done.values()] == [0, 0, 0, 1]
    assert [one.code for one in done["undated"].wrong] == ["link.erased"]
    assert office.account("m1") == (THERE, True)


def test_where_a_year_is_capped_an_erased_member_links_again_once_it_is_closed(
    tmp_path: Path,
) -> None:
    with open_database(tmp_path / "agent.db", FAMILY) as database:
        office = office_in(database.engine, tmp_path, "culture")
        office.ask("c1", office.code("m1"))
        code = wrong_code()
        office.desk.codes[code] = THERE.hex()

        erased = office.residents.erasing.erase("m1", NOW_S)
        with pytest.raises(Refused) as caught:
            office.code("m1", NOW_S + DAY_S)
        row = office.residents.claims.redeem("m1", code, "王示例", NOW_S + DAY_S)
        later = office.ask("c2", office.code("m1", CLOSED_S), THERE, CLOSED_S)

    assert erased.again_s == CLOSED_S
    assert (caught.value.code, caught.value.fields) == ("link.erased", {"again_s": CLOSED_S})
    assert (row.answer or {})["reason"] == "link.erased"
    assert later == "link.done"


def test_nobody_is_erased_of_whom_nothing_is_known(office: Office) -> None:
    with pytest.raises(Refused) as caught:
        office.residents.erasing.erase("nobody", NOW_S)

    assert (caught.value.code, caught.value.fields) == ("link.none", {"field": "member_id"})


def test_an_erasure_answers_the_members_open_claims(office: Office) -> None:
    office.ask("c1", office.code("m1"))
    office.desk.ask("c2", "missing", HERE)
    office.step()

    office.residents.erasing.erase("m1", NOW_S)
    office.step()

    assert office.desk.reason("c2") == "claim.erased"
    with reading(office.engine) as connection:
        row = agent_claims.find(connection, "c2")
    assert row is not None
    assert row.content == {}


def test_the_page_for_clerks_lists_every_reason_in_both_languages(root: Path) -> None:
    page = (root / "docs" / "links.md").read_text("utf-8")

    missing = [
        code
        for code, one in REASONS.items()
        if not all(text in page for text in (f"`{code}`", one.zh, one.fix_zh, one.en, one.fix_en))
    ]

    assert missing == []


@pytest.mark.slow
def test_on_a_server_links_claims_and_erasures_go_the_same_way(
    postgres: Server, tmp_path: Path
) -> None:
    with open_database(postgres.new(), FAMILY) as database:
        office = office_in(database.engine, tmp_path)
        linked = office.ask("c1", office.code("m1"))
        office.desk.ask("c2", "missing", HERE)
        office.step()

        erased = office.residents.erasing.erase("m1", NOW_S)
        office.residents.erasing.step(NOW_S)
        office.step()
        with reading(database.engine) as connection:
            state = told(connection, NOW_S)

    assert (linked, erased.under_way) == ("link.done", 0)
    assert office.desk.reason("c2") == "claim.erased"
    assert state == {"claims": {"open": 0, "overdue": 0, "untold": 0}, "erasures": 0}


def test_an_operator_that_is_away_is_not_asked_again_at_once(office: Office) -> None:
    now_s = [1_000.0]
    claims = Claims(
        office.engine, office.desk, office.residents.linking, NoFaults(), 5.0, lambda: now_s[0]
    )
    office.desk.away = True
    with pytest.raises(Unavailable) as first:
        claims.step(NOW_S)
    office.desk.away = False

    now_s[0] += 29
    with pytest.raises(Unavailable) as still:
        claims.step(NOW_S)
    now_s[0] += 1

    assert still.value is first.value
    assert claims.step(NOW_S) == 0
