"""Revert data of every error is read back to its values; anything else is named, never a crash."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain import reverts
from ledger.errors import Broken, Refused, Rejected, TongduiError
from ledger.refusals import ENTRIES, LANGS, explain

NO_ENUMS_LIMIT = 2
"""`Limit.Debit`: enums travel as small numbers."""


def values_of(kind: str) -> st.SearchStrategy[Any]:
    """Values of a canonical ABI type, as decoding gives them."""
    if kind == "address":
        return st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
    if kind == "string":
        return st.text(max_size=50)
    if kind.startswith("bytes"):
        size = int(kind.removeprefix("bytes"))
        return st.binary(min_size=size, max_size=size)
    if kind.startswith("uint"):
        return st.integers(0, 2 ** int(kind.removeprefix("uint")) - 1)
    bits = int(kind.removeprefix("int"))
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def packed(name: str, *values: Any) -> bytes:
    """Revert data of the error with that name."""
    selector, found = next((s, e) for s, e in reverts.errors().items() if e.name == name)
    return selector + encode(found.kinds, values)


@pytest.mark.parametrize("selector", reverts.errors(), ids=lambda raw: reverts.errors()[raw].name)
@given(data=st.data())
def test_every_error_is_read_back_to_its_values(selector: bytes, data: st.DataObject) -> None:
    error = reverts.errors()[selector]
    values = tuple(data.draw(values_of(kind)) for kind in error.kinds)
    raw = selector + encode(error.kinds, values)

    refusal, told = reverts.rule_refusal(raw), reverts.refusal_of(raw)

    assert (refusal.name, refusal.values) == (error.name, values)
    assert tuple(told.fields.values()) == values
    assert type(told) is ENTRIES[told.code].kind
    assert all(explain(told, lang).sentence for lang in LANGS)


def test_no_two_errors_share_a_selector() -> None:
    found = [error.name for error in reverts.errors().values()]

    assert len(set(found)) == len(found)


def test_addresses_are_lower_case_text_and_enums_numbers() -> None:
    account = "0x" + "AB" * 20

    moved = reverts.rule_refusal(packed("AccountHasKey", account))
    limited = reverts.rule_refusal(packed("IssuanceLimitReached", 4, NO_ENUMS_LIMIT, 100))

    assert moved.values == (account.lower(),)
    assert limited.values == (4, NO_ENUMS_LIMIT, 100)


@pytest.mark.parametrize(
    ("data", "kind", "code", "fields"),
    [
        (packed("ZeroUnits"), Rejected, "hold.zero-units", {}),
        (packed("Error", "no"), Refused, "revert.message", {"text": "no"}),
        (packed("Panic", 0x11), Broken, "revert.panic", {"panic_code": 0x11}),
        (b"", Refused, "revert.without-reason", {}),
        (b"\1\2\3\4", Refused, "revert.unknown", {"data": b"\1\2\3\4"}),
        (b"\1", Refused, "revert.unknown", {"data": b"\1"}),
    ],
)
def test_a_revert_becomes_our_error(
    data: bytes, kind: type[TongduiError], code: str, fields: dict[str, object]
) -> None:
    told = reverts.refusal_of(data)

    assert type(told) is kind
    assert (told.code, told.fields) == (code, fields)


def test_data_cut_short_is_unknown() -> None:
    whole = packed("InsufficientPoints", 1, 2)

    told = reverts.refusal_of(whole[:-1])

    assert (told.code, told.fields) == ("revert.unknown", {"data": whole[:-1]})


def test_words_that_are_no_text_are_unknown() -> None:
    broken = packed("Error", "xx").replace(b"xx", b"\xff\xfe")

    assert reverts.rule_refusal(broken).name == reverts.UNKNOWN


@given(st.sampled_from([*reverts.errors(), b"\0\0\0\0", b""]), st.binary(max_size=200))
def test_no_data_is_too_odd_to_be_told(selector: bytes, rest: bytes) -> None:
    told = reverts.refusal_of(selector + rest)

    assert told.code in ENTRIES
    assert all(explain(told, lang).sentence for lang in LANGS)
