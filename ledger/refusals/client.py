"""What the typed client says itself, when the interface did not: nobody answered, or not yet."""

from __future__ import annotations

from ledger.errors import Broken, OutcomeUnknown, Unavailable
from ledger.refusals.entry import area, entry

CLIENT = area(
    "client",
    "接口客户端",
    "The interface's client",
    entry(
        "client.no-answer",
        Unavailable,
        "(url, why)",
        zh="{url} 没有应答（{why}），没有办理任何事项。",
        zh_cure="请核对地址与网络，稍后重试。",
        en="{url} does not answer ({why}); nothing was done.",
        en_cure="Check the address and the network, then try again.",
    ),
    entry(
        "client.answer-lost",
        OutcomeUnknown,
        "(url, why, idempotency_key)",
        zh="指令已发往 {url}，但没有收到答复（{why}）。",
        zh_cure="请用同一指令编号 {idempotency_key} 重发：只会办理一次。",
        en="The command went to {url}, and its answer was lost ({why}).",
        en_cure="Send it again under its Idempotency-Key {idempotency_key}: it has one effect.",
    ),
    entry(
        "client.not-confirmed",
        OutcomeUnknown,
        "(location, idempotency_key)",
        zh="指令已受理，但链上尚未确认。",
        zh_cure="请稍后查询 {location}，或用同一指令编号 {idempotency_key} 重发。",
        en="The command was accepted, and no block holds it yet.",
        en_cure="Look at {location} later, or send it again under {idempotency_key}.",
    ),
    entry(
        "client.not-understood",
        Broken,
        "(url, status)",
        zh="{url} 的答复（{status}）不是本接口的格式。",
        zh_cure="请核对地址是否指向兑换接口，并把客户端升级到接口的版本。",
        en="The answer of {url} ({status}) is none of this interface's.",
        en_cure="Check that the address is the redemption API's, and that the client is not older.",
    ),
)

AREAS = (CLIENT,)
