"""Findings about points: classes, keys, amounts, limits, holds and corrections, in two languages.

Rows of (code: Chinese, English) by subject; ``{field}`` stands for a value of the finding.
"""

from __future__ import annotations

BATCH_ZH, BATCH_EN = "{issuer}第 {number} 批", "batch {number} of {issuer}"
ROW_ZH, ROW_EN = BATCH_ZH + "第 {row} 行", "row {row} of " + BATCH_EN
CLASS_ZH, CLASS_EN = (
    "{issuer}、{epoch}到期的类别",
    "the class of {issuer} that expires with {epoch}",
)

CLASSES = {
    "class-differs": (
        CLASS_ZH + "：{figure} 应为 {expected_units}，合约记为 {found_units}",
        "{figure} of " + CLASS_EN + ": {expected_units} recomputed, {found_units} on chain",
    ),
    "class-unbalanced": (
        CLASS_ZH + "收支不平，相差 {units}",
        CLASS_EN + " does not balance, by {units}",
    ),
    "free-differs": (
        CLASS_ZH + "：各账户可用合计 {expected_units}，类别记为 {found_units}",
        "free of " + CLASS_EN + ": {expected_units} over accounts, {found_units} in the class",
    ),
    "held-differs": (
        CLASS_ZH + "：各预留合计 {expected_units}，类别记为 {found_units}",
        "held of " + CLASS_EN + ": {expected_units} over holds, {found_units} in the class",
    ),
    "expiry-differs": (
        CLASS_ZH + "到期入账应为 {expected_units}，实为 {found_units}",
        "expiry booked of " + CLASS_EN + ": {expected_units} expected, {found_units} found",
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
KEYS = {
    "batch-gap": (
        "{issuer}的批次号应为 {expected}，实为 {number}",
        "a batch of {issuer} should have the number {expected} and has {number}",
    ),
    "key-not-rising": (
        ROW_ZH + "的编码 {key} 未严格递增或重复",
        "key {key} in " + ROW_EN + " repeats or does not rise",
    ),
    "key-minted-twice": (
        "编码 {key} 既在" + ROW_ZH + "，又在{other_issuer}第 {other_number} 批第 {other_row} 行",
        "key {key} is in " + ROW_EN + " and again in row {other_row} of batch {other_number} of "
        "{other_issuer}",
    ),
    "mint-untold": (
        "交易 {transaction}（{key} 发出）发行成功，却没有批次事件",
        "transaction {transaction} by {key} minted, yet no event tells of a batch",
    ),
}
AMOUNTS = {
    "award-differs": (
        ROW_ZH + "、账户 {account}：应得 {expected_units}（{expected_epoch}到期），转移为“{found}”",
        ROW_EN + ", account {account}: {expected_units} due in {expected_epoch}, the transfer "
        "says “{found}”",
    ),
    "award-unknown": (
        BATCH_ZH + "中的转移“{found}”没有对应的行",
        "no row of " + BATCH_EN + " explains the transfer “{found}”",
    ),
    "batch-sum-differs": (
        BATCH_ZH + "合计应为 {expected_units}，事件记为 {found_units}",
        BATCH_EN + " comes to {expected_units}, its event says {found_units}",
    ),
    "clip-differs": (
        ROW_ZH + "的削减与该行不符：全额 {expected_units}，削减为 {found_units}",
        "the clip of " + ROW_EN + " does not fit the row: {expected_units} in full, clipped to "
        "{found_units}",
    ),
    "row-invalid": (
        ROW_ZH + "、账户 {account} 不应发行：{why}（全额 {full_units}）",
        ROW_EN + ", account {account}, could not be minted: {why} ({full_units} in full)",
    ),
    "headroom-differs": (
        ROW_ZH + "、账户 {account}：按年度余量应得 {expected_units}，实得 {found_units}",
        ROW_EN + ", account {account}: {expected_units} by the year's headroom, minted were "
        "{found_units}",
    ),
}
LIMITS = {
    "limit-passed": (
        BATCH_ZH + "超过{limit}：余量 {headroom_units}，发行 {found_units}",
        BATCH_EN + " went past the {limit}: {headroom_units} left, {found_units} minted",
    ),
    "annual-cap-passed": (
        ROW_ZH + "使账户 {account} 在 {year} 年累计 {issued_units}，超过年度上限 {cap_units}",
        ROW_EN + " brought account {account} to {issued_units} in {year}, above the annual cap "
        "of {cap_units}",
    ),
    "mint-by-other": (
        BATCH_ZH + "由 {key} 发出，规则 {rule} 不允许",
        BATCH_EN + " was sent by {key}, which the rule {rule} forbids",
    ),
}
HOLDS = {
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
CORRECTIONS = {
    "corrected-too-much": (
        BATCH_ZH + "编码 {key}、账户 {account}：授予 {minted_units}，更正合计 {corrected_units}",
        "key {key} in " + BATCH_EN + ", account {account}: {minted_units} minted, "
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
    "correction-unasked": (
        "更正 {correction} 与交易 {transaction} 中的请求不符",
        "no request in transaction {transaction} asks for the correction {correction}",
    ),
    "correction-missed": (
        "{issuer}的账户 {account}：更正 {correction} 之后应余 {expected_units}，实余 {found_units}",
        "account {account} with {issuer}: after correction {correction} {expected_units} should "
        "stand, {found_units} do",
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
