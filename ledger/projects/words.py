"""Where a project or a round stands, in words of both languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.offers.choices import InBoth
from ledger.projects.values import Phase, Stage

STAGES: Mapping[Stage, InBoth] = {
    Stage.PROPOSED: InBoth("待审核", "Waiting to be vetted"),
    Stage.DECLINED: InBoth("未列入投票", "Not put to the vote"),
    Stage.ACCEPTED: InBoth("即将投票", "To be voted on"),
    Stage.VOTING: InBoth("投票中", "Being voted on"),
    Stage.VOTED: InBoth("等待基金决定", "Waiting for the fund"),
    Stage.REFUSED: InBoth("未获支持", "Not funded"),
    Stage.GRANTED: InBoth("已获支持", "Funded"),
    Stage.REPORTED: InBoth("已公布成效", "Effect reported"),
}
PHASES: Mapping[Phase, InBoth] = {
    Phase.PLANNED: InBoth("未开始", "Not begun"),
    Phase.VOTING: InBoth("投票中", "Voting"),
    Phase.COUNTING: InBoth("计票中", "Being counted"),
    Phase.COUNTED: InBoth("已计票", "Counted"),
    Phase.CALLED_OFF: InBoth("已取消", "Called off"),
}
