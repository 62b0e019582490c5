"""Adapters that break one duty each on the wire: over real HTTP, before our outside systems."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx
import orjson

from issuers import culture, environment, volunteer
from issuers.adapter import (
    CreditRefused,
    Cursor,
    IssuerAdapter,
    LayoutChanged,
    MarkAnswer,
    Page,
    RawRow,
    Source,
)
from issuers.conformance.stage import Stage
from issuers.culture import CultureAdapter
from issuers.environment import EnvironmentAdapter
from issuers.remote import Remote, admitted, object_in
from issuers.sandbox.stage import staged
from issuers.unchanged import Unchanged
from issuers.volunteer import VolunteerAdapter
from issuers.waiting import TRIES, Pace, Patience
from ledger.errors import OutcomeUnknown, Unavailable


@dataclass(frozen=True)
class OverHttp:
    """A candidate: one of our outside systems, and some adapter of it."""

    name: str
    scheme: str
    opens: Callable[[Source], IssuerAdapter]
    after: Callable[[], object] = list
    """Run once the suite is over."""

    def open_adapter(self, source: Source) -> IssuerAdapter:
        return self.opens(source)

    @contextmanager
    def conformance_source(self) -> Iterator[Stage]:
        try:
            with staged(self.scheme) as stage:
                yield stage
        finally:
            self.after()


class Deaf(Patience):
    """Is told how long to wait, and waits as ``heard`` has it."""

    heard: Callable[[float], float | None]

    def told(self, headers: Mapping[str, str]) -> float | None:
        wanted_s = super().told(headers)
        return None if wanted_s is None else self.heard(wanted_s)


class CutsWaitsShort(Deaf):
    """A second is too long."""

    heard = staticmethod(lambda wanted_s: 0.3 if wanted_s == 1 else wanted_s)


class ReadsNoDates(Deaf):
    """``Retry-After`` is a number."""

    def told(self, headers: Mapping[str, str]) -> float | None:
        number = headers.get("retry-after", "").isdecimal()
        return super(Deaf, self).told(headers) if number else None


class ForgetsTheMoment(Patience):
    """Gives up, and is back with the next round."""

    def begin(self, path: str) -> None:
        self._rests_until_s = 0.0
        super().begin(path)


class Hammers(Patience):
    """Twenty tries, all at once."""

    def wait(self, path: str, headers: Mapping[str, str], tried: int) -> None:
        if self.told(headers) is None:
            time.sleep(0.02)
        else:
            super().wait(path, headers, tried)


class EagerRemote(Remote):
    """Does not know when to stop."""

    def _goes_on(self, path: str, outcome: Any, tried: int, *, unclear: bool) -> bool:
        busy = isinstance(outcome, httpx.Response) and "retry-after" not in outcome.headers
        at = (1 if tried < 20 else TRIES) if busy else tried
        return super()._goes_on(path, outcome, at, unclear=unclear)


class WholeRemote(Remote):
    """Asks for everything, always."""

    def changed(self, path: str, cursor: str, **params: str | int) -> httpx.Response | None:
        return self.get(path, **params)


class ForgetsCursors(Unchanged):
    """What was answered once needs no second answer, stored or not."""

    def headers(self, address: str, cursor: str) -> dict[str, str]:
        return super().headers(address, "")

    def keep(self, address: str, cursor: str, answer: Mapping[str, str]) -> None:
        super().keep(address, "", answer)


class KeyInTheAddress(Remote):
    """The key stands in the query, where every log of the way keeps it."""

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        params = (given.pop("params", None) or {}) | {"key": self.key}
        return super().ask(method, path, params=params, **given)

    key = ""


class LeavesTheDoorOpen(CultureAdapter):
    """Nothing to release, it thinks."""

    left: ClassVar[list[Remote]] = []

    def close(self) -> None:
        """Left to others."""
        self.left.append(self.remote)

    @classmethod
    def tidy(cls) -> None:
        """The others."""
        while cls.left:
            cls.left.pop().close()


class TakesSilenceForYes(CultureAdapter):
    """It will have worked."""

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        try:
            super().credit(hold_id, member_id, native_points)
        except OutcomeUnknown:
            return


class TakesCrashesForNo(CultureAdapter):
    """A server's error is an answer, is it not?"""

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        try:
            super().credit(hold_id, member_id, native_points)
        except OutcomeUnknown as error:
            if error.fields["why"] != "status 500":
                raise
            why = "server"
            raise CreditRefused(
                "credit.refused", hold_id=hold_id, member_id=member_id, why=why
            ) from error


