"""Test residents: where there are some, and who gives them points."""

from __future__ import annotations

from ledger.errors import Refused, Rejected, Unavailable
from ledger.refusals.entry import area, entry

SANDBOX = area(
    "sandbox",
    "试用环境",
    "The sandbox",
    entry(
        "sandbox.not-here",
        Refused,
        "()",
        zh="这里不是试用环境，没有测试居民。",
        zh_cure="请在示例网络上试用：tongdui up --sandbox。",
        en="This is no sandbox: there are no test residents here.",
        en_cure="Try it on an example network: tongdui up --sandbox.",
        http_status=404,
    ),
    entry(
        "sandbox.not-an-example",
        Refused,
        "(chain_id)",
        zh="链 {chain_id} 不是示例网络，不能开启试用环境。",
        zh_cure="请去掉设置 sandbox；试用请用 tongdui up --sandbox 建立的网络。",
        en="Chain {chain_id} is no example network, so it can have no sandbox.",
        en_cure="Drop the setting sandbox; to try things, use the network of tongdui up --sandbox.",
    ),
    entry(
        "sandbox.no-issuer",
        Rejected,
        "(field)",
        zh="试用环境没有写明由哪个示例发行方授予积分。",
        zh_cure="请设置 {field} 为示例发行方的地址；运营方自己不能产生积分。",
        en="The sandbox does not say which example issuer awards its points.",
        en_cure="Set {field} to the example issuer's address; the operator can create no points.",
    ),
    entry(
        "sandbox.issuer-away",
        Unavailable,
        "(why)",
        zh="示例发行方没有应答（{why}），没有授予积分。",
        zh_cure="请稍后用同一指令编号重试；仍不行时，请查看示例发行方的日志。",
        en="The example issuer does not answer ({why}); no points were awarded.",
        en_cure="Send the same command again later; if that fails too, read the issuer's log.",
    ),
)

AREAS = (SANDBOX,)
