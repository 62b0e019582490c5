"""Statements, tills and disputes from the command line, over a running interface and chain."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import openpyxl
import pytest

from ledger.chain.keyfile import write_secret
from scripts import cli
from tests.api.clearing_town import Town, town_in
from tests.scripts.test_cli import Said
from tests.support.network import KEYS
from tests.support.season import CANTEEN, CULTURE, VOLUNTEER

pytestmark = pytest.mark.slow


def tongdui(*words: str) -> Said:
    """The command in this process: starting one takes longer than what it does."""
    written = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(one, "utf-8", write_through=True) for one in written)
    code: object = 0
    with (
        mock.patch.object(sys, "argv", ["tongdui", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
    told = (one.getvalue().decode() for one in written)
    return Said(int(str(code or 0)), *told)


class Here(NamedTuple):
    """A town with one captured order in window 1, closed, and the canteen's files."""

    town: Town
    folder: Path
    order: str

    def words(self, member: int = CANTEEN) -> list[str]:
        """The options that every command of a member takes."""
        token = ["--token-file", str(self.folder / f"{member}.token")]
        url = str(self.town.city.http.base_url)
        return ["--api", url, *token, "--member", str(member), "--json"]

    def chain(self, member: int) -> list[str]:
        """The options of a command that a member's own key signs."""
        settings = self.town.city.settings
        where = ["--node", settings.node_url, "--deployment", str(settings.deployment)]
        return [*where, "--key", str(self.folder / f"{member}.key"), "--json"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    folder = tmp_path_factory.mktemp("clearing")
    with town_in(folder) as town:
        order = town.captured(town.city.wallet(600), 1_500)
        town.later()
        town.say(CANTEEN, action="close")
        for member, token in town.tokens.items():
            (folder / f"{member}.token").write_text(token + "\n", "ascii")
            write_secret(folder / f"{member}.key", KEYS[member].to_bytes().hex())
        yield Here(town, folder, order)


def test_a_statement_is_shown_and_written_as_a_document(here: Here, tmp_path: Path) -> None:
    out = tmp_path / "s.xlsx"

    said = tongdui("clearing", "statement", *here.words(), "--window", "1", "--out", str(out))
    listed = tongdui("clearing", "statements", *here.words())
    others = tongdui(
        "clearing", "statement", *here.words(CULTURE)[:4], "--member", str(CANTEEN), "--window", "1"
    )
    odd = tongdui("clearing", "statement", *here.words(), "--window", "1", "--out", "s.doc")

    assert said.code == 0, said.err
    assert said.json["balance"]["closing"] == {"units": 1_500, "points": "15.00"}
    assert openpyxl.load_workbook(out).worksheets[1]["G2"].value == 1_500
    assert [one["window"] for one in listed.json] == [2, 1]
    assert (others.code, "access.not-yours" in others.err) == (3, True)
    assert (odd.code, odd.json["fields"]["field"]) == (2, "--out")


def test_a_till_that_differs_ends_with_1_and_comes_back(here: Here, tmp_path: Path) -> None:
    good, bad, out = tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "back.csv"
    good.write_text(f"order_id,points\n{here.order},15.00\n", "utf-8")
    bad.write_text(f"order_id,points\n{here.order},15.01\n", "utf-8")
    words = [*here.words(), "--window", "1"]

    matched = tongdui("clearing", "till", str(good), *words)
    differs = tongdui("clearing", "till", str(bad), *words, "--out", str(out))

    assert (matched.code, matched.json["matched"]) == (0, 1), matched.err
    assert (differs.code, differs.json["difference"]["units"]) == (1, 1)
    assert f"{here.order},15.01,数量不符" in out.read_text("utf-8-sig")


def test_an_invoice_is_noted_and_a_dry_run_notes_nothing(here: Here) -> None:
    words = [*here.words(), "--window", "1", "--reference", "FP-9"]

    tried = tongdui("clearing", "invoice", *words, "--dry-run")
    between = tongdui("clearing", "statement", *here.words(), "--window", "1")
    noted = tongdui("clearing", "invoice", *words)

    assert (tried.json["dry_run"], between.json["invoice"]) == (True, None)
    assert noted.json["invoice"]["reference"] == "FP-9"


def test_a_reversal_is_proposed_by_one_side_and_accepted_by_the_other(here: Here) -> None:
    asked = ["--window", "1", "--debtor", str(VOLUNTEER), "--creditor", str(CANTEEN), "--units",
             "300", "--reason", "重复核销"]  # fmt: skip

    tried = tongdui("clearing", "dispute", "propose", *here.chain(VOLUNTEER), *asked, "--dry-run")
    proposed = tongdui("clearing", "dispute", "propose", *here.chain(VOLUNTEER), *asked)
    own = tongdui("clearing", "dispute", "accept", proposed.json["dispute"],
                  *here.chain(VOLUNTEER))  # fmt: skip
    accepted = tongdui("clearing", "dispute", "accept", proposed.json["dispute"],
                       *here.chain(CANTEEN))  # fmt: skip
    nonsense = tongdui("clearing", "dispute", "accept", "0x12", *here.chain(CANTEEN))

    assert (tried.json["proposed"], proposed.json["proposed"]) == (False, True)
    assert (own.code, own.json["code"]) == (3, "clearing.not-a-party")
    assert (accepted.code, accepted.json["accepted"]) == (0, True)
    assert (nonsense.code, nonsense.json["code"]) == (2, "request.invalid")
    here.town.city_has_read(here.town.city.network.gateway.head())
    shown = here.town.get("/v1/statements/2/3", CANTEEN).json()
    assert json.dumps(shown["together"]["disputes"]) == '{"units": -300, "points": "-3.00"}'
