"""The example members and the founding file: what they agree reaches the contracts."""

from __future__ import annotations

from pathlib import Path

import pytest

from issuers.standard.catalogue import load
from ledger.errors import Rejected
from ledger.rules.registry import fund_member_in
from scripts import charter
from scripts.commands.deploy import founding_in

MONTH = 2026 * 12 + 5


def test_the_example_founding_file_of_the_guide_can_be_read(root: Path) -> None:
    agreed = founding_in(root / "docs" / "guides" / "founding.example.toml", MONTH)

    assert [member.code for member in agreed.members] == ["VOL", "CANTEEN", "OPER", "FUND"]
    assert {one.issuer for one in agreed.activities} == {1}
    assert {one.code for one in agreed.activities} == {
        one.code for one in load().by_scheme("volunteer")
    }


def test_a_founding_file_that_lacks_something_names_it(tmp_path: Path) -> None:
    path = tmp_path / "founding.toml"
    path.write_text('guardian = "0x00"\n', "utf-8")

    with pytest.raises(Rejected) as refusal:
        founding_in(path, MONTH)

    assert refusal.value.code == "founding.unreadable"
    assert "member" in str(refusal.value.fields["why"])


def test_the_example_city_has_every_activity_of_the_standard() -> None:
    keys = dict.fromkeys([*charter.NUMBER, charter.COUNCIL, charter.GUARDIAN], b"\1" * 20)

    agreed = charter.founding(keys, MONTH)

    assert len(agreed.activities) == len(load().activities)
    assert len(agreed.members) == 12
    assert agreed.members[charter.NUMBER["CUL"] - 1].terms is not None


def test_the_funds_account_is_known_by_its_form() -> None:
    account = charter.fund_account(project=3)

    assert fund_member_in("0x" + account.hex()) == charter.NUMBER["FUND"]
