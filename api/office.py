"""All that this process has at hand for a request: wired once, in ``api.bootstrap``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from api.auth import Doorkeeper
from api.directory import Directory
from api.hooks.wiring import Heralds
from api.idempotency import Answers
from api.limits import Buckets
from api.meters import Meters
from api.node import NodeWatch
from api.oidc.visitors import Visitors
from api.readiness import Readiness
from api.reading import Projection
from api.sandbox.example_issuer import ExampleIssuer
from api.settings import Settings
from api.totals.counting import Counting
from api.web.browser import Browsers
from ledger.chain.deployment import Deployment
from ledger.envelopes.keeping import Envelopes
from ledger.offers.market import Market
from ledger.projects.service import Projects
from ledger.redeeming.claiming import Claiming
from ledger.redeeming.ports import Redemption
from ledger.reminders.letters import Letters
from ledger.residents.service import Residents
from ledger.statements.desk import ClearingDesk


@dataclass(frozen=True)
class Office:
    """Shared by all threads; every part of it may be called from any of them."""

    settings: Settings
    clock: Callable[[], float]
    """Seconds since 1970, of this machine: for keys and kept answers, never for points."""
    service: Redemption
    claiming: Claiming
    clearing: ClearingDesk
    market: Market
    projects: Projects
    guesses: Buckets
    """Redemptions of one-time codes, by issuer: nobody finds one by trying."""
    applying: Buckets
    """Applications of organisations, all together: anybody may send one."""
    residents: Residents
    letters: Letters
    visitors: Visitors
    tries: Buckets
    """Cards and PINs tried, by card and by desk: nobody tries many cards a little each."""
    heralds: Heralds
    envelopes: Envelopes
    projection: Projection
    deployment: Deployment
    directory: Directory
    counting: Counting
    doorkeeper: Doorkeeper
    answers: Answers
    node: NodeWatch
    readiness: Readiness
    meters: Meters
    browsers: Browsers
    """Seals what browsers keep of the pages."""
    example_issuer: ExampleIssuer | None = None
    """In a sandbox: who awards test residents their points."""
