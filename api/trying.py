"""Commands that can be tried: carried out as always, answered as always, and then undone.

An endpoint is made so by ``triable``. Its command's ``dry_run`` (in the body, or in the query where
there is none) has it run in a rehearsal of the databases: what the real one would refuse is refused
in the same words, and what it would answer is answered, but for ids and codes, which are made anew
each time. Nothing waits for the chain, nothing is sent, and a code that may be guessed counts its
tries all the same. Commands that can't be tried stand in ``WITHOUT``, each with the reason.
"""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from fastapi import Query, Response

from api.guard import Call
from api.shapes import CHECK_ONLY, Shape
from ledger.store.engine import rehearsal

HEADER = "Dry-Run"
"""Of an answer to what was only tried."""
CHECKED = 200
_READS = "it records nothing"
_GUESS = "a secret that could be tried without a try counted would soon be guessed"
_TRIAL = "it is a trial itself"
WITHOUT = MappingProxyType(
    {
        "quote": _READS,
        "prepare_key": _READS,
        "prepare_order": _READS,
        "prepare_cancel": _READS,
        "prepare_donation": _READS,
        "prepare_clearing": _READS,
        "match_till": _READS,
        "annotate_till": _READS,
        "open_session": _GUESS,
        "ask_share": _GUESS,
        "enter": _GUESS,
        "renew_session": _GUESS,
        "sign_out": "it can't be refused, and touches the caller's own session alone",
        "ping_webhook": _TRIAL,
        "open_test_resident": _TRIAL,
        "place_test_order": _TRIAL,
    }
)
"""POSTs without a dry run, and why. A test demands that every other command has one."""
_DRY_RUN = Annotated[bool, Query(description=CHECK_ONLY)]
_KIND = inspect.Parameter.KEYWORD_ONLY
_MORE = MappingProxyType(
    {
        "response": inspect.Parameter("response", _KIND, annotation=Response),
        "dry_run": inspect.Parameter("dry_run", _KIND, default=False, annotation=_DRY_RUN),
    }
)
"""What an endpoint that may be tried takes besides its own."""
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def triable(endpoint: Endpoint) -> Endpoint:
    """The endpoint, which carries out in a rehearsal what is only tried.

    Its ``body`` says whether that is so; where it takes none, a parameter of the query does.
    """
    own = inspect.signature(endpoint).parameters
    added = {name: kind for name, kind in _MORE.items() if name not in own}
    if "body" in own:
        added.pop("dry_run")

    @wraps(endpoint)
    def run(*, call: Call, response: Response, **given: Any) -> Any:
        dry_run = given.pop("dry_run") if "dry_run" in added else given["body"].dry_run
        if "response" in own:
            given["response"] = response
        if not dry_run:
            return endpoint(call=call, **given)
        with rehearsal():
            answer = endpoint(call=_tried(call), **given)
        _mark(response, answer)
        if isinstance(answer, Shape) and "dry_run" in type(answer).model_fields:
            return answer.model_copy(update={"dry_run": True})
        return answer

    signature = inspect.signature(endpoint)
    parameters = [*own.values(), *added.values()]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return run  # type: ignore[return-value]


def _tried(call: Call) -> Call:
    """Waits for nothing, and has an id of its own: no code of a trial is ever a real one's."""
    command_id = call.command_id and str(uuid.uuid5(uuid.UUID(call.command_id), "dry run"))
    return replace(call, command_id=command_id, begun_before=False, at_once=True)


def _mark(response: Response, answer: object) -> None:
    """Nothing was made, and nothing is on its way: there is no place to look."""
    response.headers[HEADER] = "true"
    if answer is not None:
        response.status_code = CHECKED
    for name in ("Location", "Retry-After"):
        if name in response.headers:
            del response.headers[name]
