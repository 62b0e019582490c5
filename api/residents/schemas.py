"""Shapes of cards, of orders that somebody placed at a desk, and of messages to residents."""

from __future__ import annotations

from typing import Self

from api.shapes import Amount, MemberNumber, Moment, Shape, example, moment
from ledger.residents.rules import Holder
from ledger.store.residents_cards import CardRow
from ledger.store.residents_deeds import ActRow, MessageRow

SAMPLE_AT = "2026-05-02T09:30:00+08:00"
SAMPLE_WALLET = "5b0e9d2c-6f0a-5e5e-9c0b-3a6d5f6f0a11"
SAMPLE_CARD = "c2d7b0a4-90a5-5b7e-8f0e-0d1a5c2b7e33"
SAMPLE_ORDER = "8a4f6a10-0c5b-5d0e-8a5e-6e0d3c1b2a90"
SAMPLE_KEY = "3f2a9c0d1e4b"
SAMPLE_SESSION = "s3f2a9c0d1e4b"


class CardShape(Shape):
    """通兑卡；只显示卡号末四位 · a card; its number but for the last four is on the card only."""

    model_config = example(
        id=SAMPLE_CARD,
        last_four="0427",
        wallet=SAMPLE_WALLET,
        holder="resident",
        delegate=None,
        made_at=SAMPLE_AT,
        made_by=SAMPLE_KEY,
        until=None,
        ended_at=None,
        locked_until=None,
    )

    id: str
    last_four: str
    wallet: str
    holder: Holder
    delegate: str | None
    made_at: Moment
    made_by: str
    until: Moment | None
    ended_at: Moment | None
    locked_until: Moment | None

    @classmethod
    def of(cls, card: CardRow) -> Self:
        """As it is shown."""
        return cls(
            id=card.id,
            last_four=card.number[-4:],
            wallet=card.wallet,
            holder=Holder(card.holder),
            delegate=card.delegation,
            made_at=moment(card.made_s),
            made_by=card.made_by,
            until=None if card.until_s is None else moment(card.until_s),
            ended_at=None if card.ended_s is None else moment(card.ended_s),
            locked_until=moment(card.locked_until_s) if card.locked_until_s else None,
        )


class CardList(Shape):
    """钱包的通兑卡 · a wallet's cards, ended ones and delegates' too."""

    model_config = example(cards=[])

    cards: list[CardShape]


class ActShape(Shape):
    """柜台代办的一笔兑换 · an order placed at a desk, and by whom."""

    model_config = example(
        order=SAMPLE_ORDER,
        acceptor=3,
        amount={"units": 1500, "points": "15.00"},
        at=SAMPLE_AT,
        session=SAMPLE_SESSION,
        worker=SAMPLE_KEY,
        delegate=None,
    )

    order: str
    acceptor: MemberNumber
    amount: Amount
    at: Moment
    session: str
    worker: str
    delegate: str | None

    @classmethod
    def of(cls, act: ActRow) -> Self:
        """As it is shown."""
        return cls(
            order=act.order,
            acceptor=act.acceptor,
            amount=Amount.of(act.units),
            at=moment(act.at_s),
            session=act.session,
            worker=act.worker,
            delegate=act.delegation,
        )


class ActPage(Shape):
    """柜台代办记录，新的在前 · acts, newest first."""

    model_config = example(acts=[], next_cursor=None)

    acts: list[ActShape]
    next_cursor: str | None


class MessageShape(Shape):
    """给居民的消息；验证码发出后不留内容 · a message; a code's words go once it is sent."""

    model_config = example(
        kind="delegate-used",
        words="您登记的代兑人刚在 3 号承兑方下单 15.00 积分。",
        order=SAMPLE_ORDER,
        made_at=SAMPLE_AT,
        sent_at=None,
    )

    kind: str
    words: str
    order: str | None
    made_at: Moment
    sent_at: Moment | None

    @classmethod
    def of(cls, message: MessageRow) -> Self:
        """As it is shown."""
        return cls(
            kind=message.kind,
            words=message.words,
            order=message.order,
            made_at=moment(message.made_s),
            sent_at=None if message.sent_s is None else moment(message.sent_s),
        )


class MessagePage(Shape):
    """消息，新的在前 · messages, newest first."""

    model_config = example(messages=[], next_cursor=None)

    messages: list[MessageShape]
    next_cursor: str | None
