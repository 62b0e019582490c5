"""What issuers' own systems and the certification standard say.

``issuers/reasons.py`` keeps why single rows are left out; here stands what stops a whole call.
"""

from __future__ import annotations

from ledger.errors import Broken, OutcomeUnknown, Refused, Rejected, Unavailable
from ledger.refusals.entry import area, entry

SOURCE = area(
    "source",
    "发行方的原系统",
    "Issuers' own systems",
    entry(
        "source.unavailable",
        Unavailable,
        "(path, why)",
        zh="原系统暂时无法访问（{path}，{why}），什么都没有发生。",
        zh_cure="稍后自动重试；长时间不恢复时，请联系原系统的管理员。",
        en="The source can't be reached now ({path}, {why}); nothing happened.",
        en_cure="It is tried again later; if it lasts, ask those who run the source.",
    ),
    entry(
        "source.asked-to-wait",
        Unavailable,
        "(path, until)",
        zh="原系统繁忙，要求等到 {until}（北京时间）再访问（{path}），什么都没有发生。",
        zh_cure="无需处理：到时自动继续；经常如此时，请与原系统管理员商定访问频率。",
        en="The source is busy and asked us to wait until {until}, Beijing time ({path}).",
        en_cure="It goes on by itself then; if it is often so, agree on how often to ask.",
    ),
    entry(
        "source.no-answer",
        OutcomeUnknown,
        "(path, why)",
        zh="请求已发给原系统（{path}），但没有答复（{why}）。",
        zh_cure="请以相同编号重试或核对，不要换编号。",
        en="The source was asked ({path}), but no answer came ({why}).",
        en_cure="Repeat or reconcile under the same id, never under a new one.",
    ),
    entry(
        "source.login-refused",
        Refused,
        "(path, status)",
        zh="原系统拒绝登录（{path}，状态 {status}）。",
        zh_cure="请核对账号、密码或密钥。",
        en="The source refuses the login ({path}, status {status}).",
        en_cure="Check account, password or key.",
    ),
    entry(
        "source.refused",
        Refused,
        "(path, status)",
        zh="原系统拒绝了请求（{path}，状态 {status}）。",
        zh_cure="请核对地址与权限。",
        en="The source refuses the request ({path}, status {status}).",
        en_cure="Check the address and the rights.",
    ),
    entry(
        "source.layout-changed",
        Rejected,
        "(where, wanted)",
        zh="{where} 的字段已变化，缺少 {wanted}。",
        zh_cure="请与原系统核对字段，再更新映射。",
        en="The layout of {where} is not the one agreed: {wanted} is missing.",
        en_cure="Agree on the columns with the source, then change the mapping.",
    ),
)

MARK = area(
    "mark",
    "在原系统标记事件",
    "Marking events at the source",
    entry(
        "mark.spent-natively",
        Refused,
        "(event_id)",
        zh="事件 {event_id} 已在原系统使用。",
        zh_cure="不再授予：同一事件只计一次。",
        en="The event {event_id} was used in the source's own shop.",
        en_cure="Award nothing for it: a good deed counts once.",
    ),
    entry(
        "mark.by-another",
        Refused,
        "(event_id)",
        zh="事件 {event_id} 已被其他系统标记。",
        zh_cure="请核对是否有第二个代理在运行。",
        en="Somebody else holds the mark of the event {event_id}.",
        en_cure="Check whether a second agent is running.",
    ),
    entry(
        "mark.event-unknown",
        Refused,
        "(event_id)",
        zh="原系统没有事件 {event_id}。",
        zh_cure="请在原系统核对事件号。",
        en="The source knows no event {event_id}.",
        en_cure="Check the event id at the source.",
        http_status=404,
    ),
    entry(
        "mark.not-reserved",
        Refused,
        "(event_id)",
        zh="事件 {event_id} 尚未预留，不能确认。",
        zh_cure="请先预留再确认。",
        en="The event {event_id} is not reserved, so it can't be confirmed.",
        en_cure="Reserve it first, then confirm.",
    ),
    entry(
        "mark.already-confirmed",
        Refused,
        "(event_id)",
        zh="事件 {event_id} 已确认，不能取消。",
        zh_cure="请走更正流程。",
        en="The event {event_id} is confirmed, so it can't be cancelled.",
        en_cure="Use a correction.",
    ),
)

