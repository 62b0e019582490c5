"""The revision makes the tables that the code describes."""

from __future__ import annotations

from sqlalchemy import inspect

from api.places import OPERATOR_FAMILY
from ledger.store.engine import open_database
from ledger.store.projects_tables import PROJECTS


def test_the_revision_makes_the_described_tables_columns_and_indexes() -> None:
    described = {n: t for n, t in PROJECTS.metadata.tables.items() if n.startswith("projects_")}

    with open_database("sqlite://", OPERATOR_FAMILY) as database:
        found = inspect(database.engine)
        made = {name for name in found.get_table_names() if name.startswith("projects_")}
        columns = {
            name: {c["name"]: c["nullable"] for c in found.get_columns(name)} for name in made
        }
        indexes = {
            name: {
                i["name"] for i in found.get_indexes(name)
                if not i.get("duplicates_constraint") and not str(i["name"]).startswith("sqlite_")
            }
            for name in made
        }  # fmt: skip

    assert columns == {n: {c.name: c.nullable for c in t.columns} for n, t in described.items()}
    assert indexes == {n: {i.name for i in t.indexes} for n, t in described.items()}
