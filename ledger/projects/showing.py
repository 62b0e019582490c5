"""Rows of projects and rounds as use cases give them: where they stand follows from what happened.

Reads both databases through the caller's look.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from ledger.index.rows import HoldRow
from ledger.projects.tally import Entry, results
from ledger.projects.values import (
    Advice,
    Decision,
    Draft,
    Effect,
    Figure,
    Phase,
    Plan,
    Project,
    Result,
    Round,
    Spending,
    Stage,
    Vetting,
)
from ledger.redeeming.seeing import indexed
from ledger.redeeming.workplace import Look
from ledger.store import operator_facts as facts
from ledger.store import projects_rounds as round_rows
from ledger.store import projects_rows as rows
from ledger.store.projects_rounds import RoundRow
from ledger.store.projects_rows import EffectRow, ProjectRow, SpendingRow

_ACCOUNT_BYTES, _MEMBER_BITS = 20, 16


def account_of(fund: int, number: int = 0) -> bytes:
    """A fund's account for a project, by its form: 128 zero bits · number · the fund's member."""
    return (number << _MEMBER_BITS | fund).to_bytes(_ACCOUNT_BYTES, "big")


def phase_of(row: RoundRow, now_s: int) -> Phase:
    """Where the round stands."""
    if row.called_off_s is not None:
        return Phase.CALLED_OFF
    if row.counted_s is not None:
        return Phase.COUNTED
    if now_s >= row.ends_s:
        return Phase.COUNTING
    return Phase.VOTING if now_s >= row.begins_s else Phase.PLANNED


def stage_of(row: ProjectRow, of: RoundRow | None, told: bool, now_s: int) -> Stage:
    """Where the project stands; ``told``: its effect was."""
    if row.granted_units is not None:
        granted = Stage.REPORTED if told else Stage.GRANTED
        return granted if row.granted_units else Stage.REFUSED
    if of is None:
        return Stage.PROPOSED if row.vetted_s is None else Stage.DECLINED
    if now_s >= of.ends_s:
        return Stage.VOTED
    return Stage.VOTING if now_s >= of.begins_s else Stage.ACCEPTED


def shown_rounds(at: Look, found: Sequence[RoundRow]) -> list[Round]:
    """Rounds with their projects and, once counted, what they say of each."""
    now_s, names = indexed(at.projection).time_s, [row.id for row in found]
    projects = rows.of_rounds(at.operator, names)
    counted = round_rows.counts(at.operator, names)
    return [_round(row, projects.get(row.id, []), counted.get(row.id, {}), now_s) for row in found]


def shown_projects(at: Look, found: Sequence[ProjectRow]) -> list[Project]:
    """Projects with all that was said of them, and what the chain says of their spendings."""
    now_s, names = indexed(at.projection).time_s, [row.id for row in found]
    rounds = round_rows.many(at.operator, {row.round for row in found if row.round})
    told = rows.effects(at.operator, names)
    spent = spendings_of(at, names)
    advice = _advice(at, rounds.values())
    return [
        _project(
            row, rounds.get(row.round or ""), spent.get(row.id, ()), told.get(row.id, []),
            advice.get(row.id), now_s,
        )
        for row in found
    ]  # fmt: skip


def spendings_of(at: Look, projects: Iterable[str]) -> dict[str, tuple[Spending, ...]]:
    """By project. A hold that the chain took back with its block is left out until it is there."""
    noted = rows.spendings(at.operator, projects)
    holds = facts.holds(at.projection, [one.hold for each in noted.values() for one in each])
    return {
        project: tuple(_spending(one, holds[one.hold]) for one in each if one.hold in holds)
        for project, each in noted.items()
    }


def results_of(
    row: RoundRow, projects: Iterable[ProjectRow], counted: Mapping[str, int]
) -> tuple[Result, ...]:
    """What a counted round says of its projects."""
    entries = [Entry(each.id, each.wanted_units, counted.get(each.id, 0)) for each in projects]
    return results(entries, row.budget_units)


def _advice(at: Look, rounds: Iterable[RoundRow]) -> dict[str, Advice]:
    counted = {row.id: row for row in rounds if row.counted_s is not None}
    projects = rows.of_rounds(at.operator, counted)
    voices = round_rows.counts(at.operator, counted)
    return {
        each.project: each.advice
        for name, row in counted.items()
        for each in results_of(row, projects.get(name, []), voices.get(name, {}))
    }


def _round(
    row: RoundRow, projects: Sequence[ProjectRow], counted: Mapping[str, int], now_s: int
) -> Round:
    plan = Plan(
        row.fund, row.district, row.title_zh, row.title_en, row.begins_s, row.ends_s,
        row.budget_units,
    )  # fmt: skip
    said = () if row.counted_s is None else results_of(row, projects, counted)
    names = tuple(each.id for each in projects)
    return Round(row.id, plan, phase_of(row, now_s), names, said, row.counted_s, row.reason)


def _project(
    row: ProjectRow,
    of: RoundRow | None,
    spent: tuple[Spending, ...],
    told: Sequence[EffectRow],
    advice: Advice | None,
    now_s: int,
) -> Project:
    vetting = None
    if row.accepted is not None:
        vetting = Vetting(row.accepted, row.vetting_reason or "", row.round)
    decision = None
    if row.granted_units is not None:
        decision = Decision(row.granted_units, row.decision_reason or "")
    account = None
    if row.number is not None and row.fund is not None:
        account = account_of(row.fund, row.number)
    return Project(
        id=row.id,
        wallet=row.wallet,
        district=row.district,
        draft=Draft(row.title_zh, row.title_en, row.words, row.wanted_units),
        stage=stage_of(row, of, bool(told), now_s),
        proposed_s=row.proposed_s,
        round=row.round,
        fund=row.fund,
        vetting=vetting,
        vetted_s=row.vetted_s,
        advice=advice,
        decision=decision,
        decided_s=row.decided_s,
        account=account,
        spendings=spent,
        effects=tuple(map(_effect, told)),
    )


def _spending(noted: SpendingRow, hold: HoldRow) -> Spending:
    return Spending(
        noted.hold, noted.words, noted.noted_s, hold.acceptor, hold.phase, hold.held_units,
        hold.captured_units, hold.refunded_units, hold.transaction,
    )  # fmt: skip


def _effect(row: EffectRow) -> Effect:
    figures = tuple(Figure(*one) for one in json.loads(row.figures))
    return Effect(row.id, row.words, figures, row.day, row.reported_s)
