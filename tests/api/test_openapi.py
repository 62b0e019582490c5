"""The document is valid OpenAPI 3.1, complete, and its examples are true to their shapes."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.openapi.models import OpenAPI

import api
from api.access import ACCESS, Role
from api.app import create_app
from api.idempotency import HEADER
from api.meters import Meters
from api.office import Office
from api.openapi import LATER, TAGS, document, operations
from api.problems import ProblemShape
from api.settings import Settings
from api.shapes import Shape
from ledger.refusals import ENTRIES


class NobodyHome:
    """An office that only says how it is set: the document needs no more."""

    settings = Settings.model_construct(body_limit_bytes=1_000)
    meters = Meters()


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """The app with nothing behind it."""
    return create_app(cast("Office", NobodyHome()))


@pytest.fixture(scope="module")
def made(app: FastAPI) -> dict[str, Any]:
    """The document."""
    return document(app)


def shapes() -> Iterator[type[Shape]]:
    """Every shape of the package."""
    for module in pkgutil.walk_packages(api.__path__, "api."):
        if module.name != "api.__main__":
            importlib.import_module(module.name)
    todo = [Shape]
    while todo:
        for shape in todo.pop().__subclasses__():
            todo.append(shape)
            yield shape


def test_the_document_is_openapi_3_1(made: dict[str, Any]) -> None:
    read = OpenAPI.model_validate(made)

    assert read.openapi == "3.1.0"
    assert {tag.name for tag in read.tags or []} == set(TAGS)


def test_every_reference_leads_somewhere(made: dict[str, Any]) -> None:
    wanted = set(re.findall(r'"#/components/schemas/(\w+)"', str(made).replace("'", '"')))

    assert wanted <= made["components"]["schemas"].keys()
    assert "HTTPValidationError" not in made["components"]["schemas"]


def test_every_operation_has_a_line_in_the_table_of_access(made: dict[str, Any]) -> None:
    listed = {operation["operationId"] for _, _, operation in operations(made)}

    assert listed == ACCESS.keys()


def test_every_operation_says_who_what_and_what_can_go_wrong(made: dict[str, Any]) -> None:
    for _, method, operation in operations(made):
        name = operation["operationId"]
        roles = ACCESS[name]
        assert " · " in operation["description"], name
        assert operation["x-roles"] == (None if roles is None else sorted(roles)), name
        assert operation["security"] == ([] if roles is None else [{"key": []}]), name
        takes_secret = roles is not None or name == "renew_session"
        assert ("401" in operation["responses"]) == takes_secret, name
        headers = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
        assert (HEADER in headers) == (method == "post"), name
        assert ("202" in operation["responses"]) == (name in LATER), name


def test_every_shape_has_an_example_that_fits_it() -> None:
    every = list(shapes())

    for shape in every:
        example = shape.model_config.get("json_schema_extra")
        assert isinstance(example, dict), f"{shape.__name__} has no example"
        for one in cast("list[dict[str, Any]]", example["examples"]):
            fitted = shape.model_validate(one).model_dump(mode="json")
            assert one.items() <= fitted.items(), shape.__name__
    assert len(every) > 40


def test_every_documented_problem_is_one_that_is_sent(made: dict[str, Any]) -> None:
    found = 0
    for _, _, operation in operations(made):
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                if media != "application/problem+json":
                    continue
                for code, example in content["examples"].items():
                    shown = ProblemShape.model_validate(example["value"])
                    assert (shown.code, shown.status) == (code, int(status))
                    assert code in ENTRIES
                    found += 1
    assert found > 100


def test_only_known_roles_stand_in_the_table() -> None:
    named = {role for roles in ACCESS.values() if roles is not None for role in roles}

    assert named == set(Role)
