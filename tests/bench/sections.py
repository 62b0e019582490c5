"""The sections of a run, in their order. To add one, add a module that measures and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.bench import (
    files_section,
    gas_section,
    history_section,
    http_section,
    order_speed,
    preview_section,
    speed_section,
)
from tests.bench.figures import Figure, Told, Words


class Section(NamedTuple):
    """One part of a run. ``measure`` takes a folder, whether to be quick, and who is told."""

    name: str
    words: Words
    measure: Callable[[Path, bool, Told], Iterator[Figure]]
    steps: Callable[[bool], int]
    """How often ``measure`` calls who is told, quick or not."""


SECTIONS = (
    Section("gas", Words("燃料", "gas"), gas_section.measure, gas_section.steps),
    Section("speed", Words("授予速度", "speed"), speed_section.measure, speed_section.steps),
    Section("orders", Words("兑换速度", "orders"), order_speed.measure, order_speed.steps),
    Section("http", Words("经 HTTP 兑换", "over HTTP"), http_section.measure, http_section.steps),
    Section("history", Words("历史", "history"), history_section.measure, history_section.steps),
    Section("files", Words("文件", "files"), files_section.measure, files_section.steps),
    Section("preview", Words("预览", "preview"), preview_section.measure, preview_section.steps),
)
