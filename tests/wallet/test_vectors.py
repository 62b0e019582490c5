"""The wallet's JavaScript says byte for byte what Python says: keys, signatures, envelopes.

Python's side is the product's own (``ledger.chain``, ``ledger.redeeming.signing``) where there is
one, else ``cryptography`` and ``eth_account``. Node runs the modules that a browser is served.
"""

from __future__ import annotations

import hashlib
import random
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from eth_account.hdaccount.mnemonic import Mnemonic
from eth_account.messages import _hash_eip191_message, encode_typed_data
from eth_account.types import Language

from ledger.chain.authorisation import DeskDomain
from ledger.chain.calls import DonationRequest, HoldRequest
from ledger.chain.passkeys import judged
from ledger.chain.passkeys import proof as proof_of
from ledger.chain.signer import Key
from ledger.redeeming.signing import (
    cancel_to_sign,
    donation_to_sign,
    hold_to_sign,
    key_to_sign,
)
from tests.support.passkey import ORIGIN, RP_ID, Authenticator
from tests.wallet.node import Failed, call, called

DRAW = random.Random(20_260_501)
DOMAIN = DeskDomain(9_731, DRAW.randbytes(20))
LEDGER = DRAW.randbytes(20)
CHAIN = {"chain_id": DOMAIN.chain_id, "ledger": "0x" + LEDGER.hex()}
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
PIN = "482915"