class TriesUnderAnotherHold(CultureAdapter):
    """The first one got no answer: it must have been the hold's fault."""

    unheard: frozenset[str] = frozenset()

    def credit(self, hold_id: str, member_id: str, native_points: int) -> None:
        given = f"{hold_id}-again" if hold_id in self.unheard else hold_id
        try:
            super().credit(given, member_id, native_points)
        except OutcomeUnknown as error:
            if error.fields["why"] != "status 500":
                self.unheard |= {hold_id}
            raise


class TakesSilenceForNothing(CultureAdapter):
    """No answer: nothing happened."""

    def _mark(self, step: str, event_ids: Any) -> dict[str, MarkAnswer]:
        try:
            return super()._mark(step, event_ids)
        except OutcomeUnknown as error:
            raise Unavailable("source.unavailable", path=step, why="silence") from error


class ReadsAnyLayout(CultureAdapter):
    """No rows today."""

    def read(self, since: Cursor) -> Iterator[Page]:
        try:
            yield from super().read(since)
        except LayoutChanged:
            return


class LogsInTooOften(VolunteerAdapter):
    """Once for luck."""


class KeepsTheDay(EnvironmentAdapter):
    """A signature is a signature, whenever it was made."""

    def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[RawRow, ...]:
        given = {name.lower(): value for name, value in headers.items()}
        stamp = given.get("webhook-timestamp", "")
        if stamp.isdecimal():
            self._clock_s = lambda: float(stamp)
        try:
            return super().accept(headers, body)
        finally:
            self._clock_s = time.time


class KnowsTheSignature(EnvironmentAdapter):
    """What was right once is right."""

    def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[RawRow, ...]:
        known: set[str] = self.__dict__.setdefault("_known", set())
        given = {name.lower(): value for name, value in headers.items()}
        if given.get("webhook-signature") in known and len(given) == 3 and all(given.values()):
            fresh = abs(time.time() - float(given["webhook-timestamp"])) < 300
            return (RawRow(f"webhook {given['webhook-id']}", body),) if fresh else ()
        rows = super().accept(headers, body)
        known.add(given["webhook-signature"])
        return rows


class TrustsWithoutSecret(EnvironmentAdapter):
    """Not subscribed yet: whoever calls will be right."""

    def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[RawRow, ...]:
        if not self.secret:
            return (RawRow("webhook", body),)
        return super().accept(headers, body)


class RemembersCalls(EnvironmentAdapter):
    """Drops the call that it has just had, though nobody may have stored it: of those that the
    suite makes alone, since it would lose what comes again within a second too."""

    def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[RawRow, ...]:
        rows = super().accept(headers, body)
        had, self._had = getattr(self, "_had", None), dict(headers)
        return () if had == self._had and "msg_conformance" in rows[0].place else rows


class CannotAskAgain(EnvironmentAdapter):
    """Promises a replay."""

    def replay(self, since: Any) -> int:
        return 3


class FallsForOrder(EnvironmentAdapter):
    """Each call has to be later than the one before."""

    def accept(self, headers: Mapping[str, str], body: bytes) -> tuple[RawRow, ...]:
        rows = super().accept(headers, body)
        if "other_way" not in rows[0].place:
            return rows
        at = orjson.loads(body)["data"]["at"]
        last, self._last = getattr(self, "_last", 0), at
        return () if at < last else rows


