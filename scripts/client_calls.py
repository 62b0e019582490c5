"""Operations of the OpenAPI document as methods of the typed client. Pure text from pure data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.idempotency import HEADER
from scripts.client_types import (
    HEAD,
    Schema,
    Uses,
    annotation,
    argument_name,
    class_name,
    doc,
    type_imports,
)

JSON = "application/json"
EVENTS = "text/event-stream"
REDIRECT = "location"
"""Stands for the media type where a browser is sent elsewhere."""
_PLAIN = {"None": "_done", "str": "_redirected", "Download": "_download"}
"""How answers that are no shapes are asked for."""
_OF_COMMANDS = ("idempotency_key: str | None = None",)
_OF_WAITING = ("wait_s: float | None = None",)


@dataclass(frozen=True)
class Parameter:
    """One argument of a method. ``name`` is what is sent, ``python`` what is written."""

    name: str
    python: str
    kind: str
    required: bool

    @property
    def written(self) -> str:
        """As it stands in the signature."""
        if self.required:
            return f"{self.python}: {self.kind}"
        kind = self.kind if self.kind.endswith("None") else f"{self.kind} | None"
        return f"{self.python}: {kind} = None"

    @property
    def passed(self) -> str:
        """As it stands in a mapping of what is sent."""
        return f'"{self.name}": {self.python}'


@dataclass(frozen=True)
class Call:
    """One operation, ready to be written."""

    name: str
    method: str
    path: str
    what: Schema
    roles: Sequence[str] | None
    waits: bool
    """Whether it waits for the chain and may be asked again while that takes long."""
    in_path: tuple[Parameter, ...]
    in_query: tuple[Parameter, ...]
    in_header: tuple[Parameter, ...]
    in_body: tuple[Parameter, ...]
    raw: str
    """The media type of content that is sent as it is; empty where JSON or nothing is sent."""
    answer: str
    """The shape that is answered; "None", or "Download" and "Event" for what is not
    JSON, "str" for a place elsewhere."""
    item: str
    """What a page lists, and under which name: ``orders:OrderShape``; empty where it is no page."""
    says: tuple[Any, ...]
    """The schemas that it mentions."""
    uses: Uses


def call_of(
    path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Schema]
) -> Call:
    """The operation as a method will have it."""
    uses = Uses()
    placed = {
        place: tuple(
            _parameter(one["name"], one["schema"], one.get("required", False), uses)
            for one in operation.get("parameters", [])
            if one["in"] == place and one["name"] != HEADER
        )
        for place in ("path", "query", "header")
    }
    sent = operation.get("requestBody", {}).get("content", {})
    body, raw = _body(sent, schemas, uses)
    shape, media = _answer(operation["responses"])
    answer = annotation(shape or {"type": "null"}, uses)
    if shape is None and media:
        answer = {EVENTS: "Event", REDIRECT: "str"}.get(media, "Download")
    item = _item(shape, schemas, placed["query"], uses)
    said = tuple(one for one in (shape, sent.get(JSON, {}).get("schema")) if one)
    return Call(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        what=operation,
        roles=operation["x-roles"],
        waits=operation.get("x-waits-for-chain", False),
        in_path=placed["path"],
        in_query=placed["query"],
        in_header=placed["header"],
        in_body=body,
        raw=raw,
        answer=answer,
        item=item,
        says=said + tuple(one["schema"] for one in operation.get("parameters", [])),
        uses=uses,
    )


def _parameter(name: str, schema: Schema, required: bool, uses: Uses) -> Parameter:
    return Parameter(name, argument_name(name), annotation(schema, uses), required)


def _body(
    sent: Mapping[str, Any], schemas: Mapping[str, Schema], uses: Uses
) -> tuple[tuple[Parameter, ...], str]:
    """A JSON object's fields are arguments of their own; other content is sent as it is."""
    if not sent:
        return (), ""
    if JSON not in sent:
        return (Parameter("content", "content", "bytes", True),), next(iter(sent))
    shape = schemas[sent[JSON]["schema"]["$ref"].rpartition("/")[2]]
    required = set(shape.get("required", ()))
    fields = [
        _parameter(name, schema, name in required, uses)
        for name, schema in shape.get("properties", {}).items()
    ]
    return tuple(sorted(fields, key=lambda one: not one.required)), ""


