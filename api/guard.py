"""The one gate of ``/v1``: every request is counted, named, allowed, and a command met once.

Endpoints of a resource use ``resource(...)`` for their router and take a ``Call``; by then the
caller is known and may call the operation. Writes are stopped here while the node is away, after
kept answers have been given: what is known is answered from what is known. A client that says
``Prefer: respond-async`` (RFC 7240) has them recorded all the same, and never waits for the chain.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import etags, idempotency, problems
from api.access import ACCESS, OFF_CHAIN, Caller, Role, check_role
from api.languages import language_of
from api.office import Office
from ledger.refusals import Lang

PREFER, RESPOND_ASYNC = "Prefer", "respond-async"
_WAIT = re.compile(r'wait\s*=\s*"?(\d{1,6})"?')


@dataclass(frozen=True)
class Call:
    """What an endpoint knows of the request besides its content."""

    office: Office
    caller: Caller
    lang: Lang
    command_id: str
    """The id of a POST's command, the same whenever it is sent again; empty for a GET."""
    begun_before: bool
    """Whether the same command was sent before and has no final answer yet."""
    why: str = ""
    """Why somebody looks at a resident's data, where that was said."""
    at_once: bool = False
    """Whether the client would rather ask again than wait."""
    preferred_s: float | None = None
    """How long the client would wait, where it says so."""

    @property
    def wait_s(self) -> float:
        """How long to wait for the chain before answering 202."""
        settings = self.office.settings
        if self.at_once or self.preferred_s is None:
            return 0.0 if self.at_once else settings.confirm_wait_s
        return min(self.preferred_s, settings.confirm_wait_most_s)

    @property
    def patience_s(self) -> float:
        """How long a GET may wait for what is on its way: not at all, unless the client asks."""
        return 0.0 if self.preferred_s is None else self.wait_s


REASON = "Viewing-Reason"
"""Why the caller looks at a resident's data: percent-encoded where it is not ASCII."""


class GuardedRoute(APIRoute):
    """A route whose operation id stands in ``api.access.ACCESS``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler behind the gate."""
        inner = super().get_route_handler()
        operation = self.operation_id
        assert operation in ACCESS, f"{operation} has no line in the table of api.access"

        async def handle(request: Request) -> Response:
            office: Office = request.app.state.office
            request.state.caller = caller = await _enter(office, request, operation)
            if request.method != "POST":
                answer = await _guarded(request, inner)
                return etags.known(request.headers.get(etags.HEADER), answer)
            return await _command(office, request, caller, inner, operation)

        return handle


def resource(prefix: str, tag: str) -> APIRouter:
    """The router of one resource, behind the gate."""
    return APIRouter(prefix=f"/v1/{prefix}", tags=[tag], route_class=GuardedRoute)


def call_of(request: Request) -> Call:
    """For endpoints: the call at hand."""
    caller = request.state.caller or Caller("", Role.AUDITOR, None)
    command_id = getattr(request.state, "command_id", "")
    begun_before = getattr(request.state, "begun_before", False)
    office: Office = request.app.state.office
    why = unquote(request.headers.get(REASON, ""))
    return Call(
        office,
        caller,
        language_of(request),
        command_id,
        begun_before,
        why,
        at_once=prefers_async(request),
        preferred_s=_preferred_s(request),
    )


def prefers_async(request: Request) -> bool:
    """Whether the client would rather be told where to look than wait."""
    return RESPOND_ASYNC in _wishes(request)


def _preferred_s(request: Request) -> float | None:
    """Seconds that the client would wait, by ``Prefer: wait=…``; None where it says nothing."""
    found = (_WAIT.fullmatch(wish) for wish in _wishes(request))
    return next((float(one[1]) for one in found if one is not None), None)


def _wishes(request: Request) -> list[str]:
    """What the client prefers (RFC 7240), without parameters."""
    wishes = ",".join(request.headers.getlist(PREFER)).split(",")
    return [wish.partition(";")[0].strip().lower() for wish in wishes]


Calling = Annotated[Call, Depends(call_of)]


async def _enter(office: Office, request: Request, operation: str) -> Caller | None:
    """The caller, who may call the operation; None where everybody may."""
    address = request.client.host if request.client else ""
    authorization = request.headers.get("authorization")
    if ACCESS[operation] is None and authorization is None:
        office.doorkeeper.stranger(address)
        return None
    caller = office.doorkeeper.at_hand(authorization)  # a thread costs more than memory
    if caller is None:
        caller = await run_in_threadpool(office.doorkeeper.caller, authorization, address)
    check_role(operation, caller)
    return caller


async def _command(
    office: Office,
    request: Request,
    caller: Caller | None,
    inner: Callable[[Request], Awaitable[Response]],
    operation: str,
) -> Response:
    """A POST's answer, kept or new. An error's answer is kept as any other, so it is made here.

    All who have no key share their commands' names: who meets another's by chance is told that its
    content differs, and chooses another name.
    """
    target = request.url.path + ("?" + request.url.query if request.url.query else "")
    name = request.headers.get(idempotency.HEADER)
    body = await request.body()
    key_id = "" if caller is None else caller.key_id
    secret = _secret_of(office, request, caller)
    command = idempotency.command_of(key_id, name, request.method, target, body, secret)
    request.state.command_id = command.id

    async def work(begun_before: bool) -> Response:
        request.state.begun_before = begun_before
        if not prefers_async(request) and operation not in OFF_CHAIN:
            return await _guarded(request, inner, office.node.check)
        answer = await _guarded(request, inner)
        if answer.status_code == 202:
            answer.headers["Preference-Applied"] = RESPOND_ASYNC
        return answer

    return await office.answers.once(command, work)


def _secret_of(office: Office, request: Request, caller: Caller | None) -> str:
    """What keys the fingerprints of a caller's commands: the token, or, where that changes every
    few minutes, one that the installation makes."""
    if caller is not None and caller.visit is not None:
        return office.residents.seals.commands(caller.key_id)
    return request.headers.get("authorization", "")


async def _guarded(
    request: Request,
    inner: Callable[[Request], Awaitable[Response]],
    check: Callable[[], None] | None = None,
) -> Response:
    """The endpoint's answer; whatever it raises, as a problem."""
    try:
        if check is not None:
            check()
        return etags.tagged(await inner(request))
    except Exception as error:  # noqa: BLE001 - nothing but problems may leave
        known = problems.translated(error, language_of(request))
        return problems.respond(request, known)
