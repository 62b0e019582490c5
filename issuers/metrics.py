"""The status as Prometheus reads it. Pure but for the library's own registry, made afresh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


class _Shown(Collector):
    """Gauges of one status."""

    def __init__(self, shown: Mapping[str, Any]) -> None:
        self._shown = shown

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family each."""
        shown = self._shown
        reviews = shown.get("reviews", {})
        files = shown.get("files", {})
        shown = {
            **shown,
            "reviews_open": reviews.get("by_kind", {}),
            "files_in": {state: pile["files"] for state, pile in files.items()},
        }
        for name, words, by in (
            ("rows", "Rows by state.", "rows"),
            ("corrections", "Correction notices by state.", "corrections"),
            ("rejected", "Rejected rows by reason.", "rejected_by"),
            ("points_units", "Points in units of 0.01.", "points"),
            ("batches", "Batches.", "batches"),
            ("reviews", "Reviews by kind of those open.", "reviews_open"),
            ("files", "Clerks' files by state.", "files_in"),
        ):
            family = GaugeMetricFamily(f"tongdui_agent_{name}", words, labels=["kind"])
            for label, value in shown.get(by, {}).items():  # none before the store was first read
                family.add_metric([label], value)
            yield family
        chain = shown.get("chain") or {"block": 0, "loss_units": 0}
        for name, words, value in (
            ("idle", "1 when nothing is in motion.", int(shown["idle"])),
            ("running", "1 while the loop runs.", int(shown["state"] == "running")),
            ("troubles", "Stages that met trouble in the last round.", len(shown["troubles"])),
            ("rounds", "Rounds since the start.", shown["rounds"]),
            ("links", "Links in force.", shown.get("links", 0)),
            ("review_age_s", "Age of the oldest open review.", reviews.get("oldest_age_s", 0)),
            ("reviews_alone", "Opened and approved by one clerk.", reviews.get("alone", 0)),
            (
                "file_age_s",
                "Age of the oldest file that is previewed and not committed.",
                files.get("previewed", {}).get("oldest_age_s", 0),
            ),
            ("block", "The newest block seen.", chain["block"]),
            ("loss_units", "Corrected but already spent.", chain["loss_units"]),
        ):
            yield GaugeMetricFamily(f"tongdui_agent_{name}", words, value=value)


def metrics(shown: Mapping[str, Any]) -> bytes:
    """The text form of a status."""
    registry = CollectorRegistry()
    registry.register(_Shown(shown))
    return generate_latest(registry)
