"""Rounds of voting: planned, voted in by wallets of the district, counted once they are over.

One wallet has one voice in a round, changed or taken back until the end by the chain's clock. A
voice given in life counts, and nobody gives or changes one once a death is reported; a child under
14 has none, nor has a delegate. Who voted for what is the voter's to see until the count, which
keeps how many there were and deletes the voices.
"""

from __future__ import annotations

from ledger.errors import Refused, Rejected
from ledger.projects.ground import (
    Ground,
    now_of,
    project_row,
    require_alive,
    require_fund,
    round_row,
)
from ledger.projects.showing import phase_of, shown_rounds
from ledger.projects.values import ROUND_LEAST_S, ROUND_MOST_S, Phase, Plan, Round, Voice
from ledger.redeeming.wallets import read_wallet
from ledger.redeeming.workplace import Look, check_id, content_of, require_same
from ledger.store import projects_rounds as rows
from ledger.store import projects_rows as projects
from ledger.store import residents_people as people
from ledger.store.projects_rounds import RoundRow
from ledger.units import month_of


class Voting:
    """Use cases of rounds. Safe to call from any thread."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def plan(self, name: str, plan: Plan) -> Round:
        """A round; the same again for the same id and content.

        Raises Rejected: round.no-fund, home.unknown-district, round.times, order.id-reused.
        """
        check_id(name)
        content = content_of("round", plan)
        self._ground.require_district(plan.district)
        with self._ground.work.change() as at:
            before = rows.find(at.operator, name)
            if before is not None:
                require_same(name, before.content, content)
                return _shown(at, name)
            require_fund(at, plan.fund)
            _require_times(plan, now_of(at))
            values = {"id": name, "content": content, "seal": self._ground.seal(name)}
            rows.add(at.operator, values | plan._asdict())
            return _shown(at, name)

    def call_off(self, name: str, reason: str) -> Round:
        """A round that was a mistake, or that can't be counted as its secret is lost: its voices
        are deleted, its projects stand as proposed.

        Raises Rejected("round.unknown"), Refused("round.over").
        """
        with self._ground.work.change() as at:
            row, now_s = round_row(at, name), now_of(at)
            phase = phase_of(row, now_s)
            if phase is Phase.CALLED_OFF and row.reason == reason:
                return _shown(at, name)
            lost = phase is Phase.COUNTING and not self._ground.knows(row)
            if phase not in (Phase.PLANNED, Phase.VOTING) and not lost:
                raise Refused("round.over", id=name, phase=str(phase))
            for each in projects.of_rounds(at.operator, [name]).get(name, []):
                words = f"投票取消，您提议的项目“{each.title_zh}”重新等待审核：{reason}"
                self._ground.tell(at, each, "back", words)
            projects.release(at.operator, name)
            rows.call_off(at.operator, name, now_s, reason)
            return _shown(at, name)

    def vote(self, name: str, wallet: str, project: str | None) -> Voice:
        """The wallet's voice for that project, instead of any it had; None takes it back.

        Raises Rejected: wallet.unknown, round.unknown, project.unknown, vote.not-on-ballot;
        Refused: vote.not-open, project.no-district, vote.elsewhere, vote.dead, vote.child,
        vote.other-secret.
        """
        with self._ground.work.change() as at:
            read_wallet(at, wallet)
            row = round_row(at, name)
            _require_open(row, now_of(at))
            self._require_voice(at, row, wallet)
            if project is not None and project_row(at, project).round != name:
                raise Rejected("vote.not-on-ballot", field="project", id=project)
            rows.vote(at.operator, name, self._ground.voter(row, wallet), project)
            return Voice(name, project, row.ends_s)

    def mine(self, name: str, wallet: str) -> Voice:
        """The wallet's own voice, None where it has none or it is counted.

        Raises Rejected: wallet.unknown, round.unknown; Refused("vote.other-secret").
        """
        with self._ground.work.look() as at:
            read_wallet(at, wallet)
            row = round_row(at, name)
            voted = rows.voted(at.operator, name, self._ground.voter(row, wallet))
            return Voice(name, voted, row.ends_s)

    def count(self) -> int:
        """Counts what is over; how many rounds. One of another secret is left to who has it: voices
        of wallets that were forgotten may stand in it."""
        with self._ground.work.look() as at:
            if not self._due(at):
                return 0
        self.forget_orphans()
        with self._ground.work.change() as at:
            over = self._due(at)
            for row in over:
                rows.count(at.operator, row.id, now_of(at))
            return len(over)

    def forget_orphans(self) -> int:
        """Drops voices, districts and proposals of wallets that were forgotten; how many rows. What
        their voices in rounds of another secret are found by stays until those are counted."""
        with self._ground.work.look() as at:
            if not rows.homeless(at.operator):
                return 0
        with self._ground.work.change() as at:
            gone = rows.homeless(at.operator)
            running = rows.uncounted(at.operator)
            known = [row for row in running if self._ground.knows(row)]
            keys = [(r.id, self._ground.voter(r, wallet)) for r in known for wallet in gone]
            dropped = rows.drop_voices(at.operator, keys)
            if len(known) < len(running):
                return dropped
            dropped += rows.unsettle(at.operator, gone)
            return dropped + projects.forget_wallets(at.operator, gone)

    def read(self, name: str) -> Round:
        """Rejected("round.unknown")."""
        with self._ground.work.look() as at:
            return _shown(at, name)

    def page(
        self, district: str | None, fund: int | None, before: int | None, most: int
    ) -> tuple[list[Round], int | None]:
        """Newest first, and the number behind which the next page begins."""
        with self._ground.work.look() as at:
            found = rows.page(at.operator, district, fund, before, most)
            shown = shown_rounds(at, found)
        return shown, found[-1].seq if len(found) == most else None

    def _due(self, at: Look) -> list[RoundRow]:
        return [row for row in rows.due(at.operator, now_of(at)) if self._ground.knows(row)]

    def _require_voice(self, at: Look, row: RoundRow, wallet: str) -> None:
        home = rows.home(at.operator, wallet)
        if home is None:
            raise Refused("project.no-district", wallet=wallet)
        if home.district != row.district:
            raise Refused("vote.elsewhere", district=row.district, own_district=home.district)
        require_alive(at, wallet)
        opening = people.opening(at.operator, wallet)
        until = None if opening is None else opening.guardian_until
        if until is not None and month_of(now_of(at)) < until:
            raise Refused("vote.child", wallet=wallet)


def _shown(at: Look, name: str) -> Round:
    return shown_rounds(at, [round_row(at, name)])[0]


def _require_open(row: RoundRow, now_s: int) -> None:
    phase = phase_of(row, now_s)
    if phase is not Phase.VOTING:
        told = {"begins_s": row.begins_s, "ends_s": row.ends_s}
        raise Refused("vote.not-open", id=row.id, phase=str(phase), **told)


def _require_times(plan: Plan, now_s: int) -> None:
    if plan.begins_s < now_s:
        raise Rejected("round.times", field="begins")
    if not ROUND_LEAST_S <= plan.ends_s - plan.begins_s <= ROUND_MOST_S:
        raise Rejected("round.times", field="ends")
