"""Founding a network on a real node, and what is hand-packed against the ABI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.chain import calls, decode
from ledger.chain.abi import abi
from ledger.chain.authorisation import DeskDomain
from ledger.chain.deploy import deploy
from ledger.chain.deployment import check_code, read_deployment
from ledger.chain.signer import Key
from ledger.errors import Broken, Refused, Rejected
from ledger.events import BatchMinted, HoldPlaced, Transfer
from tests.support.network import COUNCIL, FOUNDING, KEYS, Network, founded
from tests.support.season import CANTEEN, CHARITY, MINUTES, VOLUNTEER

RESIDENT = Key.from_bytes(b"\x55" * 32)
SOMEBODY = b"\xab" * 20
REQUEST = calls.HoldRequest(b"\7" * 32, 1, SOMEBODY, 3, 1_500, 1_800_000_000, 1_799_000_000)
GIFT = calls.DonationRequest(b"\x08" * 32, 1, SOMEBODY, CHARITY.to_bytes(20, "big"), 40)
WORDS = calls.HoldWords(2**200 + 3, 2**100 + 5)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with founded(tmp_path_factory.mktemp("network")) as network:
        yield network


def test_the_deployment_file_says_again_what_was_deployed(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "deployment.json"

    network.deployment.write(path)

    assert read_deployment(path) == network.deployment
    check_code(network.gateway, network.deployment)


def test_a_deployment_file_that_is_none_says_why(tmp_path: Path) -> None:
    path = tmp_path / "deployment.json"
    with pytest.raises(Rejected, match=r"^deployment\.missing"):
        read_deployment(path)
    path.write_text("{}")
    with pytest.raises(Rejected, match=r"^deployment\.unreadable"):
        read_deployment(path)


def test_other_code_at_an_address_is_found(network: Network) -> None:
    swapped = replace(network.deployment, desk=network.deployment.ledger)

    with pytest.raises(Broken, match="RedemptionDesk"):
        check_code(network.gateway, swapped)


def test_founding_again_changes_nothing_and_another_founding_is_refused(network: Network) -> None:
    before = network.gateway.transaction_count(COUNCIL.address)

    again = deploy(network.gateway, COUNCIL, FOUNDING)

    assert again == network.deployment
    assert network.gateway.transaction_count(COUNCIL.address) == before
    with pytest.raises(Refused, match=r"^deploy\.other-founding"):
        deploy(network.gateway, COUNCIL, replace(FOUNDING, unit_price_micro_yuan=1))


def test_what_is_packed_by_hand_is_what_the_abi_packs() -> None:
    desk, ledger = abi("RedemptionDesk"), abi("PointsLedger")
    words, keys = [b"\1" * 32, b"\2" * 32, b"\3" * 32], [b"\4" * 32, b"\5" * 32, b"\6" * 32]
    one, two = calls.hold(REQUEST), calls.capture(b"\7" * 32, WORDS, 9)

    assert calls.mint_batch(7, words, keys, b"\7" * 32) == ledger.call(
        "mintBatch", 7, words, keys, b"\7" * 32
    )
    assert one == desk.call("hold", REQUEST)
    assert calls.hold_from_fund(REQUEST) == desk.call("holdFromFund", REQUEST)
    assert calls.hold_signed(REQUEST, 77, b"\x99" * 65) == desk.call(
        "holdSigned", REQUEST, 77, b"\x99" * 65
    )
    assert two == desk.call("capture", b"\7" * 32, WORDS, 9)
    assert calls.refund(b"\7" * 32, WORDS, 9) == desk.call("refund", b"\7" * 32, WORDS, 9)
    assert calls.decline(b"\7" * 32, WORDS) == desk.call("decline", b"\7" * 32, WORDS)
    assert calls.cancel(b"\7" * 32, WORDS) == desk.call("cancel", b"\7" * 32, WORDS)
    assert calls.release_overdue(b"\7" * 32, WORDS) == desk.call(
        "releaseOverdue", b"\7" * 32, WORDS
    )
    assert calls.donate(GIFT) == desk.call("donate", GIFT)
    assert calls.try_all([one, two]) == desk.call("tryAll", [one, two])


def test_a_mint_is_read_back_from_calldata_and_logs(network: Network) -> None:
    receipt = network.mint(VOLUNTEER, [(SOMEBODY, MINUTES, 61), (b"\xac" * 20, MINUTES, 30)])

    found = [event for _, event in decode.decoded(list(receipt.logs))]

    raw = network.gateway.rpc.call(
        "eth_getTransactionByHash", "0x" + receipt.transaction_hash.hex()
    )
    call = decode.mint_call(bytes.fromhex(raw["input"][2:]))
    assert [type(event) for event in found] == [Transfer, Transfer, BatchMinted]
    minted = found[-1]
    assert isinstance(minted, BatchMinted)
    assert (minted.issuer, minted.number, minted.awards, minted.units) == (1, 1, 2, 1_516)
    assert [decode.award(word).quantity for word in call.words] == [61, 30]
    assert sorted(call.keys) == call.keys


def test_a_residents_own_key_authorises_a_hold_that_anyone_relays(network: Network) -> None:
    domain = DeskDomain(network.gateway.chain_id, network.deployment.desk)
    account, until = bytes(RESIDENT.address), network.now_s + 86_400
    proof = RESIDENT.sign_digest(domain.key_registration(account, account, 0, until))
    network.call(KEYS[CANTEEN], "RedemptionDesk", "registerKey", account, account, until, proof)
    network.mint(VOLUNTEER, [(account, MINUTES, 60)])
    wanted = calls.HoldRequest(b"\x21" * 32, VOLUNTEER, account, CANTEEN, 400, until, until)

    signature = RESIDENT.sign_digest(domain.hold(wanted, until))
    receipt = network.send(
        KEYS[CANTEEN], "RedemptionDesk", calls.hold_signed(wanted, until, signature)
    )

    placed = [e for _, e in decode.decoded(list(receipt.logs)) if isinstance(e, HoldPlaced)]
    assert [(event.id, event.account) for event in placed] == [(b"\x21" * 32, account)]
    with pytest.raises(Refused, match=r"^hold\.id-used"):
        network.send(KEYS[CANTEEN], "RedemptionDesk", calls.hold_signed(wanted, until, signature))
