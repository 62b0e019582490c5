"""A signed transaction is read back whole, and nothing but its own bytes passes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain import rlp
from ledger.chain.signed import RAW_BYTES_MAX, read_signed
from ledger.chain.signer import Key, Transaction

KEY = Key.from_bytes(b"\x07" * 32)
MADE = Transaction(b"\xac" * 20, b"\x01\x02\x03\x04" + bytes(64), 7, 350_000, 9_731)
RAW = KEY.sign_transaction(MADE).raw


@given(
    st.binary(min_size=20, max_size=20), st.binary(max_size=300), st.integers(0, 2**40),
    st.integers(0, 2**24), st.integers(1, 2**40), st.integers(0, 2**60),
)  # fmt: skip
def test_what_was_signed_is_read_with_its_sender(
    to: bytes, data: bytes, nonce: int, gas: int, chain_id: int, price: int
) -> None:
    made = Transaction(to, data, nonce, gas, chain_id, price)
    signed = KEY.sign_transaction(made)

    sent = read_signed(signed.raw)

    assert sent == (KEY.address, made, signed)


@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_another_senders(at: int, change: int) -> None:
    changed = RAW[:at] + bytes((RAW[at] ^ change,)) + RAW[at + 1 :]

    try:
        sent = read_signed(changed)
    except ValueError:
        return
    assert sent.sender != KEY.address or sent.signed.hash != KEY.sign_transaction(MADE).hash
    assert sent.signed.raw == changed


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_signed(raw)
    except ValueError:
        return
    raise AssertionError("random bytes are no transaction")


def fields(**changed: bytes) -> bytes:
    """The transaction with some of its nine fields replaced."""
    names = ("nonce", "price", "gas", "to", "value", "data", "v", "r", "s")
    values = {
        "nonce": b"\x07", "price": b"", "gas": b"\x01", "to": b"\xac" * 20, "value": b"",
        "data": b"\1" * 4, "v": b"\x4c\x29", "r": b"\x01" * 32, "s": b"\x01" * 32,
    } | changed  # fmt: skip
    return rlp.sequence([rlp.string(values[name]) for name in names])


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "not a legacy transaction"),
        (b"\x02\xf8", "not a legacy transaction"),
        (b"\xc0", "a signed transaction has nine fields"),
        (RAW + b"\0", "bytes are left over, or missing"),
        (RAW[:-1], "bytes are left over, or missing"),
        (b"\xff" * (RAW_BYTES_MAX + 1), "not a legacy transaction"),
        (fields(value=b"\1"), "it carries value"),
        (fields(to=b""), "it goes to no contract"),
        (fields(v=b"\x1b"), "it names no chain (EIP-155)"),
        (fields(r=b"\1" * 33), "its signature is too long"),
        (fields(nonce=b"\1" * 33), "a number is too long"),
        (fields(nonce=b"\0\x07"), "its bytes are not spelt as they should be"),
    ],
)
def test_what_is_not_read_says_why(raw: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        read_signed(raw)
