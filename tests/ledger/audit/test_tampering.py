"""What is wrong is found under the right invariant and named: one lie, one test at least."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from ledger.audit.findings import Finding
from ledger.audit.report import Outcome, Report
from ledger.audit.verify import verify
from ledger.chain.abi import abi
from ledger.chain.decode import decode, mint_call
from ledger.chain.types import enhex
from ledger.events import (
    AwardCorrected,
    BatchMinted,
    CorrectionReversed,
    Donated,
    ExpiryBooked,
    HoldCaptured,
    HoldPlaced,
    HoldRefunded,
    IssuerTermsChanged,
    RateAgreed,
    Resumed,
    SettlementPublished,
    Transfer,
    WindowClosed,
    WindowOpened,
    WindowSettled,
)
from ledger.rules.issuing import RATE
from tests.ledger.audit.lies import (
    about_calldata,
    about_logs,
    about_sender,
    about_view,
    audited,
    first_log,
    nth,
    saying,
    twice,
    without,
)
from tests.ledger.audit.play import FUND, Season, name
from tests.support.network import founded
from tests.support.season import CANTEEN, CULTURE, VOLUNTEER

MINT = abi("PointsLedger").selector("mintBatch")


def found(report: Report, subject: str, code: str) -> Finding:
    """The first finding of that code, the subject being broken."""
    assert report.exit_code == 1
    verdict = report.verdict(subject)
    assert verdict.outcome is Outcome.BROKEN
    of_code = [finding for finding in verdict.findings if finding.code == code]
    assert of_code, [finding.code for finding in verdict.findings]
    for lang in ("zh", "en"):
        assert of_code[0].sentence(lang)
    return of_code[0]


def test_a_class_that_the_contract_counts_otherwise(season: Season) -> None:
    report = audited(season, about_view("PointsLedger", "classOf", 0, 123_456))

    finding = found(report, "1", "class-differs")
    assert finding.fields["issuer"] == VOLUNTEER
    assert finding.fields["figure"] == "minted"
    assert finding.fields["found_units"] == 123_456


def test_an_expiry_that_books_more_than_was_free(season: Season) -> None:
    report = audited(season, about_logs(ExpiryBooked, nth(0, saying(0, 77))))

    finding = found(report, "1", "expiry-differs")
    assert finding.fields["found_units"] == 77
    assert (finding.fields["issuer"], finding.fields["epoch"]) == (VOLUNTEER, 2026 * 2 + 2)


def test_a_key_minted_in_two_batches_names_both(tmp_path: Path) -> None:
    with founded(tmp_path) as network:
        other = Season(network)
        keys = sorted(name(f"key {row}") for row in range(3))
        other.mint(VOLUNTEER, [(secrets.token_bytes(20), 60)] * 3, keys=keys)
        other.mint(VOLUNTEER, [(secrets.token_bytes(20), 60)])
        again = sorted([keys[1], name("another")])
        other.mint(VOLUNTEER, [(secrets.token_bytes(20), 60)] * 2, keys=again)
        network.chain.settle()

        report = verify(network.gateway, network.deployment)

    finding = found(report, "2", "key-minted-twice")
    assert finding.fields == {
        "key": keys[1],
        "issuer": VOLUNTEER,
        "number": 1,
        "row": 1,
        "other_issuer": VOLUNTEER,
        "other_number": 3,
        "other_row": again.index(keys[1]),
    }
    assert "batch 1" in finding.sentence("en")
    assert "batch 3" in finding.sentence("en")
    others = [v.subject for v in report.verdicts if v.outcome is Outcome.BROKEN]
    assert others == ["2"]


def test_a_batch_kept_back_leaves_a_gap_and_a_silent_mint(season: Season) -> None:
    hidden = first_log(season, BatchMinted)

    report = audited(season, about_logs(BatchMinted, nth(0, without)))

    gap = found(report, "2", "batch-gap")
    assert gap.fields == {"issuer": VOLUNTEER, "number": 2, "expected": 1}
    silent = found(report, "2", "mint-untold")
    assert silent.fields["transaction"] == hidden.transaction_hash


def test_an_award_of_another_amount_names_its_row(season: Season) -> None:
    """The fourth transfer of all is the fourth row of the volunteers' first batch."""

    def richer(log: dict[str, str]) -> list[dict[str, str]]:
        log["data"] = log["data"][:66] + f"{999_999:064x}"
        return [log]

    report = audited(season, about_logs(Transfer, nth(3, richer)))

    finding = found(report, "3", "award-differs")
    account = season.batches[VOLUNTEER][0].words[3][:20]
    assert {n: finding.fields[n] for n in ("issuer", "number", "row", "account")} == {
        "issuer": VOLUNTEER,
        "number": 1,
        "row": 3,
        "account": account,
    }
    assert finding.fields["expected_units"] == 600 * 4 * 1000 // 60
    assert "999999" in str(finding.fields["found"])


