"""The second pass on its own: accounts, keys and ids replayed from records made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.audit.accounts import Accounts
from ledger.audit.findings import Findings
from ledger.audit.keys import judge_ids, judge_keys
from ledger.audit.records import ENTRY, KEY, NO_NAME, NO_SLICES, Channel, Kind, entry, slices_field
from ledger.audit.spill import FLUSH_BYTES, PARTITIONS, Spill, read
from ledger.units import start_of_month
from tests.ledger.audit.play import name

ISSUER = 1
WHO = name("somebody", 20)
MONTH = 2026 * 12 + 4
EPOCH = MONTH // 6
AT = (7, start_of_month(MONTH) + 3_600)
HOLD = name("hold")


def award(full: int, units: int, *, cap: int = 0, lands: int = EPOCH + 2, row: int = 0) -> bytes:
    """An award of the month, to the one account."""
    key = name(f"key {row}")
    return ENTRY.pack(
        Kind.AWARD, *AT, ISSUER, WHO, 1, row, key, NO_NAME, MONTH, lands, full, units, cap,
        NO_SLICES,
    )  # fmt: skip


def placed(
    slices: dict[int, int], channel: Channel = Channel.CUSTODIAL, signer: bytes = b""
) -> bytes:
    """A hold with these slices."""
    return entry(
        Kind.HOLD, AT, ISSUER, WHO, number=channel, name=HOLD, other=signer.rjust(32, b"\0"),
        epoch=EPOCH, units=sum(slices.values()), slices=slices_field(slices),
    )  # fmt: skip


def replayed(tmp_path: Path, *records: bytes) -> tuple[Accounts, Findings]:
    """The account after these records."""
    spill = Spill(tmp_path / "accounts", ENTRY)
    for record in records:
        spill.add(WHO, record)
    findings = Findings()
    accounts = Accounts(findings)
    for path in spill.partitions():
        accounts.replay(path)
    return accounts, findings


def test_a_hold_that_leaves_the_earliest_points_is_found(tmp_path: Path) -> None:
    awards = award(500, 500), award(300, 300, lands=EPOCH + 3, row=1)

    accounts, findings = replayed(tmp_path, *awards, placed({EPOCH + 2: 400, EPOCH + 3: 200}))

    _, (finding,) = findings.of("6")
    assert finding.code == "hold-slices-differ"
    assert finding.fields["account"] == WHO
    assert finding.fields["expected"] == str({EPOCH + 2: 500, EPOCH + 3: 100})
    assert accounts.free(EPOCH) == {(ISSUER, EPOCH + 2): 100, (ISSUER, EPOCH + 3): 100}


@pytest.mark.parametrize(
    ("units", "expected", "codes"),
    [
        (250, 250, []),
        (200, 250, ["headroom-differs"]),
        (300, 250, ["headroom-differs", "annual-cap-passed"]),
    ],
)
def test_a_clip_must_be_the_headroom_that_was_left(
    tmp_path: Path, units: int, expected: int, codes: list[str]
) -> None:
    first = award(750, 750, cap=1_000)

    _, findings = replayed(tmp_path, first, award(300, units, cap=1_000, row=1))

    found = [*findings.of("3").kept, *findings.of("4").kept]
    assert [finding.code for finding in found] == codes
    assert all(f.fields["row"] == 1 for f in found)
    assert [f.fields["expected_units"] for f in found[:1]] == [expected][: len(codes)]


def test_an_account_with_a_key_is_not_in_custody(tmp_path: Path) -> None:
    key = name("key", 20)
    known = entry(Kind.KEY, AT, 0, WHO, number=AT[1], name=key.rjust(32, b"\0"))

    _, custody = replayed(tmp_path / "a", award(9, 9), known, placed({EPOCH + 2: 5}))
    _, other = replayed(
        tmp_path / "b", award(9, 9), known, placed({EPOCH + 2: 5}, Channel.SIGNED, b"\1" * 20)
    )
    _, own = replayed(
        tmp_path / "c", award(9, 9), known, placed({EPOCH + 2: 5}, Channel.SIGNED, key)
    )

    assert [finding.code for finding in custody.of("7").kept] == ["custody-despite-key"]
    (finding,) = other.of("7").kept
    assert (finding.fields["expected"], finding.fields["found"]) == (key, b"\1" * 20)
    assert own.of("7").found == 0


def test_a_key_that_is_announced_does_not_speak_yet(tmp_path: Path) -> None:
    key = name("key", 20)
    later = entry(Kind.KEY, AT, 0, WHO, number=AT[1] + 60, name=key.rjust(32, b"\0"))

    _, custody = replayed(tmp_path / "a", award(9, 9), later, placed({EPOCH + 2: 5}))
    _, signed = replayed(
        tmp_path / "b", award(9, 9), later, placed({EPOCH + 2: 5}, Channel.SIGNED, key)
    )

    assert custody.of("7").found == 0
    assert [finding.code for finding in signed.of("7").kept] == ["signature-differs"]


def test_a_correction_of_an_award_that_never_was(tmp_path: Path) -> None:
    wrong = entry(
        Kind.CORRECTION, AT, ISSUER, WHO, name=name("correction"), other=name("award"),
        month=MONTH, epoch=EPOCH, units=5, slices=slices_field({EPOCH + 2: 5}),
    )  # fmt: skip

    _, findings = replayed(tmp_path, award(9, 9), wrong)

    (finding,) = findings.of("11").kept
    assert (finding.code, finding.fields["award"]) == ("correction-unfounded", name("award"))


def test_the_same_key_twice_is_found_across_issuers_too(tmp_path: Path) -> None:
    spill = Spill(tmp_path / "keys", KEY)
    for issuer, number, row in ((1, 4, 2), (1, 4, 3), (2, 9, 0)):
        spill.add(name("key"), KEY.pack(name("key"), issuer, number, row))
    findings = Findings()

    for path in spill.partitions():
        judge_keys(path, findings)
        judge_ids(path, findings)

    (finding,) = findings.of("2").kept
    assert (finding.fields["number"], finding.fields["other_number"]) == (4, 9)
    assert (finding.fields["issuer"], finding.fields["other_issuer"]) == (1, 2)
    assert findings.of("7").found == 2


def test_records_keep_their_order_and_groups_over_many_flushes(tmp_path: Path) -> None:
    spill = Spill(tmp_path / "keys", KEY)
    count = 3 * FLUSH_BYTES // KEY.size

    for number in range(count):
        group = name(f"group {number % 100}")
        spill.add(group, KEY.pack(group, 0, number, 0))

    paths = list(spill.partitions())
    by_path = [list(read(path, KEY)) for path in paths]
    assert sum(map(len, by_path)) == spill.records == count
    assert len(paths) <= PARTITIONS
    groups = [{fields[0] for fields in records} for records in by_path]
    assert sum(map(len, groups)) == 100
    assert all(r == sorted(r, key=lambda fields: fields[2]) for r in by_path)  # type: ignore[arg-type, return-value]
