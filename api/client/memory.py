"""Answers that were given with an ETag, so that what has not changed is not sent again."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import httpx

REMEMBERED_MOST = 256
LARGEST_BYTES = 256 * 1024


class Memory:
    """The newest answers to GETs. Safe to use from several threads; holds nothing on disk."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, httpx.Response] = OrderedDict()
        self._lock = threading.Lock()

    def asks(self, path: str, query: Mapping[str, Any]) -> dict[str, str]:
        """The header that says which answer is at hand already."""
        with self._lock:
            kept = self._kept.get(_place(path, query))
        return {} if kept is None else {"If-None-Match": kept.headers["ETag"]}

    def of(self, path: str, query: Mapping[str, Any], answer: httpx.Response) -> httpx.Response:
        """The answer, or the one at hand where it says that this still holds."""
        place = _place(path, query)
        with self._lock:
            if answer.status_code == 304 and place in self._kept:
                self._kept.move_to_end(place)
                return self._kept[place]
            fits = len(answer.content) <= LARGEST_BYTES
            if answer.status_code == 200 and "ETag" in answer.headers and fits:
                self._kept[place] = answer
                while len(self._kept) > REMEMBERED_MOST:
                    self._kept.popitem(last=False)
        return answer


def _place(path: str, query: Mapping[str, Any]) -> str:
    return path + "?" + json.dumps(query, sort_keys=True)
