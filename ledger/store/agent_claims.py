"""What is asked of residents' claims at an issuer's agent. Repository only: commits nothing.

``content`` is what the resident asks and ``answer`` what the issuer says, both as JSON; neither
holds a member id. Times are seconds since 1970.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select, update

from ledger.claims import BY_HAND, Kind
from ledger.store import transitions
from ledger.store.agent_office_tables import CLAIM_MACHINE, CLAIMS, Claim
from ledger.store.agent_tables import INBOX
from ledger.units import DAY_S

CHUNK = 500
"""Values in one question."""
_c = CLAIMS.c


class ClaimRow(NamedTuple):
    """One claim; ``answer`` None while nobody has decided."""

    id: str
    kind: Kind
    account: bytes
    content: Mapping[str, Any]
    received_s: int
    answer: Mapping[str, Any] | None
    state: Claim


class Tally(NamedTuple):
    """Claims that a person has to answer, those of them past their time, and answers to be told."""

    open: int
    overdue: int
    untold: int


class Deed(NamedTuple):
    """A row of the inbox, as a clerk needs it to answer; ``day`` in days since 1970."""

    event_id: str | None
    activity: int | None
    day: int | None
    month: int | None
    reported: int | None
    quantity: int | None
    units: int | None
    state: str
    reason: str | None


def find(connection: Connection, claim_id: str) -> ClaimRow | None:
    """The claim, if it is here."""
    row = connection.execute(select(CLAIMS).where(_c.id == claim_id)).one_or_none()
    return None if row is None else _claim(row)


def states(connection: Connection, ids: Iterable[str]) -> dict[str, Claim]:
    """Where those of these claims stand that are here."""
    wanted, found = sorted(set(ids)), dict[str, Claim]()
    for start in range(0, len(wanted), CHUNK):
        chosen = select(_c.id, _c.state).where(_c.id.in_(wanted[start : start + CHUNK]))
        found |= {row[0]: Claim(row[1]) for row in connection.execute(chosen)}
    return found


def of_state(connection: Connection, state: Claim, most: int) -> list[ClaimRow]:
    """Claims in that state, in the order of coming."""
    chosen = select(CLAIMS).where(_c.state == state).order_by(_c.received_s, _c.id).limit(most)
    return [_claim(row) for row in connection.execute(chosen)]


def waiting(connection: Connection, kinds: Sequence[Kind], most: int) -> list[ClaimRow]:
    """Undecided claims of these kinds, in the order of coming."""
    chosen = select(CLAIMS).where(_c.state == Claim.SEEN, _c.kind.in_(kinds))
    rows = connection.execute(chosen.order_by(_c.received_s, _c.id).limit(most))
    return [_claim(row) for row in rows]


def undecided(connection: Connection) -> set[str]:
    """Ids of all that nobody has decided."""
    return set(connection.execute(select(_c.id).where(_c.state == Claim.SEEN)).scalars())


def by_hand(connection: Connection, *, every: bool, most: int) -> list[ClaimRow]:
    """Claims that a person answers, undecided ones or all, newest last."""
    chosen = select(CLAIMS).where(_c.kind.in_(BY_HAND))
    if not every:
        chosen = chosen.where(_c.state == Claim.SEEN)
    rows = connection.execute(chosen.order_by(_c.received_s, _c.id).limit(most))
    return [_claim(row) for row in rows]


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Claims that were read: id, kind, account, content, received_s."""
    plain = [{**row, "content": _text(row["content"])} for row in rows]
    transitions.create_many(connection, CLAIM_MACHINE, CLAIMS, Claim.SEEN, plain)


def decide(
    connection: Connection,
    claim_id: str,
    answer: Mapping[str, Any],
    content: Mapping[str, Any] | None = None,
) -> None:
    """The answer stands here; with ``content`` that takes the place of what was asked."""
    values = {"answer": _text(answer)} | ({} if content is None else {"content": _text(content)})
    states_ = (Claim.SEEN, Claim.DECIDED)
    transitions.move(connection, CLAIM_MACHINE, CLAIMS, {"id": claim_id}, states_, values)


def told(connection: Connection, claim_id: str, answer: Mapping[str, Any]) -> None:
    """The operator has the answer, which stands as this."""
    states_ = (Claim.DECIDED, Claim.ANSWERED)
    values = {"answer": _text(answer)}
    transitions.move(connection, CLAIM_MACHINE, CLAIMS, {"id": claim_id}, states_, values)


def guesses(connection: Connection, since_s: int, reason: str) -> list[bytes]:
    """Accounts of the links that were answered so since then, one for each answer."""
    chosen = select(_c.account, _c.answer).where(
        _c.kind == Kind.LINK, _c.state != Claim.SEEN, _c.received_s >= since_s - DAY_S
    )
    found = []
    for account, text in connection.execute(chosen):
        answer = json.loads(text)
        if answer["reason"] == reason and answer["at_s"] >= since_s:
            found.append(account)
    return found


def deeds(connection: Connection, member_id: str, month: int | None, most: int) -> list[Deed]:
    """A member's events, of that month or of all, newest first."""
    c = INBOX.c
    chosen = select(*(c[name] for name in Deed._fields))
    chosen = chosen.where(c.member_id == member_id, ~c.is_notice)
    if month is not None:
        chosen = chosen.where(c.month == month)
    return [Deed(*row) for row in connection.execute(chosen.order_by(c.id.desc()).limit(most))]


def tally(connection: Connection, now_s: int) -> Tally:
    """What waits for a person, and what for the operator."""
    open_ones = by_hand(connection, every=False, most=10_000)
    overdue = sum(one.content.get("due_s", now_s) < now_s for one in open_ones)
    untold = select(func.count()).select_from(CLAIMS).where(_c.state == Claim.DECIDED)
    return Tally(len(open_ones), overdue, int(connection.execute(untold).scalar_one()))


def forget(connection: Connection, account: bytes, answer: Mapping[str, Any]) -> None:
    """Nothing of what was asked for an account, nor said in a clerk's words, stands here any more;
    what nobody has decided is decided by this answer."""
    undecided_ones = select(_c.id).where(_c.account == account, _c.state == Claim.SEEN)
    for claim_id in list(connection.execute(undecided_ones).scalars()):
        decide(connection, claim_id, answer)
    rows = connection.execute(select(_c.id, _c.answer).where(_c.account == account)).all()
    for claim_id, text in rows:
        kept = json.loads(text) | {"words": ""}
        chosen = update(CLAIMS).where(_c.id == claim_id)
        connection.execute(chosen.values(content="{}", answer=_text(kept)))


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(dict(content), ensure_ascii=False)


def _claim(row: Row[Any]) -> ClaimRow:
    values = row._asdict()
    answer = values["answer"]
    return ClaimRow(**values | {
        "kind": Kind(values["kind"]), "content": json.loads(values["content"]),
        "answer": None if answer is None else json.loads(answer), "state": Claim(values["state"]),
    })  # fmt: skip
