"""A passkey or a hardware key speaks for an account: P-256 on the chain, beside the Python that
judges before anything is sent. Origin, relying party and counter are checked here, because nobody
else does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.chain.passkeys import NOBODY, judged, proof
from tests.support.evm import Evm
from tests.support.passkey import ORIGIN, Authenticator
from tests.support.reading import (
    OTHER_HOLD,
    RESIDENT,
    STRANGER,
    ask,
    free,
    hold,
    last_entry,
    refused,
)
from tests.support.season import FUND_ACCOUNT, KEYS, MINUTES, OPERATING, VOLUNTEER, mint, world
from tests.support.signing import CANCEL, DONATION, REGISTRATION, digest, key
from tests.support.signing import HOLD as HOLD_TYPE

OWN = Authenticator(41)
COUNTING = Authenticator(42, counter=7, keeps_count=True)
ZERO = "0x" + "00" * 20
WAIT_S = 7 * 86_400


@pytest.fixture
def evm() -> Evm:
    evm = world()
    for account in (OWN.address, COUNTING.address, RESIDENT):
        number = evm.read("PointsLedger", "issuerState", VOLUNTEER)[0] + 1
        mint(evm, VOLUNTEER, number, [(account, MINUTES, 600)])
    return evm


def register(evm: Evm, account: str, by: Authenticator, *, sender: str = STRANGER) -> None:
    content = (account, by.address, 0, evm.now)
    word = by.proof(digest(evm.address["RedemptionDesk"], REGISTRATION, content))
    evm.send(sender, "RedemptionDesk", "registerKey", account, by.address, evm.now, word)


def place(
    evm: Evm,
    account: str,
    by: Authenticator,
    hold_id: bytes = OTHER_HOLD,
    change: Any = None,
    **how: bool,
) -> None:
    request = ask(evm, 1_000, account=account, hold_id=hold_id)
    word = by.proof(digest(evm.address["RedemptionDesk"], HOLD_TYPE, (*request, evm.now)), **how)
    word = word if change is None else change(word)
    evm.send(STRANGER, "RedemptionDesk", "holdSigned", request, evm.now, word)


def test_a_passkeys_own_account_registers_holds_cancels_and_gives(evm: Evm) -> None:
    desk, own = evm.address["RedemptionDesk"], OWN.address
    register(evm, own, OWN)
    place(evm, own, OWN)
    entry = last_entry(evm, "HoldPlaced")
    gift = (b"\x0d" * 32, VOLUNTEER, own, FUND_ACCOUNT, 2_500)

    word = OWN.proof(digest(desk, CANCEL, (OTHER_HOLD, evm.now)))
    evm.send(STRANGER, "RedemptionDesk", "cancelSigned", OTHER_HOLD, entry, evm.now, word)
    word = OWN.proof(digest(desk, DONATION, (*gift, evm.now)))
    evm.send(STRANGER, "RedemptionDesk", "donateSigned", gift, evm.now, word)

    assert free(evm, VOLUNTEER, own) == 10_000 - 2_500
    with refused("AccountHasKey", own):
        hold(evm, account=own)


def test_a_foreign_passkey_waits_as_any_foreign_first_key_does(evm: Evm) -> None:
    register(evm, RESIDENT, OWN, sender=KEYS[OPERATING])

    with refused("AccountHasNoKey", RESIDENT):
        place(evm, RESIDENT, OWN)
    evm.tick(WAIT_S)
    place(evm, RESIDENT, OWN)


CHEATS = {
    "another origin": replace(OWN, origin="https://points.example.cn.evil.test"),
    "another relying party": replace(OWN, rp_id="evil.test"),
    "another key": Authenticator(43),
}
"""They sign properly, and speak for another address."""


@pytest.mark.parametrize("name", CHEATS)
def test_a_proof_made_elsewhere_speaks_for_another_address(evm: Evm, name: str) -> None:
    register(evm, OWN.address, OWN)

    with refused("SignatureMismatch", CHEATS[name].address, OWN.address):
        place(evm, OWN.address, CHEATS[name])


BROKEN = {
    "nobody was there": replace(OWN, flags=0x04),
    "nobody was verified": replace(OWN, flags=0x01),
    "a backup that cannot be": replace(OWN, flags=0x15),
    "another site's frame": replace(OWN, tail=b'","crossOrigin":true}'),
    "a frame not told": replace(OWN, tail=b'","crossOrigin":falsey}'),
    "an origin that goes on": replace(OWN, tail=b'.evil.test","crossOrigin":false}'),
}
"""They are signed by the right key and hold for nobody."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_proof_that_webauthn_forbids_holds_for_nobody(evm: Evm, name: str) -> None:
    register(evm, OWN.address, OWN)

    with refused("SignatureMismatch", ZERO, OWN.address):
        place(evm, OWN.address, BROKEN[name])
    assert judged(b"\x02" * 32, BROKEN[name].proof(b"\x02" * 32)).signer == NOBODY


