"""Projects: proposed for a wallet's own district, vetted, found by everybody once accepted."""

from __future__ import annotations

from typing import NamedTuple

from ledger.errors import Refused, Rejected
from ledger.offers import letters
from ledger.projects.ground import Ground, now_of, project_row, require_alive, round_row
from ledger.projects.showing import phase_of, shown_projects
from ledger.projects.values import (
    PROJECTS_MOST,
    PROPOSED_DAYS,
    PROPOSED_MOST,
    Draft,
    Phase,
    Project,
    Stage,
    Vetting,
)
from ledger.redeeming.wallets import read_wallet
from ledger.redeeming.workplace import Look, check_id, content_of, require_same
from ledger.store import projects_rounds as rounds
from ledger.store import projects_rows as rows
from ledger.store.projects_rows import Chosen, ProjectRow
from ledger.units import DAY_S


class Sought(NamedTuple):
    """Which projects somebody looks for: what is None or empty does not matter."""

    query: str = ""
    stage: Stage | None = None
    district: str | None = None
    round: str | None = None
    wallet: str | None = None
    fund: int | None = None
    public: bool = True


class Proposing:
    """Use cases of projects up to the vote. Safe to call from any thread."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def propose(self, name: str, wallet: str, draft: Draft) -> Project:
        """A project for the wallet's district; the same again for the same id and content.

        Raises Rejected: wallet.unknown, project.empty, order.id-reused; Refused:
        project.no-district, project.too-many, vote.dead.
        """
        check_id(name)
        content = content_of("project", wallet, draft)
        plain = letters.folded(f"{draft.title_zh} {draft.title_en} {draft.words}")
        if not letters.folded(draft.title_zh):
            raise Rejected("project.empty", field="title_zh")
        with self._ground.work.change() as at:
            before = rows.find(at.operator, name)
            if before is not None:
                require_same(name, before.content, content)
                return _shown(at, name)
            read_wallet(at, wallet)
            require_alive(at, wallet)
            home = rounds.home(at.operator, wallet)
            if home is None:
                raise Refused("project.no-district", wallet=wallet)
            now_s = now_of(at)
            since_s = now_s - PROPOSED_DAYS * DAY_S
            if rows.proposed_since(at.operator, wallet, since_s) >= PROPOSED_MOST:
                raise Refused("project.too-many", most=PROPOSED_MOST, days=PROPOSED_DAYS)
            values = {"id": name, "content": content, "wallet": wallet, "letters": plain}
            said = {"district": home.district, "proposed_s": now_s} | draft._asdict()
            rows.add(at.operator, values | said)
            return _shown(at, name)

    def vet(self, name: str, vetting: Vetting) -> Project:
        """The project put to the vote of a round of its district that has not begun, or declined;
        the same vetting again is the same. A project that was declined may be accepted later.

        Raises Rejected: project.unknown, round.unknown, project.round-missing, project.elsewhere;
        Refused: project.vetted, round.not-planned, round.full.
        """
        if not vetting.accepted:
            vetting = vetting._replace(round=None)
        with self._ground.work.change() as at:
            row = project_row(at, name)
            if row.accepted is not None and _vetting(row) == vetting:
                return _shown(at, name)
            if row.accepted:
                raise Refused("project.vetted", id=name)
            values: dict[str, object] = {"vetted_s": now_of(at), "vetting_reason": vetting.reason}
            if vetting.accepted:
                values |= _place(at, row, vetting.round)
            rows.change(at.operator, name, values | {"accepted": vetting.accepted})
            self._tell(at, row, vetting)
            return _shown(at, name)

    def read(self, name: str) -> Project:
        """Rejected("project.unknown")."""
        with self._ground.work.look() as at:
            return _shown(at, name)

    def page(
        self, sought: Sought, before: int | None, most: int
    ) -> tuple[list[Project], int | None]:
        """Newest first, and the number behind which the next page begins."""
        look_for = letters.sought(sought.query)
        with self._ground.work.look() as at:
            chosen = Chosen(
                now_s=now_of(at), stage=sought.stage, district=sought.district,
                round=sought.round, wallet=sought.wallet, fund=sought.fund,
                grams=look_for.grams, needed=look_for.needed, words=look_for.words,
                public=sought.public,
            )  # fmt: skip
            found = rows.page(at.operator, chosen, before, most)
            shown = shown_projects(at, found)
        return shown, found[-1].seq if len(found) == most else None

    def _tell(self, at: Look, row: ProjectRow, vetting: Vetting) -> None:
        said = "已列入投票" if vetting.accepted else "未列入投票"
        reason = f"，说明：{vetting.reason}" if vetting.reason else "。"
        words = f"您提议的项目“{row.title_zh}”{said}{reason}"
        self._ground.tell(at, row, "vetted", words)


def _place(at: Look, row: ProjectRow, round_id: str | None) -> dict[str, object]:
    if round_id is None:
        raise Rejected("project.round-missing", field="round")
    of = round_row(at, round_id)
    if of.district != row.district:
        raise Rejected("project.elsewhere", field="round", district=row.district)
    phase = phase_of(of, now_of(at))
    if phase is not Phase.PLANNED:
        raise Refused("round.not-planned", id=round_id, phase=str(phase))
    if len(rows.of_rounds(at.operator, [round_id]).get(round_id, [])) >= PROJECTS_MOST:
        raise Refused("round.full", id=round_id, most=PROJECTS_MOST)
    return {"round": round_id, "fund": of.fund}


def _shown(at: Look, name: str) -> Project:
    return shown_projects(at, [project_row(at, name)])[0]


def _vetting(row: ProjectRow) -> Vetting:
    return Vetting(bool(row.accepted), row.vetting_reason or "", row.round)
