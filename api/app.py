"""The application: every resource behind the gate, pages beside it, problems for every error."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from api import problems
from api.acceptors.endpoints import router as acceptors
from api.activities.endpoints import router as activities
from api.armour import Armour
from api.caller.endpoints import router as caller
from api.claims.endpoints import router as claims
from api.clearing.endpoints import router as clearing
from api.delegates.endpoints import router as delegates
from api.desk.deaths import router as deaths
from api.desk.endpoints import router as desk
from api.desk.prints import router as prints
from api.disputes.endpoints import router as disputes
from api.donations.endpoints import router as donations
from api.envelopes.endpoints import router as envelopes
from api.events.endpoints import router as events
from api.exchanges.endpoints import router as exchanges
from api.hooks.endpoints import router as hooks
from api.links.endpoints import codes as link_codes
from api.links.endpoints import router as links
from api.mailings.endpoints import router as mailings
from api.members.endpoints import router as members
from api.meters import Metering
from api.monthly.endpoints import router as monthly
from api.notices import endpoints as notices
from api.offers import pictures
from api.offers.endpoints import router as offers
from api.offers.tickets import router as tickets
from api.office import Office
from api.oidc import endpoints as signing_in
from api.oidc import own, recoveries
from api.orders.endpoints import router as orders
from api.projects import rounds
from api.projects.endpoints import of_wallets as own_projects
from api.projects.endpoints import router as projects
from api.quotes.endpoints import router as quotes
from api.ratings.endpoints import router as ratings
from api.residents.endpoints import router as residents
from api.sandbox.endpoints import router as sandbox
from api.sandbox.example_issuer import HEADERS as OF_A_SANDBOX
from api.slips.endpoints import router as slips
from api.standard.endpoints import router as standard
from api.statements import endpoints as statements
from api.totals.endpoints import router as totals
from api.views.endpoints import router as views
from api.wallets.endpoints import router as wallets
from api.wallets.keys import router as keys
from api.web import probes, site
from api.windows.endpoints import router as windows
from api.wishes.endpoints import router as wishes

RESOURCES = (
    wallets,
    keys,
    envelopes,
    quotes,
    orders,
    offers,
    pictures.router,
    tickets,
    acceptors,
    wishes,
    ratings,
    projects,
    own_projects,
    rounds.router,
    rounds.districts,
    rounds.of_wallets,
    rounds.funds,
    donations,
    exchanges,
    links,
    link_codes,
    claims,
    desk,
    prints,
    deaths,
    residents,
    views,
    notices.router,
    notices.reminders,
    monthly,
    mailings,
    delegates,
    slips,
    signing_in.router,
    signing_in.leaving,
    own.router,
    own.codes,
    recoveries.contacts,
    recoveries.contact_of,
    recoveries.router,
    caller,
    members,
    activities,
    standard,
    windows,
    statements.router,
    disputes,
    clearing,
    events,
    hooks,
    totals,
    sandbox,
)
"""In the order of the documentation."""
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(office: Office, lifespan: Lifespan | None = None, *, pages: bool = True) -> FastAPI:
    """The app over what was wired. ``lifespan`` starts and ends what runs beside it; without
    ``pages`` it is the interface alone, which the pages' own client is written from."""
    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.office = office
    for router in RESOURCES:
        app.include_router(router)
    app.include_router(probes.router)
    problems.install(app)
    if pages:
        site.install(app)
    larger = {
        pictures.PATH: pictures.BODY_MOST_BYTES,
        statements.TILL_PATH: statements.TILL_MOST_BYTES,
    }
    more = OF_A_SANDBOX if office.settings.sandbox else {}
    limit = office.settings.body_limit_bytes
    app.add_middleware(Armour, body_limit_bytes=limit, larger=larger, more=more)
    app.add_middleware(Metering, meters=office.meters)
    return app
