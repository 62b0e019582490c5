"""Errors told to people: every sentence renders in both languages, every value reads plainly."""

from __future__ import annotations

import re
import string

import pytest

from ledger.errors import Broken, FieldValue, OutcomeUnknown, Refused, Rejected, Unavailable
from ledger.refusals import ENTRIES, LANGS, Lang, coded, entry_of, explain, http_status
from ledger.refusals.values import ABSENT, shown
from ledger.rules.refusal import RuleRefusal

ADDRESS = "0x" + "12" * 18 + "abcd"
BY_FIELD: dict[str, FieldValue] = {
    "account": ADDRESS, "authority": ADDRESS, "caller": ADDRESS, "expected": 7, "index": 0,
    "initial_admin": ADDRESS, "key": ADDRESS, "month": 24316, "role": 2, "row": 3,
}  # fmt: skip
BY_LAST_WORD: dict[str, FieldValue] = {
    "units": 123_456, "month": 24316, "s": 1_777_777_740, "id": bytes(range(32)), "data": b"\1\2",
    "epoch": 4053, "why": "timeout", "path": "/v1/marks", "words": "node says no",
}  # fmt: skip


def sample(field: str) -> FieldValue:
    """A value that such a field may have."""
    return BY_FIELD.get(field, BY_LAST_WORD.get(field.rpartition("_")[2], 3))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", ENTRIES)
def test_every_sentence_and_cure_renders(code: str, lang: Lang) -> None:
    entry = ENTRIES[code]
    values = {field: sample(field) for field in entry.fields}

    told = explain(entry.kind(code, **values), lang)

    for text in told:
        assert text.endswith("。" if lang == "zh" else ".")
        assert not set("{}") & set(text)
        assert ABSENT not in text


def test_a_foreign_text_may_hold_braces() -> None:
    told = explain(RuleRefusal("Error", "{account} {"), "en")

    assert told.sentence == "A contract refused: {account} {."


@pytest.mark.parametrize("code", ENTRIES)
def test_both_languages_tell_the_same_values(code: str) -> None:
    entry = ENTRIES[code]
    told = {lang: _placeholders(entry.words[lang].cause) for lang in LANGS}

    assert told["zh"] == told["en"]
    assert told["zh"] <= set(entry.fields)
    for lang in LANGS:
        assert _placeholders(entry.words[lang].cure) <= set(entry.fields)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_words_are_those_of_residents() -> None:
    unwanted = re.compile(r"代币|令牌|硬币|\bcoins?\b|\btokens?\b", re.IGNORECASE)
    texts = [(code, w.cause + w.cure) for code, e in ENTRIES.items() for w in e.words.values()]

    assert [code for code, text in texts if unwanted.search(text)] == []
    assert [
        code for code, e in ENTRIES.items() if not re.search("[一-鿿]", e.words["zh"].cure)
    ] == []


def test_a_rules_refusal_is_told_with_its_values() -> None:
    refusal = RuleRefusal("InsufficientPoints", 123_450, 500_000)

    assert explain(refusal).sentence == "可用积分不足：现有 1,234.50 积分，需要 5,000.00 积分。"
    assert explain(refusal, "en").sentence == (
        "Not enough points: 1,234.50 points available, 5,000.00 points needed."
    )


def test_a_rules_refusal_becomes_our_error() -> None:
    held = coded(RuleRefusal("InsufficientPoints", 5, 9))
    zero = coded(RuleRefusal("ZeroUnits"))

    assert isinstance(held, Refused)
    assert (held.code, held.fields) == (
        "hold.insufficient-points",
        {"available_units": 5, "needed_units": 9},
    )
    assert isinstance(zero, Rejected)
    assert coded(zero) is zero


def test_members_are_told_by_name_where_one_is_known() -> None:
    refusal = RuleRefusal("MemberNotActive", 3, 2)

    named = explain(refusal, "zh", {3: "青羊志愿者协会"}.get)
    unnamed = explain(refusal, "en", {4: "somebody else"}.get)

    assert named.sentence == "青羊志愿者协会目前不能办理，状态为“暂停”。"
    assert unnamed.sentence == "The organisation (member 3) can't act now: it is suspended."


def test_what_nobody_has_explained_is_still_told() -> None:
    assert "no.such-code" in explain(Refused("no.such-code", x=1)).sentence
    assert "NoSuchRule" in explain(RuleRefusal("NoSuchRule", object()), "en").sentence
    assert entry_of(Refused("no.such-code")) is None
    assert ABSENT in explain(Unavailable("chain.no-such-block", number=1)).sentence


def test_status_follows_the_entry_and_else_the_kind() -> None:
    assert http_status(RuleRefusal("UnknownMember", 9)) == 404
    assert http_status(RuleRefusal("InsufficientPoints", 1, 2)) == 409
    assert http_status(OutcomeUnknown("node.no-answer", reason="x")) == 504
    assert http_status(Unavailable("node.no-answer", reason="x")) == 503
    assert http_status(Broken("no.such-code")) == 500


@pytest.mark.parametrize(
    ("field", "value", "zh", "en"),
    [
        ("available_units", -5, "-0.05 积分", "-0.05 points"),
        ("units", 0, "0.00 积分", "0.00 points"),
        ("from_month", 2026 * 12 + 4, "2026-05", "2026-05"),
        ("deadline_s", 1_777_777_740, "2026-05-03 11:09", "2026-05-03 11:09"),
        ("deadline_s", 1_777_777_741, "2026-05-03 11:09:01", "2026-05-03 11:09:01"),
        ("deadline_s", 2**256 - 1, str(2**256 - 1), str(2**256 - 1)),
        ("delay_s", 172_800, "2 天", "2 days"),
        ("delay_s", 61, "61 秒", "61 seconds"),
        ("epoch", 2026 * 2 + 1, "2026 年下半年", "the second half of 2026"),
        ("row", 0, "1", "1"),
        ("role", 8, "审计方", "auditor"),
        ("role", 3, "3", "3"),
        ("limit", 1, "发行速度上限", "limit on the rate of issuing"),
        ("account", ADDRESS, "0x1212…abcd", "0x1212…abcd"),
        ("hold_id", bytes(32), "0x0000…0000", "0x0000…0000"),
        ("data", b"\1\2", "0x0102", "0x0102"),
        ("caller_member", 0, "成员单位 0 号", "member 0"),
        ("found", True, "是", "yes"),
        ("tag", None, ABSENT, ABSENT),
        ("words", "", ABSENT, ABSENT),
        ("words", "two\n lines", "two lines", "two lines"),
    ],
)
def test_values_read_as_people_write_them(field: str, value: FieldValue, zh: str, en: str) -> None:
    assert (shown(field, value, "zh"), shown(field, value, "en")) == (zh, en)


def test_a_long_foreign_text_is_cut() -> None:
    told = shown("words", "x" * 500, "en")

    assert len(told) == 120
    assert told.endswith("…")
