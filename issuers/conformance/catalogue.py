"""Every check of the suite: its id, what it asks and how to mend an adapter, in both languages.

Ids are stable. The sentence says what a faithful adapter does, so a report reads as a list of
duties kept and broken. Checks that wait for a source run beside each other, the others in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from issuers.conformance import calls, manners, marks, parsing, rows
from issuers.conformance.trial import Trial
from issuers.reasons import Sentence


@dataclass(frozen=True, slots=True)
class Check:
    """One duty of an adapter."""

    id: str
    run: Callable[[Trial], object]
    duty: Sentence
    fix: Sentence
    waits: bool = False


_WAITING = (
    marks.lost_mark, marks.lost_credit, marks.broken_credit, marks.never_arrived,
    manners.retry_after_seconds, manners.retry_after_date, manners.back_off, manners.long_wait,
    manners.secrets_kept,
)  # fmt: skip
_TABLE: tuple[tuple[str, Callable[[Trial], object], str, str, str, str], ...] = (
    ("adapter.kind", rows.kind,
     "只有一种接入方式，方法齐全", "it is pulled or called, and has every method",
     "按协议补齐方法；read 与 accept 只留其一", "write what is missing; keep read or accept"),
    ("rows.complete", rows.complete,
     "发生的都如实读到，不漏不添", "what happened is told as it happened, all of it",
     "核对翻页终点与各字段的取法", "look at where paging ends and how each field is taken"),
    ("rows.later", rows.later,
     "后来的行从上次的位置接着读", "reading goes on where it ended, with what came since",
     "next 要指到已交出各行之后", "let next point behind the rows that were handed on"),
    ("rows.resumable", rows.resumable,
     "从任一游标都能接着读", "from every cursor a fresh adapter reads what comes after it",
     "位置只放在游标里，不放在适配器里", "keep the place in the cursor, not in the adapter"),
    ("rows.places", rows.places,
     "每行写明出处，互不相同", "each row says where it stood, and no two say the same",
     "出处写到文件与行号", "name file or page, and line"),
    ("rows.repeats", rows.repeats,
     "重复的行照样交出，凭证字节相同", "repeats are handed on, with the same bytes of evidence",
     "不要去重；凭证用 reading.canonical 写", "drop no repeat; write record by reading.canonical"),
    ("rows.spoilt", rows.spoilt,
     "坏行按各自原因退回，邻行照读", "bad rows are rejected, each for its reason, and no others",
     "用 reading 里的取值函数，缺什么报什么", "take values by issuers.reading, and name the field"),
    ("rows.corrections", rows.corrections,
     "撤回按剩余的数量告知", "what is taken back is told as the quantity that is left",
     "给 CorrectionNotice，写剩余而非差额", "give a CorrectionNotice of the rest, not the part"),
    ("rows.layout", rows.layout,
     "版式变了就停，商定后一行不丢", "another layout stops reading, and no row is lost by it",
     "列名不符时给出 LayoutChanged", "raise LayoutChanged where names are not those agreed"),
    ("parse.pure", parsing.pure,
     "同一行总是同样的结果", "the same row always says the same",
     "parse 里不用时钟、网络和记忆", "let parse use no clock, no network and no memory"),
    ("parse.never-raises", parsing.never_raises,
     "任何内容都不会让 parse 出错", "whatever stands in a row, parse returns an item",
     "读不懂就给 RejectedRow", "give a RejectedRow for what can't be read"),
    ("parse.reasons", parsing.reasons,
     "退回原因都有说明和办法", "every reason has its sentence and fix",
     "用 issuers/reasons.py 里的代号", "use the codes of issuers/reasons.py"),
    ("parse.times", parsing.times,
     "时间带时区，一律为北京时间", "times are aware, and Beijing's",
     "用 reading.moment 取时间", "take times by reading.moment"),
    ("parse.quantities", parsing.quantities,
     "数量是最小单位的正整数", "quantities are whole numbers above zero",
     "用 reading.quantity 取数量", "take quantities by reading.quantity"),
    ("parse.ids", parsing.ids,
     "事件号不超过一百字，不占用我们的", "ids are short, trimmed, and none of ours",
     "用来源自己的编号", "use the source's own id"),
    ("parse.evidence", parsing.evidence,
     "不同事件的凭证不同", "different deeds have different evidence",
     "凭证里写上事件号", "put the event id into the record"),
    ("marks.two-phases", marks.two_phases,
     "先预留，再确认，来源如实显示", "reserved, then confirmed, and the source shows it",
     "按连接器的两步来做", "take both steps as the connector has them"),
    ("marks.repeatable", marks.repeatable,
     "重复的一步不改变什么", "a step that is repeated changes nothing",
     "标记号由事件号得出", "make the mark's id from the event's"),
    ("marks.cancelled", marks.cancelled,
     "取消后可再用；确认后不能取消", "given up it is open again; confirmed it is not given up",
     "把来源的拒绝译成 NotReserved、AlreadyConfirmed", "tell refusals by their own classes"),
    ("marks.spent", marks.spent,
     "原系统已用掉的不能预留", "what was used in the scheme's own shop can't be reserved",
     "把来源的拒绝译成 SpentNatively", "tell the refusal as SpentNatively"),
    ("marks.kept", marks.kept_from_spending,
     "这里预留或确认的，原系统不能再用", "what is marked here can't be used there",
     "等来源确认预留之后再作答", "answer only once the source has reserved it"),
    ("marks.unknown", marks.unknown,
     "来源没有的事件要说没有", "an event that nobody knows is said to be unknown",
     "区分“没有该事件”与“可预留”", "tell the unknown from the open"),
    ("marks.many", marks.many,
     "一次再多，也逐个答复", "however many at once, each is answered for itself",
     "按来源的上限分批", "split by the source's limit"),
    ("marks.restarted", marks.restarted,
     "来源重启后，标记和入账都还在", "a source that was down has forgotten nothing",
     "重启后重新登录，不要报成拒绝", "log in again after it, and tell no refusal"),
    ("marks.lost-answer", marks.lost_mark,
     "标记的答复丢了，就说不知道", "a mark whose answer is lost is said to be unknown",
     "丢答复报 OutcomeUnknown，同一编号再问", "raise OutcomeUnknown, and ask again by the same id"),
    ("marks.never-arrived", marks.never_arrived,
     "没有送到的，不说成已办", "what never reached the source is not taken for done",
     "没有答复时不要当作成功", "take no silence for success"),
    ("credit.once", marks.credited_once,
     "同一预留单只入账一次", "a credit happens once per hold",
     "用预留单号作编号，不符报 credit.differs", "key credits by the hold; differing is Broken"),
    ("credit.refused", marks.credit_refused,
     "来源永不接受的，明确拒绝", "what the source will never take is refused for good",
     "只有来源自己的话才是 CreditRefused", "raise CreditRefused for the source's own word alone"),
    ("credit.lost-answer", marks.lost_credit,
     "入账的答复丢了，再问只算一次", "a credit whose answer is lost happened once",
     "丢答复报 OutcomeUnknown，同一预留单再问", "raise OutcomeUnknown; ask again by the same hold"),
    ("credit.server-error", marks.broken_credit,
     "服务器出错不当作拒绝", "a server's error is no refusal of a credit",
     "5xx 报 OutcomeUnknown", "raise OutcomeUnknown for 5xx"),
    ("calls.genuine", calls.genuine,
     "改动过的推送一律拒绝", "a call that anything was done to is refused",
     "对编号、时间和正文一起验签", "check the signature over id, time and body"),
    ("calls.without-secret", calls.without_secret,
     "没有密钥就不收推送", "without the secret no call is taken",
     "密钥为空时拒绝", "refuse while the secret is empty"),
    ("calls.window", calls.window,
     "过早或过晚的推送拒绝", "a call of another hour is refused",
     "时间戳与时钟相差几分钟即拒绝", "refuse timestamps some minutes off"),
    ("calls.repeatable", calls.repeatable,
     "同一推送再来，仍给出同样的行", "the same call again gives the same rows",
     "不要记住收过的推送", "remember no call: storing is the agent's work"),
    ("calls.at-least-once", calls.at_least_once,
     "没存下的推送会再来，一个不少", "calls that were not stored come again",
     "accept 出错就不要交出行", "let accept give rows or raise, nothing between"),
    ("calls.any-order", calls.any_order,
     "推送先后不影响结果", "calls in any order say the same",
     "每个推送单独读", "read each call by itself"),
    ("calls.sent-again", calls.sent_again,
     "丢了可请来源重发", "what was lost is sent again",
     "实现 replay", "write replay"),
    ("manners.login", manners.worn_out,
     "登录失效就重登一次", "a worn-out login is made again, once",
     "见到失效的答复再登录，不要每次都登", "log in when told so, not each time"),
    ("manners.conditional", manners.conditional,
     "没变的只花一个 304", "what has not changed costs a 304",
     "带上 If-None-Match 或 If-Modified-Since", "send If-None-Match or If-Modified-Since"),
    ("manners.unstored", manners.unstored,
     "没存下的会再读到", "who stored nothing is told everything again",
     "条件请求要跟游标一起记", "remember validators with the cursor that has stored them"),
    ("manners.retry-after", manners.retry_after_seconds,
     "来源要求等几秒就等几秒", "Retry-After in seconds is kept to",
     "用 issuers.remote.Remote", "use issuers.remote.Remote"),
    ("manners.retry-after-date", manners.retry_after_date,
     "来源给出时刻，就等到那时", "Retry-After as a date is kept to",
     "用 issuers.remote.Remote", "use issuers.remote.Remote"),
    ("manners.back-off", manners.back_off,
     "来源忙时，间隔渐长，次数有限", "while a source is busy, waits grow and requests stay few",
     "间隔翻倍，几次之后报 Unavailable", "double the waits, and end as Unavailable"),
    ("manners.long-wait", manners.long_wait,
     "要等很久就先作罢，到时再问", "asked to wait long, it gives up and asks no more till then",
     "记住来源要求的时刻", "remember until when the source is to be left alone"),
    ("manners.secrets", manners.secrets_kept,
     "密钥不出现在任何文字里", "the secret stands in no text, log, error or address",
     "密钥只放在请求头或正文里", "put the secret into headers or bodies alone"),
    ("manners.closed", manners.closed,
     "关闭后不留连接", "after close no connection is left",
     "在 close 里关掉客户端", "close the client in close"),
)  # fmt: skip

CHECKS: tuple[Check, ...] = tuple(
    Check(name, run, Sentence(zh, en), Sentence(fix_zh, fix_en), run in _WAITING)
    for name, run, zh, en, fix_zh, fix_en in _TABLE
)
"""In the order in which they are run and shown."""
