"""What a statement's members, activities and looks are called, in one language.

Activities by the certification standard that is installed here, their rates by the chain; what it
does not know is called by its code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from api.directory import Directory
from api.reading import Projection
from issuers.standard.catalogue import Standard, load
from ledger.monthly.names import Names, Worth
from ledger.refusals import Lang
from ledger.store.index_network import Activity

ROLES: Mapping[str, Mapping[Lang, str]] = {
    "operator": {"zh": "运营方", "en": "the operator"},
    "worker": {"zh": "社区工作者", "en": "a community worker"},
    "delegate": {"zh": "您的代兑人", "en": "your delegate"},
    "issuer": {"zh": "发行方", "en": "an issuer"},
    "acceptor": {"zh": "承兑方", "en": "an acceptor"},
    "auditor": {"zh": "审计方", "en": "an auditor"},
    "council": {"zh": "理事会", "en": "the council"},
}


def names_in(
    lang: Lang,
    directory: Directory,
    projection: Projection,
    operations: Mapping[str, Mapping[Lang, str]],
) -> Names:
    """Rates as they are agreed now: one of a month that is over never changes."""
    activities = {one.activity.activity: one for one in projection.activities()}

    def worth(activity: int, month: int) -> Worth:
        return _worth(activities.get(activity), activity, month, lang)

    return Names(
        lang=lang,
        member=lambda member: directory.name(member, lang) or str(member),
        worth=worth,
        role=lambda role: ROLES.get(role, {}).get(lang, role),
        operation=lambda name: operations.get(name, {}).get(lang, name),
    )


def called(routes: Iterable[BaseRoute]) -> dict[str, Mapping[Lang, str]]:
    """What each operation does, by its id: the first words of its description."""
    found: dict[str, Mapping[Lang, str]] = {}
    for route in routes:
        if isinstance(route, APIRoute) and route.operation_id:
            zh, _, en = route.description.partition(" · ")
            found[route.operation_id] = {"zh": _head(zh, "：；"), "en": _head(en, ":;.")}
    return found


def _head(words: str, stops: str) -> str:
    for stop in stops:
        words = words.partition(stop)[0]
    return words.strip()


def _worth(found: Activity | None, activity: int, month: int, lang: Lang) -> Worth:
    if found is None:
        return Worth(str(activity), "", 0, 1)
    rate = found.rate_in(month)
    numerator, denominator = (0, 1) if rate is None else (rate.numerator, rate.denominator)
    standard = _installed()
    entry = standard.activities.get(found.activity.code)
    if entry is None:
        return Worth(found.activity.code, "", numerator, denominator)
    unit = standard.unit(entry)
    name, unit_name = (entry.zh, unit.zh) if lang == "zh" else (entry.en, unit.en)
    return Worth(name, unit_name, numerator, denominator)


@cache
def _installed() -> Standard:
    return load()
