"""What a row tells of an event, and the names that offices give such columns, in both languages.

A name is looked up without blanks, stars, colons and what stands in brackets; what stands there is
often the unit. Pure data and its lookup.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from issuers.reading import plain
from issuers.reasons import Sentence


class Field(StrEnum):
    """One thing that a column can say."""

    EVENT_ID = "event_id"
    MEMBER_ID = "member_id"
    ACTIVITY = "activity"
    QUANTITY = "quantity"
    OCCURRED = "occurred"
    OCCURRED_TIME = "occurred_time"
    """The time of day, where it stands in a column of its own."""
    BEGAN = "began"
    ENDED = "ended"
    CHECKER = "checker"
    SPOT = "spot"
    REMARK = "remark"


WORDS: dict[Field, Sentence] = {
    Field.EVENT_ID: Sentence("记录编号", "record id"),
    Field.MEMBER_ID: Sentence("会员编号", "member id"),
    Field.ACTIVITY: Sentence("事项", "activity"),
    Field.QUANTITY: Sentence("数量", "quantity"),
    Field.OCCURRED: Sentence("日期", "date"),
    Field.OCCURRED_TIME: Sentence("时刻", "time of day"),
    Field.BEGAN: Sentence("开始时间", "start time"),
    Field.ENDED: Sentence("结束时间", "end time"),
    Field.CHECKER: Sentence("核验人", "checker"),
    Field.SPOT: Sentence("地点", "place"),
    Field.REMARK: Sentence("备注", "remark"),
}
"""What each is called on screen, and in our own templates."""
REASON = Sentence("原因", "Reason")
FIX = Sentence("如何修改", "How to fix")
"""The two columns with which rejected rows come back."""

_SURE: dict[Field, str] = {
    Field.EVENT_ID: "记录编号 记录号 流水号 流水编号 交易流水号 业务编号 业务流水号 事件编号 单号 "
    "订单号 交易号 小票号 凭证号 签到编号 recordid recordno eventid transactionid serialno orderno",
    Field.MEMBER_ID: "会员编号 会员号 会员卡号 会员id 志愿者编号 志愿者号 志愿者id 居住证编号 "
    "居住证号 居民编号 成员编号 成员号 参与者编号 用户编号 用户id 献血者编号 积分卡号 卡号 账号 "
    "memberid memberno membernumber volunteerid permitno userid cardno donorid",
    Field.ACTIVITY: "事项 事项名称 活动 活动名称 活动类型 项目 项目名称 服务项目 服务类型 "
    "服务内容 出行方式 品类 回收品类 业务类型 消费类型 activity project activitytype",
    Field.QUANTITY: "数量 时长 服务时长 总时长 有效时长 志愿时长 工时 学时 小时 小时数 分钟 "
    "分钟数 月数 天数 次数 场次 重量 净重 金额 消费金额 实付金额 献血量 quantity amount hours "
    "minutes duration weight days trips months",
    Field.OCCURRED: "日期 发生时间 发生日期 服务日期 活动日期 活动时间 服务时间 办结日期 消费时间 "
    "消费日期 交易时间 交易日期 出行日期 出行时间 称重时间 投放时间 献血日期 停驶日期 参与日期 "
    "date occurred occurredat datetime day",
    Field.OCCURRED_TIME: "时刻 时间 timeofday time",
    Field.BEGAN: "开始时间 开始 起始时间 签到时间 签到 到岗时间 上岗时间 服务开始时间 活动开始时间 "
    "服务时间开始 starttime start checkin began from",
    Field.ENDED: "结束时间 结束 终止时间 签退时间 签退 离岗时间 服务结束时间 活动结束时间 "
    "服务时间结束 endtime end checkout ended to",
    Field.CHECKER: "核验人 核验员 审核人 登记人 登记员 经办人 负责人 确认人 组织者 核验人编号 "
    "checker checkedby certifiedby verifiedby",
    Field.SPOT: "地点 服务地点 活动地点 站点 网点 场所 场馆 地址 投放点 献血点 place location "
    "spot site venue",
    Field.REMARK: "备注 说明 附注 其他说明 remark remarks note notes comment",
}
_MAYBE: dict[Field, str] = {
    Field.MEMBER_ID: r"(?:志愿者|会员|居民|成员|参与者|队员|人员).*(?:编号|号码?|id)|编号|工号|id",
    Field.EVENT_ID: r".*(?:流水|记录|单据).*号?",
    Field.ACTIVITY: r".*(?:事项|项目|类型|类别|活动名称?)|type|kind|category",
    Field.QUANTITY: r".*(?:时长|数量|重量|金额|次数|小时|分钟)",
    Field.BEGAN: r".*(?:开始|签到).*",
    Field.ENDED: r".*(?:结束|签退).*",
    Field.OCCURRED: r".*(?:日期|时间)",
    Field.CHECKER: r".*(?:核验|审核|确认).*",
    Field.SPOT: r".*(?:地点|站点|位置)",
}
"""Tried in this order where no sure name fits: a guess that is told as one."""
_KNOWN_ALONE = (
    "序号 行号 no 姓名 志愿者姓名 会员姓名 居民姓名 性别 年龄 联系电话 电话 手机 手机号 手机号码 "
    "身份证 身份证号 身份证号码 证件号 证件号码 单位 所属单位 name phone mobile idcard "
    "原因 如何修改 reason howtofix"
)
LEFT_ALONE = frozenset(_KNOWN_ALONE.split())
NUMBERING = frozenset(("序号", "行号", "no"))
"""Keys of columns that only count the lines."""
"""Columns that are known and not read: people's names and documents above all."""
_BRACKETS = re.compile(r"[(\[【（]([^)\]】）]*)[)\]】）]")
_MARKS = re.compile(r"[\s*:：·.\-_/、]+")


class Named(NamedTuple):
    """What a column's name says."""

    field: Field | None
    sure: bool
    unit: str
    """What stands in brackets, such as 小时."""
    known: bool
    """Whether the name is in the dictionary at all, also as one that is left alone."""


def key_of(name: str) -> str:
    """The name as it is compared: without blanks, marks, brackets, in small letters."""
    bare = _MARKS.sub("", _BRACKETS.sub("", plain(name))).lower()
    return bare or _MARKS.sub("", plain(name)).lower()


def named(name: str) -> Named:
    """Which field a column of this name is, as far as the name tells."""
    inside = _BRACKETS.search(plain(name))
    unit, key = (inside[1].strip() if inside else ""), key_of(name)
    if key in LEFT_ALONE:
        return Named(None, True, unit, True)
    field = _BY_NAME.get(key)
    if field is not None:
        return Named(field, True, unit, True)
    last = key_of(name.rpartition("/")[2])
    if last in _BY_NAME:
        return Named(_BY_NAME[last], True, unit, True)
    maybe = next((one for one, pattern in _PATTERNS if key and pattern.fullmatch(key)), None)
    return Named(maybe, False, unit, maybe is not None)


def recognised(name: str) -> bool:
    """Whether the dictionary has the name itself, not one like it."""
    found = named(name)
    return found.known and found.sure


_BY_NAME = {name: field for field, names in _SURE.items() for name in names.split()}
_PATTERNS = [(field, re.compile(pattern)) for field, pattern in _MAYBE.items()]
