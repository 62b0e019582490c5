"""RFC 9457 problems as the errors that they were: the same kind, code and values.

A code that this version does not know keeps the kind that its HTTP status speaks for.
"""

from __future__ import annotations

from typing import Any

import httpx

from ledger.errors import Broken, OutcomeUnknown, Refused, Rejected, TongduiError, Unavailable
from ledger.refusals import ENTRIES

_KINDS: dict[int, type[TongduiError]] = {
    401: Refused,
    403: Refused,
    409: Refused,
    429: Unavailable,
    502: Unavailable,
    503: Unavailable,
    504: OutcomeUnknown,
}


def error_of(answer: httpx.Response, key: str | None) -> TongduiError:
    """The error that an answer tells of.

    What may be tried again also has the field ``idempotency_key``, where a command had one.
    """
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("code"), str):
        return not_understood(answer)
    code, values = told["code"], dict(told.get("values") or {})
    kind = ENTRIES[code].kind if code in ENTRIES else _kind(answer.status_code)
    if key is not None and issubclass(kind, Unavailable | OutcomeUnknown):
        values["idempotency_key"] = key
    return kind(code, **values)


def not_understood(answer: httpx.Response) -> TongduiError:
    """For an answer that is none of the API's: a proxy's page, or a shape that does not fit."""
    if answer.status_code in (502, 503):
        return Unavailable("client.no-answer", url=_place(answer), why=str(answer.status_code))
    return Broken("client.not-understood", url=_place(answer), status=answer.status_code)


def no_answer(url: str, error: httpx.TransportError) -> Unavailable:
    """Nothing was sent, or nothing can have happened."""
    return Unavailable("client.no-answer", url=url, why=type(error).__name__)


def answer_lost(url: str, error: httpx.TransportError, key: str | None) -> OutcomeUnknown:
    """It was sent, and may have had its effect."""
    why = type(error).__name__
    return OutcomeUnknown("client.answer-lost", url=url, why=why, idempotency_key=key)


def _kind(status: int) -> type[TongduiError]:
    return _KINDS.get(status, Broken if status >= 500 else Rejected)


def _place(answer: httpx.Response) -> str:
    parts: Any = answer.request.url
    return str(parts.copy_with(query=None))
