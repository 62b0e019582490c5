"""Keys in files, child processes and single transactions: what the command line meets."""

from __future__ import annotations

from ledger.errors import Broken, OutcomeUnknown, Rejected, Unavailable
from ledger.refusals.entry import area, entry

KEY = area(
    "key",
    "钥匙文件",
    "Key files",
    entry(
        "key.missing",
        Rejected,
        "(path)",
        zh="找不到钥匙文件 {path}。",
        zh_cure="请核对路径；钥匙由成员单位自己保管，不能由别人代发。",
        en="There is no key file at {path}.",
        en_cure="Check the path; a member keeps its own key and nobody else has a copy.",
    ),
    entry(
        "key.malformed",
        Rejected,
        "(path)",
        zh="{path} 不是钥匙文件。",
        zh_cure="文件应只有一行，64 个十六进制字符。",
        en="{path} is no key file.",
        en_cure="The file has one line of 64 hexadecimal digits.",
    ),
    entry(
        "key.readable-by-others",
        Rejected,
        "(path)",
        zh="钥匙文件 {path} 可以被其他用户读取。",
        zh_cure="请执行 chmod 600，并考虑更换这把钥匙。",
        en="The key file {path} can be read by other users.",
        en_cure="Run chmod 600 on it, and consider a new key.",
    ),
)

CHILD = area(
    "child",
    "子进程",
    "Child processes",
    entry(
        "child.did-not-start",
        Unavailable,
        "(name, words)",
        zh="{name} 没有启动，它最后说：{words}。",
        zh_cure="请按上面的话处理；tongdui doctor 会检查这台机器缺什么。",
        en="{name} did not start; its last words: {words}.",
        en_cure="Act on these words; `tongdui doctor` says what the machine lacks.",
    ),
)

DEMO = area(
    "demo",
    "演示",
    "The demo",
    entry(
        "demo.agent-stuck",
        Unavailable,
        "(name, words)",
        zh="{name} 没有完成这一天的工作，它最后说：{words}。",
        zh_cure="请查看它文件夹中的 agent.log；机器很忙时可以重新运行演示。",
        en="{name} did not finish the day's work; its last words: {words}.",
        en_cure="Look into agent.log in its folder; on a very busy machine run the demo again.",
    ),
    entry(
        "demo.no-answer",
        Unavailable,
        "(why)",
        zh="兑换接口没有答复（{why}）。",
        zh_cure="请查看 operator/api.log，然后重新运行演示。",
        en="The redemption API does not answer ({why}).",
        en_cure="Look into operator/api.log and run the demo again.",
    ),
    entry(
        "demo.forgery-not-mined",
        Broken,
        "(nonce)",
        zh="副本链没有接受演示用的伪造（第 {nonce} 笔）。",
        zh_cure="请重新运行演示，并把结果告诉维护者。",
        en="The copy of the chain did not take the forgery (number {nonce}).",
        en_cure="Run the demo again and tell the maintainers.",
    ),
)

DIRECT = area(
    "direct",
    "单笔交易",
    "Single transactions",
    entry(
        "direct.not-mined",
        OutcomeUnknown,
        "(transaction)",
        zh="交易 {transaction} 已发出，但还没有进入区块。",
        zh_cure="请稍后查看结果；再做一次也不会重复生效。",
        en="The transaction {transaction} was sent and is in no block yet.",
        en_cure="Look again in a while; doing it once more has no second effect.",
    ),
)

AREAS = (KEY, CHILD, DIRECT, DEMO)
