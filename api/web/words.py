"""What the pages say, in both languages. Chinese is written for residents and clerks."""

from __future__ import annotations

from api.access import Role
from ledger.redeeming.values import State
from ledger.refusals import Lang

PAGE: dict[Lang, dict[str, str]] = {
    "zh": {
        "html_lang": "zh-CN",
        "name": "通兑",
        "title": "通兑 · 社区服务积分互认互换",
        "skip": "跳到正文",
        "sandbox": "试用环境：示例网络，居民与积分都是虚构的。",
        "other_lang": "English",
        "lead": "志愿服务、交通、环保、文化消费、居住证的积分，记在各成员单位共同维护的账本上，"
        "可以互认、互换，兑换社区服务。",
        "not_money": "积分不是货币：不能买卖、不能转让、不能提现。",
        "totals": "各类积分总数",
        "totals_why": "由账本实时汇总，不含任何居民信息。“尚可使用”包括已预留、未核销的积分。",
        "scheme": "积分类别",
        "issued": "累计授予",
        "outstanding": "尚可使用",
        "captured": "已核销",
        "refunded": "已退回",
        "expired": "已过期",
        "sum": "合计",
        "no_schemes": "还没有授予过积分。",
        "clearing": "当前清算窗口",
        "window": "第 {number} 个窗口",
        "clearing_why": "核销当笔记账：发行方应付，承兑方应收。各单位净头寸相加始终为零。",
        "member": "成员单位",
        "position": "净头寸（积分）",
        "no_positions": "本窗口还没有核销。",
        "orders": "兑换单",
        "no_orders": "还没有兑换单。",
        "state": "状态",
        "count": "数量",
        "verify": "自行核验",
        "verify_why": "核验只需要自己的节点和部署文件，不依赖运营方，也不用相信本页。",
        "verify_step": "取得部署文件，连上自己的节点，执行：",
        "verify_result": "每条规则给出一个结论：成立、不成立，或仅凭节点无法判定及改由何处核对。",
        "links": "接口与运行",
        "docs": "接口文档",
        "openapi": "OpenAPI 3.1 文档（JSON）",
        "problems": "错误代号与处理办法",
        "ready": "运行状态（节点、账本进度、提交队列）",
        "health": "进程是否存活",
        "metrics": "运行指标（Prometheus）",
        "as_of": "截至第 {block} 个区块，{time}（北京时间）",
        "nothing_yet": "账本尚未读到任何区块，请稍后再看。",
        "home": "首页",
        "docs_lead": "所有请求都在 /v1 之下；除公开总数外，请求头须带 Authorization: Bearer 密钥。"
        "每个 POST 须带 Idempotency-Key：同一编号、同一内容只生效一次，并得到同一答复；"
        "尚未上链时答复 202，请按 Location 查询。数量是整数，单位 0.01 积分；时间为北京时间。",
        "who": "可由谁办理",
        "everybody": "任何人，无需密钥",
        "parameters": "参数",
        "required": "必填",
        "request": "请求示例",
        "response": "答复示例",
        "errors": "可能的错误",
        "problems_lead": "每个错误都有固定代号。先看原因，再照处理办法办理；"
        "仍未解决时，请把代号告诉运维人员。",
        "cause": "原因",
        "cure": "处理办法",
        "http_status": "HTTP 状态",
        "values": "附带的数值",
    },
    "en": {
        "html_lang": "en",
        "name": "Tongdui",
        "title": "Tongdui · community points that recognise one another",
        "skip": "Skip to content",
        "sandbox": "A sandbox: an example network, with invented residents and points.",
        "other_lang": "中文",
        "lead": "Points for volunteering, green travel, sorted waste, culture and residence are on"
        " a ledger that the member organisations keep together: earned in one scheme, redeemed for"
        " community services, or exchanged into another.",
        "not_money": "Points are not money: they cannot be sold, sent or cashed.",
        "totals": "Points by scheme",
        "totals_why": "Summed from the ledger as it stands; nothing about any resident. What is"
        " still to be spent includes points that are set aside.",
        "scheme": "Scheme",
        "issued": "Issued",
        "outstanding": "To be spent",
        "captured": "Captured",
        "refunded": "Refunded",
        "expired": "Expired",
        "sum": "Together",
        "no_schemes": "No points have been awarded yet.",
        "clearing": "The open clearing window",
        "window": "Window {number}",
        "clearing_why": "A capture books the debt at once: the issuer owes, the acceptor is owed."
        " All positions sum to zero, always.",
        "member": "Member",
        "position": "Position (points)",
        "no_positions": "Nothing has been captured in this window yet.",
        "orders": "Orders",
        "no_orders": "There are no orders yet.",
        "state": "State",
        "count": "Number",
        "verify": "Check it yourself",
        "verify_why": "All it takes is a node of your own and the deployment file: nothing from the"
        " operator, and no trust in this page.",
        "verify_step": "With the deployment file and your own node, run:",
        "verify_result": "Each rule gets a verdict: it holds, it is broken, or a node alone cannot"
        " tell, and then what can.",
        "links": "Interface and operation",
        "docs": "Documentation of the interface",
        "openapi": "OpenAPI 3.1 document (JSON)",
        "problems": "Error codes and what to do",
        "ready": "State of node, projection and relayer",
        "health": "Whether the process is alive",
        "metrics": "Metrics (Prometheus)",
        "as_of": "As of block {block}, {time} (Beijing time)",
        "nothing_yet": "No block has been read yet; look again in a moment.",
        "home": "Home",
        "docs_lead": "All requests are under /v1 and, except for the public totals, carry the"
        " header Authorization: Bearer and a key. Every POST carries an Idempotency-Key: the same"
        " key with the same content has one effect and one answer. What no block holds yet is"
        " answered with 202: ask again at Location. Amounts are integers of 0.01 point, times are"
        " Beijing's.",
        "who": "Who may call it",
        "everybody": "everybody, without a key",
        "parameters": "Parameters",
        "required": "required",
        "request": "Example request",
        "response": "Example answer",
        "errors": "Possible problems",
        "problems_lead": "Every error has a stable code. See the cause, then do what is said; if"
        " that does not help, tell the people who run the installation the code.",
        "cause": "Cause",
        "cure": "What to do",
        "http_status": "HTTP status",
        "values": "Values it carries",
    },
}
STATES: dict[Lang, dict[State, str]] = {
    "zh": {
        State.PLACED: "提交中",
        State.HELD: "已预留",
        State.UNDOING: "撤回中",
        State.REFUSED: "未成功",
        State.CAPTURING: "核销中",
        State.CAPTURED: "已核销",
        State.RELEASING: "释放中",
        State.RELEASED: "已释放",
        State.REFUNDING: "退回中",
        State.REFUNDED: "已退回",
        State.GIVEN: "已捐赠",
    },
    "en": {state: str(state) for state in State},
}
ROLES: dict[Lang, dict[str, str]] = {
    "zh": {
        "operator": "运营方",
        "worker": "社区工作者",
        "acceptor": "承兑方",
        "issuer": "发行方",
        "auditor": "审计方",
        "council": "理事会",
        "resident": "居民（柜台刷卡）",
        "delegate": "代兑人（柜台刷卡）",
    },
    "en": {str(role): str(role) for role in Role},
}


def half(text: str, lang: Lang) -> str:
    """One language's part of a text that reads ``中文 · English``; all of another text."""
    zh, dot, en = text.partition(" · ")
    if not dot:
        return text
    return zh if lang == "zh" else en
