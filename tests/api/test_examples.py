"""The document's examples are run: each fits its schema, and is answered as documented."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs
import pytest

from api.access import ACCESS, BY_SESSION, Role
from api.openapi import operations
from scripts.client_code import the_document
from tests.api.serving import City
from tests.support.season import CANTEEN

JSON = "application/json"
GOOD = frozenset(
    {
        "open_wallet", "get_wallet", "get_balance", "list_awards", "prepare_key", "quote",
        "place_order", "prepare_order", "list_orders", "get_order", "capture_order",
        "prepare_donation", "donate", "exchange", "make_claim", "list_claims", "make_link_code",
        "get_consent", "list_members", "get_member", "list_activities", "get_standard",
        "list_windows", "get_totals", "prepare_cancel", "search_offers",
    }
)  # fmt: skip
"""Operations whose examples succeed where the wallet and the order that they name exist. Others
need what no example can hold, such as a signature; they still answer as documented."""


class Sample(NamedTuple):
    """One request that the document shows."""

    name: str
    method: str
    path: str
    body: Any


@cache
def document() -> dict[str, Any]:
    """What the API says of itself."""
    return the_document()


def samples() -> Iterator[Sample]:
    """Every operation that a key may call, with its body's example; streams are left out, as they
    do not end."""
    schemas = document()["components"]["schemas"]
    for path, method, operation in operations(document()):
        body: Any = None
        sent = operation.get("requestBody", {}).get("content", {}).get(JSON)
        if sent is not None:
            body = schemas[sent["schema"]["$ref"].rpartition("/")[2]]["examples"][0]
        good = [a.get("content", {}) for s, a in operation["responses"].items() if s[0] == "2"]
        roles = ACCESS[operation["operationId"]]
        keyed = roles is None or not roles <= BY_SESSION
        if keyed and not any("text/event-stream" in one for one in good):
            yield Sample(operation["operationId"], method, path, body)


def validator(schema: Any) -> jsonschema_rs.Validator:
    """Of a schema of the document."""
    whole = {"components": document()["components"], "allOf": [schema]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def test_every_example_of_a_shape_fits_its_schema() -> None:
    checked = 0
    for name, schema in document()["components"]["schemas"].items():
        fits = validator({"$ref": f"#/components/schemas/{name}"})
        for example in schema.get("examples", []):
            fits.validate(example)
            checked += 1

    assert checked > 100


def test_every_example_of_a_problem_or_parameter_fits_its_schema() -> None:
    checked = 0
    for _, _, operation in operations(document()):
        for one in operation.get("parameters", []):
            if "example" in one:
                validator(one["schema"]).validate(one["example"])
                checked += 1
        for answer in operation["responses"].values():
            for content in answer.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    validator(content["schema"]).validate(example["value"])
                    checked += 1

    assert checked > 500


def test_the_check_finds_an_example_that_does_not_fit() -> None:
    fits = validator({"$ref": "#/components/schemas/Amount"})

    with pytest.raises(jsonschema_rs.ValidationError):
        fits.validate({"units": "1", "points": "0.01"})


@pytest.fixture(scope="module")
def wallet(city: City) -> str:
    """The resident whom the examples speak of."""
    return city.wallet(6_000)


@pytest.mark.slow
def test_every_example_is_answered_as_documented(city: City, wallet: str) -> None:
    surprises = [
        f"{one.name}: {said}" for one in samples() if (said := surprise(city, wallet, one))
    ]

    assert surprises == [], "\n".join(surprises)


def surprise(city: City, wallet: str, sample: Sample) -> str:
    """What in the answer to an example is not as documented; empty where all is."""
    operation = document()["paths"][sample.path][sample.method]
    answer = sent(city, wallet, sample)
    documented = operation["responses"].get(str(answer.status_code))
    if documented is None:
        return f"{answer.status_code} is not documented: {answer.text}"
    if sample.name in GOOD and not answer.is_success:
        return f"{answer.status_code}: {answer.text}"
    kind = answer.headers.get("content-type", "").partition(";")[0]
    content = documented.get("content", {})
    if (kind not in content) if content else answer.content:
        return f"{kind or 'content'} is not documented for {answer.status_code}"
    if content and "json" in kind:
        try:
            validator(content[kind]["schema"]).validate(answer.json())
        except jsonschema_rs.ValidationError as error:
            return f"{answer.status_code}: {error.message} at {error.instance_path}"
    return ""


def sent(city: City, wallet: str, sample: Sample) -> Any:
    """The answer to the example, with a wallet and an order that are there."""
    known = {"wallet_id": wallet, "member": str(CANTEEN), "number": "1", "scheme": "volunteer"}
    path, body = sample.path, json.dumps(sample.body)
    if sample.method == "delete":
        known.clear()
    if "{order_id}" in path:
        known["order_id"] = city.order(wallet, 1_000)["id"]
    example = document()["components"]["schemas"]["WalletShape"]["examples"][0]
    account = city.get(f"/v1/wallets/{wallet}").json()["accounts"][0]["account"]
    body = body.replace(example["id"], wallet).replace(example["accounts"][0]["account"], account)
    body = re.sub(r'"(2\d{3}-\d\d-\d\d)T12:00:00\+08:00"', _soon(city), body)
    for name in re.findall(r"{(\w+)}", path):
        path = path.replace(f"{{{name}}}", known.get(name, "00000000-0000-0000-0000-000000000000"))
    roles = ACCESS[sample.name]
    role = None if roles is None else min(roles & city.tokens.keys(), key=_usual)
    if sample.method == "post":
        return city.post(path, json.loads(body), role)
    return city.http.request(sample.method.upper(), path, headers=city.bearer(role))


def _soon(city: City) -> str:
    """A time within the longest deadline, as JSON: the chain's clock goes on while tests run."""
    from api.shapes import moment

    return json.dumps(moment(city.network.now_s + 7 * 86_400).isoformat())


def _usual(role: Role) -> int:
    """Operators may most; an issuer's key only its own."""
    return [Role.OPERATOR, *(role for role in Role if role is not Role.OPERATOR)].index(role)
