"""`tongdui standard` from a shell: its words, JSON and exit codes, over a real chain's past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from issuers.standard.catalogue import FOLDER, load
from ledger.chain import calls
from ledger.chain.decode import decoded
from ledger.chain.gateway import Gateway
from ledger.chain.rpc import Json
from ledger.errors import Broken
from ledger.events import AwardCorrected
from scripts.agreed import agreed_on
from scripts.commands.standard import app
from scripts.history import History
from tests.issuers.market import MONTH, Market, account, key_of, member_of, open_market
from tests.issuers.standard.copies import copied, edited
from tests.ledger.audit.lies import LyingRpc
from tests.scripts.test_cli import Said, tongdui

pytestmark = pytest.mark.slow
STANDARD = load()
SERVICE, SPENDING = 101, 401
ANNA, BO, CHEN = (account("volunteer", name) for name in ("anna", "bo", "chen"))
SHOPPER = account("culture", "shopper")
Row = tuple[bytes, int, int]


def mint(market: Market, scheme: str, rows: Sequence[Row], number: int) -> tuple[list[bytes], ...]:
    """One batch of this month's awards: (account, activity, quantity); its words and keys."""
    words = [calls.award_word(who, what, MONTH, quantity) for who, what, quantity in rows]
    keys = [bytes([number]) + bytes([place]) * 31 for place in range(1, len(rows) + 1)]
    sender = key_of(member_of(scheme))
    market.send(sender, "PointsLedger", "mintBatch", number, words, keys, b"\2" * 32)
    return words, keys


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """May 2026: Anna serves an hour and is corrected to half; Bo is too, and it is undone."""
    with open_market(tmp_path_factory.mktemp("market")) as made:
        key = key_of(member_of("volunteer"))
        rows = [(ANNA, SERVICE, 60), (BO, SERVICE, 90), (CHEN, SERVICE, 120), (ANNA, SERVICE, 120)]
        words, keys = mint(made, "volunteer", rows, 1)
        asked = [(0, 30, b"\7" * 32), (1, 60, b"\7" * 32)]
        receipt = made.send(key, "PointsLedger", "correct", 1, words, keys, asked)
        undone = [e for _, e in decoded(list(receipt.logs)) if isinstance(e, AwardCorrected)][1]
        entry = (
            undone.issuer, undone.account, undone.month, undone.epoch, undone.slices,
            undone.due_units, undone.award,
        )  # fmt: skip
        made.send(key, "PointsLedger", "reverse", undone.correction, entry, b"\7" * 32)
        mint(made, "culture", [(SHOPPER, SPENDING, 100_000), (SHOPPER, SPENDING, 50_000)], 1)
        yield made


def on(market: Market) -> list[str]:
    """The options that say where the network is."""
    return ["--node", market.chain.url, "--deployment", str(market.folder / "deployment.json")]


def proposed(folder: Path) -> Path:
    """Volunteers: 12 points an hour, 100 minutes a session. Culture: 20 %, up to 150 points."""
    copied(folder, "volunteer.toml", "[1000, 60]", "[1200, 60]")
    edited(folder, "volunteer.toml", "per_session = 120", "per_session = 100")
    edited(folder, "volunteer.toml", "per_day = 480", "per_day = 240")
    edited(folder, "culture.toml", "[15, 100]", "[20, 100]")
    edited(folder, "culture.toml", "annual_cap_units = 20_000", "annual_cap_units = 15_000")
    return folder


def inside(*words: str) -> Said:
    """The command in this process; an error of ours stands where the shell would see its text."""
    done = CliRunner().invoke(app, words)
    return Said(done.exit_code, done.stdout, str(done.exception))


def test_a_proposal_is_simulated_over_the_chains_past_as_worked_out_by_hand(
    market: Market, tmp_path: Path
) -> None:
    """Then, Anna: 1,000 corrected to 500, and 2,000. Bo: 1,500 (corrected and undone). Chen: 2,000.
    Proposed, 20 units a minute: Anna 30 min = 600, 100 of 120 min = 2,000. Bo 90 min = 1,800.
    Chen 100 of 120 min = 2,000. The shopper: 15,000 and 5,000 (clipped from 7,500); proposed 20,000
    cut to the cap of 15,000, then nothing."""
    said = tongdui(
        "standard", "simulate", "--proposed", str(proposed(tmp_path)), *on(market), "--json"
    )

    assert said.code == 0, said.err
    assert said.json["cells"] == [
        cell("VOL.SERVICE", awards=4, then=6_000, proposed=6_400, nothing=0, affected=2),
        cell("CUL.SPENDING", awards=2, then=20_000, proposed=15_000, nothing=1, affected=1),
    ]
    assert said.json["totals"]["difference_units"] == 400 - 5_000
    assert said.json["accounts"] == {"more": 2, "less": 1, "same": 1}
    assert said.json["accounts_by_activity"]["VOL.SERVICE"] == {"more": 2, "less": 0, "same": 1}
    assert "每日限额由 480 改为 240" in said.out


