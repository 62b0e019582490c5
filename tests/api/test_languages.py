"""Chinese unless English is liked better."""

from __future__ import annotations

import pytest

from api.languages import preferred


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.8, zh;q=0.9", "zh"),
        ("fr, en;q=0.5", "en"),
        ("*", "zh"),
        ("en;q=nonsense", "zh"),
    ],
)
def test_the_language_that_is_liked_better_is_answered_in(header: str, lang: str) -> None:
    assert preferred(header) == lang
