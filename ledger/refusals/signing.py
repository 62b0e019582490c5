"""An external signer, and the change of a member's key: what an issuer's IT staff meets."""

from __future__ import annotations

from ledger.errors import Refused, Rejected, Unavailable
from ledger.refusals.entry import area, entry

SIGNER = area(
    "signer",
    "外部签名服务",
    "External signers",
    entry(
        "signer.no-answer",
        Unavailable,
        "(url, why)",
        zh="签名服务 {url} 没有给出可用的答复（{why}）。",
        zh_cure="请检查签名服务与网络；已收到的内容不会丢失，恢复后自动继续。",
        en="The signer at {url} gave no answer that can be used ({why}).",
        en_cure="Check the signer and the network; nothing is lost, and work goes on by itself.",
    ),
    entry(
        "signer.no-such-key",
        Refused,
        "(url, address)",
        zh="签名服务 {url} 没有 {address} 的钥匙。",
        zh_cure="请在签名服务中载入这把钥匙，或改正设置 signer_address。",
        en="The signer at {url} does not hold the key of {address}.",
        en_cure="Load the key there, or correct the setting signer_address.",
    ),
    entry(
        "signer.refused",
        Refused,
        "(url, status)",
        zh="签名服务 {url} 拒绝签名（HTTP {status}）。",
        zh_cure="请核对 signer_token_file、客户端证书和签名服务的访问规则。",
        en="The signer at {url} refuses to sign (HTTP {status}).",
        en_cure="Check signer_token_file, the client certificate and the signer's rules.",
    ),
    entry(
        "signer.wrong-signature",
        Refused,
        "(url, address)",
        zh="签名服务 {url} 的答复不是 {address} 对这笔交易的签名，没有使用。",
        zh_cure="请核对签名服务载入的钥匙；未经核实的签名不会发出。",
        en="What the signer at {url} answered is no signature of {address}; it was not used.",
        en_cure="Check which key the signer has loaded; nothing is sent that does not verify.",
    ),
    entry(
        "signer.not-set",
        Rejected,
        "(address)",
        zh="{address} 的钥匙应在外部签名服务，但设置中没有 signer_url。",
        zh_cure="请在 agent.toml 中写明 signer_url 后重新启动代理。",
        en="The key of {address} should be with an external signer, and there is no signer_url.",
        en_cure="Set signer_url in agent.toml and start the agent again.",
    ),
    entry(
        "signer.files",
        Rejected,
        "(why)",
        zh="签名服务的证书文件不能使用：{why}。",
        zh_cure="请核对 signer_ca_file、signer_certificate_file 与 signer_certificate_key_file。",
        en="The certificate files of the signer can't be used: {why}.",
        en_cure="Check signer_ca_file, signer_certificate_file, signer_certificate_key_file.",
    ),
)

ROTATION = area(
    "rotation",
    "更换密钥",
    "Changing a member's key",
    entry(
        "rotation.under-way",
        Unavailable,
        "(new)",
        zh="正在更换密钥为 {new}，等链上最终确认后继续上链。",
        zh_cure="请等待片刻，自动继续；期间收到的内容不会丢失。",
        en="The key is being changed to {new}; what goes on the chain waits until that is final.",
        en_cure="It goes on by itself; what comes meanwhile is kept.",
    ),
    entry(
        "rotation.another",
        Refused,
        "(new)",
        zh="正在更换密钥为 {new}，还没有结束。",
        zh_cure="请等它结束后再更换；tongdui issuer key status 显示进度。",
        en="The key is being changed to {new}, and that has not ended.",
        en_cure="Wait for its end before the next change; tongdui issuer key status shows it.",
    ),
    entry(
        "rotation.failed",
        Refused,
        "(new, why)",
        zh="没有换成密钥 {new}（{why}），原密钥照常使用。",
        zh_cure="请按原因处理：换一把新密钥，或从 agent.toml 中去掉 next_ 的设置。",
        en="The key was not changed to {new} ({why}); the old one goes on.",
        en_cure="Make another new key, or take the next_ settings out of agent.toml.",
    ),
    entry(
        "rotation.other-key",
        Rejected,
        "(path, new, found)",
        zh="{path} 里的密钥是 {found}，不是链上已换成的 {new}。",
        zh_cure="请把 {new} 的密钥文件放回原处；在此之前不会上链。",
        en="{path} holds the key {found}, not {new}, which the chain has now.",
        en_cure="Put the key of {new} back there; nothing goes on the chain before that.",
    ),
)

AREAS = (SIGNER, ROTATION)