def test_a_limit_that_was_lower_than_what_was_minted(season: Season) -> None:
    report = audited(season, about_logs(IssuerTermsChanged, nth(0, saying(1, 1_000))))

    finding = found(report, "4", "limit-passed")
    assert (finding.fields["issuer"], finding.fields["number"]) == (VOLUNTEER, 1)
    assert (finding.fields["limit"], finding.fields["headroom_units"]) == (RATE, 1_000)


def test_an_annual_cap_that_was_lower_names_the_account(season: Season) -> None:
    report = audited(season, about_logs(IssuerTermsChanged, nth(1, saying(4, 10_000))))

    finding = found(report, "4", "annual-cap-passed")
    assert finding.fields["issuer"] == CULTURE
    assert finding.fields["account"] == season.batches[CULTURE][0].words[0][:20]
    assert finding.fields["cap_units"] == 10_000


def test_a_capture_kept_back_leaves_positions_apart(season: Season) -> None:
    report = audited(season, about_logs(HoldCaptured, nth(1, without)))

    position = found(report, "5", "position-differs")
    assert position.fields["window"] == 1
    assert found(report, "5", "obligation-differs").fields["creditor_member"] == CANTEEN


def test_positions_that_do_not_sum_to_zero(season: Season) -> None:
    report = audited(season, about_view("ClearingHouse", "positionOf", 0, 5))

    members = 5
    assert found(report, "5", "positions-unbalanced").fields == {"window": 1, "units": 5 * members}


def test_a_window_that_ends_elsewhere(season: Season) -> None:
    report = audited(season, about_logs(WindowClosed, nth(0, saying(0, 7))))

    assert found(report, "5", "window-misplaced").fields["found"] == 7


def test_a_hold_captured_twice(season: Season) -> None:
    report = audited(season, about_logs(HoldCaptured, nth(0, twice)))

    finding = found(report, "6", "hold-not-open")
    assert finding.fields == {"id": name("whole"), "event": "HoldCaptured"}


def test_a_refund_above_the_capture(season: Season) -> None:
    report = audited(season, about_logs(HoldRefunded, nth(0, saying(0, 2_501))))

    finding = found(report, "6", "hold-exceeded")
    assert finding.fields["id"] == name("part")
    assert (finding.fields["found_units"], finding.fields["most_units"]) == (2_501, 2_500)


def test_a_hold_that_the_contract_does_not_know(season: Season) -> None:
    report = audited(season, about_view("PointsLedger", "commitmentOf", 0, 1))

    assert found(report, "6", "commitment-differs").fields["found"] == (1).to_bytes(32, "big")


def test_an_authorisation_used_twice(season: Season) -> None:
    placed = first_log(season, HoldPlaced)

    report = audited(season, about_logs(HoldPlaced, nth(0, twice)))

    finding = found(report, "7", "id-used-twice")
    assert finding.fields["id"] == name("whole")
    assert finding.fields["block"] == placed.block_number


def test_a_signature_by_another_key(season: Season) -> None:
    selector = abi("RedemptionDesk").selector("holdSigned")

    def forged(data: bytes) -> bytes:
        return data[:330] + bytes((data[330] ^ 1,)) + data[331:]

    report = audited(season, about_calldata(selector, forged))

    assert found(report, "7", "signature-differs").fields["id"] == name("signed")


