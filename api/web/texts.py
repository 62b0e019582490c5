"""Every text of the pages, both languages side by side: ``texts/*.toml``, one file a surface.

A key is the file's name and the path in it: ``[have]`` of resident.toml is ``resident.have``.
``zh`` and ``en`` are sentences with ``{placeholders}``; where a number ``n`` changes the sentence,
``en.one`` and ``en.other`` stand instead, by the language's plural rules. A file that begins with
another's name and a dash (``resident-orders.toml``) goes on with that surface's keys.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from api.web.formats import LOCALES, count
from ledger.refusals import LANGS, Lang

FOLDER = Path(__file__).parent / "texts"
OTHER = "other"
"""The plural category that every language has."""
Value = str | int


class Text(NamedTuple):
    """One text: by language, the sentence of each plural category."""

    words: Mapping[Lang, Mapping[str, str]]
    file: str

    def sentence(self, lang: Lang, number: object = None) -> str:
        """The sentence that fits the number, if there is one."""
        forms = self.words[lang]
        category = LOCALES[lang].plural_form(number) if isinstance(number, int) else OTHER
        return forms.get(category) or forms[OTHER]


@cache
def texts() -> dict[str, Text]:
    """All of them by key. A text that lacks a language, or a key that stands twice, is an error."""
    found: dict[str, Text] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        surface = file.stem.partition("-")[0]
        for key, said in _leaves(surface, tomllib.loads(file.read_text("utf-8"))):
            if key in found:
                raise ValueError(f"{file.name}: {key} stands in {found[key].file} already")
            found[key] = Text(_words(file.name, key, said), file.name)
    return found


def say(lang: Lang, key: str, /, **values: Value) -> str:
    """The text with its values; numbers are grouped, what is markup stays so.

    Raises LookupError for a key that no file has, KeyError for a value that is not given.
    """
    text = texts().get(key)
    if text is None:
        raise LookupError(f"no text {key}: write it into api/web/texts/")
    sentence = text.sentence(lang, values.get("n"))
    shown = {name: _shown(value, lang) for name, value in values.items()}
    if any(hasattr(value, "__html__") for value in shown.values()):
        return Markup(sentence).format_map(shown)  # noqa: S704 - the sentence is ours, values are escaped
    return sentence.format_map(shown) if shown else sentence


def _leaves(path: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, inner in table.items():
        if not isinstance(inner, Mapping):
            raise ValueError(f"{path}.{name}: a text is a table with zh and en")
        if LANGS[0] in inner or LANGS[1] in inner:
            yield f"{path}.{name}", inner
        else:
            yield from _leaves(f"{path}.{name}", inner)


def _words(file: str, key: str, said: Mapping[str, Any]) -> dict[Lang, Mapping[str, str]]:
    words: dict[Lang, Mapping[str, str]] = {}
    for lang in LANGS:
        given = said.get(lang)
        forms = {OTHER: given} if isinstance(given, str) else given
        if not forms or not forms.get(OTHER):
            raise ValueError(f"{file}: {key} has no {lang}")
        words[lang] = forms
    return words


def _shown(value: Value, lang: Lang) -> str:
    return count(value, lang) if isinstance(value, int) else value
