"""Keystores: those of the published examples, those of others, our own, and what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eth_account import Account

from ledger.chain.keystore import STANDARD_WORK, decrypt, encrypt, stated_address
from ledger.chain.signer import Key
from ledger.errors import Rejected

QUICK = 1_024
"""Work of tests: nobody's secret stands behind it."""
PASSWORD, NAMED = "正确 horse ", "issuer.json"
KEY = Key.from_bytes(bytes(range(1, 33)))
PUBLISHED = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"
BY_PBKDF2: dict[str, Any] = {
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf": "pbkdf2",
        "kdfparams": {
            "c": 262_144, "dklen": 32, "prf": "hmac-sha256",
            "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
        },
        "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
    },
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    "version": 3,
}  # fmt: skip
BY_SCRYPT: dict[str, Any] = {
    "Crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": "83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext": "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
        "kdf": "scrypt",
        "kdfparams": {
            "dklen": 32, "n": 262_144, "r": 1, "p": 8,
            "salt": "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19",
        },
        "mac": "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097",
    },
    "version": 3,
}  # fmt: skip


@pytest.mark.parametrize("published", [BY_PBKDF2, BY_SCRYPT])
def test_the_examples_of_web3_secret_storage_are_opened(published: dict[str, Any]) -> None:
    text = json.dumps(published)

    assert decrypt(text, "testpassword", NAMED).to_bytes().hex() == PUBLISHED
    assert stated_address(text, NAMED) is None


def test_what_we_write_others_open_and_what_they_write_we_open() -> None:
    ours = encrypt(KEY, PASSWORD, work=QUICK)
    theirs = json.dumps(Account.encrypt(KEY.to_bytes(), PASSWORD, "scrypt", QUICK))

    assert bytes(Account.decrypt(ours, PASSWORD)) == KEY.to_bytes()
    assert decrypt(theirs, PASSWORD, NAMED).address == KEY.address
    assert stated_address(ours, NAMED) == KEY.address


def test_a_keystore_is_written_at_the_standards_strength_and_shows_no_secret() -> None:
    text = encrypt(KEY, PASSWORD)
    content = json.loads(text)

    assert content["crypto"]["kdf"] == "scrypt"
    assert content["crypto"]["kdfparams"]["n"] == STANDARD_WORK == 2**18
    assert KEY.to_bytes().hex() not in text


def test_another_password_opens_nothing() -> None:
    text = encrypt(KEY, PASSWORD, work=QUICK)

    for wrong in (PASSWORD.strip(), "", PASSWORD + "\n"):
        with pytest.raises(Rejected) as refusal:
            decrypt(text, wrong, NAMED)
        assert refusal.value.code == "key.wrong-password"
        assert refusal.value.fields == {"path": NAMED}


def _altered(**changes: Any) -> str:
    content = json.loads(encrypt(KEY, PASSWORD, work=QUICK))
    inside = content["crypto"]["kdfparams"]
    for name, value in changes.items():
        (inside if name in inside else content if name in content else content["crypto"])[name] = (
            value
        )
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "JSONDecodeError"),
        ("{}", "KeyError"),
        ('{"crypto": 5, "version": 3}', "TypeError"),
        (_altered(version=4), "version, cipher, dklen"),
        (_altered(cipher="aes-128-cbc"), "version, cipher, dklen"),
        (_altered(kdf="md5"), "KeyError"),
        (_altered(n=2**31), "kdfparams"),
        (_altered(n="many"), "ValueError"),
        (_altered(n=1_000), "ValueError"),
        (_altered(address="11" * 20), "address"),
        (_altered(address="short"), "address"),
    ],
)
def test_a_file_that_is_no_keystore_is_said_to_be_none(text: str, why: str) -> None:
    with pytest.raises(Rejected) as refusal:
        decrypt(text, PASSWORD, NAMED)

    assert refusal.value.code == "key.keystore-broken"
    assert refusal.value.fields == {"path": NAMED, "why": why}
