"""Environment (早点星球): signed webhooks, grams by kind of waste, at least once, in no order.

The source's habits: one event a call; times in milliseconds or as UTC text; a call is repeated
until it is answered 2xx, so it is answered only when stored. Calls are signed as Standard
Webhooks says. The weighings of a span of days can be asked for as a list, for a month's tie-out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime

import orjson

from issuers import reading
from issuers.adapter import (
    EarningEvent,
    IssuerAdapter,
    Item,
    LayoutChanged,
    RawRow,
    SignatureInvalid,
    Source,
)
from issuers.balances import BalancedAdapter
from issuers.conformance.stage import Stage
from issuers.reading import RowFault
from issuers.remote import Remote, listed, object_in, succeeded, word

SUBSCRIPTION = "/v1/subscription"
WEIGHINGS = "/v1/weighings"
ACTIVITIES = {
    "paper": "ENV.PAPER",
    "plastic": "ENV.PLASTIC",
    "metal": "ENV.METAL",
    "glass": "ENV.GLASS",
    "kitchen": "ENV.KITCHEN",
    "battery": "ENV.BATTERY",
}
"""The source's word → code of the standard."""
REPLAY_WINDOW_S = 300
"""How far a call's timestamp may be from our clock, either way."""
SECRET = "webhook_secret"  # noqa: S105 - the setting's name
"""The name under Source.extra of the secret that subscribe() was given."""


class EnvironmentAdapter(BalancedAdapter):
    """Takes calls. ``clock_s`` is the real time: signatures live by it, not by the chain's."""

    scheme = "environment"
    prefix = "/v1"
    balance_activity = "ENV.BALANCE"

    def __init__(
        self, remote: Remote, secret: str = "", clock_s: Callable[[], float] = time.time
    ) -> None:
        super().__init__(remote)
        self.secret, self._clock_s = secret, clock_s

    def subscribe(self, url: str) -> None:
        """Have calls sent to ``url``; the source keeps its secret over a change of address."""
        answer = succeeded(self.remote.ask("PUT", SUBSCRIPTION, body={"url": url}))
        self.secret = word(object_in(answer), "secret", SUBSCRIPTION)

    def replay(self, since: date) -> int:
        """Have sent again what was shown from that day on; how many calls that will be."""
        path = f"{SUBSCRIPTION}/replay"
        queued = object_in(self.remote.post(path, {"since": since.isoformat()})).get("queued")
        if not isinstance(queued, int):
            raise LayoutChanged("source.layout-changed", where=path, wanted="queued")
        return queued

    def statement(self, first: date, last: date) -> Iterator[RawRow]:
        """The weighings of these days as the calls told of them, page by page."""
        span, after = f"{first}..{last}", 0
        while True:
            days = {"first": first.isoformat(), "last": last.isoformat()}
            found = object_in(self.remote.get(WEIGHINGS, **days, after=after))
            for at, record in enumerate(listed(found, "weighings", WEIGHINGS), after + 1):
                yield RawRow(f"weighings {span} row {at}", orjson.dumps(record))
            following = found.get("next")
            if following is None:
                return
            if not isinstance(following, int) or following <= after:
                raise LayoutChanged("source.layout-changed", where=WEIGHINGS, wanted="next")
            after = following

    def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[RawRow, ...]:
        """The one row of a genuine call. Header names in any case."""
        given = {name.lower(): value for name, value in headers.items()}
        message_id = given.get("webhook-id", "")
        stamp, told = given.get("webhook-timestamp", ""), given.get("webhook-signature", "")
        if not message_id or not stamp.isdecimal() or not self.secret:
            raise SignatureInvalid("webhook.signature", message_id=message_id, why="headers")
        if abs(self._clock_s() - int(stamp)) > REPLAY_WINDOW_S:
            raise SignatureInvalid("webhook.signature", message_id=message_id, why="timestamp")
        wanted = _signature(self.secret, message_id, stamp, body)
        if not any(_same(wanted, one) for one in told.split()):
            raise SignatureInvalid("webhook.signature", message_id=message_id, why="signature")
        return (RawRow(f"webhook {message_id}", body),)

    def parse(self, row: RawRow, now: datetime) -> Item:
        """The weighing that the call tells of."""
        return reading.judged(row, lambda raw: _event(raw, now), "data", "event_id")


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> bytes:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return hmac.digest(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256)


def _same(wanted: bytes, told: str) -> bool:
    version, _, text = told.partition(",")
    try:
        given = base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return version == "v1" and hmac.compare_digest(wanted, given)


def _event(row: RawRow, now: datetime) -> EarningEvent:
    fields = reading.fields_of(row).get("data")
    if not isinstance(fields, dict):
        raise RowFault("data", "row.broken", fields)
    event_id, member = reading.text(fields, "event_id"), reading.text(fields, "user")
    waste = reading.text(fields, "waste")
    if waste not in ACTIVITIES:
        raise RowFault("waste", "activity.unknown", waste)
    code = ACTIVITIES[waste]
    grams = reading.quantity(fields, "grams")
    when = reading.past(reading.moment_or_milliseconds(fields, "at"), now, "at")
    record = reading.canonical(
        event=event_id, member=member, activity=code, grams=grams, occurred=when
    )
    return EarningEvent(event_id, member, code, grams, when, record, row.place)


def open_adapter(source: Source) -> IssuerAdapter:
    """The adapter, with the API key on every request of ours."""
    remote = Remote(source, headers={"Authorization": f"Bearer {source.secret}"})
    return EnvironmentAdapter(remote, source.extra.get(SECRET, ""))


def conformance_source() -> AbstractContextManager[Stage]:
    """The system on which the conformance suite tries this adapter."""
    from issuers.sandbox.stage import staged

    return staged(EnvironmentAdapter.scheme)
