"""ETags: what a client has already is not sent again.

An answer's tag is a hash of its content. Where content says as of which block it is, an endpoint
gives a weak tag of the rest: a client that polls is told that nothing it cares for has changed.
"""

from __future__ import annotations

import hashlib

from fastapi import Response

from api.shapes import Shape

HEADER = "If-None-Match"
STREAM = "text/event-stream"
_POLLED = {"Cache-Control": "private, no-cache"}


def tagged(answer: Response) -> Response:
    """With a tag of its content, where it shows something as it stands and has none yet."""
    if answer.status_code not in (200, 201) or answer.media_type == STREAM:
        return answer
    if "ETag" not in answer.headers:
        answer.headers["ETag"] = f'"{_digest(bytes(answer.body))}"'
    return answer


def tag_of(name: str) -> str:
    """Of a file that is made while it is sent, and is the same whenever it is."""
    return f'W/"{_digest(name.encode())}"'


def tag_without(response: Response, shape: Shape, *fields: str) -> None:
    """Tags the answer by all of the shape but these fields, which change with every block."""
    content = shape.model_dump_json(exclude=set(fields)).encode()
    response.headers["ETag"] = f'W/"{_digest(content)}"'


def known(wanted: str | None, answer: Response) -> Response:
    """The answer to a GET, or 304 where the client, by its If-None-Match, has it already."""
    if answer.status_code != 200 or answer.media_type == STREAM:
        return answer
    for name, value in _POLLED.items():
        answer.headers.setdefault(name, value)
    tag = answer.headers["ETag"]
    held = {one.strip().removeprefix("W/") for one in (wanted or "").split(",")}
    if {tag.removeprefix("W/"), "*"} & held:
        return Response(status_code=304, headers={"ETag": tag} | _POLLED)
    return answer


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
