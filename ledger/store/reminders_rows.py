"""What is asked of residents' choices, of what they were reminded of, and of mailings.

Repository only: takes the caller's connection and commits nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, delete, exists, func, insert, literal, or_, select, update

from ledger.store.operator_tables import WALLETS
from ledger.store.projects_tables import HOMES
from ledger.store.reminders_tables import LETTERS, MAILINGS, NOTICES, OF_A_WALLET, TOLD
from ledger.store.residents_tables import CARDS, DEATHS, OPENINGS

_n, _t, _m, _l = NOTICES.c, TOLD.c, MAILINGS.c, LETTERS.c
_OWN_CARDS = ("resident", "guardian")


class NoticeRow(NamedTuple):
    """What a resident chose; the columns of its table say what each field holds."""

    wallet: str
    reminders: str
    statements: str
    lang: str
    address: str | None
    chosen_by: str
    chosen_s: int


class ToldRow(NamedTuple):
    """One reminder."""

    id: str
    wallet: str
    epoch: int
    days: int
    units: int
    told_s: int


class MailingRow(NamedTuple):
    """One month's statements by one way."""

    id: str
    month: int
    way: str
    made_by: str
    made_s: int
    letters: int
    unreachable: int


class LetterRow(NamedTuple):
    """Whose statement goes out at which place of a mailing."""

    mailing: str
    place: int
    wallet: str
    lang: str
    address: str | None
    card: str | None


class Reachable(NamedTuple):
    """A wallet that may be reminded, with what was said of it, None where nothing was."""

    wallet: str
    contact: str | None
    reminders: str | None
    lang: str | None
    district: str | None


# What residents chose


def notice(connection: Connection, wallet: str) -> NoticeRow | None:
    """What was chosen; None where the usual holds."""
    row = connection.execute(select(NOTICES).where(_n.wallet == wallet)).one_or_none()
    return None if row is None else NoticeRow(*row)


def put_notice(connection: Connection, row: NoticeRow) -> None:
    """The newest choice replaces the one before."""
    values = row._asdict()
    changed = update(NOTICES).where(_n.wallet == row.wallet).values(**values)
    if not connection.execute(changed).rowcount:
        connection.execute(insert(NOTICES).values(**values))


# Reminders


def untold(connection: Connection, epoch: int, days: int, after: str, most: int) -> list[Reachable]:
    """Wallets behind ``after`` that were not told yet and may be, in order of their ids: not of
    somebody whose death was reported, nor of whoever wants no reminders."""
    w = WALLETS.c
    told = exists().where(_t.wallet == w.id, _t.epoch == epoch, _t.days == days)
    joined = WALLETS.outerjoin(NOTICES, _n.wallet == w.id)
    joined = joined.outerjoin(OPENINGS, OPENINGS.c.wallet == w.id)
    joined = joined.outerjoin(HOMES, HOMES.c.wallet == w.id)
    chosen = (
        select(w.id, OPENINGS.c.contact, _n.reminders, _n.lang, HOMES.c.district)
        .select_from(joined)
        .where(w.id > after, ~told, or_(_n.reminders.is_(None), _n.reminders != "off"))
        .where(~_died(w.id))
        .order_by(w.id)
        .limit(most)
    )
    return [Reachable(*row) for row in connection.execute(chosen)]


def still_untold(connection: Connection, epoch: int, days: int, wallets: Sequence[str]) -> set[str]:
    """Those of these wallets that are there and were not told, within a transaction that writes."""
    w = WALLETS.c
    told = exists().where(_t.wallet == w.id, _t.epoch == epoch, _t.days == days)
    chosen = select(w.id).where(w.id.in_(wallets), ~told)
    return set(connection.execute(chosen).scalars())


def add_told(connection: Connection, rows: Sequence[ToldRow]) -> None:
    """A database error where one was told before."""
    if rows:
        connection.execute(insert(TOLD), [row._asdict() for row in rows])


def told(connection: Connection, name: str) -> ToldRow | None:
    """The reminder of that id."""
    row = connection.execute(select(TOLD).where(_t.id == name)).one_or_none()
    return None if row is None else ToldRow(*row)


