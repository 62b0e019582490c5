"""The command line's way to a running agent's counter: one pass, plain calls, errors as they are.

An error that the agent answers is raised here again, the same code with the same values, so that
its sentence, its cure and its exit code are the same as everywhere. Knows no feature.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import httpx
import typer

from issuers.counter.counter import PREFIX
from issuers.counter.passes import Pass, read_pass
from ledger.errors import OutcomeUnknown, Rejected, Unavailable
from ledger.refusals import ENTRIES
from scripts.output import EXIT_CODES

AsOption = Annotated[
    Path, typer.Option("--as", envvar="TONGDUI_PASS", help="通行证文件 · your pass file")
]
PASS = Path("clerk.pass")
"""Where a clerk's pass is looked for, if nothing else is said."""
PATIENCE = httpx.Timeout(10.0, read=None)
"""A file of a million rows takes minutes to judge."""
PART_BYTES = 1024 * 1024
_KINDS = {kind.status_word: kind for kind in EXIT_CODES}


class CounterClient:
    """Asks one agent, as the pass's holder."""

    def __init__(self, pass_file: Path) -> None:
        """Raises Rejected("counter.no-pass")."""
        self.pass_file = pass_file
        self.holder: Pass = read_pass(pass_file)
        self._given: dict[str, Any] = {"timeout": PATIENCE, "trust_env": False}
        self._headers = {"Authorization": f"Bearer {self.holder.secret}"}

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """What the counter says. Raises what it answers, and Unavailable where nobody answers."""
        return self._said(self._sent("GET", path, params=query))

    def status(self) -> dict[str, Any]:
        """What the agent says of itself. Raises as ``get``."""
        try:
            url = self.holder.url + "/status"
            return self._said(httpx.get(url, **self._given))
        except httpx.TransportError as error:
            raise self._away(error) from error

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """What became of it. Raises as ``get``, and OutcomeUnknown where the answer was lost."""
        return self._said(self._sent("POST", path, json=body))

    def upload(self, path: str, content: IO[bytes], **query: str | int) -> dict[str, Any]:
        """As ``post``, with a file."""
        size = content.seek(0, 2)
        content.seek(0)
        parts = iter(lambda: content.read(PART_BYTES), b"")
        length = {"Content-Length": str(size)}
        return self._said(self._sent("POST", path, length, params=query, content=parts))

    def download(self, path: str, to: Path, **query: str | int) -> int:
        """Writes a file that the counter gives, whole or not at all; how many bytes."""
        draft = to.with_name(to.name + ".draft")
        with self._answered(path, query) as answer, draft.open("wb") as file:
            for part in answer.iter_bytes(PART_BYTES):
                file.write(part)
        draft.replace(to)
        return to.stat().st_size

    @contextmanager
    def _answered(self, path: str, query: dict[str, str | int]) -> Iterator[httpx.Response]:
        try:
            with httpx.stream(
                "GET", self._url(path), params=query, headers=self._headers, **self._given
            ) as answer:
                if not answer.is_success:
                    answer.read()
                    self._said(answer)
                yield answer
        except httpx.TransportError as error:
            raise self._away(error) from error

    def _url(self, path: str) -> str:
        return self.holder.url + PREFIX + path

    def _sent(
        self, method: str, path: str, more: dict[str, str] | None = None, **given: Any
    ) -> httpx.Response:
        headers = self._headers | (more or {})
        try:
            return httpx.request(method, self._url(path), headers=headers, **self._given, **given)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self._away(error) from error
        except httpx.TransportError as error:
            if method == "GET":
                raise self._away(error) from error
            why = type(error).__name__
            raise OutcomeUnknown("agent.answer-lost", url=self.holder.url, why=why) from error

    def _away(self, error: httpx.TransportError) -> Unavailable:
        return Unavailable("agent.no-answer", url=self.holder.url, why=type(error).__name__)

    def _said(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Unavailable("agent.no-answer", url=self.holder.url, why=str(answer.status_code))
        if answer.is_success:
            return found
        code, values = str(found.get("code")), dict(found.get("values") or {})
        kind = (
            ENTRIES[code].kind if code in ENTRIES else _KINDS.get(str(found.get("kind")), Rejected)
        )
        raise kind(code, **values)
