"""Shapes of the OpenAPI document as Python: annotations, models, and which module each stands in.

Pure text from pure data; ``scripts.client_code`` lays it out in files.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
COMMAND = "python -m scripts.client_code"
HEAD = f'by `{COMMAND}`; not to be edited."""\n\nfrom __future__ import annotations\n\n'
"""How the docstring of a written file ends, and what follows it."""
SHARED = "shared"
"""The module of shapes that several resources use."""
_PREFIX = "#/components/schemas/"
_PLAIN = {"integer": "int", "number": "float", "boolean": "bool", "null": "None", "string": "str"}
_FORMATS = {"date-time": "datetime", "date": "date"}
_TAKEN = frozenset(
    {"copy", "json", "schema", "validate", "answer", "construct", "dict", "register"}
)
"""Names that a model's base has for itself."""


@dataclass
class Uses:
    """Names that a piece of code needs from elsewhere."""

    shapes: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)


def annotation(schema: Schema, uses: Uses) -> str:
    """The Python type of a schema; what it needs is added to ``uses``."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_PREFIX)
        uses.shapes.add(name)
        return class_name(name)
    if "anyOf" in schema or "oneOf" in schema:
        parts = [annotation(one, uses) for one in schema.get("anyOf", schema.get("oneOf", []))]
        return " | ".join(dict.fromkeys(sorted(parts, key=lambda part: part == "None")))
    if "allOf" in schema and len(schema["allOf"]) == 1:
        return annotation(schema["allOf"][0], uses)
    if "const" in schema or "enum" in schema:
        uses.types.add("Literal")
        values = schema["enum"] if "enum" in schema else [schema["const"]]
        return f"Literal[{', '.join(map(_literal, values))}]"
    return _of_kind(schema, uses)


def _of_kind(schema: Schema, uses: Uses) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list[{annotation(schema.get('items', {}), uses)}]"
    if kind == "object":
        inside, names = schema.get("additionalProperties", True), schema.get("propertyNames", {})
        keys = annotation(names, uses) if "$ref" in names or "enum" in names else "str"
        if isinstance(inside, Mapping):
            return f"dict[{keys}, {annotation(inside, uses)}]"
        uses.types.add("Any")
        return f"dict[{keys}, Any]"
    if kind == "string" and schema.get("format") in _FORMATS:
        name = _FORMATS[schema["format"]]
        uses.types.add(name)
        return name
    if isinstance(kind, str):
        return _PLAIN[kind]
    uses.types.add("Any")
    return "Any"


def model(name: str, schema: Schema, uses: Uses) -> str:
    """The code of one shape: a model, or the name of its values."""
    if "properties" not in schema and schema.get("type") != "object":
        return f"{class_name(name)} = {annotation(schema, uses)}\n{doc(schema, 0)}\n"
    lines = [f"class {class_name(name)}(Model):", doc(schema, 4), ""]
    required = set(schema.get("required", ()))
    for field_name, inside in schema.get("properties", {}).items():
        lines.append("    " + _field(field_name, inside, field_name in required, uses))
    return "\n".join(lines) + "\n"


def _field(name: str, schema: Schema, required: bool, uses: Uses) -> str:
    kind, safe = annotation(schema, uses), python_name(name)
    options = [] if safe == name else [f'alias="{name}"']
    if not required:
        if "None" not in kind.split(" | "):
            kind = f"{kind} | None"
        options.insert(0, "default=None")
    if options == ["default=None"]:
        return f"{safe}: {kind} = None"
    if not options:
        return f"{safe}: {kind}"
    uses.types.add("Field")
    return f"{safe}: {kind} = Field({', '.join(options)})"


def doc(schema: Schema, indent: int, more: str = "") -> str:
    """The description as a docstring: on one line, or a language a line where that is too long."""
    text = " ".join(str(schema.get("description") or schema.get("title") or "").split())
    text = text.replace("\\", "\\\\").replace('"""', "'''").rstrip(".") + "." + more
    pad = " " * indent
    if indent + width(text) + 6 <= 100:
        return f'{pad}"""{text}"""'
    parts = text.split(" · ", 1)
    lines = [line for part in parts for line in folded(part, 96 - indent)]
    return f'{pad}"""{lines[0]}\n' + "".join(f"{pad}{one}\n" for one in lines[1:]) + f'{pad}"""'


def folded(text: str, most: int) -> list[str]:
    """The text in lines of at most so many columns, broken at spaces or between wide letters."""
    lines, line = [], ""
    for part in re.findall(r"[ -~]+? |[ -~]+|[^ -~]", text):
        if line and width(line + part) > most:
            lines.append(line.rstrip())
            line = ""
        line += part
    return [*lines, line.rstrip()]


def width(text: str) -> int:
    """Columns: a Chinese letter takes two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def python_name(name: str) -> str:
    """A field's name in Python."""
    safe = re.sub(r"\W", "_", name).lower()
    return safe + "_" if keyword.iskeyword(safe) or safe in _TAKEN else safe


def argument_name(name: str) -> str:
    """A parameter's name in Python."""
    safe = python_name(name)
    return safe + "_" if hasattr(builtins, safe) else safe


def class_name(name: str) -> str:
    """A shape's name in Python. Where two modules have one of the same name, the document has the
    modules in it: ``api__orders__signed__PreparedShape`` is OrdersPreparedShape."""
    parts = name.split("__")
    return name if len(parts) < 3 else parts[1].title().replace("_", "") + parts[-1]


def type_imports(uses: Uses) -> str:
    """Lines that import what annotations need from elsewhere."""
    dates, words = (
        sorted(uses.types & {"date", "datetime"}),
        sorted(uses.types & {"Any", "Literal"}),
    )
    standard = f"from datetime import {', '.join(dates)}\n" if dates else ""
    standard += f"from typing import {', '.join(words)}\n" if words else ""
    third = "from pydantic import Field\n" if "Field" in uses.types else ""
    return "".join(f"{part}\n" for part in (standard, third) if part)


def refs(content: object) -> Iterator[str]:
    """Names of all shapes that this refers to, directly."""
    if isinstance(content, Mapping):
        if isinstance(content.get("$ref"), str):
            yield content["$ref"].removeprefix(_PREFIX)
        for inside in content.values():
            yield from refs(inside)
    elif isinstance(content, list):
        for inside in content:
            yield from refs(inside)


def closure(names: set[str], schemas: Mapping[str, Schema]) -> set[str]:
    """These shapes and all that they are made of."""
    found, todo = set[str](), set(names)
    while todo:
        name = todo.pop()
        found.add(name)
        todo |= set(refs({k: v for k, v in schemas[name].items() if k != "examples"})) - found
    return found


def ordered(names: set[str], schemas: Mapping[str, Schema]) -> list[str]:
    """So that each comes after those that it is made of; else by name."""
    placed: list[str] = []

    def place(name: str) -> None:
        if name in placed or name not in names:
            return
        for inside in sorted(set(refs(schemas[name]))):
            if inside != name:
                place(inside)
        placed.append(name)

    for name in sorted(names):
        place(name)
    return placed


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
