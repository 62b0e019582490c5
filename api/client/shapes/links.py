"""Shapes of links, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from typing import Literal

from api.client.answers import Model


class ConsentShape(Model):
    """居民同意的文本 · what the resident agrees to."""

    version: int
    zh: str
    en: str


class MakeLink(Model):
    """用发行方给的绑定码绑定 · link by the code that the issuer gave."""

    dry_run: bool | None = None
    wallet: str
    scheme: int
    consent: Literal[True]
    consent_version: int
    code: str
