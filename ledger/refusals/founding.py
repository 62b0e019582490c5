"""Founding a network, joining it, its deployment file, and chain data not as it has to be."""

from __future__ import annotations

from ledger.errors import Broken, Refused, Rejected, Unavailable
from ledger.refusals.entry import area, entry

DEPLOYMENT = area(
    "deployment",
    "部署文件",
    "The deployment file",
    entry(
        "deployment.missing",
        Rejected,
        "(path)",
        zh="找不到部署文件 {path}。",
        zh_cure="请核对路径；文件由运营方或理事会发布，首次部署后生成。",
        en="There is no deployment file at {path}.",
        en_cure="Check the path; the file is published by the members once the contracts stand.",
    ),
    entry(
        "deployment.unreadable",
        Rejected,
        "(path, why)",
        zh="部署文件 {path} 无法读取（{why}）。",
        zh_cure="请重新取得该文件，不要手工修改。",
        en="The deployment file {path} can't be read ({why}).",
        en_cure="Fetch the file again and don't edit it by hand.",
    ),
    entry(
        "deployment.other-code",
        Broken,
        "(contract, address)",
        zh="地址 {address} 上的代码不是我们构建的 {contract}。",
        zh_cure="请停止使用该部署文件，核对软件版本与文件来源。",
        en="The code at {address} is not the {contract} that we build.",
        en_cure="Stop using this deployment file; check the software's version and its source.",
    ),
)

DEPLOY = area(
    "deploy",
    "部署",
    "Founding a network",
    entry(
        "deploy.nothing-mined",
        Unavailable,
        "(mined, wanted)",
        zh="节点长时间没有出块：{wanted} 笔中只完成了 {mined} 笔。",
        zh_cure="请检查节点是否出块，然后重新运行；已完成的不会重做。",
        en="The node mines nothing: {mined} of {wanted} transactions are done.",
        en_cure="Check that the node mines and run it again; what is done stays done.",
    ),
    entry(
        "deploy.other-founding",
        Refused,
        "(found, wanted)",
        zh="这把钥匙已经用于另一次部署：{wanted} 笔中只对上 {found} 笔。",
        zh_cure="请换一把新的理事会钥匙，或使用原来的成员与参数继续。",
        en="This key has founded something else: {found} of {wanted} transactions match.",
        en_cure="Take a fresh council key, or go on with the members and terms of the first run.",
    ),
)

FOUNDING = area(
    "founding",
    "成立文件",
    "The founding file",
    entry(
        "founding.unreadable",
        Rejected,
        "(path, why)",
        zh="成立文件 {path} 无法使用（{why}）。",
        zh_cure="请对照 docs/guides/found-a-network.md 补全或改正所指的条目。",
        en="The founding file {path} can't be used ({why}).",
        en_cure="Mend the entry named; docs/guides/found-a-network.md has an example.",
    ),
)

ADMISSION = area(
    "admission",
    "接纳发行方",
    "Admitting an issuer",
    entry(
        "admission.option",
        Rejected,
        "(option, value)",
        zh="{option} 不能是“{value}”。",
        zh_cure="--scheme 填认证标准中的计划；--code 填字母与数字；"
        "--issuer-key 填发行方自己钥匙的地址；写入时还需 --council-key。",
        en="{option} can't be “{value}”.",
        en_cure="--scheme is a sector of the standard, --code letters and digits, --issuer-key the "
        "address of the issuer's own key; writing needs --council-key too.",
    ),
    entry(
        "admission.key-of-another",
        Refused,
        "(key, member, code)",
        zh="地址 {key} 已是第 {member} 号成员 {code} 的钥匙，或该成员不是发行方。",
        zh_cure="请发行方另造一把钥匙，或改正 --code。",
        en="Address {key} is the key of member {member}, {code}, or that one is no issuer.",
        en_cure="Have the issuer make another key, or correct --code.",
    ),
    entry(
        "admission.activity-of-another",
        Refused,
        "(activity, member)",
        zh="事项 {activity} 的编号已属于第 {member} 号成员。",
        zh_cure="请在认证标准中为该事项换一个未用过的编号。",
        en="The number of activity {activity} belongs to member {member}.",
        en_cure="Give the activity a number in the standard that nobody has used.",
    ),
)

DATA = area(
    "data",
    "链上数据",
    "Data on the chain",
    entry(
        "data.log-malformed",
        Broken,
        "(topic, size)",
        zh="合约事件 {topic} 的长度 {size} 不对。",
        zh_cure="请停止，并核对节点与软件版本。",
        en="An event {topic} has the wrong size, {size} bytes.",
        en_cure="Stop, and check the node and the software's version.",
    ),
    entry(
        "data.mint-malformed",
        Broken,
        "(size)",
        zh="一笔授予交易的数据（{size} 字节）残缺。",
        zh_cure="请停止，并换一个节点核对。",
        en="A mint's calldata of {size} bytes is cut short.",
        en_cure="Stop, and compare with another node.",
    ),
)

AREAS = (DEPLOYMENT, FOUNDING, DEPLOY, ADMISSION, DATA)
