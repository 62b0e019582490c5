"""The counter itself: knows who asks, finds the route, and answers errors as RFC 9457 problems.

Who may act is decided here and nowhere else. The handlers know no HTTP.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from issuers.counter.clerks import Clerks
from issuers.counter.passes import OFFICE
from issuers.counter.routing import Answer, Ask, Route, Routes, Stream, Who
from ledger.errors import Refused, Rejected, TongduiError, Unavailable
from ledger.refusals import coded, explain, http_status

PREFIX = "/counter"
Reply = tuple[int, Answer]
"""(HTTP status, what is answered)."""
_BEARER = "Bearer "
_log = logging.getLogger(__name__)


class Counter:
    """Answers what stands under ``/counter``. ``now`` is the chain's time; None: not known yet."""

    def __init__(
        self,
        clerks: Clerks,
        routes: Iterable[Route],
        office_secret: str,
        now: Callable[[], int | None],
    ) -> None:
        self._clerks = clerks
        self._routes = Routes([*clerks.routes(), *routes])
        self._office_secret = office_secret
        self._now = now

    def answer(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        stream: Stream,
        length: int,
    ) -> Reply:
        """The answer to one request; errors of ours become problems, others pass through."""
        path, _, query = target.removeprefix(PREFIX).partition("?")
        try:
            found = self._routes.find(method, path)
            if found is None:
                raise Rejected("counter.no-route", method=method, path=path)
            route, parts = found
            by = self._who(headers, route.who)
            at_s = self._now()
            if at_s is None:
                raise Unavailable("counter.not-ready")
            given = {name: values[-1] for name, values in parse_qs(query).items()}
            plain = {name: unquote(part) for name, part in parts.items()}
            return 200, route.handler(Ask(by, at_s, plain, given, stream, length))
        except TongduiError as error:
            _log.info("%s %s: %s", method, path, error)
            return http_status(error), problem(error)

    def _who(self, headers: Mapping[str, str], wanted: Who) -> str:
        """The name of who asks. Refused where nobody knows them, or they may not."""
        words = headers.get("Authorization", "")
        secret = words.removeprefix(_BEARER)
        if not words.startswith(_BEARER) or not secret:
            raise Refused("counter.no-secret")
        if hmac.compare_digest(secret.encode(), self._office_secret.encode()):
            return OFFICE
        name = self._clerks.name_of(secret)
        if name is None:
            raise Refused("counter.unknown-secret")
        if wanted is Who.OFFICE:
            raise Refused("counter.office-only", name=name)
        return name


def problem(error: TongduiError) -> dict[str, Any]:
    """RFC 9457, with both languages: a command line shows the one that its user reads."""
    known = coded(error)
    zh, en = explain(error, "zh"), explain(error, "en")
    fields = {
        name: "0x" + value.hex() if isinstance(value, bytes) else value
        for name, value in known.fields.items()
    }
    return {
        "type": f"/problems/{known.code}", "status": http_status(error), "code": known.code,
        "kind": known.status_word, "title": en.sentence, "detail": zh.sentence,
        "zh": zh.sentence, "fix_zh": zh.fix, "en": en.sentence, "fix_en": en.fix,
        "field": fields.get("field"), "values": fields,
    }  # fmt: skip
