"""The table of errors is complete, and true to the contracts and to the code that raises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.loader import load, names
from issuers.reasons import REASONS
from ledger.chain import reverts
from ledger.refusals import AREAS, ENTRIES, Entry
from scripts import errors_page
from tests.ledger.raised import RULE, Scan, scan

CODE = re.compile(r"[a-z]+\.[a-z]+(-[a-z]+)*")
OURS_ALONE = {"Error", "Panic", reverts.WITHOUT_REASON, reverts.UNKNOWN}
"""Names that stand for reverts which no ABI declares."""
CARRIES_A_CODE = ("ledger/rules/refusal.py", "ledger/chain/reverts.py")
"""Files that raise under a name that was handed to them."""
RENAMED = {
    "msgsender": "caller",
    "str": "text",
    "unitsPerNativePoint": "native_point_units",
    "words": "awards",
}
"""Values that the contracts call by a word of their own."""


def declared() -> dict[str, list[str]]:
    """Names of the values of each custom error, over every artifact."""
    return {
        part["name"]: [value["name"] for value in part["inputs"]]
        for name in names()
        for part in load(name).abi
        if part["type"] == "error"
    }


def of_contracts() -> dict[str, Entry]:
    return {one.contract_error: one for one in ENTRIES.values() if one.contract_error}


def test_every_error_of_the_contracts_has_an_entry_and_no_entry_outlives_its_error() -> None:
    ours, theirs = of_contracts().keys() - OURS_ALONE, declared().keys()

    missing = [f"write an entry in ledger/refusals/ for the error {e}" for e in theirs - ours]
    stale = [f"no contract declares {e}: drop its entry" for e in ours - theirs]

    assert sorted(missing) + sorted(stale) == []


def test_no_code_and_no_error_stands_twice() -> None:
    entries = [one for area in AREAS for one in area.entries]

    assert len(ENTRIES) == len(entries)
    assert len(of_contracts()) == len([one for one in entries if one.contract_error])
    assert ENTRIES.keys() & REASONS.keys() == set()
    assert [code for code in ENTRIES if not CODE.fullmatch(code)] == []


def test_fields_are_the_errors_values_in_their_order() -> None:
    astray = {
        name: (values, entry.fields)
        for name, values in declared().items()
        if (entry := of_contracts().get(name))
        and not (
            len(values) == len(entry.fields) and all(map(_is_named_after, entry.fields, values))
        )
    }

    assert astray == {}, "field names of the entry against value names of the contract"


def _is_named_after(field: str, value: str) -> bool:
    word = re.sub(r"([A-Z])", r"_\1", value).lower()
    return RENAMED.get(value, word) in field


def test_every_code_that_is_raised_has_an_entry(root: Path) -> None:
    missing = [
        f"{one.where}: no entry in ledger/refusals/ for {one.code}"
        for one in scan(root).raised()
        if one.code not in (of_contracts() if one.kind == RULE else ENTRIES)
    ]

    assert missing == []


def test_no_entry_outlives_the_code_that_raised_it(root: Path) -> None:
    raised = {one.code for one in scan(root).raised()}

    unused = [c for c, one in ENTRIES.items() if not one.contract_error and c not in raised]

    assert unused == [], "nothing raises these: drop their entries"


def test_an_error_is_raised_as_its_entry_says(root: Path) -> None:
    differing = [
        f"{one.where}: {one.code} is raised as {one.kind}, its entry says {entry.kind.__name__}"
        for one in scan(root).raised()
        if (entry := ENTRIES.get(one.code)) and one.kind not in ("", entry.kind.__name__)
    ]

    assert differing == []


def test_an_error_carries_only_fields_that_its_entry_names(root: Path) -> None:
    unnamed = [
        f"{one.where}: the entry of {one.code} does not name {sorted(more)}"
        for one in scan(root).raised()
        if (entry := ENTRIES.get(one.code)) and (more := one.fields - set(entry.fields))
    ]

    assert unnamed == []


def test_codes_are_written_out_where_they_are_raised(root: Path) -> None:
    hidden = [where for where in scan(root).carried() if not where.startswith(CARRIES_A_CODE)]

    assert hidden == [], "write the code as text, so that this test can read it"


def test_the_scan_finds_each_way_to_raise() -> None:
    text = (
        "class Late(Refused): pass\n"
        "class Cut(Broken):\n"
        "    def __init__(self, n): super().__init__('a.own', n=n)\n"
        "TABLE = {'x': (Late, 'a.table')}\n"
        "def f(late, code):\n"
        "    kind = Unavailable if late else OutcomeUnknown\n"
        "    require(late, 'Name', 1)\n"
        "    errors.Late(code)\n"
        "    Cut(1)\n"
        "    raise Late('a.late', day=1) from kind('a.alias')\n"
    )

    found = Scan([("x.py", text)])

    assert {(one.code, one.kind, one.where) for one in found.raised()} == {
        ("a.own", "Broken", "x.py:3"),
        ("a.table", "Refused", "x.py:4"),
        ("Name", RULE, "x.py:7"),
        ("a.late", "Refused", "x.py:10"),
        ("a.alias", "", "x.py:10"),
    }
    assert found.carried() == ["x.py:8"]


def test_the_page_is_what_the_tables_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert errors_page.main(["--check"]) == 0, capsys.readouterr().err
    assert all(f"### `{code}`" in errors_page.page() for code in ENTRIES.keys() | REASONS.keys())
