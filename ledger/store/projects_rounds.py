"""What is asked of rounds of voting, the voices in them, their counts, and wallets' districts.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from ledger.store.operator_tables import WALLETS
from ledger.store.projects_tables import BALLOTS, COUNTS, HOMES, PROJECTS, ROUNDS

_r, _b, _c, _h = ROUNDS.c, BALLOTS.c, COUNTS.c, HOMES.c


class RoundRow(NamedTuple):
    """One round; the columns of its table say what each field holds."""

    seq: int
    id: str
    content: bytes
    fund: int
    district: str
    title_zh: str
    title_en: str
    begins_s: int
    ends_s: int
    budget_units: int
    counted_s: int | None
    called_off_s: int | None
    reason: str | None
    seal: bytes | None


class HomeRow(NamedTuple):
    """Where a wallet has its voice; the columns of its table say what each field holds."""

    wallet: str
    district: str
    said_s: int
    said_by: str
    moved_s: int | None


# Rounds


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new one."""
    connection.execute(insert(ROUNDS).values(**values))


def find(connection: Connection, round_id: str) -> RoundRow | None:
    """The round, or None."""
    return many(connection, [round_id]).get(round_id)


def many(connection: Connection, rounds: Iterable[str]) -> dict[str, RoundRow]:
    """Rounds by id."""
    chosen = select(ROUNDS).where(_r.id.in_(list(rounds)))
    return {row.id: RoundRow(*row) for row in connection.execute(chosen)}


def page(
    connection: Connection,
    district: str | None,
    fund: int | None,
    before: int | None,
    most: int,
) -> list[RoundRow]:
    """Newest first, planned before the one of number ``before``."""
    chosen = select(ROUNDS).order_by(_r.seq.desc()).limit(most)
    for column, value in ((_r.district, district), (_r.fund, fund)):
        if value is not None:
            chosen = chosen.where(column == value)
    if before is not None:
        chosen = chosen.where(_r.seq < before)
    return [RoundRow(*row) for row in connection.execute(chosen)]


def districts(connection: Connection) -> list[str]:
    """Those in which there ever was a round."""
    chosen = select(_r.district).distinct().order_by(_r.district)
    return list(connection.execute(chosen).scalars())


def call_off(connection: Connection, round_id: str, now_s: int, reason: str) -> None:
    """No round any more; its voices are gone."""
    _drop_ballots(connection, round_id)
    values = {"called_off_s": now_s, "reason": reason}
    connection.execute(update(ROUNDS).where(_r.id == round_id).values(**values))


def due(connection: Connection, now_s: int) -> list[RoundRow]:
    """Rounds that are over and were not counted."""
    chosen = select(ROUNDS).where(
        _r.ends_s <= now_s, _r.counted_s.is_(None), _r.called_off_s.is_(None)
    )
    return [RoundRow(*row) for row in connection.execute(chosen.order_by(_r.seq))]


def count(connection: Connection, round_id: str, now_s: int) -> None:
    """Keeps how many voices each of its projects has, and deletes the voices."""
    given = select(_b.project, func.count()).where(_b.round == round_id).group_by(_b.project)
    voices: dict[str, int] = {row[0]: row[1] for row in connection.execute(given)}
    projects = select(PROJECTS.c.id).where(PROJECTS.c.round == round_id)
    rows = [
        {"round": round_id, "project": project, "voices": voices.get(project, 0)}
        for project in connection.execute(projects).scalars()
    ]
    if rows:
        connection.execute(insert(COUNTS), rows)
    _drop_ballots(connection, round_id)
    connection.execute(update(ROUNDS).where(_r.id == round_id).values(counted_s=now_s))


def counts(connection: Connection, rounds: Iterable[str]) -> dict[str, dict[str, int]]:
    """Voices by round and project, of rounds that are counted."""
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(select(COUNTS).where(_c.round.in_(list(rounds)))):
        found.setdefault(row.round, {})[row.project] = row.voices
    return found


# Voices


def vote(connection: Connection, round_id: str, voter: bytes, project: str | None) -> None:
    """The voter's voice for that project instead of any other; None takes it back."""
    mine = (_b.round == round_id, _b.voter == voter)
    connection.execute(delete(BALLOTS).where(*mine))
    if project is not None:
        values = {"round": round_id, "voter": voter, "project": project}
        connection.execute(insert(BALLOTS).values(**values))


def voted(connection: Connection, round_id: str, voter: bytes) -> str | None:
    """For which project the voter's voice is."""
    chosen = select(_b.project).where(_b.round == round_id, _b.voter == voter)
    found = connection.execute(chosen).scalar_one_or_none()
    return None if found is None else str(found)


def uncounted(connection: Connection) -> list[RoundRow]:
    """Rounds in which voices may stand."""
    chosen = select(ROUNDS).where(_r.counted_s.is_(None), _r.called_off_s.is_(None))
    return [RoundRow(*row) for row in connection.execute(chosen.order_by(_r.seq))]


def drop_voices(connection: Connection, keys: Sequence[tuple[str, bytes]]) -> int:
    """Deletes these voters' voices, by (round, voter); how many there were."""
    mine = [(_b.round == round_id) & (_b.voter == voter) for round_id, voter in keys]
    if not mine:
        return 0
    return connection.execute(delete(BALLOTS).where(or_(*mine))).rowcount


def _drop_ballots(connection: Connection, round_id: str) -> None:
    connection.execute(delete(BALLOTS).where(_b.round == round_id))


# Districts of wallets


def home(connection: Connection, wallet: str) -> HomeRow | None:
    """Where its voice is, if anybody has said."""
    row = connection.execute(select(HOMES).where(_h.wallet == wallet)).one_or_none()
    return None if row is None else HomeRow(*row)


def settle(connection: Connection, row: HomeRow) -> None:
    """The wallet's voice is there from now on."""
    connection.execute(delete(HOMES).where(_h.wallet == row.wallet))
    connection.execute(insert(HOMES).values(**row._asdict()))


def homeless(connection: Connection) -> list[str]:
    """Wallets that are forgotten, of which something still stands here."""
    known = select(WALLETS.c.id)
    found = select(_h.wallet).where(_h.wallet.not_in(known))
    proposed = select(PROJECTS.c.wallet).where(
        PROJECTS.c.wallet.is_not(None), PROJECTS.c.wallet.not_in(known)
    )
    return sorted(set(connection.execute(found.union(proposed)).scalars()))


def unsettle(connection: Connection, wallets: Sequence[str]) -> int:
    """Drops their districts; how many."""
    return connection.execute(delete(HOMES).where(_h.wallet.in_(wallets))).rowcount
