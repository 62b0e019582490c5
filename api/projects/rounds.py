"""Rounds of voting, the caller's own voice, districts of wallets, and what a fund has."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from api.access import Role, check_own
from api.acting import check_wallet, looked, own_wallet
from api.etags import tag_without
from api.guard import Calling, resource
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.projects.ballots import (
    CallOffRound,
    DistrictList,
    FundShape,
    GiveVoice,
    HomeShape,
    PlanRound,
    RoundPage,
    RoundShape,
    SetDistrict,
    TakeVoiceBack,
    VoiceNoted,
    VoiceShape,
)
from api.shapes import Id
from api.trying import triable
from ledger.offers.letters import in_one_line

router = resource("rounds", "projects")
districts = resource("districts", "projects")
of_wallets = resource("wallets", "projects")
funds = resource("funds", "projects")
Fund = Annotated[int | None, Query(ge=1, le=65_535)]


@router.post("", status_code=201, operation_id="plan_round")
@triable
def plan_round(call: Calling, body: PlanRound, response: Response) -> RoundShape:
    """安排一轮投票 · Plan a round of voting for a district."""
    check_own(call.caller, body.fund, "fund")
    made = call.office.projects.voting.plan(call.command_id, body.plan())
    response.headers["Location"] = f"/v1/rounds/{made.id}"
    return RoundShape.of(made, call.lang)


@router.get("", operation_id="list_rounds")
def list_rounds(
    call: Calling,
    district: Annotated[str | None, Query(max_length=40)] = None,
    fund: Fund = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> RoundPage:
    """投票轮次 · Rounds of voting, newest first."""
    place = place_of(cursor, 1)
    found, following = call.office.projects.voting.page(
        None if district is None else in_one_line(district),
        fund,
        None if place is None else place[0],
        limit,
    )
    return RoundPage(
        rounds=[RoundShape.of(each, call.lang) for each in found],
        next_cursor=None if following is None else cursor_of(following),
    )


@router.get("/{round_id}", operation_id="get_round")
def get_round(call: Calling, round_id: Id) -> RoundShape:
    """查看一轮投票 · A round: its projects and, once counted, what the vote advises."""
    return RoundShape.of(call.office.projects.voting.read(round_id), call.lang)


@router.post("/{round_id}/call-off", operation_id="call_off_round")
@triable
def call_off_round(call: Calling, round_id: Id, body: CallOffRound) -> RoundShape:
    """取消一轮投票 · Call off a round that was a mistake; its projects wait again."""
    voting = call.office.projects.voting
    check_own(call.caller, voting.read(round_id).plan.fund, "round_id")
    return RoundShape.of(voting.call_off(round_id, body.reason), call.lang)


@router.post("/{round_id}/voice", operation_id="vote")
@triable
def vote(call: Calling, round_id: Id, body: GiveVoice) -> VoiceNoted:
    """投票 · Give the wallet's one voice to a project, in person; change it until the end."""
    check_wallet(call.caller, body.wallet)
    given = call.office.projects.voting.vote(round_id, body.wallet, body.project)
    return VoiceNoted.of(given)


@router.post("/{round_id}/voice/take-back", operation_id="take_vote_back")
@triable
def take_vote_back(call: Calling, round_id: Id, body: TakeVoiceBack) -> VoiceNoted:
    """撤回投票 · Take the wallet's voice back, until the end."""
    check_wallet(call.caller, body.wallet)
    return VoiceNoted.of(call.office.projects.voting.vote(round_id, body.wallet, None))


@router.get("/{round_id}/voice", operation_id="get_my_vote")
def get_my_vote(call: Calling, round_id: Id) -> VoiceShape:
    """查看本人的票 · For what the caller voted; nobody else can ask."""
    wallet = own_wallet(call.caller)
    return VoiceShape.of(call.office.projects.voting.mine(round_id, wallet))


@districts.get("", operation_id="list_districts")
def list_districts(call: Calling) -> DistrictList:
    """区域 · The districts that a wallet can name."""
    return DistrictList(districts=list(call.office.projects.homes.districts()))


@of_wallets.get("/{wallet_id}/district", operation_id="get_district")
def get_district(call: Calling, wallet_id: Id) -> HomeShape:
    """查看所在区域 · In which district a wallet proposes and votes."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    home = call.office.projects.homes.read(wallet_id)
    looked(call, "get_district", [wallet_id])
    return HomeShape.of(home)


@of_wallets.post("/{wallet_id}/district", operation_id="set_district")
@triable
def set_district(call: Calling, wallet_id: Id, body: SetDistrict) -> HomeShape:
    """登记所在区域 · Say in which district a wallet proposes and votes."""
    check_wallet(call.caller, wallet_id, "wallet_id")
    worker = "" if call.caller.role is Role.RESIDENT else call.caller.key_id
    home = call.office.projects.homes.settle(wallet_id, body.district, worker)
    return HomeShape.of(home)


@funds.get("/{member}", operation_id="get_fund")
def get_fund(
    call: Calling, member: Annotated[int, Path(ge=1, le=65_535)], response: Response
) -> FundShape:
    """基金的积分 · What a fund has on the ledger, what it has promised, what it can still give."""
    shown = FundShape.of(call.office.projects.funding.purse(member))
    tag_without(response, shown, "block", "as_of")
    return shown
