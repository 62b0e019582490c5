"""Makes what was deleted from a database unreadable in its files too.

SQLite leaves deleted bytes in free pages and in its write-ahead log until something else is written
there; PostgreSQL leaves dead rows. A vacuum writes the tables anew without them. Backups and a
server's archived log are the office's own business.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Table

from ledger.store.engine import Engine


def scrub(engine: Engine, tables: Iterable[Table]) -> bool:
    """Rewrites the database, of a server's only these tables; whether nothing old is left.

    False where somebody else was reading meanwhile: ask again. Database errors pass through.
    """
    if engine.dialect.name == "sqlite":
        return _scrub_file(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')
    return True


def _scrub_file(engine: Engine) -> bool:
    """On the driver's own connection: a vacuum takes no transaction around it."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.close()
        return not busy
    finally:
        raw.close()