def _patient(patience: Callable[[Pace], Patience], remote: type[Remote] = Remote) -> Any:
    """Culture's adapter with another way of waiting."""

    def opened(source: Source) -> IssuerAdapter:
        made = remote(source, headers={"X-API-Key": source.secret})
        made._patience = patience(Pace())
        return CultureAdapter(made)

    return opened


def _culture(kind: type[CultureAdapter]) -> Callable[[Source], IssuerAdapter]:
    return lambda source: kind(Remote(source, headers={"X-API-Key": source.secret}))


def _environment(kind: type[EnvironmentAdapter]) -> Callable[[Source], IssuerAdapter]:
    return lambda source: kind(
        Remote(source, headers={"Authorization": f"Bearer {source.secret}"}), ""
    )


def _key_in_the_address(source: Source) -> IssuerAdapter:
    remote = KeyInTheAddress(source, headers={"X-API-Key": source.secret})
    remote.key = source.secret
    return CultureAdapter(remote)


def _volunteer(
    remote: type[Remote] = Remote, logins: int = 1, unchanged: Unchanged | None = None
) -> Callable[[Source], IssuerAdapter]:
    def opened(source: Source) -> IssuerAdapter:
        def login(client: httpx.Client) -> None:
            words = {"account": source.user, "password": source.secret}
            for _ in range(logins):
                answer = client.post("/api/login", json=words)
                admitted(answer)
                client.headers["Authorization"] = f"Token {object_in(answer)['token']}"

        kept = ForgetsCursors() if unchanged is not None else None
        return VolunteerAdapter(remote(source, login=login, unchanged=kept))

    return opened


HONEST = (
    OverHttp("volunteer", "volunteer", volunteer.open_adapter),
    OverHttp("culture", "culture", culture.open_adapter),
    OverHttp("environment", "environment", environment.open_adapter),
)
"""The adapters that these are made from."""
IMPOLITE: dict[OverHttp, str] = {
    OverHttp("cuts waits short", "culture", _patient(CutsWaitsShort)): "manners.retry-after",
    OverHttp("reads no dates", "culture", _patient(ReadsNoDates)): "manners.retry-after-date",
    OverHttp("forgets the moment", "culture", _patient(ForgetsTheMoment)): "manners.long-wait",
    OverHttp("hammers", "culture", _patient(Hammers, EagerRemote)): "manners.back-off",
    OverHttp("key in the address", "culture", _key_in_the_address): "manners.secrets",
    OverHttp("door left open", "culture", _culture(LeavesTheDoorOpen), LeavesTheDoorOpen.tidy):
        "manners.closed",
    OverHttp("silence is yes", "culture", _culture(TakesSilenceForYes)): "marks.never-arrived",
    OverHttp("a crash is no", "culture", _culture(TakesCrashesForNo)): "credit.server-error",
    OverHttp("another hold", "culture", _culture(TriesUnderAnotherHold)): "credit.lost-answer",
    OverHttp("silence is no", "culture", _culture(TakesSilenceForNothing)): "marks.lost-answer",
    OverHttp("any layout", "culture", _culture(ReadsAnyLayout)): "rows.layout",
    OverHttp("asks for all", "volunteer", _volunteer(WholeRemote)): "manners.conditional",
    OverHttp("forgets cursors", "volunteer", _volunteer(unchanged=Unchanged())): "manners.unstored",
    OverHttp("logs in too often", "volunteer", _volunteer(logins=4)): "manners.login",
    OverHttp("keeps the day", "environment", _environment(KeepsTheDay)): "calls.window",
    OverHttp("knows the signature", "environment", _environment(KnowsTheSignature)):
        "calls.genuine",
    OverHttp("trusts anybody", "environment", _environment(TrustsWithoutSecret)):
        "calls.without-secret",
    OverHttp("remembers calls", "environment", _environment(RemembersCalls)): "calls.repeatable",
    OverHttp("cannot ask again", "environment", _environment(CannotAskAgain)): "calls.sent-again",
    OverHttp("falls for order", "environment", _environment(FallsForOrder)): "calls.any-order",
}  # fmt: skip
"""Each breaks the one duty, and no other."""
