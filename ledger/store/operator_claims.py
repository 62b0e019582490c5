"""What is asked of residents' claims and of wallets' one-time codes, at the operator.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from ledger.store.operator_claims_tables import CLAIMS, LINK_CODES
from ledger.store.operator_tables import ACCOUNTS
from ledger.units import DAY_S

CODES_KEPT_S = 90 * DAY_S
"""So long after its end a code is remembered: longer than its command's name is."""
_c = CLAIMS.c


class ClaimRow(NamedTuple):
    """One claim; ``content`` and ``answer`` are JSON, ``answer`` None while it is open."""

    seq: int
    id: str
    fingerprint: bytes
    wallet: str
    scheme: int
    account: bytes
    kind: str
    content: str
    code: str | None
    asked_s: int
    due_s: int
    answer: str | None


class CodeRow(NamedTuple):
    """A code that a wallet made for one of its accounts; ``consent`` is JSON."""

    digest: bytes
    wallet: str
    scheme: int
    account: bytes
    consent: str
    expires_s: int
    command: str | None
    used_s: int | None = None
    claim: str | None = None


class Chosen(NamedTuple):
    """Which claims: of a wallet, of a scheme, open ones or answered ones; None: all."""

    wallet: str | None = None
    scheme: int | None = None
    is_open: bool | None = None


def find(connection: Connection, claim_id: str) -> ClaimRow | None:
    """The claim, if it is there."""
    row = connection.execute(select(CLAIMS).where(_c.id == claim_id)).one_or_none()
    return None if row is None else ClaimRow(*row)


def page(connection: Connection, chosen: Chosen, after: int, most: int) -> list[ClaimRow]:
    """Claims behind a number, in the order of asking."""
    wanted = select(CLAIMS).where(_c.seq > after)
    if chosen.wallet is not None:
        wanted = wanted.where(_c.wallet == chosen.wallet)
    if chosen.scheme is not None:
        wanted = wanted.where(_c.scheme == chosen.scheme)
    if chosen.is_open is not None:
        wanted = wanted.where(_c.answer.is_(None) if chosen.is_open else _c.answer.is_not(None))
    rows = connection.execute(wanted.order_by(_c.seq).limit(most))
    return [ClaimRow(*row) for row in rows]


def add(connection: Connection, row: ClaimRow) -> None:
    """A new claim; its number is the database's."""
    values = {name: value for name, value in row._asdict().items() if name != "seq"}
    connection.execute(insert(CLAIMS).values(**values))


def answer(connection: Connection, claim_id: str, said: str) -> None:
    """The answer of an open claim; its code is forgotten with it."""
    chosen = update(CLAIMS).where(_c.id == claim_id, _c.answer.is_(None))
    connection.execute(chosen.values(answer=said, code=None))


def put_code(connection: Connection, row: CodeRow, now_s: int) -> None:
    """A wallet's code for a scheme; what it had for that scheme before is void."""
    c = LINK_CODES.c
    earlier = (c.wallet == row.wallet, c.scheme == row.scheme, c.expires_s > now_s)
    connection.execute(update(LINK_CODES).where(*earlier).values(expires_s=now_s))
    connection.execute(delete(LINK_CODES).where(c.expires_s <= now_s - CODES_KEPT_S))
    connection.execute(insert(LINK_CODES).values(**row._asdict()))


def code_of(connection: Connection, command: str) -> CodeRow | None:
    """The code that a command made, used ones too."""
    chosen = select(LINK_CODES).where(LINK_CODES.c.command == command)
    row = connection.execute(chosen).one_or_none()
    return None if row is None else CodeRow(*row)


def take_code(
    connection: Connection, digest: bytes, scheme: int, now_s: int, claim: str
) -> CodeRow | None:
    """The code's row if it is good for this scheme, which it then is no more."""
    c = LINK_CODES.c
    good = (c.digest == digest, c.scheme == scheme, c.expires_s > now_s, c.used_s.is_(None))
    row = connection.execute(select(LINK_CODES).where(*good)).one_or_none()
    if row is None:
        return None
    connection.execute(update(LINK_CODES).where(*good).values(used_s=now_s, claim=claim))
    return CodeRow(*row)


def forget_wallet(connection: Connection, wallet: str) -> None:
    """Nothing of a wallet's claims and codes stands here any more."""
    connection.execute(delete(CLAIMS).where(_c.wallet == wallet))
    connection.execute(delete(LINK_CODES).where(LINK_CODES.c.wallet == wallet))


def holder(connection: Connection, account: bytes) -> str | None:
    """The wallet that an account is in."""
    chosen = select(ACCOUNTS.c.wallet).where(ACCOUNTS.c.account == account)
    found = connection.execute(chosen).scalar()
    return None if found is None else str(found)


def take_over(
    connection: Connection, wallet: str, scheme: int, before: bytes, after: bytes
) -> None:
    """The wallet has the account ``after`` where it had ``before``; its code for that is void."""
    chosen = update(ACCOUNTS).where(ACCOUNTS.c.account == before, ACCOUNTS.c.wallet == wallet)
    connection.execute(chosen.values(account=after, own_key=False))
    c = LINK_CODES.c
    connection.execute(delete(LINK_CODES).where(c.wallet == wallet, c.scheme == scheme))
