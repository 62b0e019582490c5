"""What is asked of projects, their spendings and effects.

Repository only: takes the caller's connection and commits nothing. A row is changed only where what
it says did not happen yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, case, delete, exists, func, insert, or_, select, update

from ledger.store.projects_tables import EFFECTS, PROJECTS, ROUNDS, SPENDINGS

_p, _r, _e, _s = PROJECTS.c, ROUNDS.c, EFFECTS.c, SPENDINGS.c


class ProjectRow(NamedTuple):
    """One project; the columns of its table say what each field holds."""

    seq: int
    id: str
    content: bytes
    wallet: str | None
    district: str
    title_zh: str
    title_en: str
    words: str
    wanted_units: int
    letters: str
    proposed_s: int
    vetted_s: int | None
    accepted: bool | None
    vetting_reason: str | None
    round: str | None
    fund: int | None
    decided_s: int | None
    granted_units: int | None
    decision_reason: str | None
    number: int | None


class SpendingRow(NamedTuple):
    """One spending; the columns of its table say what each field holds."""

    hold: bytes
    project: str
    words: str
    noted_s: int


class EffectRow(NamedTuple):
    """One effect; the columns of its table say what each field holds."""

    seq: int
    id: str
    content: bytes
    project: str
    words: str
    figures: str
    day: str
    reported_s: int


class Chosen(NamedTuple):
    """Which projects: what is None or empty does not matter."""

    now_s: int
    stage: str | None = None
    district: str | None = None
    round: str | None = None
    wallet: str | None = None
    fund: int | None = None
    """Of that fund's rounds, or not accepted to any yet."""
    grams: tuple[str, ...] = ()
    needed: int = 0
    words: tuple[str, ...] = ()
    public: bool = False
    """Those that everybody may see."""


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new one."""
    connection.execute(insert(PROJECTS).values(**values))


def change(connection: Connection, project: str, values: Mapping[str, Any]) -> None:
    """What was said of it: the vetting, or the decision."""
    connection.execute(update(PROJECTS).where(_p.id == project).values(**values))


def find(connection: Connection, project: str) -> ProjectRow | None:
    """The project, or None."""
    row = connection.execute(select(PROJECTS).where(_p.id == project)).one_or_none()
    return None if row is None else ProjectRow(*row)


def of_rounds(connection: Connection, rounds: Iterable[str]) -> dict[str, list[ProjectRow]]:
    """Projects by the round that they are put to the vote in, in the order of proposing."""
    found: dict[str, list[ProjectRow]] = {}
    chosen = select(PROJECTS).where(_p.round.in_(list(rounds))).order_by(_p.seq)
    for row in connection.execute(chosen):
        found.setdefault(row.round, []).append(ProjectRow(*row))
    return found


def granted_by(connection: Connection, fund: int) -> list[ProjectRow]:
    """All that a fund has granted anything."""
    chosen = select(PROJECTS).where(_p.fund == fund, _p.granted_units > 0).order_by(_p.seq)
    return [ProjectRow(*row) for row in connection.execute(chosen)]


def newest_number(connection: Connection, fund: int) -> int:
    """The highest number of a project's account with a fund; 0 before the first."""
    chosen = select(func.coalesce(func.max(_p.number), 0)).where(_p.fund == fund)
    return int(connection.execute(chosen).scalar_one())


def proposed_since(connection: Connection, wallet: str, since_s: int) -> int:
    """How many a wallet has proposed since a moment."""
    chosen = select(func.count()).where(_p.wallet == wallet, _p.proposed_s > since_s)
    return int(connection.execute(chosen).scalar_one())


def release(connection: Connection, round_id: str) -> None:
    """The round's projects stand as they were proposed, accepted to none."""
    none = ("vetted_s", "accepted", "vetting_reason", "round", "fund")
    connection.execute(
        update(PROJECTS).where(_p.round == round_id).values(dict.fromkeys(none, None))
    )


