"""What a wallet shows as typed data is what the desk checks."""

from __future__ import annotations

import pytest
from eth_account.messages import encode_typed_data
from eth_hash.auto import keccak

from ledger.chain.authorisation import DeskDomain
from ledger.chain.calls import DonationRequest, HoldRequest
from ledger.chain.signer import Key
from ledger.chain.types import enhex
from ledger.redeeming import signing
from ledger.redeeming.values import ToSign
from ledger.rules import RuleRefusal

DOMAIN = DeskDomain(9_731, b"\xde" * 20)
HOLD = HoldRequest(b"\1" * 32, 1, b"\2" * 20, 3, 4_500, 1_800_000_000, 1_790_000_000)
GIFT = DonationRequest(b"\1" * 32, 1, b"\2" * 20, b"\0" * 17 + b"\1\0\5", 700)


@pytest.mark.parametrize(
    "shown",
    [
        signing.hold_to_sign(DOMAIN, HOLD, 1_780_000_000),
        signing.cancel_to_sign(DOMAIN, b"\7" * 32, 1_780_000_000),
        signing.donation_to_sign(DOMAIN, GIFT, 1_780_000_000),
        signing.key_to_sign(DOMAIN, b"\2" * 20, b"\3" * 20, 1, 1_780_000_000),
    ],
)
def test_typed_data_hashes_to_the_digest(shown: ToSign) -> None:
    packed = encode_typed_data(full_message=shown.typed_data)

    digest = keccak(b"\x19" + packed.version + packed.header + packed.body)
    assert digest == shown.digest


def test_another_signer_is_refused_as_the_desk_would() -> None:
    key, other = Key.generate(), Key.generate()
    digest = signing.hold_to_sign(DOMAIN, HOLD, 1).digest

    signing.require_signer(digest, key.sign_digest(digest), key.address)
    with pytest.raises(RuleRefusal) as refusal:
        signing.require_signer(digest, other.sign_digest(digest), key.address)
    with pytest.raises(RuleRefusal) as nobody:
        signing.require_signer(digest, b"", key.address)

    assert refusal.value.name == nobody.value.name == "SignatureMismatch"
    assert refusal.value.values == (enhex(other.address), enhex(key.address))
