"""Pages: forms that are not ours, and what a browser sent that no page can use."""

from __future__ import annotations

from ledger.errors import Refused, Rejected
from ledger.refusals.entry import area, entry

PAGES = area(
    "page",
    "网页",
    "Pages",
    entry(
        "page.form-stale",
        Refused,
        "()",
        zh="这张表单已经过期，或不是从本网站打开的，没有办理任何事。",
        zh_cure="请返回上一页，重新打开后再提交；您填写的内容请再核对一遍。",
        en="This form is out of date or was not opened on this site; nothing was done.",
        en_cure="Go back, open the page anew and send it again; check what you filled in.",
        http_status=403,
    ),
    entry(
        "page.sign-in-elsewhere",
        Refused,
        "()",
        zh="这次登录不是在这个浏览器里开始的，或者等得太久了。",
        zh_cure="请在这个浏览器里重新登录；浏览器须允许本网站的 Cookie。",
        en="This sign-in did not begin in this browser, or it took too long.",
        en_cure="Sign in again in this browser, which must accept this site's cookies.",
        http_status=403,
    ),
    entry(
        "page.other-staff",
        Refused,
        "(key_role)",
        zh="这把密钥（{key_role}）不是给这里用的。",
        zh_cure="社区柜台和自助机用社区工作者的密钥，服务点用承兑方的密钥。",
        en="This key ({key_role}) is not for here.",
        en_cure="The desk and the kiosk take a worker's key, a service point its acceptor's key.",
        http_status=403,
    ),
    entry(
        "page.not-a-number",
        Rejected,
        "(field)",
        zh="“{field}”须填数字，例如 12 或 12.50。",
        zh_cure="请只填数字和小数点，最多两位小数。",
        en="“{field}” takes a number, such as 12 or 12.50.",
        en_cure="Use digits and one point only, with two places at most.",
    ),
    entry(
        "page.empty",
        Rejected,
        "(field)",
        zh="“{field}”还没有填。",
        zh_cure="请填好后再提交。",
        en="“{field}” is empty.",
        en_cure="Fill it in and send the form again.",
    ),
    entry(
        "page.no-choice",
        Rejected,
        "(field)",
        zh="“{field}”不在可选的范围内。",
        zh_cure="请从列出的选项中选择。",
        en="“{field}” is none of the choices.",
        en_cure="Choose one of those listed.",
    ),
)

AREAS = (PAGES,)
