"""Whether this process can serve: node, projection, relayer, and what has stopped for good.

``/healthz`` only says that the process answers; a load balancer asks here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from api.meters import Figures
from api.node import NodeWatch
from api.reading import Projection
from api.shapes import Shape, example
from ledger.errors import TongduiError
from ledger.redeeming.ports import Redemption
from ledger.store.hooks_rows import Counts


class Parts(Protocol):
    """What is asked of the parts that run beside the requests."""

    def failures(self) -> list[TongduiError]:
        """What stopped one for good."""
        ...


class ReadyShape(Shape):
    """能否办理 · whether all parts work."""

    model_config = example(
        ready=True,
        node=True,
        head=120,
        indexed=120,
        lag_blocks=0,
        relayer_queue=0,
        failures=[],
    )

    ready: bool
    node: bool
    head: int | None
    indexed: int | None
    lag_blocks: int | None
    relayer_queue: int
    failures: list[str]


class Readiness:
    """Looks at the parts. Safe to call from any thread."""

    def __init__(
        self,
        node: NodeWatch,
        projection: Projection,
        parts: Parts,
        service: Redemption,
        lag_most_blocks: int,
        hooks: Callable[[], Counts],
    ) -> None:
        self._node = node
        self._projection = projection
        self._parts = parts
        self._service = service
        self._lag_most_blocks = lag_most_blocks
        self._hooks = hooks

    def look(self) -> ReadyShape:
        """How things stand now."""
        indexed = self._projection.indexed()
        block = None if indexed is None else indexed.block
        lag = self._lag(block)
        failures = [str(error) for error in self._parts.failures()]
        within = lag is not None and lag <= self._lag_most_blocks
        return ReadyShape(
            ready=self._node.answers and within and not failures,
            node=self._node.answers,
            head=self._node.head,
            indexed=block,
            lag_blocks=lag,
            relayer_queue=self._service.load().waiting,
            failures=failures,
        )

    def figures(self) -> Figures:
        """The same and the orders, as they are counted."""
        ready = self.look()
        by_state = {str(state): n for state, n in self._service.totals().by_state.items()}
        hooks = self._hooks()
        return Figures(ready.lag_blocks, ready.relayer_queue, by_state, ready.node, hooks)

    def _lag(self, block: int | None) -> int | None:
        head = self._node.head
        return None if head is None or block is None else max(0, head - block)
