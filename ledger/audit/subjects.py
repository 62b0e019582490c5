"""What an audit judges: the eleven invariants and six further checks, in two languages.

Each says what should hold, and what the verdict rests on or, where no node can tell, what decides.
``LIMITS`` is what even a clean report does not show. Knows no chain.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.refusals.entry import Lang


class Subject(NamedTuple):
    """One row of the report."""

    says: dict[Lang, str]
    basis: dict[Lang, str]
    decidable: bool = True


def _subject(zh: str, en: str, zh_basis: str, en_basis: str, *, decidable: bool = True) -> Subject:
    return Subject({"zh": zh, "en": en}, {"zh": zh_basis, "en": en_basis}, decidable)


SUBJECTS: dict[str, Subject] = {
    "1": _subject(
        "每个积分类别收支平衡，可用与预留等于各账户、各预留之和",
        "Every class balances; free and held are the sums over accounts and holds",
        "由事件与批次数据逐笔重算，并与合约自身的类别数字比对",
        "Recomputed from events and batch data, compared with the contract's own classes",
    ),
    "2": _subject(
        "批次号无缺口，批内编码不重复，同一编码不在两批中",
        "Batch numbers have no gaps, no key repeats in a batch, no key is in two batches",
        "比对所有批次的全部编码",
        "All keys of all batches are compared",
    ),
    "3": _subject(
        "每笔授予等于数量乘当月折算率向下取整，或当年剩余额度，取其小者",
        "Every award is its quantity at its month's rate, rounded down, or the headroom left",
        "由批次数据、折算率与账户年度额度重算，并与转移事件逐笔比对",
        "Recomputed from batch data, rates and yearly headroom, compared transfer by transfer",
    ),
    "4": _subject(
        "发行不超过未兑换上限、速度上限、应付上限与账户年度上限",
        "No mint goes past the outstanding cap, rate limit, debit cap or an annual cap",
        "按每批发行时刻的状态重算各上限余量",
        "Headrooms are recomputed as of each batch",
    ),
    "5": _subject(
        "各清算窗口净头寸合计为零并等于应付之和，每次核销与退回只属于一个窗口",
        "Positions of a window sum to zero and equal its obligations; each entry is in one window",
        "由核销、退回与争议事件重算，并与合约自身的头寸、应付比对",
        "Recomputed from captures, refunds and disputes, compared with the contract's own",
    ),
    "6": _subject(
        "每笔预留恰好结束一次，预留的积分不能再花，退回不超过核销",
        "A hold ends exactly once, held points are not spent again, refunds stay within captures",
        "逐笔重演每个预留的全过程，并与合约保存的摘要比对",
        "Each hold's life is replayed, and compared with the hash that the contract stores",
    ),
    "7": _subject(
        "每份授权只用一次，未过期，且账户、承兑方、编号、金额、链与合约均相符",
        "An authorisation works once, in time, for one account, acceptor, hold, amount, contract",
        "核对交易数据中的请求与签名，以及账户当时有效的密钥",
        "Requests and signatures in the transactions are checked against the key in effect",
    ),
    "8": _subject(
        "运营方数据库是链的纯函数：删除后重建，摘要不变",
        "The operator's projection is a pure function of the chain",
        "由运营方运行 tongdui rebuild 并比对摘要来判定",
        "Decided by the operator's digest: run `tongdui rebuild` and compare it",
        decidable=False,
    ),
    "9": _subject(
        "停用不妨碍读取、验证、到期入账，以及承兑方和居民的释放",
        "No stop hinders reading, verifying, booking expiry, or a release by acceptor or resident",
        "由合约代码与本软件所构建的逐字节相同来保证（被拒绝的调用不留痕迹）；此处另核对停用期间的记录",
        "By the code at the addresses being ours, byte for byte (a refused call leaves no trace); "
        "what stops forbid is checked here",
    ),
    "10": _subject(
        "链上没有任何字节可在没有发行方密钥的情况下由身份信息推出",
        "No byte on chain is derivable from an identity without an issuer's secret",
        "只有持有密钥的发行方能够证明；此处只核对格式：编码与账户形似随机，批次数据无多余字节",
        "Only issuers, who hold the secrets, can show it; checked here are formats: keys and "
        "accounts look random, batches carry no further bytes",
        decidable=False,
    ),
    "11": _subject(
        "更正不超过原授予，撤销不超过更正",
        "Corrections never exceed what was minted, reversals what a correction took",
        "按账户重演每笔授予的更正与撤销",
        "Corrections and reversals are replayed award by award",
    ),
    "code": _subject(
        "各地址上的合约代码与本软件所构建的逐字节相同",
        "The code at the addresses is what we build, byte for byte",
        "读取代码并与随附构件比对",
        "The code is read and compared with the committed artifacts",
    ),
    "chain": _subject(
        "区块首尾相接，每条事件属于其所在区块的交易",
        "Blocks follow one another, and every event belongs to a transaction of its block",
        "比对父区块摘要与交易清单",
        "Parent hashes and lists of transactions are compared",
    ),
    "evidence": _subject(
        "每批数据与其摘要相符，并带有凭证根",
        "Every batch's data has the hash that stands on chain, and an evidence root",
        "对交易数据重算摘要；记录本身由抽样凭证核对（一事两记只能由此发现）",
        "The hash of the calldata is recomputed; the records themselves are for evidence samples, "
        "which alone show one event under two keys",
    ),
    "rates": _subject(
        "折算率先于所适用的月份议定，版本只增不改",
        "Rates were agreed before the months they apply to; versions are only added",
        "核对每个版本议定的时刻",
        "The moment of each version is checked",
    ),
    "settlements": _subject(
        "清算清单与净头寸相符，双方逐笔确认后才算结清",
        "Settlements match positions, and are settled once both sides of each transfer confirmed",
        "由事件重算",
        "Recomputed from events",
    ),
    "views": _subject(
        "合约自身的查询答复与重算结果一致",
        "What the contracts answer themselves equals what was recomputed",
        "在报告所列区块上查询；账户按区块摘要抽样时，抽样数见报告",
        "Asked at the block named; where accounts are sampled (by the block's hash), the report "
        "says how many",
    ),
}
"""By the name that stands in the report."""

LIMITS: tuple[dict[Lang, str], ...] = (
    {
        "zh": "结论只与所读节点一样可信：一个撒谎的节点可以给出另一条自洽的链或隐藏最新区块。"
        "请使用自己的节点，并与其他成员单位核对上述区块编号与摘要。",
        "en": "A verdict is as good as the node: a lying one can serve another chain that is "
        "sound in itself, or keep the newest blocks back. Use a node of your own, and compare the "
        "last block's number and hash with other members.",
    },
    {
        "zh": "托管上限（每账户每月、每运营方每日）不在核验之列：初始值不见于事件。",
        "en": "Custodial caps (per account and month, per operator and day) are not verified: "
        "their first values stand in no event.",
    },
)
"""What a clean report does not show."""

assert [*SUBJECTS][:11] == [str(number) for number in range(1, 12)]
