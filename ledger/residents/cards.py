"""Cards: made with a PIN that is shown once, tried, locked, reset by two workers in person.

Each try is counted before it is judged, so that many at once are as many tries. A right one clears
the count. Who asks for a card that is not there waits as long and hears the same.
"""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

from ledger.errors import Refused, Rejected
from ledger.redeeming.workplace import check_id
from ledger.residents.messages import CODE
from ledger.residents.place import Place, require_wallet
from ledger.residents.rules import (
    SHOWN_AGAIN_S,
    TRIES_MOST,
    Holder,
    read_card_number,
    wait_after,
)
from ledger.store import residents_cards as cards
from ledger.store.engine import Connection
from ledger.store.residents_cards import CardRow, ResetRow


class Fresh(NamedTuple):
    """A card that is handed over. ``pin`` None where it was shown too long ago to show it again."""

    card: CardRow
    pin: str | None


class Wanted(NamedTuple):
    """Whose card, and how long it is good."""

    wallet: str
    holder: Holder
    by: str
    delegation: str | None = None
    until_s: int | None = None
    contact: str | None = None


class Cards:
    """Use cases of cards at one place."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def issue(self, connection: Connection, command_id: str, wanted: Wanted) -> Fresh:
        """A card, in the caller's transaction; the same for the same command."""
        found = cards.card(connection, command_id)
        if found is None:
            seals, now_s = self._place.seals, self._place.now_s()
            number = self._free_number(connection, command_id)
            pin = seals.pin_digest(seals.pin(command_id))
            found = CardRow(
                command_id, number, wanted.wallet, wanted.holder, wanted.delegation, pin,
                0, 0, now_s, wanted.by, wanted.until_s, None, wanted.contact,
            )  # fmt: skip
            cards.add(connection, found)
        return self._fresh(found, command_id, found.made_s)

    def card(self, card_id: str) -> CardRow:
        """Rejected("resident.card-unknown")."""
        with self._place.look() as at:
            return _card(at, card_id)

    def of_wallet(self, wallet: str) -> list[CardRow]:
        """All its cards; Rejected("wallet.unknown")."""
        with self._place.look() as at:
            require_wallet(at, wallet)
            return cards.of_wallet(at, wallet)

    def end(self, card_id: str) -> CardRow:
        """A lost card opens nothing any more, at once."""
        with self._place.change() as at:
            _card(at, card_id)
            cards.end(at, card_id, self._place.now_s())
            return _card(at, card_id)

    # What a card opens

    def prove(self, typed: str, pin: str | None, code: str | None) -> CardRow:
        """The card of that number, shown with its PIN or a one-time code.

        Raises Rejected("resident.card-mistyped"); Refused: resident.card-wrong,
        resident.card-locked, resident.card-blocked, resident.card-over.
        """
        number = read_card_number(typed)
        found = self._count(number)
        if not (self._fits_pin(found, pin) if code is None else self._fits_code(found, code)):
            raise Refused("resident.card-wrong", field="code" if code is not None else "pin")
        assert found is not None
        with self._place.change() as at:
            cards.note_tries(at, found.id, 0, 0)
        if found.until_s is not None and found.until_s <= self._place.now_s():
            raise Refused("resident.card-over", until_s=found.until_s)
        return found

    def send_code(self, command_id: str, typed: str) -> None:
        """Sends a one-time code to where the card's holder reads it; the one before is void.

        Nothing is said about whether there is such a card, or whom it reaches.
        """
        number, seals = read_card_number(typed), self._place.seals
        with self._place.change() as at:
            found = cards.by_number(at, number)
            if found is None or found.ended_s is not None or found.contact is None:
                return
            code, terms = seals.code(command_id), self._place.terms
            expires_s = self._place.now_s() + terms.code_s
            cards.put_code(at, found.id, seals.code_digest(found.id, code), expires_s)
            words = _code_words(code, terms.code_s)
            self._place.post.record(at, command_id, found.wallet, found.contact, CODE, words)
        self._place.post.deliver()

    # A PIN forgotten, a card lost: two workers

    def ask_reset(
        self, command_id: str, by: str, *, card: str | None, wallet: str | None, lost: bool
    ) -> ResetRow:
        """What one worker saw in person; another one has to see it too. Without a card, the wallet
        gets one, as it has none that works.

        Raises Rejected: resident.card-unknown, wallet.unknown; Refused: resident.card-there,
        resident.card-ended.
        """
        check_id(command_id)
        with self._place.change() as at:
            found = cards.reset(at, command_id)
            if found is None:
                target = self._target(at, card, wallet)
                now_s = self._place.now_s()
                row = ResetRow(command_id, target, card, lost, by, now_s, None, None, None)
                cards.add_reset(at, row)
                found = row
            return found

    def confirm_reset(self, command_id: str, reset_id: str, by: str) -> Fresh:
        """The card with its new PIN, a new number too where it was lost.

        Raises Rejected("resident.reset-unknown"); Refused: resident.same-worker,
        resident.reset-done.
        """
        with self._place.change() as at:
            found = cards.reset(at, reset_id)
            if found is None:
                raise Rejected("resident.reset-unknown", id=reset_id)
            if found.asked_by == by:
                raise Refused("resident.same-worker", id=reset_id)
            now_s = self._place.now_s()
            if found.confirmed_s is None:
                self._reset(at, command_id, found, by)
                cards.confirm_reset(at, reset_id, by, command_id, now_s)
            elif found.confirmed_as != command_id:
                raise Refused("resident.reset-done", id=reset_id, confirmed_s=found.confirmed_s)
            card = _card(at, found.card or command_id)
            return self._fresh(card, command_id, found.confirmed_s or now_s)

    def _reset(self, at: Connection, command_id: str, asked: ResetRow, by: str) -> None:
        if asked.card is None:
            self._target(at, None, asked.wallet)
            self.issue(at, command_id, Wanted(asked.wallet, Holder.RESIDENT, by))
            return
        kept, seals = _card(at, asked.card), self._place.seals
        number = self._free_number(at, command_id) if asked.lost else kept.number
        cards.put_pin(at, kept.id, number, seals.pin_digest(seals.pin(command_id)))
        cards.end_sessions_of_card(at, kept.id, self._place.now_s())

    def _target(self, at: Connection, card: str | None, wallet: str | None) -> str:
        """Whose wallet it is."""
        if card is not None:
            found = _card(at, card)
            if found.ended_s is not None:
                raise Refused("resident.card-ended", id=card)
            return found.wallet
        assert wallet is not None, "a card or a wallet"
        require_wallet(at, wallet)
        now_s = self._place.now_s()
        for other in cards.of_wallet(at, wallet):
            works = other.ended_s is None and (other.until_s is None or other.until_s > now_s)
            if works and other.holder != Holder.DELEGATE:
                raise Refused("resident.card-there", id=other.id)
        return wallet

    def _count(self, number: str) -> CardRow | None:
        """The card, one try the more; None where there is none that works."""
        with self._place.change() as at:
            found, now_s = cards.by_number(at, number), self._place.now_s()
            if found is None or found.ended_s is not None:
                return None
            if found.failures >= TRIES_MOST:
                raise Refused("resident.card-blocked", most=TRIES_MOST)
            if found.locked_until_s > now_s:
                raise Refused("resident.card-locked", until_s=found.locked_until_s)
            tries = found.failures + 1
            rest_s = wait_after(tries)
            cards.note_tries(at, found.id, tries, now_s + rest_s if rest_s else 0)
            return found

    def _fits_pin(self, found: CardRow | None, pin: str | None) -> bool:
        return self._place.seals.pin_fits(found and found.pin, pin or "")

    def _fits_code(self, found: CardRow | None, code: str) -> bool:
        if found is None:
            return False
        digest = self._place.seals.code_digest(found.id, code)
        with self._place.change() as at:
            return cards.take_code(at, found.id, digest, self._place.now_s())

    def _free_number(self, at: Connection, command_id: str) -> str:
        numbers = (self._place.seals.number(command_id, turn) for turn in count())
        return next(each for each in numbers if cards.by_number(at, each) is None)

    def _fresh(self, card: CardRow, command_id: str, shown_s: int) -> Fresh:
        """With its PIN, while that is this command's and was just shown."""
        pin = self._place.seals.pin(command_id)
        late = self._place.now_s() > shown_s + SHOWN_AGAIN_S
        return Fresh(card, None if late or not self._fits_pin(card, pin) else pin)


def _card(at: Connection, card_id: str) -> CardRow:
    found = cards.card(at, card_id)
    if found is None:
        raise Rejected("resident.card-unknown", id=card_id)
    return found


def _code_words(code: str, good_s: int) -> str:
    minutes = good_s // 60
    return (
        f"通兑验证码 {code}，{minutes} 分钟内有效。请只告诉正在为您办理的社区工作者。"
        f"Tongdui code {code}, good for {minutes} minutes: tell it only the worker serving you."
    )
