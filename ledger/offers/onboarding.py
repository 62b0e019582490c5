"""How an organisation comes to take points: it applies, is vetted, and the council adds it.

That it has joined is written nowhere: a member of the agreed code stands on the chain, or not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ledger.errors import Refused, Rejected
from ledger.offers.trying import changing
from ledger.offers.values import Application, ApplicationState
from ledger.redeeming.seeing import indexed
from ledger.redeeming.workplace import Look, Workplace, check_id, content_of, require_same
from ledger.store import index_network as network
from ledger.store import offers_applications as rows
from ledger.store.offers_applications import ApplicationRow, Chosen

UNDECIDED_MOST = 1_000
"""Applications that may wait: anybody may apply, so anybody could fill the table."""


class Decision(NamedTuple):
    """What the operator's staff say. ``code``: the member's on the chain, where they agree."""

    accepted: bool
    reason: str
    code: str | None = None


class Onboarding:
    """Use cases of applications at one workplace. Safe to call from any thread."""

    def __init__(self, work: Workplace) -> None:
        self._work = work

    def apply(
        self, name: str, organisation: str, told: Mapping[str, Any], *, dry_run: bool = False
    ) -> Application:
        """An application; the same again for the same id and content.

        Raises Rejected("order.id-reused"), Refused("acceptor.too-many-applications").
        """
        check_id(name)
        content = content_of("application", organisation, sorted(told.items()))
        with changing(self._work, dry_run) as at:
            before = rows.find(at.operator, name)
            if before is not None:
                require_same(name, before.content, content)
                return self._read(at, name)
            if rows.undecided(at.operator) >= UNDECIDED_MOST:
                raise Refused("acceptor.too-many-applications", most=UNDECIDED_MOST)
            applied = {"told": json.dumps(told, ensure_ascii=False), "organisation": organisation}
            values = {"id": name, "content": content, "applied_s": _now_s(at), **applied}
            rows.add(at.operator, values)
            return self._read(at, name)

    def decide(self, name: str, decision: Decision, *, dry_run: bool = False) -> Application:
        """The application agreed to, or refused; the same decision again is the same.

        Raises Rejected: acceptor.application-unknown, acceptor.code-missing; Refused:
        acceptor.decided, acceptor.code-taken.
        """
        state = ApplicationState.VETTED if decision.accepted else ApplicationState.REFUSED
        code = decision.code if decision.accepted else None
        if decision.accepted and code is None:
            raise Rejected("acceptor.code-missing", field="code")
        with changing(self._work, dry_run) as at:
            row = _found(at, name)
            if row.state != ApplicationState.APPLIED:
                if (row.state, row.code, row.reason) != (state, code, decision.reason):
                    raise Refused("acceptor.decided", id=name, state=row.state)
                return self._read(at, name)
            if code is not None:
                _require_free(at, code)
            values = {"code": code, "reason": decision.reason, "decided_s": _now_s(at)}
            rows.decide(at.operator, name, state, values)
            return self._read(at, name)

    def read(self, name: str) -> Application:
        """Rejected("acceptor.application-unknown")."""
        with self._work.look() as at:
            return self._read(at, name)

    def page(
        self, state: ApplicationState | None, before: int | None, most: int
    ) -> tuple[list[Application], int | None]:
        """Newest first, and the number behind which the next page begins."""
        with self._work.look() as at:
            members = _members(at)
            codes = tuple(members)
            chosen = {
                None: Chosen(),
                ApplicationState.JOINED: Chosen(ApplicationState.VETTED, among=codes),
                ApplicationState.VETTED: Chosen(ApplicationState.VETTED, beyond=codes),
            }.get(state) or Chosen(state)
            found = rows.page(at.operator, chosen, before, most)
        following = found[-1].seq if len(found) == most else None
        return [_application(row, members) for row in found], following

    def joined(self) -> dict[int, Application]:
        """By member: the applications of those who have joined."""
        with self._work.look() as at:
            members = _members(at)
            every = [_application(row, members) for row in rows.agreed(at.operator)]
        return {each.member: each for each in every if each.member is not None}

    def _read(self, at: Look, name: str) -> Application:
        return _application(_found(at, name), _members(at))


def _found(at: Look, name: str) -> ApplicationRow:
    row = rows.find(at.operator, name)
    if row is None:
        raise Rejected("acceptor.application-unknown", id=name)
    return row


def _require_free(at: Look, code: str) -> None:
    if code in _members(at) or rows.with_code(at.operator, code) is not None:
        raise Refused("acceptor.code-taken", field="code", name=code)


def _members(at: Look) -> dict[str, int]:
    """Members' numbers by their code on the chain."""
    return {row.code: row.member for row in network.members(at.projection)}


def _application(row: ApplicationRow, members: Mapping[str, int]) -> Application:
    member = None if row.code is None else members.get(row.code)
    state = ApplicationState(row.state) if member is None else ApplicationState.JOINED
    return Application(
        row.id, state, row.organisation, json.loads(row.told), row.applied_s, row.code, member,
        row.reason, row.decided_s,
    )  # fmt: skip


def _now_s(at: Look) -> int:
    return indexed(at.projection).time_s
