"""Projects: residents propose, operator and fund vet, everybody reads, the fund decides."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from api.access import STAFF, Role, check_own
from api.acting import check_wallet, looked
from api.guard import Call, Calling, resource
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.projects.schemas import (
    DecideProject,
    NoteSpending,
    ProjectPage,
    ProjectShape,
    ProposeProject,
    ReportEffect,
    VetProject,
)
from api.shapes import Id, unshow
from api.trying import triable
from ledger.errors import Rejected
from ledger.offers.letters import in_one_line
from ledger.projects.proposing import Sought
from ledger.projects.values import Stage

router = resource("projects", "projects")
of_wallets = resource("wallets", "projects")
District = Annotated[str | None, Query(max_length=40)]
Words = Annotated[str, Query(max_length=60, description="找什么，中文无须分词 · words")]
StageAsked = Annotated[Stage | None, Query(description="进度 · where it stands")]
_HIDDEN = frozenset({Stage.PROPOSED, Stage.DECLINED})


@router.post("", status_code=201, operation_id="propose_project")
@triable
def propose_project(call: Calling, body: ProposeProject, response: Response) -> ProjectShape:
    """提议项目 · Propose what the fund should spend points on, in the own district."""
    check_wallet(call.caller, body.wallet)
    proposing = call.office.projects.proposing
    made = proposing.propose(call.command_id, body.wallet, body.draft())
    response.headers["Location"] = f"/v1/projects/{made.id}"
    return ProjectShape.of(made, call.lang)


@router.get("", operation_id="search_projects")
def search_projects(
    call: Calling,
    q: Words = "",
    stage: StageAsked = None,
    district: District = None,
    round_id: Annotated[Id | None, Query(alias="round", description="轮次 · its round")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> ProjectPage:
    """查找项目 · Projects that were put to the vote, and what became of them, newest first."""
    sought = Sought(q, stage, _line(district), round_id)
    return _page(call, sought, limit, cursor)


@router.get("/proposals", operation_id="list_proposals")
def list_proposals(
    call: Calling,
    stage: StageAsked = Stage.PROPOSED,
    district: District = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> ProjectPage:
    """待审核的提议 · What waits to be vetted, without who proposed it; a fund's own besides."""
    fund = call.caller.member if call.caller.role is Role.FUND else None
    sought = Sought(stage=stage, district=_line(district), fund=fund, public=False)
    return _page(call, sought, limit, cursor)


@router.get("/{project_id}", operation_id="get_project")
def get_project(call: Calling, project_id: Id) -> ProjectShape:
    """查看项目 · A project: the vote, the decision, the spendings, what came of it."""
    found = call.office.projects.proposing.read(project_id)
    role, wallet = call.caller.role, call.caller.wallet
    mine = role is Role.RESIDENT and wallet is not None and wallet == found.wallet
    if found.stage in _HIDDEN and not mine and role not in STAFF | {Role.FUND}:
        raise Rejected("project.unknown", id=project_id)
    return ProjectShape.of(found, call.lang)


@router.post("/{project_id}/vetting", operation_id="vet_project")
@triable
def vet_project(call: Calling, project_id: Id, body: VetProject) -> ProjectShape:
    """审核项目 · Put a project to the vote of a round, or decline it, with the reason."""
    projects = call.office.projects
    if body.accepted and body.round is not None:
        check_own(call.caller, projects.voting.read(body.round).plan.fund, "round")
    return ProjectShape.of(projects.proposing.vet(project_id, body.vetting()), call.lang)


@router.post("/{project_id}/decision", operation_id="decide_project")
@triable
def decide_project(call: Calling, project_id: Id, body: DecideProject) -> ProjectShape:
    """基金决定 · What the fund gives, once the vote is counted; a reason where it differs."""
    _own(call, project_id)
    decided = call.office.projects.funding.decide(project_id, body.decision())
    return ProjectShape.of(decided, call.lang)


@router.post("/{project_id}/spendings", operation_id="note_spending")
@triable
def note_spending(call: Calling, project_id: Id, body: NoteSpending) -> ProjectShape:
    """登记支出 · Say which hold of the fund's was for the project; the chain says how much."""
    _own(call, project_id)
    spent = call.office.projects.funding.spend(project_id, unshow(body.hold), body.words)
    return ProjectShape.of(spent, call.lang)


@router.post("/{project_id}/effects", status_code=201, operation_id="report_effect")
@triable
def report_effect(call: Calling, project_id: Id, body: ReportEffect) -> ProjectShape:
    """公布成效 · Tell what came of a project, in words and numbers, for everybody."""
    _own(call, project_id)
    told = call.office.projects.funding.report(
        call.command_id, project_id, body.words, body.told(), body.on.isoformat()
    )
    return ProjectShape.of(told, call.lang)


@of_wallets.get("/{wallet_id}/projects", operation_id="list_own_projects")
def list_own_projects(
    call: Calling, wallet_id: Id, limit: Limit = USUAL, cursor: Cursor = None
) -> ProjectPage:
    """本人提议的项目 · What a wallet has proposed, declined ones too, newest first."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    call.office.service.wallet(wallet_id)
    looked(call, "list_own_projects", [wallet_id])
    return _page(call, Sought(wallet=wallet_id, public=False), limit, cursor)


def _page(call: Call, sought: Sought, limit: int, cursor: str | None) -> ProjectPage:
    place = place_of(cursor, 1)
    before = None if place is None else place[0]
    found, following = call.office.projects.proposing.page(sought, before, limit)
    return ProjectPage(
        projects=[ProjectShape.of(each, call.lang) for each in found],
        next_cursor=None if following is None else cursor_of(following),
    )


def _own(call: Call, project_id: str) -> None:
    """Refused where the project is another fund's."""
    found = call.office.projects.proposing.read(project_id)
    if found.fund is not None:
        check_own(call.caller, found.fund, "project_id")


def _line(district: str | None) -> str | None:
    return None if district is None else in_one_line(district)
