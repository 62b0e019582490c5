"""What residents meet who keep their own keys: envelopes, PINs tried, halves of keys."""

from __future__ import annotations

from ledger.errors import Refused
from ledger.refusals.entry import area, entry

ENVELOPE = area(
    "envelope",
    "自持密钥",
    "Own keys",
    entry(
        "envelope.too-many",
        Refused,
        "(most)",
        zh="打开方式已有 {most} 种，不能再加。",
        zh_cure="请先停用一种不再用的。",
        en="There are {most} ways to open this wallet already.",
        en_cure="Drop one that you do not use any more.",
    ),
    entry(
        "envelope.there",
        Refused,
        "(id)",
        zh="这把通行密钥或硬件密钥已经存过（{id}）。",
        zh_cure="请直接使用，或先停用原来的。",
        en="This passkey or hardware key is stored already ({id}).",
        en_cure="Use it, or drop it first.",
    ),
    entry(
        "envelope.last-way",
        Refused,
        "(id)",
        zh="这是打开钱包的最后一种方式（{id}），而账户已登记密钥。",
        zh_cure="请先添加另一种方式，再停用这一种。",
        en="This is the last way to open the wallet ({id}), and accounts of it have keys.",
        en_cure="Add another way first, then drop this one.",
    ),
    entry(
        "envelope.wrong",
        Refused,
        "(field, left)",
        zh="密码不对（{field}），还可以试 {left} 次。",
        zh_cure="请核对后再输；忘记密码时请用通行密钥或恢复单。",
        en="The PIN is wrong ({field}); {left} tries are left.",
        en_cure="Check it and try again; if it is forgotten, use a passkey or the recovery sheet.",
        http_status=403,
    ),
    entry(
        "envelope.locked",
        Refused,
        "(id, until_s)",
        zh="密码连续输错，{until_s} 之前不能再试。",
        zh_cure="请到时再试，或用通行密钥或恢复单。",
        en="The PIN was mistyped too often and can't be tried before {until_s}.",
        en_cure="Wait until then, or use a passkey or the recovery sheet.",
        http_status=403,
    ),
    entry(
        "envelope.blocked",
        Refused,
        "(id, most)",
        zh="密码已输错 {most} 次，停止使用。",
        zh_cure="请带上通兑卡到社区柜台解锁，或用通行密钥或恢复单。",
        en="The PIN was mistyped {most} times and is blocked.",
        en_cure="Go to a desk with your card to unlock it, or use a passkey or the recovery sheet.",
        http_status=403,
    ),
    entry(
        "envelope.not-recovered",
        Refused,
        "(id)",
        zh="联系人的凭条（{id}）要在找回完成之后七天内才能用。",
        zh_cure="请先用新的登录申请找回，等联系人确认、等待期过后完成。",
        en="Contacts' slips ({id}) open the wallet only in the week after they gave it back.",
        en_cure="Ask for a recovery with a new sign-in, let contacts confirm, and finish it.",
        http_status=403,
    ),
    entry(
        "envelope.other-secret",
        Refused,
        "(id)",
        zh="接口保管的一半（{id}）打不开：安装的密钥文件已经换过。",
        zh_cure="请用通行密钥或恢复单打开钱包，再重新设置密码；运营方请恢复 desk.key 的备份。",
        en="The half kept here ({id}) can't be read: the installation's secret is another one.",
        en_cure="Open the wallet by passkey or sheet, set a PIN anew; operator: restore desk.key.",
        http_status=409,
    ),
)
AREAS = (ENVELOPE,)