def page(connection: Connection, chosen: Chosen, before: int | None, most: int) -> list[ProjectRow]:
    """Newest first, proposed before the one of number ``before``."""
    joined = PROJECTS.outerjoin(ROUNDS, _r.id == _p.round)
    wanted = select(*_p).select_from(joined).where(*_conditions(chosen))
    if before is not None:
        wanted = wanted.where(_p.seq < before)
    rows = connection.execute(wanted.order_by(_p.seq.desc()).limit(most))
    return [ProjectRow(*row) for row in rows]


def spending(connection: Connection, hold: bytes) -> SpendingRow | None:
    """What a hold was spent on, or None."""
    row = connection.execute(select(SPENDINGS).where(_s.hold == hold)).one_or_none()
    return None if row is None else SpendingRow(*row)


def spend(connection: Connection, row: SpendingRow) -> None:
    """A hold that nobody has noted yet."""
    connection.execute(insert(SPENDINGS).values(**row._asdict()))


def spendings(connection: Connection, projects: Iterable[str]) -> dict[str, list[SpendingRow]]:
    """By project, in the order of noting."""
    found: dict[str, list[SpendingRow]] = {}
    chosen = select(SPENDINGS).where(_s.project.in_(list(projects)))
    for row in connection.execute(chosen.order_by(_s.noted_s, _s.hold)):
        found.setdefault(row.project, []).append(SpendingRow(*row))
    return found


def effect(connection: Connection, name: str) -> EffectRow | None:
    """What was reported under an id, or None."""
    row = connection.execute(select(EFFECTS).where(_e.id == name)).one_or_none()
    return None if row is None else EffectRow(*row)


def report(connection: Connection, values: Mapping[str, Any]) -> None:
    """One more effect."""
    connection.execute(insert(EFFECTS).values(**values))


def effects(connection: Connection, projects: Iterable[str]) -> dict[str, list[EffectRow]]:
    """By project, in the order of reporting."""
    found: dict[str, list[EffectRow]] = {}
    chosen = select(EFFECTS).where(_e.project.in_(list(projects))).order_by(_e.seq)
    for row in connection.execute(chosen):
        found.setdefault(row.project, []).append(EffectRow(*row))
    return found


def forget_wallets(connection: Connection, wallets: Sequence[str]) -> int:
    """Proposals that were not accepted go; of the others nobody can tell whose they were."""
    own = _p.wallet.in_(wallets)
    gone = connection.execute(delete(PROJECTS).where(own, _p.accepted.is_not(True))).rowcount
    return gone + connection.execute(update(PROJECTS).where(own).values(wallet=None)).rowcount


def _conditions(chosen: Chosen) -> list[Any]:
    found: list[Any] = [_p.letters.contains(word, autoescape=True) for word in chosen.words]
    for column, value in (
        (_p.district, chosen.district), (_p.round, chosen.round), (_p.wallet, chosen.wallet),
    ):  # fmt: skip
        if value is not None:
            found.append(column == value)
    if chosen.fund is not None:
        found.append(or_(_p.fund == chosen.fund, _p.fund.is_(None)))
    if chosen.public:
        found.append(_p.accepted.is_(True))
    if chosen.stage is not None:
        found.append(_stages(chosen.now_s)[chosen.stage])
    if chosen.grams:
        hits = [case((_p.letters.contains(g, autoescape=True), 1), else_=0) for g in chosen.grams]
        found.append(sum(hits[1:], hits[0]) >= chosen.needed)
    return found


def _stages(now_s: int) -> dict[str, Any]:
    """As ``ledger.projects.showing`` tells them apart."""
    told = exists().where(_e.project == _p.id)
    waits = and_(_p.accepted.is_(True), _p.decided_s.is_(None))
    return {
        "proposed": _p.vetted_s.is_(None),
        "declined": _p.accepted.is_(False),
        "accepted": and_(waits, _r.begins_s > now_s),
        "voting": and_(waits, _r.begins_s <= now_s, _r.ends_s > now_s),
        "voted": and_(waits, _r.ends_s <= now_s),
        "refused": _p.granted_units == 0,
        "granted": and_(_p.granted_units > 0, ~told),
        "reported": and_(_p.granted_units > 0, told),
    }
