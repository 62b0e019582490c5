"""How pages show numbers, points and times: by Babel, in the page's language, in Beijing time.

Pure. Amounts are units of 0.01 point; moments carry their time zone, days and months may not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from ledger.refusals import Lang
from ledger.units import BEIJING, points_text

LOCALES: dict[Lang, Locale] = {"zh": Locale("zh", "CN", script="Hans"), "en": Locale("en")}
HTML_LANGS: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}
"""As ``lang`` attributes and Content-Language say it."""
_DAY: dict[Lang, str] = {"zh": "y年M月d日", "en": "d MMMM y"}
_SHORT_DAY: dict[Lang, str] = {"zh": "M月d日", "en": "d MMM"}
_MOMENT: dict[Lang, str] = {"zh": "y年M月d日 HH:mm", "en": "d MMMM y, HH:mm"}
_MONTH: dict[Lang, str] = {"zh": "y年M月", "en": "MMMM y"}
_WEEKDAY: dict[Lang, str] = {"zh": "M月d日 EEEE", "en": "EEEE, d MMMM"}


def count(number: int, lang: Lang) -> str:
    """A whole number with its groups: 12,345."""
    return format_decimal(number, locale=LOCALES[lang])


def day(when: date, lang: Lang) -> str:
    """2026年5月9日, 9 May 2026; of a moment, the day in Beijing."""
    return format_date(_here(when), _DAY[lang], LOCALES[lang])


def short_day(when: date, lang: Lang) -> str:
    """5月9日, 9 May: where the year goes without saying."""
    return format_date(_here(when), _SHORT_DAY[lang], LOCALES[lang])


def weekday(when: date, lang: Lang) -> str:
    """5月9日 星期六, Saturday, 9 May."""
    return format_date(_here(when), _WEEKDAY[lang], LOCALES[lang])


def month(when: date | str, lang: Lang) -> str:
    """2026年5月, May 2026; also of the API's ``2026-05``."""
    first = date.fromisoformat(f"{when}-01") if isinstance(when, str) else _here(when)
    return format_date(first, _MONTH[lang], LOCALES[lang])


def moment(when: datetime, lang: Lang) -> str:
    """2026年5月9日 14:05."""
    return format_datetime(_here(when), _MOMENT[lang], locale=LOCALES[lang])


def filters(lang: Lang) -> dict[str, Callable[..., str]]:
    """What templates of that language may use, by name."""

    def of(show: Callable[[Any, Lang], str]) -> Callable[[Any], str]:
        return lambda value: show(value, lang)

    named = {f.__name__: of(f) for f in (count, day, short_day, weekday, month, moment)}
    return named | {"points": points_text}


def _here(when: Any) -> Any:
    """A moment as Beijing's clocks show it; a day as it is."""
    return when.astimezone(BEIJING) if isinstance(when, datetime) else when
