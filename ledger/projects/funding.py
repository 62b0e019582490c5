"""What the fund does with the advice: decides, spends from its accounts, tells what came of it.

The fund spends by its own key, on the chain, from its own accounts (``holdFromFund``): nothing here
moves points. A spending is such a hold, named for one project; how much it took is read from the
chain each time, so that what is shown can't differ from what was spent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ledger.chain.types import enhex
from ledger.errors import Refused, Rejected
from ledger.projects.ground import Ground, now_of, project_row, require_fund, round_row
from ledger.projects.showing import account_of, phase_of, results_of, shown_projects, spendings_of
from ledger.projects.tally import follows
from ledger.projects.values import (
    EFFECTS_MOST,
    SPENDINGS_MOST,
    Advice,
    Decision,
    Figure,
    Phase,
    Project,
    Purse,
)
from ledger.redeeming.seeing import indexed
from ledger.redeeming.workplace import Look, check_id, content_of, require_same
from ledger.rules.registry import fund_member_in
from ledger.store import index_points as points
from ledger.store import projects_holds as holds
from ledger.store import projects_rounds as rounds
from ledger.store import projects_rows as rows
from ledger.store.projects_rows import ProjectRow, SpendingRow
from ledger.units import points_text

ACCOUNTS_MOST = 2**16 - 1
"""Of projects, of one fund: what the form of an account has room for."""


class Funding:
    """Use cases of a fund. Safe to call from any thread."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def decide(self, name: str, decision: Decision) -> Project:
        """What its fund gives the project, once its round is counted; the same again is the same.

        Raises Rejected: project.unknown, project.reason-missing, project.more-than-asked; Refused:
        project.not-voted, project.decided, fund.too-little, fund.no-account-left.
        """
        with self._ground.work.change() as at:
            row = project_row(at, name)
            if row.granted_units is not None:
                if (row.granted_units, row.decision_reason) != decision:
                    raise Refused("project.decided", id=name)
                return _shown(at, name)
            advice = _advice(at, row)
            if decision.granted_units > row.wanted_units:
                told = {"wanted_units": row.wanted_units}
                raise Rejected("project.more-than-asked", field="granted_units", **told)
            if not decision.reason and not follows(
                advice, row.wanted_units, decision.granted_units
            ):
                raise Rejected("project.reason-missing", field="reason", advice=str(advice))
            rows.change(at.operator, name, self._granted(at, row, decision))
            self._tell(at, row, decision)
            return _shown(at, name)

    def spend(self, name: str, hold: bytes, words: str) -> Project:
        """Notes a hold from one of the fund's accounts for the project; once more is the same.

        Raises Rejected: project.unknown, fund.hold-unknown; Refused: project.not-granted,
        fund.not-its-hold, fund.hold-noted, project.full.
        """
        with self._ground.work.change() as at:
            row = project_row(at, name)
            _require_granted(row)
            noted = rows.spending(at.operator, hold)
            if noted is not None:
                if (noted.project, noted.words) != (name, words):
                    raise Refused("fund.hold-noted", field="hold", id=noted.project)
                return _shown(at, name)
            _require_hold_of(at, row.fund, hold)
            if len(rows.spendings(at.operator, [name]).get(name, [])) >= SPENDINGS_MOST:
                raise Refused("project.full", id=name, most=SPENDINGS_MOST)
            rows.spend(at.operator, SpendingRow(hold, name, words, now_of(at)))
            return _shown(at, name)

    def report(
        self,
        effect: str,
        name: str,
        words: str,
        figures: Sequence[Figure],
        day: str,
    ) -> Project:
        """Tells what came of a granted project; the same again for the same id and content.

        Raises Rejected: project.unknown, order.id-reused; Refused: project.not-granted,
        project.full.
        """
        check_id(effect)
        content = content_of("effect", name, words, tuple(figures), day)
        with self._ground.work.change() as at:
            row = project_row(at, name)
            before = rows.effect(at.operator, effect)
            if before is not None:
                require_same(effect, before.content, content)
                return _shown(at, name)
            _require_granted(row)
            if len(rows.effects(at.operator, [name]).get(name, [])) >= EFFECTS_MOST:
                raise Refused("project.full", id=name, most=EFFECTS_MOST)
            told = json.dumps([tuple(each) for each in figures], ensure_ascii=False)
            values = {"id": effect, "content": content, "project": name, "words": words}
            rows.report(
                at.operator, values | {"figures": told, "day": day, "reported_s": now_of(at)}
            )
            return _shown(at, name)

    def purse(self, fund: int) -> Purse:
        """What the fund has; Rejected("round.no-fund") for a member that is none."""
        with self._ground.work.look() as at:
            require_fund(at, fund)
            return _purse(at, fund)

    def _granted(self, at: Look, row: ProjectRow, decision: Decision) -> dict[str, object]:
        values: dict[str, object] = {
            "decided_s": now_of(at), "granted_units": decision.granted_units,
            "decision_reason": decision.reason,
        }  # fmt: skip
        if not decision.granted_units:
            return values
        fund = row.fund
        assert fund is not None, row.id
        available = _purse(at, fund).available_units
        if decision.granted_units > available:
            told = {"available_units": available, "needed_units": decision.granted_units}
            raise Refused("fund.too-little", **told)
        number = rows.newest_number(at.operator, fund) + 1
        if number > ACCOUNTS_MOST:
            raise Refused("fund.no-account-left", most=ACCOUNTS_MOST)
        return values | {"number": number}

    def _tell(self, at: Look, row: ProjectRow, decision: Decision) -> None:
        given = points_text(decision.granted_units)
        said = f"获基金支持 {given} 积分" if decision.granted_units else "未获基金支持"
        reason = f"，说明：{decision.reason}" if decision.reason else "。"
        self._ground.tell(at, row, "decided", f"您提议的项目“{row.title_zh}”{said}{reason}")


