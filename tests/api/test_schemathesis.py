"""Requests of every kind, made from the document: no crash, and no answer that it does not tell of.

Every check of schemathesis, over a served API on a real chain, each operation with a key that may
call it: its examples, random content, and chains of calls. ``TONGDUI_TEST_PROFILE=deep`` sends many
times as much, and every boundary value too, for which limits of rate make it take an hour.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from api.access import ACCESS, Role
from api.idempotency import HEADER
from tests.api.sandboxes import sandbox_in
from tests.api.serving import City

pytestmark = pytest.mark.slow
DEEP = os.environ.get("TONGDUI_TEST_PROFILE") == "deep"
EXAMPLES = 60 if DEEP else 2
"""Requests of each kind and operation."""
STEPS = 10 if DEEP else 3
"""Of one chain of calls that use one another's answers."""
SLOWEST_S = 20.0
ILL_FORMED = frozenset({"request.invalid", "request.not-json"})
"""What may not be said of a request that fits its schema. That a wallet is nobody's, a code wrong,
a time past, is said with 422 too, and no schema can tell."""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city of its own: what is sent here is of every kind."""
    with sandbox_in(tmp_path_factory.mktemp("fuzzed")) as made:
        yield made


def configuration(city: City) -> SchemathesisConfig:
    """Every phase and check, the same requests each time."""
    by_role: dict[Role, list[str]] = {}
    for operation, roles in ACCESS.items():
        for role in [r for r in Role if r in (roles or ()) and r in city.tokens][:1]:
            by_role.setdefault(role, []).append(operation)
    given: dict[str, Any] = {
        "seed": 1,
        "generation": {"max-examples": EXAMPLES, "deterministic": True, "no-shrink": not DEEP},
        "phases": {"stateful": {"max-steps": STEPS}, "coverage": {"enabled": DEEP}},
        "checks": {"max_response_time": SLOWEST_S},
        "max-stream-events": 1,
        "rate-limit": "100000/s",
        "request-timeout": SLOWEST_S * 2,
        "operations": [
            {"include-operation-id": names, "headers": city.bearer(role)}
            for role, names in by_role.items()
        ],
    }
    return SchemathesisConfig.from_dict(given)


def findings(city: City) -> tuple[dict[str, str], int]:
    """(an example of each failure by operation and check, how many requests were checked)."""
    url = f"{city.http.base_url}/openapi.json"
    schema = schemathesis.openapi.from_url(url, config=configuration(city))
    found: dict[str, str] = {}
    checked = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found[f"error {getattr(event, 'label', '')}"] = repr(vars_of(event))
        recorder = getattr(event, "recorder", None)
        if recorder is None:
            continue
        for case_id, checks in recorder.checks.items():
            checked += 1
            for check in checks:
                if check.failure_info is not None and not is_meant(check, recorder, case_id):
                    case = recorder.cases[case_id].value
                    name = f"{case.operation.definition.raw['operationId']} {check.name}"
                    found.setdefault(name, told(check, case))
    return found, checked


BEYOND_SCHEMAS = frozenset({"cursor", "since"})
"""What a schema can't say: that a cursor came from this list, and that it needs no time beside it.
"""


@schemathesis.hook("before_call")
def named_afresh(_context: Any, case: Any, _kwargs: Any) -> None:
    """Commands get a name of their own: one used twice with other content is refused."""
    headers = case.headers
    if headers and str(headers.get(HEADER, "")).isalnum():
        headers[HEADER] = str(uuid.uuid4())


def is_meant(check: Any, recorder: Any, case_id: str) -> bool:
    """Whether what the check found is as it should be, by the tables above."""
    if check.name != "positive_data_acceptance":
        return False
    told = recorder.interactions[case_id].response.json()
    case = recorder.cases[case_id].value
    beyond = told.get("field") in BEYOND_SCHEMAS
    return beyond or has_whole_float(case.body) or told.get("code") not in ILL_FORMED


def has_whole_float(content: Any) -> bool:
    """Whether a number reads 15.0: an integer to JSON Schema, and a float to us."""
    if isinstance(content, dict | list):
        inside = content.values() if isinstance(content, dict) else content
        return any(map(has_whole_float, inside))
    return isinstance(content, float) and content.is_integer()


def told(check: Any, case: Any) -> str:
    """What was sent, and what is wrong with the answer."""
    sent = f"{case.method} {case.formatted_path} {case.query} {case.body!r}"
    return f"{sent[:400]} -> {str(check.failure_info.failure)[:600]}"


def vars_of(event: Any) -> Any:
    """What an error of the engine says."""
    return getattr(event, "exception", None) or getattr(event, "value", None) or event


def test_no_request_is_answered_in_a_way_that_the_document_does_not_tell_of(
    sandbox: City, tmp_path: Path
) -> None:
    found, checked = findings(sandbox)

    assert found == {}, "\n\n".join(f"{name}: {what}" for name, what in sorted(found.items()))
    assert checked > len(ACCESS)