def _answer(responses: Mapping[str, Any]) -> tuple[Schema | None, str]:
    """The schema of the good answer, and of which media type it is; empty without content."""
    good = sorted((s for s in responses if s[0] == "2"), key=lambda status: status == "202")
    if not good:
        return None, REDIRECT
    content = responses[good[0]].get("content", {})
    return content.get(JSON, {}).get("schema"), next(iter(content), "")


def _item(
    shape: Schema | None, schemas: Mapping[str, Schema], query: Sequence[Parameter], uses: Uses
) -> str:
    if shape is None or "$ref" not in shape or "cursor" not in [one.name for one in query]:
        return ""
    fields = schemas[shape["$ref"].rpartition("/")[2]].get("properties", {})
    lists = {name: one for name, one in fields.items() if one.get("type") == "array"}
    if "next_cursor" not in fields or len(lists) != 1:
        return ""
    name, one = next(iter(lists.items()))
    return f"{name}:{annotation(one['items'], uses)}"


def calls_code(title: str, calls: Sequence[Call], home: Mapping[str, str]) -> str:
    """The module of one resource's operations."""
    body = "\n\n".join(_method(one) for one in calls)
    uses = Uses({s for c in calls for s in c.uses.shapes}, {t for c in calls for t in c.uses.types})
    used = sorted(name for name in uses.shapes if re.search(rf"\b{class_name(name)}\b", body))
    by_module: dict[str, list[str]] = {}
    for name in used:
        by_module.setdefault(home[name], []).append(class_name(name))
    imports = ["from api.client.connection import Connection"]
    plain = [name for name in ("Download", "Event") if re.search(rf"\b{name}\b", body)]
    if plain:
        imports.insert(0, f"from api.client.answers import {', '.join(plain)}")
    imports += [
        f"from api.client.shapes.{module} import {', '.join(names)}"
        for module, names in sorted(by_module.items())
    ]
    pages = "from collections.abc import Iterator\n" if "Iterator[" in body else ""
    kept = Uses(types={name for name in uses.types if re.search(rf"\b{name}\b", body)})
    what = title.removesuffix("Calls").lower()
    return (
        f'"""Operations on {what}, written {HEAD}{pages}{type_imports(kept)}'
        + "\n".join(imports)
        + f'\n\n\nclass {title}(Connection):\n    """Mixed into the client."""\n\n{body}'
    )


def _method(call: Call) -> str:
    named = [one.written for one in (*call.in_body, *call.in_query, *call.in_header)]
    if call.method == "POST":
        named += _OF_COMMANDS
    if call.waits:
        named += _OF_WAITING
    positional = [one.written for one in call.in_path]
    arguments = ", ".join(["self", *positional, *(["*", *named] if named else [])])
    answer = call.answer
    if call.item or answer == "Event":
        answer = f"Iterator[{call.item.partition(':')[2] or answer}]"
    roles = "" if call.roles is None else f" Roles: {', '.join(call.roles)}."
    what = doc(call.what, 8, roles)
    does = _sent(call) if call.answer == "None" else f"return {_sent(call)}"
    return f"    def {call.name}({arguments}) -> {answer}:\n{what}\n        {does}\n"


def _sent(call: Call) -> str:
    """The expression that sends it."""
    place = f'"{call.path}"'
    if call.in_path:
        place = f"self._path({place}, {{{', '.join(one.passed for one in call.in_path)}}})"
    parts = [place]
    if call.in_query:
        parts.append(f"query={{{', '.join(one.passed for one in call.in_query)}}}")
    if call.in_header:
        parts.append(f"headers={{{', '.join(one.passed for one in call.in_header)}}}")
    if call.item:
        name = call.item.partition(":")[0]
        return f'self._pages({call.answer}, "{name}", {", ".join(parts)})'
    if call.raw:
        parts.append(f'content=("{call.raw}", content)')
    elif call.method in ("POST", "PUT", "PATCH"):
        parts.append(f"body={{{', '.join(one.passed for one in call.in_body)}}}")
    if call.method == "POST":
        parts.append("key=idempotency_key")
    if call.waits:
        parts.append("wait_s=wait_s, waits=True")
    first = f'"{call.method}"'
    if call.answer == "Event":
        return f"self._events({', '.join(parts)})"
    if call.answer in _PLAIN:
        return f"self.{_PLAIN[call.answer]}({first}, {', '.join(parts)})"
    return f"self._ask({call.answer}, {first}, {', '.join(parts)})"
