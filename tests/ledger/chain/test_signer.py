"""Our signatures against an independent library's, and what a key never shows."""

from __future__ import annotations

import pickle

import pytest
from eth_account import Account

from ledger.chain.signer import Key, Transaction, contract_address, recover

SECRET = bytes(range(1, 33))


@pytest.mark.parametrize("size", [0, 1, 55, 56, 300, 70_000])
def test_a_transaction_has_the_bytes_that_eth_account_gives_it(size: int) -> None:
    ours = Transaction(b"\x11" * 20, b"\xab" * size, 300, 1_000_000, 1337)
    theirs = {"to": "0x" + "11" * 20, "data": ours.data, "nonce": 300, "gas": 1_000_000}

    signed = Key.from_bytes(SECRET).sign_transaction(ours)
    expected = Account.from_key(SECRET).sign_transaction(
        {**theirs, "chainId": 1337, "gasPrice": 0, "value": 0}
    )

    assert signed.raw == bytes(expected.raw_transaction)
    assert signed.hash == bytes(expected.hash)


def test_a_digest_is_recovered_to_its_signer() -> None:
    key = Key.from_bytes(SECRET)
    digest = b"\x42" * 32

    assert recover(digest, key.sign_digest(digest)) == key.address
    assert recover(b"\x43" * 32, key.sign_digest(digest)) != key.address


def test_a_key_shows_its_address_and_never_its_secret() -> None:
    key = Key.from_bytes(SECRET)

    assert SECRET.hex() not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_a_created_contract_stands_where_the_chain_puts_it() -> None:
    creator = bytes.fromhex("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0")

    assert contract_address(creator, 0).hex() == "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"