def derived(secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF as the specification has it."""
    return HKDF(SHA256(), length, None, info).derive(secret)


def key_of(secret: bytes, account: bytes) -> Key:
    """An account's key as the specification has it."""
    info = b"tongdui account key v1" + DOMAIN.chain_id.to_bytes(32, "big") + LEDGER + account
    number = int.from_bytes(derived(secret, info, 48), "big") % (ORDER - 1) + 1
    return Key.from_bytes(number.to_bytes(32, "big"))


def test_each_account_has_a_key_of_its_own_the_same_in_both_languages() -> None:
    secret, accounts = DRAW.randbytes(32), [DRAW.randbytes(20) for _ in range(4)]

    keys = called([("secret", "accountKey", secret, CHAIN, "0x" + one.hex()) for one in accounts])
    addresses = called([("secret", "addressOf", key) for key in keys])

    assert keys == [key_of(secret, one).to_bytes() for one in accounts]
    assert addresses == ["0x" + key_of(secret, one).address.hex() for one in accounts]
    assert len(set(keys)) == len(accounts)


def test_all_that_the_api_prepares_is_hashed_and_signed_alike() -> None:
    hold = HoldRequest(DRAW.randbytes(32), 1, DRAW.randbytes(20), 3, 2**32 - 1, 2**40 - 1, 0)
    gift = DonationRequest(DRAW.randbytes(32), 65_535, DRAW.randbytes(20), DRAW.randbytes(20), 1)
    prepared = [
        hold_to_sign(DOMAIN, hold, 1_790_000_000),
        cancel_to_sign(DOMAIN, DRAW.randbytes(32), 1),
        donation_to_sign(DOMAIN, gift, 2**40 - 1),
        key_to_sign(DOMAIN, DRAW.randbytes(20), DRAW.randbytes(20), 255, 1_790_000_000),
    ]
    keys = [Key.from_bytes(DRAW.randbytes(32)) for _ in prepared]

    digests = called([("typed", "digestOf", one.typed_data) for one in prepared])
    signatures = called(
        [("sign", "signed", one, key.to_bytes()) for one, key in zip(digests, keys, strict=True)]
    )

    assert digests == [one.digest for one in prepared]
    assert [bytes.fromhex(one[2:]) for one in signatures] == [
        key.sign_digest(one.digest) for one, key in zip(prepared, keys, strict=True)
    ]


def test_any_typed_data_is_hashed_as_others_hash_it() -> None:
    every = [typed_data() for _ in range(25)]

    digests = called([("typed", "digestOf", one) for one in every])

    assert digests == [_hash_eip191_message(encode_typed_data(full_message=one)) for one in every]


def test_values_that_do_not_fit_their_type_are_not_hashed() -> None:
    shown = hold_to_sign(
        DOMAIN, HoldRequest(b"\1" * 32, 1, b"\2" * 20, 3, 5, 6, 7), 8
    ).typed_data  # fmt: skip
    wrong: list[dict[str, Any]] = [
        {"issuer": 65_536}, {"issuer": -1}, {"units": 1.5}, {"account": "0x01"},
        {"holdId": "0x" + "1" * 63}, {"holdId": None}, {"more": 1},
    ]  # fmt: skip

    answers = called(
        [("typed", "digestOf", shown | {"message": shown["message"] | one}) for one in wrong]
    )

    assert [str(one) for one in answers if isinstance(one, Failed)] == ["RangeError"] * len(wrong)


def test_a_pins_envelope_opens_by_both_halves_and_by_nothing_less() -> None:
    secret = DRAW.randbytes(32)
    sealed = call("envelope", "sealedByPin", secret, WALLET, PIN)
    slow = hashlib.pbkdf2_hmac("sha256", PIN.encode(), unhex(sealed["salt"]), 600_000)
    half = derived(slow, b"tongdui pin half v1", 32)
    share, other = sealed["share"], "0x" + "00" * 32
    kept = {name: sealed[name] for name in sealed.keys() - {"share", "verifier"}}

    made, opened, without, moved, weak, later = called(
        [
            ("envelope", "halfOfPin", kept, "４８２９１５ "),
            ("envelope", "openedByHalves", kept, half, share),
            ("envelope", "openedByHalves", kept, half, other),
            ("envelope", "openedByHalves", kept | {"wallet": "another"}, half, share),
            ("envelope", "halfOfPin", kept | {"rounds": 1_000}, PIN),
            ("envelope", "openedByHalves", kept | {"version": 2}, half, share),
        ]
    )

    assert sealed["verifier"] == "0x" + derived(slow, b"tongdui pin verifier v1", 32).hex()
    assert (made["half"], opened) == (half, secret)
    assert opened_by(derived(half + unhex(share), b"tongdui envelope pin v1", 32), kept) == secret
    assert [str(one) for one in (without, moved, weak, later)] == [
        "envelope-closed", "envelope-closed", "envelope-unknown", "envelope-unknown",
    ]  # fmt: skip


def test_a_passkeys_envelope_opens_by_what_that_passkey_gives() -> None:
    secret, output = DRAW.randbytes(32), DRAW.randbytes(32)
    passkey = {"credential": "Y3JlZGVudGlhbA", "salt": DRAW.randbytes(32), "output": output}
    sealed = call("envelope", "sealedByPasskey", secret, WALLET, passkey)

    opened, other, swapped = called(
        [
            ("envelope", "openedByPasskey", sealed, output),
            ("envelope", "openedByPasskey", sealed, DRAW.randbytes(32)),
            ("envelope", "openedByPasskey", sealed | {"credential": "b3RoZXI"}, output),
        ]
    )

    assert opened == opened_by(derived(output, b"tongdui envelope passkey v1", 32), sealed)
    assert opened == secret
    assert [str(other), str(swapped)] == ["envelope-closed"] * 2


def test_enough_contacts_slips_make_the_code_and_fewer_do_not() -> None:
    secret = DRAW.randbytes(32)
    made = call("shares", "split", 3, 5)
    sealed = call("envelope", "sealedForContacts", secret, WALLET, made["code"])
    slips = called([("shares", "readSlip", slip.lower()) for slip in made["slips"]])
    others = [call("shares", "readSlip", call("shares", "split", 3, 5)["slips"][0])]

    enough, few, twice, mixed, misread = called(
        [
            ("shares", "together", [slips[4], slips[0], slips[2]]),
            ("shares", "together", slips[:2]),
            ("shares", "together", [slips[0], slips[1], slips[1]]),
            ("shares", "together", slips[:2] + others),
            ("shares", "readSlip", changed(made["slips"][0])),
        ]
    )
    opened = call("envelope", "openedByHalves", sealed, enough, sealed["share"])

    assert (enough, opened) == (made["code"], secret)
    assert (few, twice, mixed, misread) == (None, None, None, None)


def test_a_sheet_is_read_back_in_characters_and_in_letters_but_not_with_a_slip_of_the_pen() -> None:
    secret = DRAW.randbytes(32)
    sheet = call("sheet", "sheetOf", secret)
    characters = "".join(sheet["characters"])

    read = called(
        [
            ("sheet", "secretOfSheet", " ".join(characters) + "\n"),
            ("sheet", "secretOfSheet", sheet["letters"].lower().replace("-", " ")),
            ("sheet", "secretOfSheet", characters[1] + characters[0] + characters[2:]),
            ("sheet", "secretOfSheet", characters[:-1]),
            ("sheet", "secretOfSheet", changed(sheet["letters"])),
        ]
    )

    assert sheet["characters"] == Mnemonic(Language.CHINESE_SIMPLIFIED).to_mnemonic(secret).split(
        " "
    )
    assert read[:2] == [secret, secret]
    assert read[3:] == [None, None]
    assert read[2] != secret  # one in 256 such slips passes the list's check, as another secret


def test_a_hardware_keys_proof_is_what_the_desk_reads() -> None:
    device, digest = Authenticator(7), DRAW.randbytes(32)
    point = device.passkey.x + device.passkey.y
    data, client, signature = device.assertion(digest)
    other = client.replace(ORIGIN.encode(), b"https://elsewhere.example")

    address, proof, foreign = called(
        [
            ("hardware", "hardwareAddress", point, ORIGIN, RP_ID),
            ("hardware", "proofOf", digest, point, ORIGIN, data, client, signature),
            ("hardware", "proofOf", digest, point, ORIGIN, data, other, signature),
        ]
    )

    assert address == device.address
    assert unhex(proof) == proof_of(device.passkey, data, client, signature)
    assert judged(digest, unhex(proof)).signer == device.passkey.address
    assert str(foreign) == "passkey-form"


def test_what_was_prepared_is_signed_only_as_it_was_shown() -> None:
    secret, account = DRAW.randbytes(32), DRAW.randbytes(20)
    key = key_of(secret, account)
    request = HoldRequest(DRAW.randbytes(32), 1, account, 3, 1_500, 1_790_000_000, 1_789_000_000)
    to_sign = hold_to_sign(DOMAIN, request, 1_780_000_000)
    part = {
        "hold": {"units": 1_500},
        "digest": "0x" + to_sign.digest.hex(),
        "typed_data": to_sign.typed_data,
    }
    prepared = {"expires_at": "2026-05-29T04:26:40+08:00", "to_sign": [part]}
    keys = {
        **CHAIN, "desk": "0x" + DOMAIN.desk.hex(),
        "accounts": [{"account": "0x" + account.hex(), "key": "0x" + key.address.hex()}],
    }  # fmt: skip
    shown = {"acceptor": 3, "units": 1_500}
    how = {"keys": keys, "secretToOpen": secret, "expected": shown}
    typed = to_sign.typed_data
    elsewhere = typed | {"domain": typed["domain"] | {"chainId": 1}}
    strange = typed | {
        "types": typed["types"] | {"HoldAuthorisation": [{"name": "holdId", "type": "bytes32"}]}
    }

    (good, *bad) = called(
        [
            ("signing", "signPrepared", prepared, how),
            ("signing", "signPrepared", prepared, how | {"expected": {"units": 1_400}}),
            ("signing", "signPrepared", prepared, how | {"expected": {"acceptor": 4}}),
            ("signing", "signPrepared", prepared | {"expires_at": "2027-01-01T00:00:00Z"}, how),
            ("signing", "signPrepared", prepared | {"to_sign": []}, how),
            *(
                (
                    "signing",
                    "signPrepared",
                    prepared | {"to_sign": [part | {"typed_data": one}]},
                    how,
                )
                for one in (elsewhere, strange)
            ),
            ("signing", "signPrepared", prepared, how | {"secretToOpen": DRAW.randbytes(32)}),
        ]
    )

    signature = "0x" + key.sign_digest(to_sign.digest).hex()
    assert good == [
        {"hold": {"units": 1_500}, "expires_at": prepared["expires_at"], "signature": signature}
    ]
    assert [str(one) for one in bad] == ["prepared-differs"] * 6 + ["other-key"]


def typed_data() -> dict[str, Any]:
    """A drawn structure with a nested one, arrays, and every kind of value."""
    inner = [{"name": "who", "type": "address"}, {"name": "tags", "type": "string[]"}]
    outer = [
        {"name": "number", "type": DRAW.choice(["uint8", "uint40", "uint256", "int16", "int256"])},
        {"name": "hash", "type": "bytes32"},
        {"name": "short", "type": "bytes4"},
        {"name": "content", "type": "bytes"},
        {"name": "flag", "type": "bool"},
        {"name": "people", "type": "Person[2]"},
        {"name": "one", "type": "Person"},
    ]
    signed = outer[0]["type"].startswith("int")
    bits = int(outer[0]["type"].removeprefix("u").removeprefix("int"))
    number = DRAW.getrandbits(min(bits, 53) - 1) * (DRAW.choice([1, -1]) if signed else 1)
    message = {
        "number": number,
        "hash": "0x" + DRAW.randbytes(32).hex(),
        "short": "0x" + DRAW.randbytes(4).hex(),
        "content": "0x" + DRAW.randbytes(DRAW.randrange(70)).hex(),
        "flag": DRAW.random() < 0.5,
        "people": [person(), person()],
        "one": person(),
    }
    domain = {"name": "通兑", "version": "1", "chainId": DRAW.randrange(1, 2**31)}
    types = [{"name": "name", "type": "string"}, {"name": "version", "type": "string"}]
    types.append({"name": "chainId", "type": "uint256"})
    return {
        "types": {"EIP712Domain": types, "Person": inner, "Letter": outer},
        "primaryType": "Letter",
        "domain": domain,
        "message": message,
    }


def person() -> dict[str, Any]:
    """A drawn inner structure."""
    tags = ["积分", "", "x" * 40][: DRAW.randrange(4)]
    return {"who": "0x" + DRAW.randbytes(20).hex(), "tags": tags}


def opened_by(key: bytes, envelope: dict[str, Any]) -> bytes:
    """The secret, by Python."""
    names = ("version", "kind", "wallet", "secret", "credential", "salt", "rounds")
    values = (envelope[name] for name in names)
    bound = "\n".join(["tongdui envelope", *("" if one is None else str(one) for one in values)])
    ciphertext = unhex(envelope["ciphertext"])
    return AESGCM(key).decrypt(unhex(envelope["iv"]), ciphertext, bound.encode())


def changed(text: str) -> str:
    """With one sign another one."""
    at = 7
    return text[:at] + ("7" if text[at] != "7" else "8") + text[at + 1 :]


def unhex(text: str) -> bytes:
    """Behind 0x."""
    return bytes.fromhex(text[2:])
