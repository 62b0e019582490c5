"""Answers as web servers give them to whoever asks whether something has changed: 200 or 304."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request, Response


def tagged(request: Request, content: bytes, media_type: str) -> Response:
    """With an ETag over the content; 304 to who has it."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    if request.headers.get("if-none-match") == tag:
        return _unchanged({"ETag": tag})
    return Response(content, media_type=media_type, headers={"ETag": tag})


def dated(request: Request, content: bytes, media_type: str, changed: datetime) -> Response:
    """With a Last-Modified (``changed`` is aware, in UTC); 304 to who has it since then."""
    headers = {"Last-Modified": format_datetime(changed, usegmt=True)}
    try:
        known = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        known = None
    if known is not None and known >= changed:
        return _unchanged(headers)
    return Response(content, media_type=media_type, headers=headers)


def _unchanged(headers: Mapping[str, str]) -> Response:
    return Response(status_code=304, headers=headers)
