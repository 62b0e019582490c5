"""What is counted, for Prometheus: requests as they pass, the rest when somebody asks.

One registry per process object, so that tests and a second app do not share counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.store.hooks_rows import Counts

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
UNROUTED = "none"
"""The route of a request that met none: foreign paths must not become labels."""


class Figures(NamedTuple):
    """What is looked up when the counts are asked for."""

    index_lag_blocks: int | None
    relayer_queue: int
    orders_by_state: dict[str, int]
    node_answers: bool
    hooks: Counts
    """Webhooks, and what waits to be sent."""


class Meters:
    """Counters of this process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tongdui_api_requests_total",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._latency = Histogram(
            "tongdui_api_request_seconds",
            "Time to the end of the answer.",
            ("route", "method"),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._lag = self._gauge("tongdui_index_lag_blocks", "Blocks that the projection is behind.")
        self._queue = self._gauge("tongdui_relayer_queue", "Transactions not final yet.")
        self._node = self._gauge("tongdui_node_up", "Whether the node answers.")
        self._hooks = Gauge(
            "tongdui_webhooks", "Webhooks by state.", ("state",), registry=self._registry
        )
        self._unsent = self._gauge("tongdui_webhook_deliveries_waiting", "Not delivered yet.")
        self._orders = Gauge(
            "tongdui_orders", "Orders by state.", ("state",), registry=self._registry
        )

    def note(self, route: str, method: str, status: int, took_s: float) -> None:
        """Counts one request."""
        self._requests.labels(route, method, str(status)).inc()
        self._latency.labels(route, method).observe(took_s)

    def shown(self, figures: Figures) -> bytes:
        """Everything, in Prometheus' text format."""
        lag = figures.index_lag_blocks
        self._lag.set(float("nan") if lag is None else lag)
        self._queue.set(figures.relayer_queue)
        self._node.set(1 if figures.node_answers else 0)
        self._hooks.labels("active").set(figures.hooks.active)
        self._hooks.labels("disabled").set(figures.hooks.disabled)
        self._unsent.set(figures.hooks.waiting)
        for state, count in figures.orders_by_state.items():
            self._orders.labels(state).set(count)
        return generate_latest(self._registry)

    def _gauge(self, name: str, what: str) -> Gauge:
        return Gauge(name, what, registry=self._registry)


class Metering:
    """Counts every request around the whole app."""

    def __init__(
        self, app: ASGIApp, meters: Meters, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._meters = meters
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and notes what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = self._clock(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            took_s = self._clock() - begun
            self._meters.note(_route(scope), scope["method"], status, took_s)


def _route(scope: Scope) -> str:
    """The route's path with its parameters' names."""
    return getattr(scope.get("route"), "path", UNROUTED)
