"""The revision makes the tables that the code describes."""

from __future__ import annotations

from sqlalchemy import inspect

from ledger.store.engine import open_database
from ledger.store.offers_tables import OFFERS
from tests.ledger.offers.stand import FAMILY


def test_the_revision_makes_the_described_tables_columns_and_indexes() -> None:
    described = {n: t for n, t in OFFERS.metadata.tables.items() if n.startswith("offers_")}

    with open_database("sqlite://", FAMILY) as database:
        found = inspect(database.engine)
        made = {name for name in found.get_table_names() if name.startswith("offers_")}
        columns = {
            name: {c["name"]: c["nullable"] for c in found.get_columns(name)} for name in made
        }
        indexes = {name: {i["name"] for i in found.get_indexes(name)} for name in made}

    assert columns == {n: {c.name: c.nullable for c in t.columns} for n, t in described.items()}
    assert indexes == {n: {i.name for i in t.indexes} for n, t in described.items()}