CREDIT = area(
    "credit",
    "换入原系统",
    "Credits in a source",
    entry(
        "credit.refused",
        Refused,
        "(hold_id, member_id, why)",
        zh="原系统拒绝为预留单 {hold_id} 入账：{why}。",
        zh_cure="积分将退回居民账户；请核对会员在原系统中的状态。",
        en="The source refuses the credit for the hold {hold_id} for good: {why}.",
        en_cure="The points go back to the resident; check the member's standing at the source.",
    ),
    entry(
        "credit.differs",
        Broken,
        "(hold_id, member_id)",
        zh="预留单 {hold_id} 在原系统已有内容不同的入账。",
        zh_cure="请停止并核对双方的入账记录。",
        en="The source has another credit under the hold {hold_id}.",
        en_cure="Stop, and compare both sides' records.",
    ),
)

WEBHOOK = area(
    "webhook",
    "推送",
    "Webhooks",
    entry(
        "webhook.signature",
        Rejected,
        "(message_id, why)",
        zh="推送 {message_id} 的签名无效或已过期（{why}）。",
        zh_cure="请核对密钥与双方时钟。",
        en="The signature of the call {message_id} is wrong or too old ({why}).",
        en_cure="Check the secret and both clocks.",
        http_status=401,
    ),
)

CONFORMANCE = area(
    "conformance",
    "适配器符合性测试",
    "Conformance of adapters",
    entry(
        "conformance.no-module",
        Rejected,
        "(module, why)",
        zh="找不到适配器模块 {module}：{why}。",
        zh_cure="请写可导入的模块名，例如 issuers.volunteer，并确认它在 Python 的路径上。",
        en="There is no adapter module {module}: {why}.",
        en_cure="Name a module that can be imported, such as issuers.volunteer, on Python's path.",
    ),
    entry(
        "conformance.lacks",
        Rejected,
        "(module, missing)",
        zh="模块 {module} 缺少：{missing}。",
        zh_cure="请在模块里写上缺少的函数；格式见 docs/adapters.md。",
        en="The module {module} lacks: {missing}.",
        en_cure="Write the missing functions in the module; docs/adapters.md says how.",
    ),
)

STANDARD = area(
    "standard",
    "认证标准",
    "The certification standard",
    entry(
        "standard.unreadable",
        Rejected,
        "(file, why)",
        zh="认证标准文件 {file} 无法读取：{why}。",
        zh_cure="请按提示的位置修改文件。",
        en="The standard's file {file} can't be read: {why}.",
        en_cure="Mend the file at the place named.",
    ),
    entry(
        "standard.entry",
        Rejected,
        "(file, activity, why)",
        zh="认证标准文件 {file} 中的事项“{activity}”填写有误：{why}。",
        zh_cure="请按标准的格式改正该项。",
        en="The entry “{activity}” in the standard's file {file} is wrong: {why}.",
        en_cure="Correct the entry as the standard's form asks.",
    ),
    entry(
        "standard.used-twice",
        Rejected,
        "(name)",
        zh="认证标准中“{name}”用了两次。",
        zh_cure="请改用未使用的名称或编号。",
        en="The standard uses “{name}” twice.",
        en_cure="Take a name or number that is free.",
    ),
    entry(
        "standard.no-such",
        Rejected,
        "(name)",
        zh="认证标准中没有“{name}”。",
        zh_cure="请写计划代码（如 volunteer）或事项代码（如 VOL.SERVICE）。",
        en="The standard has no “{name}”.",
        en_cure="Name a scheme, such as volunteer, or an activity, such as VOL.SERVICE.",
    ),
    entry(
        "standard.no-folder",
        Rejected,
        "(path)",
        zh="{path} 不是存放认证标准的文件夹。",
        zh_cure="请给出含有 version.toml 与各计划 *.toml 的文件夹。",
        en="{path} is no folder of a standard.",
        en_cure="Name the folder that holds version.toml and a *.toml for each scheme.",
    ),
    entry(
        "standard.months",
        Rejected,
        "(first, last)",
        zh="月份“{first}”至“{last}”无法理解，或前后颠倒。",
        zh_cure="请写成 2026-01 这样的年月，起月不晚于止月。",
        en="The months “{first}” to “{last}” can't be read, or stand in the wrong order.",
        en_cure="Write months as 2026-01, the first no later than the last.",
    ),
    entry(
        "standard.history-differs",
        Broken,
        "(issuer, number)",
        zh="节点给出的{issuer}第 {number} 批数据与链上记录的哈希不符。",
        zh_cure="请停止，并换一个节点核对。",
        en="What the node shows of {issuer}’s batch {number} is not what the chain has a hash of.",
        en_cure="Stop, and compare with another node.",
    ),
)

AREAS = (SOURCE, MARK, CREDIT, WEBHOOK, CONFORMANCE, STANDARD)
