"""What is asked of acts, messages, slips and views: what was done for a resident, and who looked.

Repository only: takes the caller's connection and commits nothing. Amounts are units of 0.01 point.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from ledger.store.operator_tables import ORDERS
from ledger.store.residents_tables import ACTS, MESSAGES, SLIPS, VIEWS

_NOTHING_TAKEN = ("refused", "released")
_TAKEN = ("captured", "refunding", "refunded")


class ActRow(NamedTuple):
    """An order that was placed at a desk; ``seq`` is the database's."""

    seq: int
    order: str
    wallet: str
    session: str
    worker: str
    delegation: str | None
    acceptor: int
    units: int
    at_s: int
    day: int
    month: int


class MessageRow(NamedTuple):
    """A message to a resident."""

    seq: int
    id: str
    wallet: str
    contact: str | None
    kind: str
    words: str
    order: str | None
    made_s: int
    sent_s: int | None


class SlipRow(NamedTuple):
    """A slip that an order was printed on."""

    order: str
    code: str
    wallet: str
    acceptor: int
    units: int
    made_s: int
    made_by: str
    taken_s: int | None
    taken_by: str | None
    taken_at: str | None
    taken_as: str | None


class ViewRow(NamedTuple):
    """Somebody looked at a resident's data."""

    seq: int
    wallet: str
    at_s: int
    who: str
    role: str
    label: str
    what: str
    why: str


# Acts


def act(connection: Connection, order: str) -> ActRow | None:
    """Who placed that order, if it was at a desk."""
    row = connection.execute(select(ACTS).where(ACTS.c.order == order)).one_or_none()
    return None if row is None else ActRow(*row)


def add_act(connection: Connection, row: ActRow) -> None:
    """Before its order is placed; its number is the database's."""
    connection.execute(insert(ACTS).values(**_without_seq(row)))


def drop_act(connection: Connection, order: str) -> None:
    """An act that came to nothing, with what was to be told of it; never one with an order."""
    placed = exists().where(ORDERS.c.id == order)
    connection.execute(delete(ACTS).where(ACTS.c.order == order, ~placed))
    connection.execute(delete(MESSAGES).where(MESSAGES.c.order == order, ~placed))


def drop_lost_acts(connection: Connection, before_s: int) -> None:
    """Acts of long ago whose order never came, with what was to be told of them."""
    lost = select(ACTS.c.order).where(
        ACTS.c.at_s < before_s, ~exists().where(ORDERS.c.id == ACTS.c.order)
    )
    names = list(connection.execute(lost).scalars())
    connection.execute(delete(MESSAGES).where(MESSAGES.c.order.in_(names)))
    connection.execute(delete(ACTS).where(ACTS.c.order.in_(names)))


def acts(connection: Connection, wallet: str, before: int | None, most: int) -> list[ActRow]:
    """A wallet's acts, newest first."""
    chosen = select(ACTS).where(ACTS.c.wallet == wallet).order_by(ACTS.c.seq.desc()).limit(most)
    if before is not None:
        chosen = chosen.where(ACTS.c.seq < before)
    return [ActRow(*row) for row in connection.execute(chosen)]


def spent_on_day(connection: Connection, wallet: str, day: int) -> int:
    """Units that acts on a wallet took that day, or may still take."""
    return _spent(connection, and_(ACTS.c.wallet == wallet, ACTS.c.day == day))


def spent_by_delegate(connection: Connection, delegation: str, month: int) -> int:
    """The same of a delegate's acts in a month."""
    return _spent(connection, and_(ACTS.c.delegation == delegation, ACTS.c.month == month))


def _spent(connection: Connection, chosen: ColumnElement[bool]) -> int:
    """An order that ended without taking anything counts nothing; one captured, what it took."""
    taken = case(
        (ORDERS.c.state.in_(_NOTHING_TAKEN), 0),
        (ORDERS.c.state.in_(_TAKEN), ORDERS.c.captured_units),
        else_=ACTS.c.units,
    )
    joined = ACTS.outerjoin(ORDERS, ORDERS.c.id == ACTS.c.order)
    sums = select(func.coalesce(func.sum(taken), 0)).select_from(joined).where(chosen)
    return int(connection.execute(sums).scalar_one())


# Messages


def add_message(connection: Connection, row: MessageRow) -> None:
    """To be sent after the commit; its number is the database's."""
    connection.execute(insert(MESSAGES).values(**_without_seq(row)))


def is_message(connection: Connection, name: str) -> bool:
    """Whether there is one of that id."""
    chosen = select(MESSAGES.c.seq).where(MESSAGES.c.id == name)
    return connection.execute(chosen).scalar_one_or_none() is not None


