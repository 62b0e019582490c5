"""What the member registry and the rate book say: members, roles, terms, activities and rates."""

from __future__ import annotations

from ledger.errors import Refused, Rejected
from ledger.refusals.entry import area, entry

MEMBER = area(
    "member",
    "成员单位",
    "Member organisations",
    entry(
        "member.unknown",
        Refused,
        "UnknownMember(member)",
        zh="没有登记过{member}。",
        zh_cure="请核对成员单位编号；新成员由理事会表决加入。",
        en="No such member is registered: {member}.",
        en_cure="Check the member's number; new members are voted in by the council.",
        http_status=404,
    ),
    entry(
        "member.key-unknown",
        Refused,
        "NotAMember(key)",
        zh="密钥 {key} 不属于任何成员单位。",
        zh_cure="请使用本单位登记的密钥；密钥刚更换时，请用新的密钥。",
        en="The key {key} belongs to no member.",
        en_cure="Use your organisation's registered key, the new one if it was just changed.",
        http_status=403,
    ),
    entry(
        "member.lacks-role",
        Refused,
        "MemberLacksRole(member, role)",
        zh="{member}没有“{role}”的角色。",
        zh_cure="请改由具有该角色的成员单位办理，或由理事会表决增加角色。",
        en="The organisation ({member}) does not have the role of {role}.",
        en_cure="Let a member with that role do it; roles are given by the council.",
        http_status=403,
    ),
    entry(
        "member.not-active",
        Refused,
        "MemberNotActive(member, member_status)",
        zh="{member}目前不能办理，状态为“{member_status}”。",
        zh_cure="请改选其他成员单位，或等待理事会恢复其资格。",
        en="The organisation ({member}) can't act now: it is {member_status}.",
        en_cure="Choose another member, or wait until the council restores this one.",
    ),
    entry(
        "member.is-leaving",
        Refused,
        "MemberIsLeaving(member)",
        zh="{member}的状态不能这样更改：退出是最终的，登记也不能撤销。",
        zh_cure="如需再次参加，请以新成员单位的身份加入。",
        en="The status can't change so ({member}): leaving is final, nobody is unregistered.",
        en_cure="To take part again, the organisation joins as a new member.",
    ),
    entry(
        "member.not-leaving",
        Refused,
        "MemberNotLeaving(member)",
        zh="{member}没有退出，不能指定承接单位。",
        zh_cure="请先由理事会表决其退出，再指定承接单位。",
        en="The organisation is not leaving ({member}), so no successor can be named.",
        en_cure="Let the council vote it out first, then name the successor.",
    ),
    entry(
        "member.key-in-use",
        Refused,
        "KeyInUse(key)",
        zh="密钥 {key} 已由某成员单位使用。",
        zh_cure="请生成一把新的密钥。",
        en="The key {key} is in use by a member.",
        en_cure="Make a new key.",
    ),
    entry(
        "member.key-missing",
        Rejected,
        "KeyMissing()",
        zh="没有填写密钥地址。",
        zh_cure="请填写成员单位签名密钥的地址。",
        en="The key's address is missing.",
        en_cure="Give the address of the member's signing key.",
    ),
    entry(
        "member.terms-out-of-range",
        Refused,
        "TermsOutOfRange(member, validity_epochs)",
        zh="{member}的发行条件没有设定或超出范围：有效期为 {validity_epochs} 个半年。",
        zh_cure="请由理事会设定发行条件，有效期为 1 至 5 个半年。",
        en="Terms are not set or out of range ({member}): valid for {validity_epochs} half-years.",
        en_cure="Let the council set the terms, with 1 to 5 half-years of validity.",
    ),
)

RATE = area(
    "rate",
    "事项与折算率",
    "Activities and rates",
    entry(
        "rate.activity-exists",
        Refused,
        "ActivityExists(activity)",
        zh="事项 {activity} 已经登记，或没有写明发行方。",
        zh_cure="请换一个编号，或为已有事项增加新的折算率版本；新事项须写明发行方。",
        en="Activity {activity} is registered already, or its issuer is missing.",
        en_cure="Take another number, or add a rate to the activity there is; name the issuer.",
    ),
    entry(
        "rate.activity-missing",
        Refused,
        "ActivityMissing(activity)",
        zh="事项 {activity} 没有登记。",
        zh_cure="请先登记事项，再增加折算率。",
        en="Activity {activity} is not registered.",
        en_cure="Register the activity first, then add its rate.",
        http_status=404,
    ),
    entry(
        "rate.malformed",
        Rejected,
        "RateMalformed(activity, numerator, denominator)",
        zh="事项 {activity} 的折算率 {numerator}/{denominator} 不能为零。",
        zh_cure="请核对折算率，分子与分母都须大于零。",
        en="The rate {numerator}/{denominator} of activity {activity} must not be zero.",
        en_cure="Check the rate: numerator and denominator are both above zero.",
    ),
    entry(
        "rate.not-in-future",
        Refused,
        "RateNotInFuture(activity, from_month, earliest_month)",
        zh="事项 {activity} 的新折算率不能从 {from_month} 起生效，最早为 {earliest_month}。",
        zh_cure="请把生效月份改为 {earliest_month} 或更晚；已生效的折算率不会改动。",
        en="A new rate of activity {activity} can't begin in {from_month}: {earliest_month} at the"
        " earliest.",
        en_cure="Let it begin in {earliest_month} or later; rates in force never change.",
    ),
)

AREAS = (MEMBER, RATE)
