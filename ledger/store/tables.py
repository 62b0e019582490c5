"""The one description of all tables, to which each module of this folder adds its own."""

from __future__ import annotations

from sqlalchemy import MetaData

METADATA = MetaData()
