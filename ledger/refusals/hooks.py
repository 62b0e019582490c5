"""What webhooks and streams of events may refuse."""

from __future__ import annotations

from ledger.errors import Refused, Rejected, Unavailable
from ledger.refusals.entry import area, entry

HOOKS = area(
    "hook",
    "事件与接收地址",
    "Events and webhooks",
    entry(
        "hook.url-invalid",
        Rejected,
        "(field, most)",
        zh="{field} 不是可用的接收地址。",
        zh_cure="请填 https:// 开头的完整地址，最多 {most} 个字符，不含用户名、空格和 #。",
        en="{field} is no address that can be sent to.",
        en_cure="Give a whole https:// address of at most {most} characters, without user name,"
        " blanks and #.",
    ),
    entry(
        "hook.address-inside",
        Rejected,
        "(field, host)",
        zh="{field} 中的 {host} 指向内部网络的地址。",
        zh_cure="请换成可从外部访问的地址；确需内部地址时，由运营方在设置中允许。",
        en="The host {host} in {field} leads to an address inside a network.",
        en_cure="Give one that can be reached from outside, or have the operator allow inside ones"
        " in its settings.",
    ),
    entry(
        "hook.unknown",
        Rejected,
        "(id)",
        zh="本单位没有编号为 {id} 的接收地址。",
        zh_cure="请用 GET /v1/webhooks 查看编号。",
        en="The organisation has no webhook {id}.",
        en_cure="Look the ids up with GET /v1/webhooks.",
        http_status=404,
    ),
    entry(
        "hook.id-reused",
        Rejected,
        "(id)",
        zh="编号 {id} 已用于另一个接收地址。",
        zh_cure="请为新的请求换一个 Idempotency-Key。",
        en="The id {id} is that of another webhook.",
        en_cure="Give the new request an Idempotency-Key of its own.",
    ),
    entry(
        "hook.too-many",
        Refused,
        "(most)",
        zh="接收地址已达上限（{most} 个）。",
        zh_cure="请先删除不用的接收地址。",
        en="There are as many webhooks as may be ({most}).",
        en_cure="Delete one that is not needed.",
    ),
    entry(
        "hook.secret-lost",
        Refused,
        "(id)",
        zh="接收地址 {id} 的签名密钥已无法读取：运营方的密钥换过了。",
        zh_cure="请先更换密钥：POST /v1/webhooks/{id}/rotate，再启用；运营方也可把旧钥匙写进"
        " former_operator_keys 后重新启动。",
        en="The secret of the webhook {id} can't be read: the operator's key was changed.",
        en_cure="Rotate it, POST /v1/webhooks/{id}/rotate, then enable; or the operator names the"
        " key of before in former_operator_keys and starts again.",
    ),
    entry(
        "hook.no-stream-asked",
        Rejected,
        "(field, media_type)",
        zh="此地址只提供事件流。",
        zh_cure="请在请求头 {field} 中写 {media_type}；要列表请用 GET /v1/events。",
        en="Only a stream of events is to be had here.",
        en_cure="Send the header {field}: {media_type}, or read the list GET /v1/events.",
        http_status=406,
    ),
    entry(
        "hook.too-many-streams",
        Unavailable,
        "(most, retry_after)",
        zh="同一密钥最多同时打开 {most} 个事件流。",
        zh_cure="请关闭不用的页面，{retry_after} 秒后重试。",
        en="A key may have {most} streams open at a time.",
        en_cure="Close one that is not needed, and try again in {retry_after} seconds.",
        http_status=429,
    ),
)

AREAS = (HOOKS,)