def cell(
    code: str, awards: int, then: int, proposed: int, nothing: int, affected: int
) -> dict[str, Any]:
    """As the command shows it."""
    return {
        "activity": code,
        "month": "2026-05",
        "awards": awards,
        "then_units": then,
        "proposed_units": proposed,
        "difference_units": proposed - then,
        "nothing": nothing,
        "affected": affected,
    }


def test_the_simulation_is_told_in_words_with_what_it_rests_on(
    market: Market, tmp_path: Path
) -> None:
    folder = str(proposed(tmp_path))

    said = tongdui("standard", "simulate", "--proposed", folder, *on(market), "--from", "2026-05")
    none = tongdui("standard", "simulate", "--proposed", folder, *on(market), "--from", "2026-06")
    wrong = tongdui("standard", "simulate", "--proposed", folder, *on(market), "--from", "may")

    assert "合计 6 笔：当时 260.00 分，按提案 214.00 分，差 -46.00 分" in said.out
    assert "accounts: 2 with more, 1 with less, 1 as they were" in said.out
    assert "what was refused then, or cut by the limits of the time" in said.out
    assert "合计 0 笔" in none.out
    assert (wrong.code, "standard.months" in wrong.err) == (2, True)


def test_a_node_that_shows_other_rows_than_were_minted_is_found_out(
    market: Market, tmp_path: Path
) -> None:
    def lie(method: str, _given: Sequence[Json], result: Json) -> Json:
        if method != "eth_getTransactionByHash":
            return result
        return result | {"input": result["input"].replace(ANNA.hex(), BO.hex())}

    rpc = LyingRpc(market.chain.url, lie)
    gateway = Gateway(rpc, market.gateway.chain_id, market.gateway.finality)
    book = agreed_on(gateway, market.deployment, gateway.head())
    history = History(tmp_path / "accounts", book.rates, market.deployment.ledger)

    with pytest.raises(Broken) as caught:
        history.gather(gateway, market.deployment, gateway.head(), lambda _done, _of: None)

    assert caught.value.code == "standard.history-differs"
    assert caught.value.fields == {"issuer": member_of("volunteer"), "number": 1}


def test_a_network_that_agreed_on_the_standard_passes_the_check(market: Market) -> None:
    said = tongdui("standard", "check", *on(market))

    assert said.code == 0, said.out + said.err
    assert "没有发现问题" in said.out


def test_what_the_network_agreed_otherwise_is_listed_with_the_fix(
    market: Market, tmp_path: Path
) -> None:
    said = tongdui("standard", "check", str(proposed(tmp_path)), *on(market), "--json")

    found = [(one["activity"], one["field"], one["rule"]) for one in said.json["problems"]]
    assert said.code == 1
    assert found == [
        ("CUL.BALANCE", "per_year", "cap.exceeded"),
        ("", "number", "version.not-raised"),
        ("VOL.SERVICE", "rate", "chain.rate"),
        ("CUL.SPENDING", "rate", "chain.rate"),
        ("", "hash", "chain.hash"),
        ("", "annual_cap_units", "chain.terms"),
    ]
    rate = said.json["problems"][2]
    assert rate["why"]["en"] == (
        "the chain's newest rate is 1000/60 (from 2026-05 on), the standard says 1200/60"
    )


def test_the_check_names_file_activity_field_and_fix_and_ends_with_1(tmp_path: Path) -> None:
    folder = copied(tmp_path, "traffic.toml", "per_day = 6", "per_day = 6\nper_session = 7")

    said = inside("check", str(folder), "--against", str(FOLDER), "--lang", "en")

    assert said.code == 1
    assert (
        "traffic.toml TRA.METRO per_session: the limits contradict each other: per_session is 7, "
        "more than per_day, 6" in said.out
    )
    assert "→ make session ≤ day ≤ year" in said.out


def test_show_tells_the_whole_a_scheme_and_an_activity(tmp_path: Path) -> None:
    whole, scheme, one = (
        inside("show", *words, "--json").json for words in ((), ("volunteer",), ("VOL.SERVICE",))
    )
    told = inside("show", "VOL.SERVICE", "--lang", "en")
    nobody, nowhere = inside("show", "nobody"), inside("show", "--folder", str(tmp_path))

    assert whole["hash"] == "0x" + STANDARD.hash().hex()
    assert [entry["code"] for entry in scheme["activities"]][:2] == ["VOL.SERVICE", "VOL.ELDERLY"]
    assert (one["id"], one["per_session"]) == (SERVICE, 120)
    assert "30 minutes: 5.00 points" in told.out
    assert nobody.err == "standard.no-such(name=nobody)"
    assert nowhere.err == f"standard.no-folder(path={tmp_path})"


def test_diff_says_what_changes_for_a_usual_event(tmp_path: Path) -> None:
    folder = str(proposed(tmp_path))

    said = inside("diff", str(FOLDER), folder)
    as_json = inside("diff", str(FOLDER), folder, "--json").json

    assert "“社区志愿服务”30 分钟：由 5.00 分变为 6.00 分（+20.0%）" in said.out
    assert [change["field"] for change in as_json["changes"]] == [
        "annual_cap_units",
        "rate",
        "rate",
        "per_session",
        "per_day",
    ]
