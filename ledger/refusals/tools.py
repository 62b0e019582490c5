"""Secrets in files, child processes and single transactions: what the command line meets."""

from __future__ import annotations

from ledger.errors import Broken, OutcomeUnknown, Refused, Rejected, Unavailable
from ledger.refusals.entry import area, entry

KEY = area(
    "key",
    "钥匙与密钥文件",
    "Files of keys and secrets",
    entry(
        "key.missing",
        Rejected,
        "(path)",
        zh="找不到密钥文件 {path}，或无权读取。",
        zh_cure="请核对路径，文件须只允许其所有者读取（0600）；密钥由成员单位自己保管。",
        en="There is no secret file {path}, or it can't be read.",
        en_cure="Check the path; its owner alone may read it (0600). Nobody else has a copy.",
    ),
    entry(
        "key.malformed",
        Rejected,
        "(path)",
        zh="{path} 里没有密钥。",
        zh_cure="文件应只有一行 64 位十六进制数字，钥匙也可以是密钥库 JSON；不要手工改动。",
        en="{path} holds no secret.",
        en_cure="It has one line of 64 hex digits, or is a key's keystore; never edit it by hand.",
    ),
    entry(
        "key.readable-by-others",
        Rejected,
        "(path, mode)",
        zh="密钥文件 {path} 可以被其他用户读取（权限 {mode}）。",
        zh_cure="请执行 chmod 600；如可能已泄露，请更换密钥。",
        en="Other users can read the secret file {path} (mode {mode}).",
        en_cure="Run chmod 600 on it; if it may have leaked, change it.",
    ),
    entry(
        "key.keystore-broken",
        Rejected,
        "(path, why)",
        zh="密钥库 {path} 已损坏或不是第 3 版 Web3 密钥库（{why}）。",
        zh_cure="请从备份恢复该文件；密码不能修复损坏的文件。",
        en="The keystore {path} is damaged, or no Web3 Secret Storage of version 3 ({why}).",
        en_cure="Put its backup there; no password mends a damaged file.",
    ),
    entry(
        "key.wrong-password",
        Rejected,
        "(path)",
        zh="密钥库 {path} 的密码不对。",
        zh_cure="请核对密码文件是否与这个密钥库配套，留意多余的空格。",
        en="The password is not the one of the keystore {path}.",
        en_cure="Check that the password file belongs to this keystore; mind spaces at its end.",
    ),
    entry(
        "key.no-password",
        Rejected,
        "(path)",
        zh="打开密钥库 {path} 需要密码，但没有给出。",
        zh_cure="请用 key_password_file 指明密码文件，或设环境变量 TONGDUI_KEY_PASSWORD。",
        en="The keystore {path} needs a password, and none is given.",
        en_cure="Name a file (0600) in key_password_file, or set TONGDUI_KEY_PASSWORD.",
    ),
    entry(
        "key.exists",
        Rejected,
        "(path)",
        zh="{path} 已经存在，不会被覆盖。",
        zh_cure="请换一个文件名；旧钥匙在轮换完成并备份之前不要删除。",
        en="There is a file {path} already, and it is not overwritten.",
        en_cure="Choose another name; keep the old key until the new one is in use and backed up.",
    ),
    entry(
        "key.replaced",
        Refused,
        "(member, ours, found)",
        zh="链上{member}的密钥已换成 {found}，不再是本代理的 {ours}；已停止上链。",
        zh_cure="若是本单位所换，请执行 tongdui issuer key rotate；否则请立即联系理事会。",
        en="The chain has {found} for {member}, no longer this agent's {ours}: nothing is minted.",
        en_cure="If you changed it, run tongdui issuer key rotate; if not, call the council.",
    ),
    entry(
        "key.not-here",
        Refused,
        "(address)",
        zh="密钥 {address} 已不在本机，只能继续发送它签过的交易。",
        zh_cure="请等待这些交易结束；需要放弃其中一笔时，请先恢复该密钥的文件。",
        en="The key {address} is not here any more; what it signed before is still sent.",
        en_cure="Wait for that to end; to give one up, first put the key's file back.",
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