# Mailings


def mailing(connection: Connection, name: str) -> MailingRow | None:
    """By its id."""
    row = connection.execute(select(MAILINGS).where(_m.id == name)).one_or_none()
    return None if row is None else MailingRow(*row)


def mailing_of(connection: Connection, month: int, way: str) -> MailingRow | None:
    """Of a month by a way, if there is one."""
    chosen = select(MAILINGS).where(_m.month == month, _m.way == way)
    row = connection.execute(chosen).one_or_none()
    return None if row is None else MailingRow(*row)


def mailings(connection: Connection, before: tuple[int, str] | None, most: int) -> list[MailingRow]:
    """Newest month first, behind (month, way)."""
    chosen = select(MAILINGS).order_by(_m.month.desc(), _m.way.desc()).limit(most)
    if before is not None:
        month, way = before
        chosen = chosen.where(or_(_m.month < month, and_(_m.month == month, _m.way < way)))
    return [MailingRow(*row) for row in connection.execute(chosen)]


def add_mailing(
    connection: Connection, values: Mapping[str, Any], opened_before_s: int, *, unaddressed: bool
) -> MailingRow:
    """Notes a mailing with its letters: of all wallets that were opened by then and whose resident
    chose this way, sorted by address; without one too, at the end, where ``unaddressed``.

    The database writes the list itself, so that a city's takes no memory here.
    """
    w, address = WALLETS.c, func.coalesce(_n.address, OPENINGS.c.contact)
    joined = NOTICES.join(WALLETS, w.id == _n.wallet)
    joined = joined.outerjoin(OPENINGS, OPENINGS.c.wallet == _n.wallet)
    wanted = [_n.statements == values["way"], w.opened_at_s < opened_before_s, ~_died(w.id)]
    count = select(func.count()).select_from(joined).where(*wanted, address.is_(None))
    unreachable: int = 0 if unaddressed else connection.execute(count).scalar_one()
    if not unaddressed:
        wanted.append(address.is_not(None))
    card = (
        select(func.substr(func.max(CARDS.c.number), 9))
        .where(CARDS.c.wallet == w.id, CARDS.c.holder.in_(_OWN_CARDS), CARDS.c.ended_s.is_(None))
        .scalar_subquery()
    )
    place = func.row_number().over(order_by=(address.is_(None), address, w.id))
    listed = (
        select(literal(values["id"]), place, w.id, _n.lang, address, card)
        .select_from(joined)
        .where(*wanted)
    )
    connection.execute(insert(LETTERS).from_select(list(LetterRow._fields), listed))
    written = select(func.count()).where(_l.mailing == values["id"])
    letters: int = connection.execute(written).scalar_one()
    row = MailingRow(**values, letters=letters, unreachable=unreachable)
    connection.execute(insert(MAILINGS).values(**row._asdict()))
    return row


def letters(connection: Connection, name: str, after: int, most: int) -> list[LetterRow]:
    """A mailing's, behind a place; those of wallets that were forgotten since are gone."""
    chosen = select(LETTERS).where(_l.mailing == name, _l.place > after)
    return [LetterRow(*row) for row in connection.execute(chosen.order_by(_l.place).limit(most))]


def forget_mailings(connection: Connection, before_s: int) -> int:
    """Drops mailings of before that time, with their lists; how many."""
    old = select(_m.id).where(_m.made_s < before_s)
    connection.execute(delete(LETTERS).where(_l.mailing.in_(old)))
    return connection.execute(delete(MAILINGS).where(_m.made_s < before_s)).rowcount


def forget_wallet(connection: Connection, wallet: str) -> None:
    """Nothing of it stays: what was chosen, what was told, whose letter it was."""
    for table in OF_A_WALLET:
        connection.execute(delete(table).where(table.c.wallet == wallet))


def _died(wallet: Any) -> Any:
    d = DEATHS.c
    return exists().where(d.wallet == wallet, d.withdrawn_s.is_(None))
