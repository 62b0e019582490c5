"""Every kind of finding: its stable code, the subject it breaks, its sentence in both languages.

``{field}`` stands for a value of the finding. ``REASONS`` are the words for a field ``why``.
"""

from __future__ import annotations

from typing import NamedTuple


class FindingKind(NamedTuple):
    """One row of the table."""

    subject: str
    zh: str
    en: str


_BATCH_ZH, _BATCH_EN = "{issuer}第 {number} 批", "batch {number} of {issuer}"
_ROW_ZH, _ROW_EN = _BATCH_ZH + "第 {row} 行", "row {row} of " + _BATCH_EN
_CLASS_ZH, _CLASS_EN = (
    "{issuer}、{epoch}到期的类别",
    "the class of {issuer} that expires with {epoch}",
)

_CLASSES = {
    "class-differs": (
        _CLASS_ZH + "：{figure} 应为 {expected_units}，合约记为 {found_units}",
        "{figure} of " + _CLASS_EN + ": {expected_units} recomputed, {found_units} on chain",
    ),
    "class-unbalanced": (
        _CLASS_ZH + "收支不平，相差 {units}",
        _CLASS_EN + " does not balance, by {units}",
    ),
    "free-differs": (
        _CLASS_ZH + "：各账户可用合计 {expected_units}，类别记为 {found_units}",
        "free of " + _CLASS_EN + ": {expected_units} over accounts, {found_units} in the class",
    ),
    "held-differs": (
        _CLASS_ZH + "：各预留合计 {expected_units}，类别记为 {found_units}",
        "held of " + _CLASS_EN + ": {expected_units} over holds, {found_units} in the class",
    ),
    "expiry-differs": (
        _CLASS_ZH + "到期入账应为 {expected_units}，实为 {found_units}",
        "expiry booked of " + _CLASS_EN + ": {expected_units} expected, {found_units} found",
    ),
    "transfer-differs": (
        "交易 {transaction} 的转移应为“{expected}”，实为“{found}”",
        "a transfer in transaction {transaction} should say “{expected}” and says “{found}”",
    ),
    "transfer-unexplained": (
        "区块 {block} 交易 {transaction} 中的转移“{found}”没有缘由",
        "nothing explains the transfer “{found}” in block {block}, transaction {transaction}",
    ),
    "account-against-rule": (
        "{issuer}的账户 {account} 在区块 {block} 违反规则 {rule}",
        "account {account} with {issuer} broke the rule {rule} in block {block}",
    ),
}
_KEYS = {
    "batch-gap": (
        "{issuer}的批次号应为 {expected}，实为 {number}",
        "a batch of {issuer} should have the number {expected} and has {number}",
    ),
    "key-not-rising": (
        _ROW_ZH + "的编码 {key} 未严格递增或重复",
        "key {key} in " + _ROW_EN + " repeats or does not rise",
    ),
    "key-minted-twice": (
        "编码 {key} 既在" + _ROW_ZH + "，又在{other_issuer}第 {other_number} 批第 {other_row} 行",
        "key {key} is in " + _ROW_EN + " and again in row {other_row} of batch {other_number} of "
        "{other_issuer}",
    ),
    "mint-untold": (
        "交易 {transaction}（{key} 发出）发行成功，却没有批次事件",
        "transaction {transaction} by {key} minted, yet no event tells of a batch",
    ),
}
_AMOUNTS = {
    "award-differs": (
        _ROW_ZH
        + "、账户 {account}：应得 {expected_units}（{expected_epoch}到期），转移为“{found}”",
        _ROW_EN + ", account {account}: {expected_units} due in {expected_epoch}, the transfer "
        "says “{found}”",
    ),
    "award-unknown": (
        _BATCH_ZH + "中的转移“{found}”没有对应的行",
        "no row of " + _BATCH_EN + " explains the transfer “{found}”",
    ),
    "batch-sum-differs": (
        _BATCH_ZH + "合计应为 {expected_units}，事件记为 {found_units}",
        _BATCH_EN + " comes to {expected_units}, its event says {found_units}",
    ),
    "clip-differs": (
        _ROW_ZH + "的削减与该行不符：全额 {expected_units}，削减为 {found_units}",
        "the clip of " + _ROW_EN + " does not fit the row: {expected_units} in full, clipped to "
        "{found_units}",
    ),
    "row-invalid": (
        _ROW_ZH + "、账户 {account} 不应发行：{why}（全额 {full_units}）",
        _ROW_EN + ", account {account}, could not be minted: {why} ({full_units} in full)",
    ),
    "headroom-differs": (
        _ROW_ZH + "、账户 {account}：按年度余量应得 {expected_units}，实得 {found_units}",
        _ROW_EN + ", account {account}: {expected_units} by the year's headroom, minted were "
        "{found_units}",
    ),
}
_LIMITS = {
    "limit-passed": (
        _BATCH_ZH + "超过{limit}：余量 {headroom_units}，发行 {found_units}",
        _BATCH_EN + " went past the {limit}: {headroom_units} left, {found_units} minted",
    ),
    "annual-cap-passed": (
        _ROW_ZH + "使账户 {account} 在 {year} 年累计 {issued_units}，超过年度上限 {cap_units}",
        _ROW_EN + " brought account {account} to {issued_units} in {year}, above the annual cap "
        "of {cap_units}",
    ),
    "mint-by-other": (
        _BATCH_ZH + "由 {key} 发出，规则 {rule} 不允许",
        _BATCH_EN + " was sent by {key}, which the rule {rule} forbids",
    ),
}
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
_HOLDS = {
    "hold-not-open": (
        "预留 {id}：{event} 之时它不在该阶段（从未预留、已结束或重复结束）",
        "hold {id} was not open for {event}: never placed, or ended before",
    ),
    "hold-words-differ": (
        "预留 {id}：{event} 所载内容与规则推出的不符",
        "hold {id}: what {event} carries is not what the rules make of it",
    ),
    "hold-exceeded": (
        "预留 {id}：{event} 的 {found_units} 不在 {most_units} 之内",
        "hold {id}: {event} over {found_units}, at most {most_units} were there",
    ),
    "hold-out-of-time": (
        "预留 {id}：{event} 在 {found_s}，期限为 {deadline_s}",
        "hold {id}: {event} at {found_s}, the deadline being {deadline_s}",
    ),
    "hold-refusable": (
        "预留 {id} 本应被规则 {rule} 拒绝",
        "hold {id} should have been refused by the rule {rule}",
    ),
    "hold-slices-differ": (
        "{issuer}的账户 {account}：{id} 应取最早到期的 {expected}，实取 {found}",
        "account {account} with {issuer}: {id} should take the earliest, {expected}, and took "
        "{found}",
    ),
    "commitment-differs": (
        "预留 {id} 在合约中的摘要应为 {expected}，实为 {found}",
        "hold {id}: the contract stores {found}, {expected} would be right",
    ),
    "gift-astray": (
        "捐赠 {id} 的去向 {account} 不是社区基金的账户",
        "gift {id} went to {account}, which is no account of the fund",
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
        _ROW_ZH + "的编码 {key} 不像带密钥的摘要",
        "key {key} in " + _ROW_EN + " does not look like a keyed hash",
    ),
    "account-not-random": (
        _ROW_ZH + "的账户 {account} 不像随机编号或密钥地址",
        "account {account} in " + _ROW_EN + " looks neither random nor like a key's address",
    ),
    "data-trailing": (
        _BATCH_ZH + "的交易 {transaction} 在批次数据之外还带有字节",
        "transaction {transaction} of " + _BATCH_EN + " carries bytes besides the batch",
    ),
}
_CORRECTIONS = {
    "corrected-too-much": (
        _BATCH_ZH + "编码 {key}、账户 {account}：授予 {minted_units}，更正合计 {corrected_units}",
        "key {key} in " + _BATCH_EN + ", account {account}: {minted_units} minted, "
        "{corrected_units} corrected",
    ),
    "correction-unfounded": (
        "{issuer}的账户 {account}：更正 {correction} 与授予 {award} 对不上",
        "account {account} with {issuer}: correction {correction} does not fit award {award}",
    ),
    "correction-by-other": (
        "更正或撤销 {correction} 由 {key} 发出，规则 {rule} 不允许",
        "{key} sent the correction or reversal {correction}, which the rule {rule} forbids",
    ),
    "correction-malformed": (
        "更正 {correction} 自身前后不符",
        "correction {correction} contradicts itself",
    ),
    "correction-slices-differ": (
        "{issuer}的账户 {account}：更正 {id} 应取 {expected}，实取 {found}",
        "account {account} with {issuer}: correction {id} should take {expected} and took {found}",
    ),
    "reversal-unfounded": (
        "撤销 {correction} 没有可撤销的更正",
        "no correction {correction} stands that could be reversed",
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
    "root-missing": (_BATCH_ZH + "没有凭证根", _BATCH_EN + " has no evidence root"),
    "data-missing": (
        _BATCH_ZH + "的数据不在交易 {transaction} 中",
        "the data of " + _BATCH_EN + " is not in transaction {transaction}",
    ),
    "data-differs": (
        _BATCH_ZH + "的数据摘要应为 {expected}，重算为 {found}",
        "the data of " + _BATCH_EN + " should have the hash {expected} and has {found}",
    ),
    "stored-hash-differs": (
        _BATCH_ZH + "：事件中的摘要为 {expected}，合约保存的是 {found}",
        _BATCH_EN + ": its event says the hash {expected}, the contract stores {found}",
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
        ("1", _CLASSES), ("2", _KEYS), ("3", _AMOUNTS), ("4", _LIMITS), ("5", _CLEARING),
        ("6", _HOLDS), ("7", _AUTHORISATIONS), ("9", _STOPS), ("10", _FORMATS),
        ("11", _CORRECTIONS), ("code", _CODE), ("chain", _CHAIN), ("evidence", _EVIDENCE),
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
