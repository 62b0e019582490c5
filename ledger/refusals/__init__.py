"""Every error that reaches a caller, once: its code, kind, status, and what to do about it.

``explain`` puts an error into words for pages, command line and agents; ``coded`` turns what a
contract or the pure core says into our own error; ``http_status`` serves the API. Pure: no chain,
no SQL, no clock. ``docs/errors.md`` is written from here.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.errors import FieldValue, Refused, TongduiError
from ledger.refusals import (
    api,
    audit,
    chain,
    clearing,
    client,
    council,
    counter,
    desk,
    envelopes,
    files,
    founding,
    holding,
    hooks,
    index,
    issuers,
    keeping,
    linking,
    logins,
    members,
    minting,
    offers,
    pages,
    projects,
    redeeming,
    residents,
    reviewing,
    sandbox,
    signing,
    sources,
    telling,
    tools,
)
from ledger.refusals.entry import LANGS, STATUS_BY_KIND, Area, Entry, Lang, Words
from ledger.refusals.values import MemberName, shown
from ledger.rules.refusal import RuleRefusal

__all__ = [
    "AREAS",
    "ENTRIES",
    "LANGS",
    "Area",
    "Entry",
    "Explanation",
    "Lang",
    "MemberName",
    "coded",
    "entry_of",
    "explain",
    "http_status",
]

AREAS: tuple[Area, ...] = (
    *minting.AREAS,
    *holding.AREAS,
    *desk.AREAS,
    *redeeming.AREAS,
    *residents.AREAS,
    *telling.AREAS,
    *offers.AREAS,
    *projects.AREAS,
    *clearing.AREAS,
    *hooks.AREAS,
    *members.AREAS,
    *council.AREAS,
    *sources.AREAS,
    *files.AREAS,
    *issuers.AREAS,
    *linking.AREAS,
    *logins.AREAS,
    *envelopes.AREAS,
    *counter.AREAS,
    *reviewing.AREAS,
    *signing.AREAS,
    *keeping.AREAS,
    *founding.AREAS,
    *index.AREAS,
    *tools.AREAS,
    *api.AREAS,
    *client.AREAS,
    *pages.AREAS,
    *sandbox.AREAS,
    *chain.AREAS,
    *audit.AREAS,
)
"""In the order of the page: what clerks meet most often first."""
ENTRIES: dict[str, Entry] = {one.code: one for area in AREAS for one in area.entries}
"""By stable code."""
_BY_CONTRACT_ERROR = {one.contract_error: one for one in ENTRIES.values() if one.contract_error}

_UNEXPLAINED: dict[Lang, Words] = {
    "zh": Words("出现了尚无说明的情况（{code}）。", "请把这个代号告诉运维人员。"),
    "en": Words(
        "Something happened that nobody has explained yet ({code}).",
        "Tell the people who run the installation this code.",
    ),
}


class Explanation(NamedTuple):
    """What went wrong, and what to do about it."""

    sentence: str
    fix: str


def explain(
    error: TongduiError, lang: Lang = "zh", member_name: MemberName | None = None
) -> Explanation:
    """The error in words. Never fails: a code without an entry is named as such."""
    error = coded(error)
    found = ENTRIES.get(error.code)
    words = found.words[lang] if found else _UNEXPLAINED[lang]
    given: dict[str, FieldValue] = dict.fromkeys(found.fields if found else ())
    given |= error.fields
    values = {name: shown(name, value, lang, member_name) for name, value in given.items()}
    values["code"] = error.code
    return Explanation(words.cause.format_map(values), words.cure.format_map(values))


def coded(error: TongduiError) -> TongduiError:
    """The error under its stable code: a rule's name and values become our code and fields."""
    if not isinstance(error, RuleRefusal):
        return error
    found = _BY_CONTRACT_ERROR.get(error.name)
    if found is None:
        return Refused("revert.unlisted", name=error.name)
    return found.kind(found.code, **dict(zip(found.fields, error.values, strict=False)))


def entry_of(error: TongduiError) -> Entry | None:
    """The error's entry, if anybody has written one."""
    return ENTRIES.get(coded(error).code)


def http_status(error: TongduiError) -> int:
    """By the entry; for a code without one, or raised as another kind, by the error's kind."""
    error = coded(error)
    found = ENTRIES.get(error.code)
    if found is not None and isinstance(error, found.kind):
        return found.http_status
    return next((s for kind, s in STATUS_BY_KIND.items() if isinstance(error, kind)), 500)