def message(connection: Connection, name: str) -> MessageRow | None:
    """The message of that id."""
    row = connection.execute(select(MESSAGES).where(MESSAGES.c.id == name)).one_or_none()
    return None if row is None else MessageRow(*row)


def unsent(
    connection: Connection, most: int, first: str = "", resting: Collection[str] = ()
) -> list[MessageRow]:
    """Messages that somebody waits for; one about an order once that is there. Those of the kind
    ``first`` before all others, none of the kinds ``resting``."""
    c = MESSAGES.c
    placed = or_(c.order.is_(None), exists().where(ORDERS.c.id == c.order))
    chosen = select(MESSAGES).where(c.sent_s.is_(None), c.contact.is_not(None), placed)
    if resting:
        chosen = chosen.where(c.kind.not_in(resting))
    order = (case((c.kind == first, 0), else_=1), c.seq)
    return [MessageRow(*row) for row in connection.execute(chosen.order_by(*order).limit(most))]


def note_sent(connection: Connection, name: str, now_s: int, *, words_gone: bool) -> None:
    """It is out; a secret's words are not kept."""
    values: dict[str, object] = {"sent_s": now_s} | ({"words": ""} if words_gone else {})
    chosen = update(MESSAGES).where(MESSAGES.c.id == name, MESSAGES.c.sent_s.is_(None))
    connection.execute(chosen.values(**values))


def messages(
    connection: Connection, wallet: str, before: int | None, most: int
) -> list[MessageRow]:
    """What a wallet was told, newest first; never what was only planned."""
    c = MESSAGES.c
    placed = or_(c.order.is_(None), exists().where(ORDERS.c.id == c.order))
    chosen = select(MESSAGES).where(c.wallet == wallet, placed).order_by(c.seq.desc()).limit(most)
    if before is not None:
        chosen = chosen.where(c.seq < before)
    return [MessageRow(*row) for row in connection.execute(chosen)]


# Slips


def slip(connection: Connection, order: str) -> SlipRow | None:
    """The slip of an order."""
    row = connection.execute(select(SLIPS).where(SLIPS.c.order == order)).one_or_none()
    return None if row is None else SlipRow(*row)


def slip_of_code(connection: Connection, code: str) -> SlipRow | None:
    """The slip with that code."""
    row = connection.execute(select(SLIPS).where(SLIPS.c.code == code)).one_or_none()
    return None if row is None else SlipRow(*row)


def add_slip(connection: Connection, row: SlipRow) -> None:
    """Before its order is placed."""
    connection.execute(insert(SLIPS).values(**row._asdict()))


def drop_slip(connection: Connection, order: str) -> None:
    """Of an order that came to nothing; never one with an order."""
    placed = exists().where(ORDERS.c.id == order)
    connection.execute(delete(SLIPS).where(SLIPS.c.order == order, ~placed))


def take_slip(
    connection: Connection, order: str, taken: tuple[int, str, str, str], before: str | None
) -> bool:
    """Notes (when, by which key, at which desk, as which command), where it was not taken, or by
    the command ``before`` only; whether it was so."""
    c = SLIPS.c
    names = ("taken_s", "taken_by", "taken_at", "taken_as")
    free = c.taken_as.is_(None) if before is None else c.taken_as == before
    chosen = update(SLIPS).where(c.order == order, free)
    values = dict(zip(names, taken, strict=True))
    return connection.execute(chosen.values(**values)).rowcount == 1


# Views


def add_views(connection: Connection, rows: Sequence[ViewRow]) -> None:
    """Who looked at what; the numbers are the database's."""
    if rows:
        connection.execute(insert(VIEWS), [_without_seq(row) for row in rows])


def views(connection: Connection, wallet: str, before: int | None, most: int) -> list[ViewRow]:
    """Of a wallet, newest first."""
    chosen = select(VIEWS).where(VIEWS.c.wallet == wallet).order_by(VIEWS.c.seq.desc()).limit(most)
    if before is not None:
        chosen = chosen.where(VIEWS.c.seq < before)
    return [ViewRow(*row) for row in connection.execute(chosen)]


def views_between(
    connection: Connection, wallets: Sequence[str], since_s: int, before_s: int
) -> list[ViewRow]:
    """Of these wallets within some time, oldest first."""
    c = VIEWS.c
    within = (c.wallet.in_(wallets), c.at_s >= since_s, c.at_s < before_s)
    return [
        ViewRow(*row) for row in connection.execute(select(VIEWS).where(*within).order_by(c.seq))
    ]


def forget_views(connection: Connection, before_s: int) -> int:
    """Drops what is older; how many."""
    return connection.execute(delete(VIEWS).where(VIEWS.c.at_s < before_s)).rowcount


def _without_seq(row: ActRow | MessageRow | ViewRow) -> dict[str, object]:
    return {name: value for name, value in row._asdict().items() if name != "seq"}
