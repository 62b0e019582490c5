"""The demo's city: chain, contracts, outside systems, agents and API, each a part of its own.

Starts them in the order in which they need one another, and ends them. What happens in the city is
told by the other files of this package.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from types import TracebackType
from typing import Self

from issuers.sandbox import process as sandbox
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.process import Service
from issuers.sandbox.season import Spec
from ledger.chain.deploy import deploy
from ledger.chain.deployment import Deployment, check_code, read_deployment
from ledger.chain.direct import send
from ledger.chain.embedded import GAS_LIMIT, EmbeddedChain
from ledger.chain.engine import choose
from ledger.chain.gateway import Gateway
from ledger.chain.journal import Genesis
from ledger.units import month_of
from scripts import charter
from scripts.child import Child
from scripts.node import foundry_binary
from scripts.place import Place

CHAIN_ID = 20_251_201
MINE_EVERY_S = 0.05
"""While the season is told blocks come as fast as there is something to mine."""


class City:
    """All parts of one installation with example members. Use it as a context."""

    def __init__(self, place: Place, genesis_s: int, port: int | None = None) -> None:
        self.place = place
        self.engine = choose(foundry_binary("anvil"))
        genesis = Genesis(CHAIN_ID, genesis_s, GAS_LIMIT)
        self.chain = EmbeddedChain(place.chain, self.engine, genesis, port=port)
        self.services: dict[Scheme, Service] = {}
        self.children: dict[str, Child] = {}
        self.deployment: Deployment
        self.gateway: Gateway
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def slow(self) -> bool:
        """Whether the chain is the last resort: the same rules, far fewer of them a second."""
        return not self.engine.loads_dumps

    def start_chain(self) -> None:
        """The chain, as its folder has it."""
        self._stack.enter_context(self.chain)
        self.chain.start_mining(MINE_EVERY_S, clock=None)
        self.gateway = self.chain.gateway()

    def found(self, told: Callable[[int, int], None]) -> None:
        """The contracts, members, terms and rates, and who hosts whom. Goes on after a kill."""
        if self.place.deployment.exists():
            self.deployment = read_deployment(self.place.deployment)
            return
        codes = [*charter.NUMBER, charter.COUNCIL, charter.GUARDIAN]
        keys = {code: bytes(self.place.key(code).address) for code in codes}
        first_month = month_of(self.chain.genesis_s) + 1
        agreed = charter.founding(keys, first_month)
        council = self.place.key(charter.COUNCIL)
        self.deployment = deploy(self.gateway, council, agreed, told=told)
        check_code(self.gateway, self.deployment)
        for seat in charter.SEATS:
            if seat.hosted:
                key, operator = self.place.key(seat.code), charter.NUMBER["OPER"]
                send(self.gateway, self.deployment, key, "MemberRegistry", "chooseHost", operator)
        self.deployment.write(self.place.deployment)

    def start_outside(self, spec: Spec) -> None:
        """The six outside systems, each with its own login."""
        for scheme in Scheme:
            service = sandbox.start(scheme, spec, self.place.sandbox)
            self._stack.callback(service.stop)
            self.services[scheme] = service
        for service in self.services.values():
            sandbox.wait_until_up(service)

    def add(self, child: Child) -> Child:
        """Wait until a child answers, and end it with the city."""
        self._stack.callback(child.stop)
        child.wait_until_up()
        self.children[child.name] = child
        return child

    def follow_the_clock(self) -> None:
        """From now on a block a second with the real time, while there is something to mine."""
        self.chain.stop_mining()
        self.chain.start_mining()

    def show(self, day: date) -> None:
        """The outside systems' day: they show what they have by then."""
        for service in self.services.values():
            service.move_today(day)


def clear(place: Place) -> None:
    """Forget the folder's last demo."""
    shutil.rmtree(place.root, ignore_errors=True)
    place.root.mkdir(parents=True)
