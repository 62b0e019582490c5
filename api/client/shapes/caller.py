"""Shapes of caller, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from typing import Literal

from api.client.answers import Model

Role = Literal[
    "operator", "worker", "acceptor", "issuer", "auditor", "fund", "council", "resident", "delegate"
]
"""What a key is for."""


class CallerShape(Model):
    """请求所带密钥或会话是谁的 · whose key or session the request carries."""

    role: Role
    member: int | None
    member_name: str | None
    key: str
