"""Every kind of finding: its stable code, the subject it breaks, its sentence in both languages.

``{field}`` stands for a value of the finding. ``REASONS`` are the words for a field ``why``.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.audit.kinds_points import (
    AMOUNTS,
    BATCH_EN,
    BATCH_ZH,
    CLASSES,
    CORRECTIONS,
    HOLDS,
    KEYS,
    LIMITS,
    ROW_EN,
    ROW_ZH,
)


class FindingKind(NamedTuple):
    """One row of the table."""

    subject: str
    zh: str
    en: str


_CLEARING = {
    "position-differs": (
        "第 {window} 窗口、{member}的净头寸应为 {expected_units}，合约记为 {found_units}",
        "position of {member} in window {window}: {expected_units} recomputed, {found_units} on "
        "chain",
    ),
    "obligation-differs": (
        "第 {window} 窗口、{debtor_member}对{creditor_member}的应付应为 {expected_units}，合约记为 "
        "{found_units}",
        "what {debtor_member} owes {creditor_member} in window {window}: {expected_units} "
        "recomputed, {found_units} on chain",
    ),
    "positions-unbalanced": (
        "第 {window} 窗口的净头寸合计为 {units}，应为零",
        "positions of window {window} sum to {units}, not to zero",
    ),
    "parties-differ": (
        "预留 {id} 的应付双方应为 {expected_debtor} 对 {expected_creditor}，"
        "事件记为 {found_debtor} 对 {found_creditor}",
        "hold {id}: {expected_debtor} owes {expected_creditor}, the event says {found_debtor} "
        "and {found_creditor}",
    ),
    "window-misplaced": (
        "第 {window} 窗口的界限应为区块 {expected}，实为 {found}",
        "a limit of window {window} should be block {expected} and is {found}",
    ),
    "window-against-rule": (
        "第 {window} 窗口的关闭违反规则 {rule}（{values}）",
        "closing window {window} broke the rule {rule} ({values})",
    ),
    "dispute-unfounded": (
        "争议 {dispute} 与其提出时不符或重复",
        "dispute {dispute} is not what was proposed, or comes twice",
    ),
    "dispute-too-large": (
        "争议 {dispute} 的 {found_units} 超过原窗口所余 {most_units}，或原窗口未关闭",
        "dispute {dispute} of {found_units} is above the {most_units} left in its window, or that "
        "is not closed",
    ),
}
_AUTHORISATIONS = {
    "id-used-twice": (
        "编号 {id} 用了两次：区块 {block} 与区块 {other_block}",
        "id {id} was used twice, in block {block} and in block {other_block}",
    ),
    "authorisation-missing": (
        "编号 {id}：交易 {transaction} 中没有其请求",
        "id {id}: transaction {transaction} holds no request for it",
    ),
    "authorisation-differs": (
        "编号 {id}：交易 {transaction} 中的请求与所记不符",
        "id {id}: the request in transaction {transaction} is not what was recorded",
    ),
    "authorisation-expired": (
        "编号 {id} 的授权于 {expires_at_s} 过期，使用于 {placed_at_s}",
        "the authorisation of {id} expired at {expires_at_s} and was used at {placed_at_s}",
    ),
    "operator-stranger": (
        "编号 {id} 由 {key} 代办，规则 {rule} 不允许",
        "{id} was sent without a signature by {key}, which the rule {rule} forbids",
    ),
    "acted-by-stranger": (
        "预留 {id} 的 {event} 由 {key} 发出，它既非承兑方也非其托管方",
        "{event} of hold {id} was sent by {key}, neither the acceptor's key nor its host's",
    ),
    "signature-differs": (
        "{issuer}的账户 {account}、编号 {id}：有效密钥为 {expected}，签名者为 {found}",
        "account {account} with {issuer}, {id}: the key in effect is {expected}, {found} signed",
    ),
    "custody-despite-key": (
        "{issuer}的账户 {account} 已有有效密钥，{id} 却由运营方代办",
        "account {account} with {issuer} had a key in effect, yet {id} was made in custody",
    ),
}
_STOPS = {
    "paused-yet": (
        "区块 {block} 中的 {event} 发生在停用期间",
        "{event} in block {block} happened while a stop forbade it",
    ),
}
_FORMATS = {
    "key-not-random": (
        ROW_ZH + "的编码 {key} 不像带密钥的摘要",
        "key {key} in " + ROW_EN + " does not look like a keyed hash",
    ),
    "account-not-random": (
        ROW_ZH + "的账户 {account} 不像随机编号或密钥地址",
        "account {account} in " + ROW_EN + " looks neither random nor like a key's address",
    ),
    "data-trailing": (
        BATCH_ZH + "的交易 {transaction} 在批次数据之外还带有字节",
        "transaction {transaction} of " + BATCH_EN + " carries bytes besides the batch",
    ),
}
_CODE = {
    "other-code": (
        "{contract} 在 {address} 的代码不是本软件所构建的",
        "the code of {contract} at {address} is not what we build",
    ),
}
_CHAIN = {
    "block-unlinked": (
        "区块 {block} 的父区块应为 {expected}，实为 {found}",
        "the parent of block {block} should be {expected} and is {found}",
    ),
    "log-astray": (
        "区块 {block} 的事件所属交易 {transaction} 不在该区块中",
        "an event of block {block} belongs to transaction {transaction}, which is not in it",
    ),
    "log-malformed": (
        "区块 {block} 交易 {transaction} 的事件格式不符",
        "an event of transaction {transaction} in block {block} is malformed",
    ),
    "member-gap": (
        "成员单位编号应为 {expected}，实为 {found}",
        "a member should have the number {expected} and has {found}",
    ),
    "member-unknown": (
        "{event} 涉及未登记的成员单位（{rule}）",
        "{event} is about a member that never joined ({rule})",
    ),
}
_EVIDENCE = {
    "root-missing": (BATCH_ZH + "没有凭证根", BATCH_EN + " has no evidence root"),
    "data-missing": (
        BATCH_ZH + "的数据不在交易 {transaction} 中",
        "the data of " + BATCH_EN + " is not in transaction {transaction}",
    ),
    "data-differs": (
        BATCH_ZH + "的数据摘要应为 {expected}，重算为 {found}",
        "the data of " + BATCH_EN + " should have the hash {expected} and has {found}",
    ),
    "stored-hash-differs": (
        BATCH_ZH + "：事件中的摘要为 {expected}，合约保存的是 {found}",
        BATCH_EN + ": its event says the hash {expected}, the contract stores {found}",
    ),
}
_RATES = {
    "rate-too-late": (
        "事项 {activity} 第 {version} 版自 {from_month} 起，却在 {agreed_month} 才议定",
        "version {version} of activity {activity} applies from {from_month} and was agreed in "
        "{agreed_month}",
    ),
    "rate-out-of-order": (
        "事项 {activity} 应为第 {expected} 版，实为第 {found} 版（自 {from_month} 起）",
        "activity {activity}: version {found} from {from_month} where {expected} should follow",
    ),
    "rate-differs": (
        "事项 {activity} 在 {month} 的折算率应为 {expected}，合约答复 {found}",
        "activity {activity} in {month}: {expected} recomputed, the contract answers {found}",
    ),
}
_SETTLEMENTS = {
    "settlement-against-rule": (
        "第 {window} 窗口的清算违反规则 {rule}（{values}）",
        "the settlement of window {window} broke the rule {rule} ({values})",
    ),
    "settled-untold": (
        "第 {window} 窗口已全部确认，却没有结清事件",
        "every transfer of window {window} was confirmed, yet no event tells that it is settled",
    ),
    "settled-early": (
        "第 {window} 窗口未经全部确认即结清",
        "window {window} was settled before every transfer was confirmed",
    ),
}
_VIEWS = {
    "lots-differ": (
        "{issuer}的账户 {account} 应为 {expected}，合约答复 {found}",
        "account {account} with {issuer}: {expected} recomputed, the contract answers {found}",
    ),
    "view-differs": (
        "{view} 应答 {expected}，实答 {found}",
        "{view} should answer {expected} and answers {found}",
    ),
}

KINDS: dict[str, FindingKind] = {
    code: FindingKind(subject, zh, en)
    for subject, table in (
        ("1", CLASSES), ("2", KEYS), ("3", AMOUNTS), ("4", LIMITS), ("5", _CLEARING),
        ("6", HOLDS), ("7", _AUTHORISATIONS), ("9", _STOPS), ("10", _FORMATS),
        ("11", CORRECTIONS), ("code", _CODE), ("chain", _CHAIN), ("evidence", _EVIDENCE),
        ("rates", _RATES), ("settlements", _SETTLEMENTS), ("views", _VIEWS),
    )
    for code, (zh, en) in table.items()
}  # fmt: skip
"""By code."""

REASONS: dict[str, tuple[str, str]] = {
    "month-in-future": ("月份在将来", "its month is in the future"),
    "year-closed": ("所属年度已关闭", "its year is closed"),
    "activity-unknown": ("事项未登记", "its activity is unknown"),
    "activity-foreign": ("事项属于另一发行方", "its activity is another issuer's"),
    "rate-missing": ("该月尚无折算率", "its month has no rate yet"),
    "account-missing": ("没有账户", "it has no account"),
    "amount-out-of-range": ("数额为零或过大", "its amount is nothing or too much"),
}
"""Words for a ``why``."""
