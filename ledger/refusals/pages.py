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
