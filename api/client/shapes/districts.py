"""Shapes of districts, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.answers import Model


class DistrictList(Model):
    """可登记的区域 · the districts that a wallet can name."""

    districts: list[str]
