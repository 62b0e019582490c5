"""Writes what the typed client says of each operation: `python -m scripts.client_code [--check]`.

Methods and shapes come from the OpenAPI document, so an operation that is added to the API is in
the client once this has been run; a test finds it missing. A resource is a module of shapes and
one of calls; shapes that several resources use stand apart.
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from api.app import create_app
from api.meters import Meters
from api.openapi import document, operations
from api.settings import Settings
from scripts.client_calls import Call, call_of, calls_code
from scripts.client_types import (
    COMMAND,
    HEAD,
    SHARED,
    Schema,
    Uses,
    class_name,
    closure,
    model,
    ordered,
    refs,
    type_imports,
)
from scripts.node import ROOT

FOLDER = Path("api/client")


class _NoOffice:
    """The document needs to know no more of the office than this."""

    settings = Settings.model_construct(body_limit_bytes=1_000)
    meters = Meters()


@dataclass
class Resource:
    """The operations under one path of ``/v1``."""

    name: str
    calls: list[Call] = field(default_factory=list)
    shapes: set[str] = field(default_factory=set)

    @property
    def class_name(self) -> str:
        """Of its calls."""
        return "".join(part.capitalize() for part in self.name.split("_")) + "Calls"


def rendered(made: Mapping[str, Any]) -> dict[Path, str]:
    """Every written file of the client, by its path from the root."""
    schemas: Mapping[str, Schema] = made["components"]["schemas"]
    found = _resources(made, schemas)
    used: dict[str, set[str]] = defaultdict(set)
    for one in found:
        for name in one.shapes:
            used[name].add(one.name)
    home = {name: SHARED if len(by) > 1 else next(iter(by)) for name, by in used.items()}
    files = dict(_shape_files(schemas, home))
    for one in found:
        files[FOLDER / "calls" / f"{one.name}.py"] = calls_code(one.class_name, one.calls, home)
    files[FOLDER / "client.py"] = _client(found)
    for part, what in (("shapes", "What is sent and answered"), ("calls", "Every operation")):
        files[FOLDER / part / "__init__.py"] = f'"""{what}, a module a resource."""\n'
    return {path: formatted(path, text) for path, text in files.items()}


def the_document() -> dict[str, Any]:
    """The OpenAPI document of this version."""
    return document(create_app(cast("Any", _NoOffice()), pages=False))


def formatted(path: Path, text: str) -> str:
    """As `make format` leaves it."""
    ruff, name = Path(sys.executable).with_name("ruff"), f"--stdin-filename={path}"
    for words in (("check", "--fix", "--select", "I"), ("format",)):
        command = [ruff, *words, "--quiet", name, "-"]
        text = subprocess.run(
            command, input=text, capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
    return text


def stale(root: Path = ROOT) -> list[Path]:
    """Files that are not as the document would have them, or should be gone."""
    wanted = rendered(the_document())
    old = [path for path, text in wanted.items() if _on_disk(root / path) != text]
    return sorted([*old, *_left_over(root, wanted)])


def _left_over(root: Path, wanted: Mapping[Path, str]) -> list[Path]:
    there = [file for part in ("shapes", "calls") for file in (root / FOLDER / part).glob("*.py")]
    return [path for file in there if (path := file.relative_to(root)) not in wanted]


def _resources(made: Mapping[str, Any], schemas: Mapping[str, Schema]) -> list[Resource]:
    found: dict[str, Resource] = {}
    for path, method, operation in operations(made):
        name = path.removeprefix("/v1/").split("/")[0].replace("-", "_").partition(".")[0]
        one = found.setdefault(name, Resource(name))
        call = call_of(path, method, operation, schemas)
        one.calls.append(call)
        one.shapes |= closure(set(refs(list(call.says))), schemas)
    return list(found.values())


def _shape_files(
    schemas: Mapping[str, Schema], home: Mapping[str, str]
) -> Iterator[tuple[Path, str]]:
    by_module: dict[str, set[str]] = defaultdict(set)
    for name, module in home.items():
        by_module[module].add(name)
    for module, names in sorted(by_module.items()):
        uses = Uses()
        body = "\n\n".join(model(name, schemas[name], uses) for name in ordered(names, schemas))
        imports = ["from api.client.answers import Model"] if "(Model)" in body else []
        other = sorted(class_name(name) for name in uses.shapes - names if home[name] == SHARED)
        if other:
            imports.append(f"from api.client.shapes.{SHARED} import {', '.join(other)}")
        what = "several resources" if module == SHARED else module.replace("_", " ")
        head = f'"""Shapes of {what}, written {HEAD}' + type_imports(uses) + "\n".join(imports)
        yield FOLDER / "shapes" / f"{module}.py", f"{head}\n\n\n{body}"


def _client(found: list[Resource]) -> str:
    imports = "\n".join(
        f"from api.client.calls.{one.name} import {one.class_name}"
        for one in sorted(found, key=lambda one: one.name)
    )
    bases = ", ".join(one.class_name for one in found)
    return (
        f'"""The client: every operation, written {HEAD}{imports}\n\n\n'
        f"class Client({bases}):\n"
        '    """通兑接口的客户端 · The API as one key may call it; see ``api.client``."""\n'
    )


def _on_disk(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


def main(arguments: list[str]) -> int:
    """Writes the files, or with ``--check`` says which are stale; 1 if any is."""
    wanted = rendered(the_document())
    if "--check" in arguments:
        old = stale()
        for path in old:
            print(f"{path} is stale: run `{COMMAND}`", file=sys.stderr)
        return 1 if old else 0
    for path, text in wanted.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, "utf-8")
    for path in _left_over(ROOT, wanted):
        (ROOT / path).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