def test_a_request_for_another_amount(season: Season) -> None:
    selector = abi("RedemptionDesk").selector("holdFromFund")

    def other(data: bytes) -> bytes:
        return data[: 4 + 4 * 32] + (901).to_bytes(32, "big") + data[4 + 5 * 32 :]

    report = audited(season, about_calldata(selector, other))

    assert found(report, "7", "authorisation-differs").fields["id"] == name("from the fund")


@pytest.mark.parametrize(
    ("contract", "function", "subject", "code"),
    [
        ("PointsLedger", "mintBatch", "4", "mint-by-other"),
        ("RedemptionDesk", "hold", "7", "operator-stranger"),
        ("RedemptionDesk", "holdFromFund", "7", "operator-stranger"),
        ("RedemptionDesk", "capture", "7", "acted-by-stranger"),
        ("RedemptionDesk", "decline", "7", "acted-by-stranger"),
        ("RedemptionDesk", "refund", "7", "acted-by-stranger"),
        ("RedemptionDesk", "cancel", "7", "operator-stranger"),
        ("PointsLedger", "correct", "11", "correction-by-other"),
        ("PointsLedger", "reverse", "11", "correction-by-other"),
    ],
)
def test_what_a_stranger_sent(
    season: Season, contract: str, function: str, subject: str, code: str
) -> None:
    stranger = b"\x5e" * 20

    report = audited(season, about_sender(abi(contract).selector(function), stranger))

    assert found(report, subject, code).fields["key"] == stranger


def test_a_gift_of_which_no_event_tells(season: Season) -> None:
    gift = first_log(season, Donated)

    report = audited(season, about_logs(Donated, without))

    moved = found(report, "1", "transfer-unexplained")
    assert moved.fields["transaction"] == gift.transaction_hash
    assert found(report, "6", "hold-slices-differ").fields["account"] == FUND


def test_the_projection_is_for_the_operator_to_show(season: Season) -> None:
    report = verify(season.network.gateway, season.network.deployment)

    verdict = report.verdict("8")
    assert verdict.outcome is Outcome.UNDECIDABLE
    assert "tongdui rebuild" in verdict.basis("en")


def test_a_capture_in_a_strict_stop(season: Season) -> None:
    report = audited(season, about_logs(Resumed, nth(1, without)))

    found_events = {f.fields["event"] for f in report.verdict("9").findings}
    assert found(report, "9", "paused-yet").fields["event"] == "HoldCaptured"
    assert "BatchMinted" in found_events


def test_bytes_beside_a_batch(season: Season) -> None:
    report = audited(season, about_calldata(MINT, lambda data: data + b"510101199001011234"))

    finding = found(report, "10", "data-trailing")
    assert (finding.fields["issuer"], finding.fields["number"]) == (VOLUNTEER, 1)


def test_a_correction_above_what_was_minted(season: Season) -> None:
    corrected = decode(first_log(season, AwardCorrected))
    assert isinstance(corrected, AwardCorrected)

    report = audited(season, about_logs(AwardCorrected, nth(0, saying(5, 50_001))))

    finding = found(report, "11", "corrected-too-much")
    batch = season.batches[VOLUNTEER][0]
    assert finding.fields["account"] == corrected.account
    assert (finding.fields["number"], finding.fields["key"]) == (1, batch.keys[4])
    assert finding.fields["minted_units"] == 3_000 * 1_000 // 60


def test_a_correction_of_less_than_its_request(season: Season) -> None:
    """The first request leaves 1,200 minutes of 3,000, which is 20,000 units of 50,000."""
    report = audited(season, about_logs(AwardCorrected, nth(0, saying(5, 29_999))))

    finding = found(report, "11", "correction-missed")
    sums = {name: finding.fields[name] for name in ("expected_units", "found_units")}
    assert sums == {"expected_units": 20_000, "found_units": 20_001}


