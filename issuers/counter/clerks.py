"""Clerks at the counter: the office adds and ends them; each gets a pass of his or her own once."""

from __future__ import annotations

from issuers.counter.passes import OFFICE, hash_of, new_secret
from issuers.counter.routing import Answer, Ask, Route, Who
from ledger.errors import Refused, Rejected
from ledger.faults import Faults
from ledger.store import agent_clerks
from ledger.store.agent_office_tables import NAME_CHARACTERS
from ledger.store.agent_reviews import AGENT
from ledger.store.engine import Engine, reading, transaction


class Clerks:
    """Who may act."""

    def __init__(self, engine: Engine, faults: Faults) -> None:
        self._engine = engine
        self._faults = faults

    def routes(self) -> list[Route]:
        """What the counter answers about clerks."""
        return [
            Route("GET", "/clerks", Who.OFFICE, self._list),
            Route("POST", "/clerks", Who.OFFICE, self._add),
            Route("POST", "/clerks/{name}/end", Who.OFFICE, self._end),
        ]

    def name_of(self, secret: str) -> str | None:
        """The clerk whose secret this is; None for a stranger's."""
        with reading(self._engine) as connection:
            return agent_clerks.of_hash(connection, hash_of(secret))

    def _list(self, ask: Ask) -> Answer:
        del ask
        with reading(self._engine) as connection:
            return {"clerks": [one._asdict() for one in agent_clerks.every(connection)]}

    def _add(self, ask: Ask) -> Answer:
        name, secret = ask.text(ask.json(), "name", most=NAME_CHARACTERS), new_secret()
        if name in (OFFICE, AGENT) or not name.isprintable():
            raise Rejected("counter.field", field="name")
        with transaction(self._engine, self._faults) as connection:
            if agent_clerks.named(connection, name) is not None:
                raise Refused("counter.clerk-exists", name=name)
            agent_clerks.add(connection, name, hash_of(secret), ask.at_s)
        return {"name": name, "secret": secret}

    def _end(self, ask: Ask) -> Answer:
        name = ask.path["name"]
        with transaction(self._engine, self._faults) as connection:
            if not agent_clerks.end(connection, name, ask.at_s):
                raise Refused("counter.no-clerk", name=name)
        return {"name": name, "ended_s": ask.at_s}
