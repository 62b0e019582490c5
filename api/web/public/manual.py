"""The OpenAPI document as the documentation page shows it: per operation, in one language. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.openapi import TAGS, operations
from api.web.texts import say
from ledger.refusals import Lang

_JSON = "application/json"


@dataclass(frozen=True)
class Parameter:
    """A parameter of path, query or header."""

    name: str
    place: str
    required: bool
    what: str


@dataclass(frozen=True)
class Operation:
    """One operation, ready to be shown."""

    id: str
    method: str
    path: str
    what: str
    roles: tuple[str, ...] | None
    """None for everybody."""
    parameters: tuple[Parameter, ...]
    request: str
    """An example, as JSON; empty where nothing is sent."""
    responses: tuple[tuple[str, str], ...]
    """(status, example) of the good answers."""
    problems: tuple[tuple[str, str], ...]
    """(status, code)."""


@dataclass(frozen=True)
class Chapter:
    """The operations of one tag."""

    name: str
    what: str
    operations: tuple[Operation, ...]


def chapters(document: Mapping[str, Any], lang: Lang) -> list[Chapter]:
    """The whole manual, in the order of the tags."""
    made = [
        (operation["tags"][0], _operation(document, path, method, operation, lang))
        for path, method, operation in operations(document)
    ]
    return [
        Chapter(name, _half(what, lang), tuple(op for tag, op in made if tag == name))
        for name, what in TAGS.items()
    ]


def _operation(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], lang: Lang
) -> Operation:
    roles = operation["x-roles"]
    responses = operation["responses"]
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        what=_half(operation.get("description", ""), lang),
        roles=None if roles is None else tuple(say(lang, f"public.role.{role}") for role in roles),
        parameters=tuple(_parameter(one, lang) for one in operation.get("parameters", [])),
        request=_example(document, operation.get("requestBody", {})),
        responses=tuple(
            (status, _example(document, answer))
            for status, answer in sorted(responses.items())
            if status.startswith("2")
        ),
        problems=tuple(
            (status, code)
            for status, answer in sorted(responses.items())
            if not status.startswith("2")
            for code in _codes(answer)
        ),
    )


def _parameter(one: Mapping[str, Any], lang: Lang) -> Parameter:
    what = one.get("description") or one.get("schema", {}).get("description", "")
    return Parameter(one["name"], one["in"], one.get("required", False), _half(what, lang))


def _codes(answer: Mapping[str, Any]) -> list[str]:
    return [
        code for media in answer.get("content", {}).values() for code in media.get("examples", {})
    ]


def _example(document: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """The example of a body's shape, as indented JSON."""
    schema = content.get("content", {}).get(_JSON, {}).get("schema", {})
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    examples = document["components"]["schemas"].get(name, {}).get("examples", [])
    return json.dumps(examples[0], ensure_ascii=False, indent=2) if examples else ""


def _half(text: str, lang: Lang) -> str:
    """One language's part of a text that reads ``中文 · English``; all of another text."""
    zh, dot, en = text.partition(" · ")
    if not dot:
        return text
    return zh if lang == "zh" else en
