"""What a resident agrees to before a link: the wording and its version, one at a time.

A new wording gets the next number. Claims keep the number and the time, so that it can be told what
was agreed to; earlier wordings stand in the history of this file.
"""

from __future__ import annotations

VERSION = 1
ZH = (
    "我同意把我在该计划的会员身份与我的通兑账户绑定：此后该计划按认证标准授予的积分记入这个账户。"
    "发行方保存会员号与账户的对应关系，运营方保存我的钱包与账户的对应关系，链上只有账户与积分，没有我的身份。"
    "我可以随时解除绑定，或到发行方要求删除资料；已授予的积分不受影响。"
)
EN = (
    "I agree that my membership of this scheme is linked to my Tongdui account: points that the "
    "scheme awards by the certification standard go there from now on. The issuer keeps which "
    "member has which account, the operator which accounts are in my wallet; on the chain stand "
    "account and points, nothing of who I am. I may end the link at any time, or have the issuer "
    "erase my data; points that were awarded stay."
)
