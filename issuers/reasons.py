"""Why a row is rejected or waits: one table, both languages.

Codes are stable. Rows carry the code only; whoever shows it looks the sentence up here. The
pipeline's reasons stand here beside the adapters', so that a clerk reads one language of reasons.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same thing said twice."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, and what to do."""

    code: str
    why: Sentence
    fix: Sentence


_ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("row.broken", "整行不完整，无法读取", "the row is cut short or garbled",
     "请在原系统重新导出该行", "export this row again from the source"),
    ("field.missing", "必填字段为空", "a required field is empty",
     "请补全该字段后重新提交", "fill in the field and submit the row again"),
    ("activity.unknown", "认证标准中没有该事项", "the certification standard has no such activity",
     "请改用标准中的事项名称，或申请新增事项", "use a name from the standard, or propose it"),
    ("quantity.unreadable", "数量不是整数", "the quantity is not a whole number",
     "请只填写数字，例如 90", "write digits only, such as 90"),
    ("quantity.zero", "数量为零", "the quantity is zero",
     "请核对实际数量；确为零则删除该行", "check the real quantity; remove the row if it is zero"),
    ("quantity.negative", "数量为负", "the quantity is negative",
     "撤销请用更正或退款记录，不要填负数", "use a correction or refund, not a negative number"),
    ("quantity.too-large", "数量超出可信范围", "the quantity is beyond belief",
     "请核对单位（分钟、克、分）", "check the unit (minutes, grams, fen)"),
    ("quantity.disagrees", "时长超过签到与签退之间的时间", "more minutes than from in to out",
     "请核对时长、签到与签退时间", "check minutes, check-in and check-out"),
    ("quantity.not-whole", "换算成最小单位后不是整数", "not whole in the smallest unit",
     "请改用能整除的数量，例如 1.5 小时或 90 分钟", "write it so, such as 90 minutes"),
    ("quantity.percent", "数量写成了百分比", "the quantity is a percentage",
     "请填写实际数量，不要用百分比格式", "write the quantity itself, not a percentage"),
    ("id.cut", "编号被 Excel 截断，末尾数字已丢失", "Excel has cut the id's last digits",
     "请将该列设为文本格式，从原系统重新导出", "format the column as text and export again"),
    ("id.reserved", "记录编号以 tongdui: 开头", "the record's id begins with tongdui:",
     "该开头为系统保留；请填写原系统的编号或留空", "use the source's own id, or leave it empty"),
    ("cell.error", "单元格是公式错误", "the cell holds a formula's error",
     "请在 Excel 或 WPS 中改正公式，保存后再交", "mend the formula in Excel or WPS and save"),
    ("formula.no-value", "公式没有保存计算结果", "the formula's value was never saved",
     "请用 Excel 或 WPS 打开并保存一次，再交", "open it in Excel or WPS and save it"),
    ("time.unreadable", "日期或时间无法识别", "the date or time can't be read",
     "请写成 2026-05-03 09:30 的形式", "write it like 2026-05-03 09:30"),
    ("time.future", "发生时间在未来", "the time lies in the future",
     "请核对年份与日期", "check the year and the day"),
    ("time.no-day", "只有时刻，没有日期", "a time of day without a day",
     "请补上日期，或指定日期所在的列", "write the day too, or say which column holds it"),
    ("time.reversed", "签退早于签到", "check-out is before check-in",
     "请核对签到与签退时间", "check both times"),
    ("correction.disagrees", "退款超过原消费", "more is taken back than was spent",
     "请核对原消费与退款金额", "check the spending and the refund"),
    ("time.too-late", "上报超过认证标准允许的期限", "reported later than the standard allows",
     "请由发行方负责人按更正流程处理", "ask the issuer's officer for a correction"),
    ("time.year-closed", "该年度已关账", "the year is closed",
     "该年度的积分不能再授予", "points of that year can no longer be awarded"),
    ("member.unlinked", "会员尚未绑定通兑账户", "the member has no linked account yet",
     "等待居民绑定；绑定后自动授予", "waits for the resident's link; awarded once linked"),
    ("member.linked-too-late", "会员未在期限内绑定通兑账户", "the member linked no account in time",
     "无法再授予；请提醒居民及早绑定", "it can't be awarded any more; residents should link early"),
    ("member.erased", "会员已按申请删除资料", "the member's data was erased on request",
     "无需处理；重新绑定后的新事项照常授予", "nothing to do; new deeds count after a new link"),
    ("member.erasing", "会员资料等待删除：还有在途的行", "an erasure waits for rows under way",
     "无需处理，办结后自动删除", "nothing to do: it is erased once they have ended"),
    ("claim.open", "居民的申请等待答复", "residents' claims wait for an answer",
     "请用 tongdui issuer claims list 查看并答复", "see tongdui issuer claims list, and answer"),
    ("claim.overdue", "居民的申请已过答复期限", "residents' claims are past their time",
     "请尽快用 tongdui issuer claims answer 答复", "answer with tongdui issuer claims answer"),
    ("claim.untold", "答复等待送达运营方", "answers wait to reach the operator",
     "无需处理，运营方恢复后自动送达", "nothing to do: they go out once it is back"),
    ("rate.none", "发生月份尚无折算率", "no rate was in force in that month",
     "该月份的积分不能授予", "points of that month can't be awarded"),
    ("award.refused", "合约规则不接受该行", "the contracts' rules do not take this row",
     "请联系运维人员核对事项与折算率", "have the activity and its rate checked"),
    ("event.credited-before", "该事件此前已经换算入账", "the event was credited here before",
     "无需处理：同一事件只计一次", "nothing to do: a good deed counts once"),
    ("event.taken-back", "该事件已授予并已收回", "awarded before, and taken back",
     "如属误撤：tongdui issuer correct 事件号 --reverse 1",
     "if by mistake: tongdui issuer correct EVENT --reverse 1"),
    ("event.changed", "同一事件号内容不同", "the same event id with different content",
     "请在原系统核对；内容变更须走更正", "check at the source; a change needs a correction"),
    ("event.spent-natively", "该事件已在原系统使用", "the source has used the event already",
     "无需处理：同一事件只计一次", "nothing to do: a good deed counts once"),
    ("event.cancelled", "原系统已取消该登记", "the source called this registration off",
     "无需处理；若确已完成，请在原系统更正登记", "nothing to do, or mend it at the source"),
    ("quantity.unit", "数量的单位与事项不符", "the quantity's unit is not the activity's",
     "请核对单位，例如全血按毫升填写", "check the unit: whole blood counts in ml, for example"),
    ("amount.nothing", "按现行折算率不足 0.01 积分", "worth less than 0.01 point by the rate",
     "无需处理；可累计后由原系统合并上报", "nothing to do; the source may report sums"),
    ("correction.no-award", "该事件没有授予积分，无可更正", "the event earned nothing to take back",
     "无需处理", "nothing to do"),
    ("correction.nothing", "更正后的数量没有减少积分", "the new quantity takes nothing back",
     "无需处理", "nothing to do"),
    ("correction.before-award", "更正早于授予，等待授予完成", "waits until its event is minted",
     "无需处理；授予后自动更正", "nothing to do; it is corrected once minted"),
    ("checker.self", "认证人认证了自己", "the checker certified a deed of his own",
     "请另一位负责人核实后决定", "have another officer verify it, then decide"),
    ("checker.too-many", "同一认证人一天认证过多", "one checker certified too many in a day",
     "请核对签到记录与认证人当天的安排", "check the sign-in records and the checker's day"),
    ("deed.two-places", "同一会员同时在两处", "the member was at two places at once",
     "请核对两处的签到与签退时间", "check the times at both places"),
    ("deed.entered-twice", "同一服务登记了两次", "the same deed was entered twice",
     "请确认是否同一次服务；是则退回这一条", "if it is the same deed, refuse this one"),
    ("file.previewed", "文件预览后尚未提交", "a file was previewed and not committed",
     "请核对后执行 tongdui issuer commit 或 drop", "look at it: tongdui issuer commit, or drop"),
    ("review.refused", "复核后不予通过", "a person looked at it and refused",
     "理由见复核记录；有异议请联系发行方", "the review says why; ask the issuer if you disagree"),
    ("review.waits", "等待人工复核", "waits for a person to look",
     "请执行 tongdui issuer review list 并作出决定", "decide: tongdui issuer review list"),
    ("review.withdrawn", "发行方在授予前撤回", "the issuer withdrew it before it was awarded",
     "理由见更正记录；确属误撤请重新提交", "the record says why; submit again if that was wrong"),
    ("correction.above-threshold", "更正超过须复核的数额", "the correction is above the threshold",
     "请另一位经办人复核", "another clerk has to approve it"),
    ("correction.proposed", "更正等待另一位经办人复核", "corrections wait for another clerk",
     "请执行 tongdui issuer review list 并作出决定", "decide: tongdui issuer review list"),
    ("correction.reversed-before", "该更正已被撤销", "that correction was reversed before",
     "无需处理", "nothing to do"),
    ("undo.above-threshold", "撤销的积分超过审批限额", "the undo is above the threshold",
     "请另一位经办人核对后批准", "another clerk looks and approves"),
    ("tieout.never-came", "原系统有，代理从未收到", "the source has it, and it never came here",
     "请核对接口或补交文件", "check the connection, or hand it in as a file"),
    ("tieout.not-at-source", "已授予，原系统没有", "awarded, and the source does not have it",
     "请核对原系统；确属误报请更正", "check the source; correct it if it was a mistake"),
    ("tieout.quantity", "数量与已授予的不符", "the quantity is not what was awarded",
     "请核对数量，必要时更正", "check the quantity, and correct it if need be"),
    ("cap.whole", "余额超过年度上限，不能只转入一部分", "the balance is above the year's cap",
     "请次年再转，或由理事会调整上限", "bring it next year, or have the council raise the cap"),
    ("limit.once", "该会员的存量积分已经转入过", "this member's balance was brought along before",
     "无需处理：每人只转一次", "nothing to do: once for each member"),
    ("cap.year", "超过本计划的年度积分上限", "above the scheme's cap of points a year",
     "无需处理：超出部分不授予", "nothing to do: what is above earns nothing"),
    ("batch.daily", "等待每日上链时间", "waits for the day's time of minting",
     "无需处理；到时自动授予", "nothing to do; it is minted then"),
    ("backlog.full", "待授予的行过多，暂停读取原系统",
     "so much waits to be minted that nothing more is read from the source",
     "请检查节点与额度；减少后自动继续",
     "check the node and the limits; it goes on by itself once less waits"),
    ("limit.session", "超过单次上限", "above the limit of one session",
     "请核对时长；超出部分不授予", "check the duration; what is above earns nothing"),
    ("limit.day", "超过单日上限", "above the limit of one day",
     "请核对是否重复登记", "check whether it was entered twice"),
    ("limit.year", "超过全年上限", "above the limit of one year",
     "无需处理：超出部分不授予", "nothing to do: what is above earns nothing"),
)  # fmt: skip

REASONS: dict[str, Reason] = {
    code: Reason(code, Sentence(why_zh, why_en), Sentence(fix_zh, fix_en))
    for code, why_zh, why_en, fix_zh, fix_en in _ROWS
}
"""Every reason by its code."""


def reason(code: str) -> Reason:
    """The reason; KeyError for a code that nobody has written a sentence for."""
    return REASONS[code]
