"""What reminders, monthly statements and mailings may refuse."""

from __future__ import annotations

from ledger.errors import Broken, Refused, Rejected
from ledger.refusals.entry import area, entry

NOTICES = area(
    "notice",
    "提醒与月报的选择",
    "What residents want to be told",
    entry(
        "notice.no-address",
        Rejected,
        "(field)",
        zh="月报选了短信，但没有可以发送的号码（{field}）。",
        zh_cure="请在 {field} 填写接收号码，或在柜台登记联系方式，或改选 paper、off。",
        en="Statements by SMS need a number, and there is none in {field}.",
        en_cure="Give one in {field}, have a contact noted at a desk, or choose paper or off.",
    ),
)
REMINDERS = area(
    "reminder",
    "到期提醒",
    "Reminders before expiry",
    entry(
        "reminder.unknown",
        Rejected,
        "(id)",
        zh="没有编号为 {id} 的提醒；钱包注销后，提醒也随之删除。",
        zh_cure="请核对事件 data.id，或用钱包的消息列表查看。",
        en="There is no reminder {id}; they go with the wallet that they are of.",
        en_cure="Compare it with the event's data.id, or read the wallet's messages.",
        http_status=404,
    ),
)
MONTHLY = area(
    "monthly",
    "居民月报",
    "Residents' monthly statements",
    entry(
        "monthly.to-come",
        Refused,
        "(since_s)",
        zh="这个月份尚未开始，{since_s} 才开始。",
        zh_cure="请查询当月或以前的月份。",
        en="That month begins on {since_s}.",
        en_cure="Ask for the present month or an earlier one.",
    ),
    entry(
        "monthly.before-opening",
        Refused,
        "(since_s)",
        zh="钱包于 {since_s} 开立，此前的月份没有月报。",
        zh_cure="请查询开立当月或以后的月份。",
        en="The wallet was opened on {since_s}: earlier months have no statement.",
        en_cure="Ask for the month of its opening or a later one.",
    ),
    entry(
        "monthly.not-over",
        Refused,
        "(until_s)",
        zh="这个月尚未结束并最终确认（{until_s} 结束），不能批量寄送。",
        zh_cure="请待该月结束、链上最终确认之后再办；单份月报可随时查询。",
        en="That month, until {until_s}, is not over and final yet: nothing can be mailed.",
        en_cure="Come back when it is; one resident's statement can be read at any time.",
    ),
    entry(
        "monthly.does-not-add-up",
        Broken,
        "(member, id)",
        zh="钱包 {id} 在成员 {member} 的月报对不上：期初加减各项不等于期末。",
        zh_cure="请勿寄送；先用 tongdui rebuild 重建投影，仍不符时运行 tongdui audit verify"
        " 并联系开发者。",
        en="The month of wallet {id} with member {member} does not add up.",
        en_cure="Send nothing; rebuild the projection, and if that does not mend it run"
        " `tongdui audit verify` and call the developers.",
    ),
)
MAILINGS = area(
    "mailing",
    "月报寄送",
    "Mailings of statements",
    entry(
        "mailing.unknown",
        Rejected,
        "(id)",
        zh="没有编号为 {id} 的寄送。",
        zh_cure="请用 GET /v1/mailings 查看编号。",
        en="There is no mailing {id}.",
        en_cure="Look the ids up with GET /v1/mailings.",
        http_status=404,
    ),
)
AREAS = (NOTICES, REMINDERS, MONTHLY, MAILINGS)