def _advice(at: Look, row: ProjectRow) -> Advice:
    """Refused("project.not-voted") before its round is counted."""
    if row.round is None:
        raise Refused("project.not-voted", id=row.id)
    of = round_row(at, row.round)
    if phase_of(of, now_of(at)) is not Phase.COUNTED:
        raise Refused("project.not-voted", id=row.id)
    same = rows.of_rounds(at.operator, [of.id])[of.id]
    counted = rounds.counts(at.operator, [of.id]).get(of.id, {})
    told = results_of(of, same, counted)
    return next(each.advice for each in told if each.project == row.id)


def _require_granted(row: ProjectRow) -> None:
    if not row.granted_units:
        raise Refused("project.not-granted", id=row.id)


def _require_hold_of(at: Look, fund: int | None, hold: bytes) -> None:
    found = points.hold(at.projection, hold)
    if found is None:
        raise Rejected("fund.hold-unknown", field="hold", id=hold)
    if fund_member_in(enhex(found.account)) != fund:
        raise Refused("fund.not-its-hold", field="hold", id=hold)


def _shown(at: Look, name: str) -> Project:
    return shown_projects(at, [project_row(at, name)])[0]


def _purse(at: Look, fund: int) -> Purse:
    """All of it as of one state of both databases."""
    now = indexed(at.projection)
    granted = rows.granted_by(at.operator, fund)
    accounts = {account_of(fund, each.number or 0): each for each in granted}
    general = account_of(fund)
    free: dict[bytes, int] = {}
    for lot in points.lots_of(at.projection, [general, *accounts], now.time_s):
        free[lot.account] = free.get(lot.account, 0) + lot.free_units
    own = {each.id: free.get(account, 0) for account, each in accounts.items()}
    return Purse(
        fund=fund,
        account=general,
        free_units=free.get(general, 0),
        held_units=holds.held_of(at.projection, [general, *accounts]),
        promised_units=_promised(at, granted, own),
        of_projects={name: units for name, units in own.items() if units},
        block=now.block,
        time_s=now.time_s,
    )


def _promised(at: Look, granted: Sequence[ProjectRow], own: Mapping[str, int]) -> int:
    spent = spendings_of(at, [each.id for each in granted])
    open_units = 0
    for each in granted:
        used = sum(one.spent_units for one in spent.get(each.id, ()))
        open_units += max(0, (each.granted_units or 0) - used - own[each.id])
    return open_units
