"""What an issuer's agent says before it works, and where it has to stop.

Those who run an agent read these; why single rows earn nothing stands in ``issuers/reasons.py``.
"""

from __future__ import annotations

from ledger.errors import Broken, OutcomeUnknown, Refused, Rejected, Unavailable
from ledger.refusals.entry import area, entry

AGENT = area(
    "agent",
    "发行方代理",
    "The issuer's agent",
    entry(
        "agent.settings-missing",
        Rejected,
        "(path)",
        zh="找不到设置文件 {path}。",
        zh_cure="请用 --config 指明 agent.toml 的位置。",
        en="There is no settings file {path}.",
        en_cure="Say with --config where agent.toml stands.",
    ),
    entry(
        "agent.settings-wrong",
        Rejected,
        "(path, why)",
        zh="设置文件 {path} 有误：{why}。",
        zh_cure="请按提示改正该项后重新启动。",
        en="The settings in {path} can't be taken: {why}.",
        en_cure="Correct that entry and start again.",
    ),
    entry(
        "agent.secret-lost",
        Refused,
        "(path, number)",
        zh="事件密钥文件 {path} 不在，而本发行方已有 {number} 个批次上链。",
        zh_cure="请恢复该文件的备份；没有它就无法辨认哪些事件已经授予，不能继续。",
        en="The event secret {path} is gone, and {number} batches of this issuer are minted.",
        en_cure="Restore it from its backup: without it nobody can tell which events are minted.",
    ),
    entry(
        "agent.not-a-member",
        Refused,
        "(key)",
        zh="密钥 {key} 不属于任何成员单位。",
        zh_cure="请核对密钥文件与部署文件；新密钥须先登记。",
        en="The key {key} is no member's.",
        en_cure="Check key file and deployment file; a new key is registered first.",
    ),
    entry(
        "agent.other-scheme",
        Refused,
        "(scheme, member)",
        zh="{member} 在链上没有“{scheme}”的任何事项。",
        zh_cure="请核对适配器与密钥是否属于同一发行方。",
        en="On the chain, {member} has no activity of the scheme “{scheme}”.",
        en_cure="Check that adapter and key belong to the same issuer.",
    ),
    entry(
        "agent.minted-elsewhere",
        Refused,
        "(number, ours)",
        zh="链上已有本发行方的第 {number} 批，本代理只发出过 {ours} 批：另有代理在用同一密钥。",
        zh_cure="请停止其中一个；留下的若缺少记录，清空其数据库后重启，它会由链上重建。",
        en="The chain has batch {number} of this issuer, we sent {ours}: another agent mints.",
        en_cure="Stop one; if the other lacks batches, empty its database and it rebuilds them.",
    ),
    entry(
        "agent.rebuild-waits",
        Unavailable,
        "(found, wanted)",
        zh="正在由链上重建：已最终确认 {found} 批，共 {wanted} 批。",
        zh_cure="稍后自动继续；全部重建之前不会授予任何积分。",
        en="Rebuilding from the chain: {found} of {wanted} batches are final.",
        en_cure="It goes on by itself; nothing is minted before all are rebuilt.",
    ),
    entry(
        "agent.units-differ",
        Broken,
        "(number, found, expected)",
        zh="第 {number} 批在链上授予 {found}，按本地记录应为 {expected}（单位 0.01 积分）。",
        zh_cure="请停止并联系运维人员核对该批次。",
        en="Batch {number} minted {found} on the chain, {expected} by our rows (0.01 points).",
        en_cure="Stop, and have the batch compared.",
    ),
    entry(
        "agent.mark-lost",
        Broken,
        "(event_id, why)",
        zh="事件 {event_id} 已授予，但原系统不确认标记（{why}），可能被重复使用。",
        zh_cure="请停止并与原系统核对该事件。",
        en="The event {event_id} is minted, but the source does not confirm its mark ({why}).",
        en_cure="Stop, and compare with the source: it may be spent there too.",
    ),
    entry(
        "agent.not-called",
        Refused,
        "()",
        zh="本发行方的原系统不推送，只能读取。",
        zh_cure="请核对推送地址；无需处理其他事项。",
        en="This issuer's source is read, it does not call.",
        en_cure="Check who calls this address.",
        http_status=404,
    ),
    entry(
        "agent.answer-lost",
        OutcomeUnknown,
        "(url, why)",
        zh="已发给代理（{url}），但没有等到答复（{why}）。",
        zh_cure="请先用 tongdui issuer status 或列表核对是否已经办成，再决定要不要重办。",
        en="It was sent to the agent at {url}, and no answer came ({why}).",
        en_cure="Look at tongdui issuer status or a list before asking again.",
    ),
    entry(
        "agent.no-answer",
        Unavailable,
        "(url, why)",
        zh="发行方代理（{url}）没有答复（{why}）。",
        zh_cure="请确认代理正在运行，地址与 listen_port 一致。",
        en="The agent at {url} does not answer ({why}).",
        en_cure="Check that it runs, and that the address is its listen_port.",
    ),
    entry(
        "agent.port-taken",
        Refused,
        "(address, why)",
        zh="无法在 {address} 上监听（{why}）。",
        zh_cure="请在设置中另选端口，或关闭占用它的程序。",
        en="The agent can't listen on {address} ({why}).",
        en_cure="Choose another port in the settings, or end the program that has it.",
    ),
    entry(
        "agent.directory-unavailable",
        Unavailable,
        "(why)",
        zh="暂时无法向运营方查询换入对象（{why}）。",
        zh_cure="稍后自动重试；预留在截止前都可以兑现。",
        en="The operator can't be asked now who is credited ({why}).",
        en_cure="It is asked again; a hold can be captured until its deadline.",
    ),
)

LINK = area(
    "link",
    "会员绑定",
    "Links of members",
    entry(
        "link.account-taken",
        Refused,
        "(account)",
        zh="账户 {account} 已绑定另一名会员。",
        zh_cure="请核对账户；一个账户只属于一名会员。",
        en="The account {account} is another member's.",
        en_cure="Check it: an account belongs to one member.",
    ),
    entry(
        "link.columns",
        Rejected,
        "(wanted)",
        zh="绑定文件缺少列：{wanted}。",
        zh_cure="请在首行写明列名。",
        en="The file of links lacks the columns {wanted}.",
        en_cure="Name the columns in its first line.",
    ),
)

AREAS = (AGENT, LINK)
