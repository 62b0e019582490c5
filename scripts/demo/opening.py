"""How the city opens: chain and contracts, outside systems, the operator's desk, the agents."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

from api.access import Role
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.season import Spec
from ledger.chain.authorisation import DeskDomain
from ledger.chain.direct import send
from ledger.chain.signer import Key
from ledger.units import BEIJING, DAY_S
from scripts import charter
from scripts.demo import people, premises
from scripts.demo.city import City
from scripts.demo.desk import Desk
from scripts.demo.people import Person
from scripts.demo.season import moment
from scripts.telling import Teller


def found(city: City, tell: Teller) -> None:
    """Chain, contracts, members."""
    tell.step(1, "链、合约与成员", "Chain, contracts, members")
    if city.slow:
        tell.say(
            "这台机器跑不了 Anvil，改用 eth-tester：规则相同，慢得多，只演一小季",
            "Anvil can't run here, so eth-tester serves: the same rules, slower, a small season",
            style="yellow",
        )
    city.start_chain()
    with tell.progress("正在部署", "founding") as advance:
        city.found(advance)
    begun = datetime.fromtimestamp(city.chain.now_s(), BEIJING).date()
    tell.good(
        f"内置链（{city.engine.name}）从 {begun} 开始；合约已部署，代码逐字节核对",
        f"embedded chain ({city.engine.name}) begins on {begun}; contracts checked byte for byte",
    )
    names = "、".join(seat.zh.removesuffix(charter.ZH_EXAMPLE) for seat in charter.SEATS)
    tell.say(
        f"{len(charter.SEATS)} 个成员，各有一把钥匙：{names}",
        f"{len(charter.SEATS)} members, each with a key of its own",
    )


def open_outside(city: City, tell: Teller, spec: Spec) -> None:
    """The six outside systems."""
    tell.step(2, "六个外部系统", "Six outside systems")
    city.start_outside(spec)
    for scheme, service in city.services.items():
        seat = charter.ISSUER_OF[scheme]
        tell.say(f"{seat.zh} {service.url}", f"{seat.en} {service.url}")
    tell.say(
        f"{spec.residents:,} 位虚构居民，{spec.events:,} 个事件，种子 {spec.seed}；"
        "数据带着真实导出的毛病",
        f"{spec.residents:,} invented residents, {spec.events:,} dirty events, seed {spec.seed}",
    )


def open_desk(city: City, tell: Teller, spec: Spec, port: int) -> tuple[Desk, list[Person]]:
    """The redemption API, and a wallet for every resident."""
    tell.step(3, "兑换接口、钱包与发行方代理", "Redemption API, wallets, issuers' agents")
    config = premises.write_operator(city, port)
    premises.start_operator(city, config, port)
    desk = Desk(f"http://127.0.0.1:{port}", premises.api_key(config, Role.OPERATOR))
    with tell.progress("正在开立钱包", "opening wallets") as advance:
        residents = people.open_wallets(desk, spec, advance)
    for key in (key for person in residents for key in person.keys):
        _register(city, key)
    accounts = sum(len(person.accounts) for person in residents)
    tell.good(
        f"{len(residents):,} 个钱包，{accounts:,} 个互不相干的账户；一位居民自己保管钥匙",
        f"{len(residents):,} wallets, {accounts:,} accounts apart; one resident keeps her own key",
    )
    return desk, residents


def open_agents(city: City, tell: Teller, spec: Spec, residents: list[Person], api: str) -> None:
    """Each issuer's agent on its own premises, with the residents' consents."""
    operator = city.place.operator / "api.toml"
    consents = people.links(residents, moment(spec.first), late=False)
    configs: dict[Scheme, Path] = {}
    ports: dict[Scheme, int] = {}
    for scheme in Scheme:
        key = premises.api_key(operator, Role.ISSUER, people.number_of(scheme))
        configs[scheme] = premises.write_agent(city, scheme, spec.seed, api, key)
        ports[scheme] = tomllib.loads(configs[scheme].read_text("utf-8"))["listen_port"]
        premises.write_links(city.place.agent(scheme), consents[scheme])
    premises.start_agents(city, configs, ports)
    linked = sum(map(len, consents.values()))
    tell.good(
        f"六个代理各用自己的钥匙、数据库与设置，共 {linked:,} 个绑定",
        f"six agents, each with its own key, database and settings; {linked:,} links",
    )


def _register(city: City, key: Key) -> None:
    """The resident's own transaction: the account is the key's own address, so it holds at once."""
    account, until = bytes(key.address), city.chain.now_s() + DAY_S
    domain = DeskDomain(city.gateway.chain_id, city.deployment.desk)
    proof = key.sign_digest(domain.key_registration(account, account, 0, until))
    where = (city.gateway, city.deployment, key, "RedemptionDesk", "registerKey")
    send(*where, account, account, until, proof)
