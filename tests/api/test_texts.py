"""Every text of the pages stands in both languages, is used, and takes the same values in each."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from markupsafe import Markup

from api.web import texts
from api.web.formats import LOCALES
from ledger.refusals import LANGS

WEB = Path(texts.__file__).parent
_LITERAL = re.compile(r"""["']([a-z_]+\.[a-z_.0-9-]*)(\{)?""")
_CALL = re.compile(r"""\b(?:t|say\(lang,)\(?\s*f?["']([a-z_]+\.[a-z_.0-9-]*)(\{|["']\s*~)?""")


def sources() -> list[str]:
    """Texts of all templates and modules of the pages."""
    files = [*WEB.rglob("*.py"), *WEB.rglob("*.html")]
    return [file.read_text("utf-8") for file in files]


def placeholders(sentence: str) -> set[str]:
    """Names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_both_languages_take_the_same_values_in_every_form() -> None:
    odd = {
        key: found
        for key, text in texts.texts().items()
        if (found := {
            lang: sorted(frozenset().union(*map(placeholders, text.words[lang].values())))
            for lang in LANGS
        }) and found["zh"] != found["en"]
        and set(found["zh"]) ^ set(found["en"]) != {"n"}
    }  # fmt: skip

    assert odd == {}


def test_plural_forms_are_those_of_the_language() -> None:
    odd = {
        (key, lang): sorted(forms)
        for key, text in texts.texts().items()
        for lang, forms in text.words.items()
        if set(forms) - {"other"} - set(LOCALES[lang].plural_form.rules)
    }

    assert odd == {}


def test_no_text_is_written_for_nothing() -> None:
    whole, begun = set[str](), set[str]()
    for source in sources():
        for key, brace in _LITERAL.findall(source):
            (begun if brace or key.endswith(".") else whole).add(key)

    unused = [
        f"{text.file}: {key}"
        for key, text in texts.texts().items()
        if key not in whole and not any(key.startswith(start) for start in begun)
    ]

    assert unused == []


def test_every_text_that_is_asked_for_is_there() -> None:
    known, missing = texts.texts(), set[str]()
    for source in sources():
        for key, goes_on in _CALL.findall(source):
            found = any(one.startswith(key) for one in known) if goes_on else key in known
            if not found:
                missing.add(key)

    assert sorted(missing) == []


def test_no_text_calls_points_a_coin_or_a_purchase() -> None:
    never = re.compile("代币|余额支付|购买|coin|token|purchase", re.IGNORECASE)

    assert [
        (key, sentence)
        for key, text in texts.texts().items()
        for forms in text.words.values()
        for sentence in forms.values()
        if never.search(sentence)
    ] == []


def test_numbers_choose_the_sentence_and_markup_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {
        "zh": {"other": "{n} 张 {what}"},
        "en": {"one": "{n} slip of {what}", "other": "{n} slips of {what}"},
    }
    monkeypatch.setitem(texts.texts(), "common.test", texts.Text(words, "test"))  # type: ignore[arg-type]

    assert texts.say("en", "common.test", n=1, what="x") == "1 slip of x"
    assert texts.say("en", "common.test", n=1_234, what="x") == "1,234 slips of x"
    assert texts.say("zh", "common.test", n=2, what="x") == "2 张 x"
    marked = texts.say("en", "common.test", n=Markup("<b>1</b>"), what="<i>")
    assert marked == "<b>1</b> slips of &lt;i&gt;"
    with pytest.raises(LookupError, match=r"no text common\.none"):
        texts.say("en", "common.none")
