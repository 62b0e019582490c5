"""Which of the two languages a request is answered in: Chinese, unless English is preferred."""

from __future__ import annotations

from starlette.requests import Request

from ledger.refusals import Lang


def language_of(request: Request) -> Lang:
    """By ``?lang=``, else by ``Accept-Language``."""
    asked = request.query_params.get("lang", "")
    if asked in ("zh", "en"):
        return "en" if asked == "en" else "zh"
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> Lang:
    """The better liked of the two in an ``Accept-Language`` header; Chinese where they tie."""
    weights: dict[str, float] = {}
    for choice in header.split(","):
        name, _, weight = choice.strip().partition(";")
        language = name.strip().lower().partition("-")[0]
        weights[language] = max(weights.get(language, 0.0), _weight(weight))
    rest = weights.get("*", 0.0)
    return "en" if weights.get("en", rest) > weights.get("zh", rest) else "zh"


def _weight(text: str) -> float:
    """The ``q`` of a choice; 1 where it says none, 0 where it makes no sense."""
    name, _, value = text.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