def test_a_correction_that_nobody_asked_for(season: Season) -> None:
    selector = abi("PointsLedger").selector("correct")

    def another_row(data: bytes) -> bytes:
        request = 4 + int.from_bytes(data[100:132], "big") + 32
        return data[:request] + (2).to_bytes(32, "big") + data[request + 32 :]

    report = audited(season, about_calldata(selector, another_row))

    corrected = decode(first_log(season, AwardCorrected))
    assert isinstance(corrected, AwardCorrected)
    finding = found(report, "11", "correction-unasked")
    assert finding.fields["correction"] == corrected.correction


def test_a_reversal_told_twice(season: Season) -> None:
    report = audited(season, about_logs(CorrectionReversed, nth(0, twice)))

    reversal = decode(first_log(season, CorrectionReversed))
    assert isinstance(reversal, CorrectionReversed)
    finding = found(report, "11", "reversal-unfounded")
    assert finding.fields["correction"] == reversal.correction


# Beyond the invariants


def test_calldata_that_is_not_what_was_hashed(season: Season) -> None:
    def other(data: bytes) -> bytes:
        word = mint_call(data).words[0]
        return data.replace(word, word[:-1] + bytes((word[-1] ^ 1,)))

    report = audited(season, about_calldata(MINT, other))

    finding = found(report, "evidence", "data-differs")
    assert finding.fields["expected"] != finding.fields["found"]


def test_a_stored_hash_that_differs(season: Season) -> None:
    report = audited(season, about_view("PointsLedger", "batchHash", 0, 9))

    assert found(report, "evidence", "stored-hash-differs").fields["number"] == 1


def test_a_rate_agreed_after_its_month(season: Season) -> None:
    report = audited(season, about_logs(RateAgreed, nth(0, saying(0, 2026 * 12))))

    assert found(report, "rates", "rate-too-late").fields["from_month"] == 2026 * 12


def test_a_settlement_of_another_amount(season: Season) -> None:
    report = audited(season, about_logs(SettlementPublished, nth(0, saying(4, 1))))

    finding = found(report, "settlements", "settlement-against-rule")
    assert (finding.fields["window"], finding.fields["rule"]) == (1, "SettlementMismatch")


def test_a_window_of_which_no_event_tells(season: Season) -> None:
    unopened = audited(season, about_logs(WindowOpened, nth(1, without)))
    unsettled = audited(season, about_logs(WindowSettled, nth(0, without)))

    assert found(unopened, "5", "window-misplaced").fields["window"] == 2
    assert found(unsettled, "settlements", "settled-untold").fields == {"window": 1}


def test_lots_that_the_contract_answers_otherwise(season: Season) -> None:
    report = audited(season, about_view("PointsLedger", "lotsOf", 0, 3))

    assert str(found(report, "views", "lots-differ").fields["found"]).startswith("[3, ")


def test_values_that_no_contract_can_emit_do_not_end_an_audit(season: Season) -> None:
    placed = first_log(season, HoldPlaced)

    report = audited(season, about_logs(HoldPlaced, nth(0, saying(1, 2**256 - 1))))
    garbled = audited(season, about_logs(SettlementPublished, nth(0, saying(0, 2**255))))

    assert found(report, "chain", "log-malformed").fields == {
        "block": placed.block_number,
        "transaction": placed.transaction_hash,
    }
    assert found(garbled, "settlements", "settlement-against-rule").fields["window"] == 1


def test_code_that_is_not_ours_takes_the_ground_from_stops(season: Season) -> None:
    ledger = enhex(season.network.deployment.ledger)

    def lie(method: str, params: object, result: str) -> str:
        other = method == "eth_getCode" and params[0] == ledger  # type: ignore[index]
        return result + "00" if other else result

    report = audited(season, lie)

    assert found(report, "code", "other-code").fields["contract"] == "PointsLedger"
    assert report.verdict("9").outcome is Outcome.UNDECIDABLE


def test_blocks_that_do_not_follow_one_another(season: Season) -> None:
    block = season.network.deployment.first_block + 5

    def lie(method: str, params: object, result: dict[str, str]) -> dict[str, str]:
        if method == "eth_getBlockByNumber" and params[0] == hex(block):  # type: ignore[index]
            result["parentHash"] = "0x" + "ab" * 32
        return result

    report = audited(season, lie)

    assert found(report, "chain", "block-unlinked").fields["block"] == block
