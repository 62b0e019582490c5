"""Shapes of sign in, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.answers import Model


class Enter(Model):
    """登录后页面用凭条换会话 · the page takes its session."""

    ticket: str
    verifier: str


class ProviderShape(Model):
    """一个登录服务 · a provider to sign in with."""

    name: str
    zh: str
    en: str
    start: str


class ProviderList(Model):
    """可用的登录服务 · what residents can sign in with."""

    providers: list[ProviderShape]


class Renew(Model):
    """续期 · renew the session."""

    refresh: str


class SessionTokens(Model):
    """会话的两个凭据，只显示一次 · a session's tokens, shown once."""

    session: str
    access: str
    access_until: datetime
    refresh: str
    until: datetime
    wallet: str | None