TAILS = (b'"}', b'","crossOrigin":false}', b'","crossOrigin":false,"other":"keys"}')


@pytest.mark.parametrize("tail", TAILS)
def test_clients_end_their_data_in_more_than_one_way(evm: Evm, tail: bytes) -> None:
    register(evm, OWN.address, OWN)
    by = replace(OWN, tail=tail)

    place(evm, OWN.address, by)

    assert judged(b"\x03" * 32, by.proof(b"\x03" * 32)).signer == OWN.passkey.address


def _cut(length: int) -> Any:
    return lambda word: word[:length]


def _flip(at: int) -> Any:
    return lambda word: word[:at] + bytes((word[at] ^ 1,)) + word[at + 1 :]


MANGLED = {
    "empty": _cut(0), "a head alone": _cut(130), "cut in the data": _cut(150),
    "cut in the origin": _cut(180), "no end": lambda word: word[:-2],
    "data too short": lambda word: word[:128] + b"\x24" + word[129:],
    "another point": _flip(31), "another r": _flip(70), "another s": _flip(100),
    "another count": _flip(130 + 36), "a longer origin": lambda w: w[:129] + b"\xff" + w[130:],
}  # fmt: skip


@pytest.mark.parametrize("name", MANGLED)
def test_a_mangled_proof_is_refused_by_name_on_the_chain_and_here(evm: Evm, name: str) -> None:
    register(evm, OWN.address, OWN)

    with refused("SignatureMismatch", ZERO, OWN.address):
        place(evm, OWN.address, OWN, change=MANGLED[name])
    assert judged(b"\x04" * 32, MANGLED[name](OWN.proof(b"\x04" * 32))).signer == NOBODY


def test_a_signature_has_one_form(evm: Evm) -> None:
    register(evm, OWN.address, OWN)

    with refused("SignatureMismatch", ZERO, OWN.address):
        place(evm, OWN.address, OWN, high_s=True)
    assert judged(b"\x05" * 32, OWN.proof(b"\x05" * 32, high_s=True)).signer == NOBODY


def test_a_counter_that_does_not_rise_is_a_copy_of_the_key(evm: Evm) -> None:
    by = replace(COUNTING)
    copy = replace(COUNTING, counter=8)
    register(evm, by.address, by)
    place(evm, by.address, by)

    with refused("PasskeyCounterNotHigher", by.address, 9, 9):
        place(evm, by.address, copy, hold_id=b"\x09" * 32)
    with refused("PasskeyCounterNotHigher", by.address, 0, 9):
        place(evm, by.address, replace(copy, counter=0, keeps_count=False), hold_id=b"\x0a" * 32)
    place(evm, by.address, by, hold_id=b"\x0b" * 32)


def test_a_refused_hold_leaves_the_counter_where_it_was(evm: Evm) -> None:
    by = replace(COUNTING)
    register(evm, by.address, by)
    place(evm, by.address, by)

    with pytest.raises(Exception, match="Hold"):
        place(evm, by.address, by)  # the same hold id again
    place(evm, by.address, replace(by, counter=9), hold_id=b"\x0c" * 32)


def test_a_proof_is_made_of_what_a_browser_gives() -> None:
    content = b"\x06" * 32
    data, client, signature = OWN.assertion(content)

    made = proof(OWN.passkey, data, client, signature)

    assert judged(content, made) == (OWN.passkey.address, 0)
    assert judged(b"\x07" * 32, made).signer == NOBODY
    for wrong in (client.replace(b"webauthn.get", b"webauthn.create"),
                  client.replace(ORIGIN.encode(), b"https://evil.test")):  # fmt: skip
        with pytest.raises(ValueError, match="client data"):
            proof(OWN.passkey, data, wrong, signature)
    with pytest.raises(ValueError, match="length"):
        proof(OWN.passkey, data[:36], client, signature)


def test_a_key_of_the_other_kind_is_judged_by_its_length() -> None:
    content = b"\x08" * 32
    own = key(21)

    assert judged(content, own.sign_digest(content)) == (own.address, None)
    assert judged(content, bytes(65)) == (NOBODY, None)
