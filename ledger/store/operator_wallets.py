"""What is asked of the operator's wallets, and of the requests that clients gave ids to.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from ledger.store.operator_tables import ACCOUNTS, COMMANDS, HOLDS, ORDERS, REQUESTS, WALLETS


class AccountRow(NamedTuple):
    """One account of a wallet."""

    account: bytes
    issuer: int
    own_key: bool


class RequestRow(NamedTuple):
    """A change under its client's id."""

    id: str
    kind: str
    content: bytes
    order: str | None
    outbox: str | None


def add(
    connection: Connection, wallet: str, opened_at_s: int, accounts: Sequence[AccountRow]
) -> None:
    """A wallet with its accounts. An account that another wallet has is the database's error."""
    connection.execute(insert(WALLETS).values(id=wallet, opened_at_s=opened_at_s))
    if accounts:
        values = [{**account._asdict(), "wallet": wallet} for account in accounts]
        connection.execute(insert(ACCOUNTS), values)


def opened_at_s(connection: Connection, wallet: str) -> int | None:
    """When it was opened; None for an unknown one."""
    chosen = select(WALLETS.c.opened_at_s).where(WALLETS.c.id == wallet)
    return connection.execute(chosen).scalar_one_or_none()


def accounts(connection: Connection, wallet: str) -> list[AccountRow]:
    """Its accounts, by issuer."""
    c = ACCOUNTS.c
    chosen = select(c.account, c.issuer, c.own_key).where(c.wallet == wallet).order_by(c.issuer)
    return [AccountRow(*row) for row in connection.execute(chosen)]


def many(connection: Connection, names: Sequence[str]) -> dict[str, tuple[int, list[AccountRow]]]:
    """When opened, and accounts by issuer, of those of these wallets that there are."""
    c = ACCOUNTS.c
    chosen = select(WALLETS.c.id, WALLETS.c.opened_at_s, c.account, c.issuer, c.own_key)
    chosen = chosen.outerjoin(ACCOUNTS, c.wallet == WALLETS.c.id)
    chosen = chosen.where(WALLETS.c.id.in_(names)).order_by(WALLETS.c.id, c.issuer)
    found: dict[str, tuple[int, list[AccountRow]]] = {}
    for row in connection.execute(chosen):
        accounts = found.setdefault(row.id, (row.opened_at_s, []))[1]
        if row.account is not None:
            accounts.append(AccountRow(*row[2:]))
    return found


def known(connection: Connection, candidates: Sequence[bytes]) -> list[bytes]:
    """Those of these accounts that some wallet has."""
    chosen = select(ACCOUNTS.c.account).where(ACCOUNTS.c.account.in_(candidates))
    return list(connection.execute(chosen).scalars())


def forget(connection: Connection, wallet: str) -> None:
    """Unties a wallet: its accounts, the holds of its orders and their calls are gone for good."""
    own = select(ORDERS.c.id).where(ORDERS.c.wallet == wallet).scalar_subquery()
    connection.execute(delete(COMMANDS).where(COMMANDS.c.order.in_(own)))
    connection.execute(delete(HOLDS).where(HOLDS.c.order.in_(own)))
    connection.execute(update(ORDERS).where(ORDERS.c.wallet == wallet).values(wallet=None))
    connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.wallet == wallet))
    connection.execute(delete(WALLETS).where(WALLETS.c.id == wallet))


def request(connection: Connection, request_id: str) -> RequestRow | None:
    """What was asked under an id, or None."""
    row = connection.execute(select(REQUESTS).where(REQUESTS.c.id == request_id)).one_or_none()
    return None if row is None else RequestRow(*row)


def requests(connection: Connection, ids: Sequence[str]) -> dict[str, RequestRow]:
    """What was asked under these ids, where anything was."""
    rows = connection.execute(select(REQUESTS).where(REQUESTS.c.id.in_(ids)))
    return {row.id: RequestRow(*row) for row in rows}


def add_request(connection: Connection, row: RequestRow) -> None:
    """Notes a change under its id."""
    add_requests(connection, [row])


def add_requests(connection: Connection, rows: Sequence[RequestRow]) -> None:
    """Notes changes under their ids."""
    if rows:
        connection.execute(insert(REQUESTS), [row._asdict() for row in rows])
