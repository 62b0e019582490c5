"""What the redemption desk says: residents' accounts and keys, authorisations, operators' caps."""

from __future__ import annotations

from ledger.errors import Refused, Rejected
from ledger.refusals.entry import area, entry

ACCOUNT = area(
    "account",
    "通兑账户与密钥",
    "Accounts and keys",
    entry(
        "account.has-key",
        Refused,
        "AccountHasKey(account)",
        zh="账户 {account} 由居民自己的密钥管理，运营方不能代办。",
        zh_cure="请居民用自己的密钥确认。",
        en="The account {account} is under the resident's own key: the operator can't act for it.",
        en_cure="Let the resident confirm with that key.",
        http_status=403,
    ),
    entry(
        "account.has-no-key",
        Refused,
        "AccountHasNoKey(account)",
        zh="账户 {account} 没有生效的密钥。",
        zh_cure="新登记的密钥 7 天后生效；在此之前请由运营方代办。",
        en="The account {account} has no key in effect.",
        en_cure="A new key takes effect after 7 days; until then the operator acts for it.",
    ),
    entry(
        "account.is-the-funds",
        Refused,
        "AccountIsTheFunds(account)",
        zh="{account} 是社区基金的账户，只能由基金自己办理。",
        zh_cure="请由社区基金用其登记的密钥办理。",
        en="{account} belongs to the community fund, and only the fund acts for it.",
        en_cure="Let the fund act with its registered key.",
        http_status=403,
    ),
    entry(
        "account.not-the-funds",
        Refused,
        "NotTheFundsAccount(account, caller_member)",
        zh="账户 {account} 不归办理方（{caller_member}）的基金所有。",
        zh_cure="请选择本基金的账户，并使用本基金的密钥；0 号表示密钥未登记。",
        en="The account {account} is not the fund account of {caller_member}.",
        en_cure="Use your fund's own account and key; member 0 means an unregistered key.",
        http_status=403,
    ),
    entry(
        "account.cap-reached",
        Refused,
        "AccountCapReached(account, headroom_units)",
        zh="账户 {account} 本月代办额度只剩 {headroom_units}。",
        zh_cure="请减少数量、等到下月，或请居民登记自己的密钥。",
        en="The account {account} has {headroom_units} left of this month's custodial cap.",
        en_cure="Redeem less, wait for next month, or let the resident register a key.",
        http_status=429,
    ),
    entry(
        "account.key-effective",
        Refused,
        "KeyAlreadyEffective(account)",
        zh="账户 {account} 的密钥已经生效，运营方不能撤回。",
        zh_cure="请居民用现有密钥更换新的密钥。",
        en="The key of {account} is in effect: the operator can't withdraw it.",
        en_cure="Let the resident replace it under the present key.",
    ),
    entry(
        "account.key-malformed",
        Rejected,
        "KeyMalformed(account, key)",
        zh="账户 {account} 不能登记密钥 {key}：为空，或与现有密钥相同。",
        zh_cure="请换一把新的密钥。",
        en="The key {key} can't be registered for {account}: it is empty or the present one.",
        en_cure="Use a new key.",
    ),
    entry(
        "account.authorisation-expired",
        Refused,
        "AuthorisationExpired(expires_at_s)",
        zh="居民的授权已于 {expires_at_s} 过期。",
        zh_cure="请居民重新确认一次。",
        en="The resident's authorisation expired at {expires_at_s}.",
        en_cure="Ask the resident to confirm once more.",
    ),
    entry(
        "account.signature-differs",
        Rejected,
        "SignatureMismatch(signer, expected)",
        zh="签名来自 {signer}，应来自 {expected}。",
        zh_cure="请核对所用密钥，并确认签名后内容没有改动。",
        en="The signature is by {signer} and should be by {expected}.",
        en_cure="Check the key, and that nothing changed after signing.",
        http_status=403,
    ),
)

DESK = area(
    "desk",
    "兑换办理",
    "The redemption desk",
    entry(
        "desk.operator-cap-reached",
        Refused,
        "OperatorCapReached(operator, headroom_units)",
        zh="运营方（{operator}）今日代办额度只剩 {headroom_units}。",
        zh_cure="请明日再办，或请居民用自己的密钥确认。",
        en="The operator ({operator}) has {headroom_units} left of today's cap.",
        en_cure="Try again tomorrow, or let the resident confirm with a key.",
        http_status=429,
    ),
    entry(
        "desk.not-the-acceptor",
        Refused,
        "NotTheAcceptor(acceptor, caller)",
        zh="{caller} 不能代表承兑方（{acceptor}）办理。",
        zh_cure="请使用承兑方登记的密钥，或由其指定的代管运营方办理。",
        en="{caller} does not speak for the acceptor ({acceptor}).",
        en_cure="Use the acceptor's registered key, or the operator that it named as host.",
        http_status=403,
    ),
)

AREAS = (ACCOUNT, DESK)
