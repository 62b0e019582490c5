"""Every code that the packages raise, read from their source: what the table of errors must know.

Finds calls of the five kinds and of classes derived from them, of a name that stands for one of
them, pairs of such a class and a code in a table, and the Solidity names that the pure core gives.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("ledger", "issuers", "api", "scripts", "contracts")
KINDS = ("Rejected", "Refused", "Unavailable", "OutcomeUnknown", "Broken")
RULE = "RuleRefusal"


@dataclass(frozen=True)
class Raised:
    """One place that raises. ``code`` is a Solidity name where ``kind`` is that of the rules."""

    code: str
    kind: str
    """One of the five, or RULE; empty where it is decided at run time."""
    fields: frozenset[str]
    where: str


class Scan:
    """A set of modules by name, such as ``ledger/errors.py``, with their text."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._trees = [(name, ast.parse(text)) for name, text in texts]
        self.kinds = {kind: kind for kind in KINDS} | {RULE: RULE}
        self._writes_its_own_code: set[str] = set()
        for _ in range(3):  # a class of a class of a class of ours
            self._learn_classes()

    def raised(self) -> list[Raised]:
        """Every place whose code is written out."""
        return [found for name, tree in self._trees for found in self._in_module(name, tree)]

    def carried(self) -> list[str]:
        """`file:line` of each call whose code is not written out."""
        return [
            f"{name}:{node.lineno}"
            for name, tree in self._trees
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and _name(node.func) in self.kinds.keys() - self._writes_its_own_code
            and not (node.args and _text(node.args[0]))
        ]

    def _learn_classes(self) -> None:
        for node in self._classes():
            kinds = [self.kinds[base] for base in map(_name, node.bases) if base in self.kinds]
            if kinds:
                self.kinds.setdefault(node.name, kinds[0])
                if any(
                    isinstance(part, ast.FunctionDef) and part.name == "__init__"
                    for part in node.body
                ):
                    self._writes_its_own_code.add(node.name)
        self._writes_its_own_code.discard(RULE)

    def _classes(self) -> Iterator[ast.ClassDef]:
        for _, tree in self._trees:
            yield from (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))

    def _in_module(self, name: str, tree: ast.Module) -> Iterator[Raised]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from self._call(name, node)
            elif isinstance(node, ast.Tuple):
                yield from self._pair(name, node)
            elif isinstance(node, ast.ClassDef) and node.name in self._writes_its_own_code:
                yield from self._own_code(name, node)
            elif isinstance(node, ast.FunctionDef):
                yield from self._alias(name, node)

    def _call(self, name: str, node: ast.Call) -> Iterator[Raised]:
        called = _name(node.func)
        if called in self.kinds.keys() - self._writes_its_own_code:
            yield from self._made(name, node, node.args[:1], self.kinds[called])
        elif called == "require":
            yield from self._made(name, node, node.args[1:2], RULE)

    def _own_code(self, name: str, node: ast.ClassDef) -> Iterator[Raised]:
        """A class that hands its one code to the kind above it."""
        for call in (part for part in ast.walk(node) if isinstance(part, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__":
                yield from self._made(name, call, call.args[:1], self.kinds[node.name])

    def _alias(self, name: str, function: ast.FunctionDef) -> Iterator[Raised]:
        """`kind = Unavailable if … else OutcomeUnknown`, then `kind("code")`."""
        aliases = {
            _name(node.targets[0])
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and not isinstance(node.value, ast.Call)
            and any(_name(part) in self.kinds for part in ast.walk(node.value))
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _name(node.func) in aliases:
                yield from self._made(name, node, node.args[:1], "")

    def _pair(self, name: str, node: ast.Tuple) -> Iterator[Raised]:
        for kind, code in zip(node.elts, node.elts[1:], strict=False):
            if _name(kind) in self.kinds and "." in _text(code):
                where = f"{name}:{node.lineno}"
                yield Raised(_text(code), self.kinds[_name(kind)], frozenset(), where)

    def _made(self, name: str, node: ast.Call, code: list[ast.expr], kind: str) -> Iterator[Raised]:
        if code and _text(code[0]):
            fields = frozenset(word.arg for word in node.keywords if word.arg)
            yield Raised(_text(code[0]), kind, fields, f"{name}:{node.lineno}")


def scan(root: Path) -> Scan:
    """The product's packages under the repository's top folder."""
    paths = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    return Scan((path.relative_to(root).as_posix(), path.read_text("utf-8")) for path in paths)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
