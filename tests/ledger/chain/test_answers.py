"""What nodes say to a transaction, in the engines' very words, and what we take it to mean."""

from __future__ import annotations

import pytest

from ledger.chain.answers import SendMeaning, meaning_of
from ledger.chain.rpc import NodeRefused

KNOWN, USED = SendMeaning.KNOWN, SendMeaning.NONCE_USED
AHEAD, TAKEN, OTHER = SendMeaning.NONCE_AHEAD, SendMeaning.NONCE_TAKEN, SendMeaning.OTHER
SAID = {
    "already known": KNOWN,
    "transaction already imported": KNOWN,
    "tx already exists in cache": KNOWN,
    "nonce too low: address 0x9a…, tx: 3 state: 4": USED,
    "invalid nonce; got 3, expected 4: tx nonce is lower than account nonce": USED,
    "account sequence mismatch, expected 4, got 3: incorrect account sequence": USED,
    "nonce too high": AHEAD,
    "tx nonce: 9, account accountNonce: 4: tx nonce is higher than account nonce": AHEAD,
    "account sequence mismatch, expected 4, got 9: incorrect account sequence": AHEAD,
    "replacement transaction underpriced": TAKEN,
    "exceeds block gas limit": OTHER,
    "": OTHER,
}


@pytest.mark.parametrize(("words", "meaning"), SAID.items())
def test_each_engine_is_understood_in_its_own_words(words: str, meaning: SendMeaning) -> None:
    answer = meaning_of(NodeRefused("eth_sendRawTransaction", -32_000, words, b""))

    assert answer == (meaning, words)


def test_a_hash_means_that_the_node_took_it() -> None:
    assert meaning_of("0x" + "ab" * 32).meaning is SendMeaning.ACCEPTED
