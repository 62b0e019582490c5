"""What residents would like to get and nobody offers: said, counted, met.

Who wishes the same (but for spaces, punctuation and the like) is counted under one wish, each
wallet once. Acceptors read wishes with their counts; everybody reads how many there are of each
kind; nobody reads whose they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.errors import Refused, Rejected
from ledger.offers import letters
from ledger.offers.choices import Category
from ledger.offers.rating import in_steps
from ledger.offers.trying import changing
from ledger.offers.values import OfferState, Wish
from ledger.redeeming.seeing import indexed
from ledger.redeeming.wallets import read_wallet
from ledger.redeeming.workplace import Look, Workplace, check_id, content_of, require_same
from ledger.store import offers_rows
from ledger.store import offers_wishes as rows
from ledger.store.offers_wishes import Chosen, VoiceRow, WishRow
from ledger.units import DAY_S

VOICES_MOST, VOICES_DAYS = 20, 90
"""How many wishes a wallet may say within so many days."""


class Kind(NamedTuple):
    """How many voices ask for something of a category in a district; None: too few to tell."""

    category: Category
    district: str
    voices: int | None


class Wishing:
    """Use cases of wishes at one workplace. Safe to call from any thread."""

    def __init__(self, work: Workplace) -> None:
        self._work = work

    def say(
        self,
        voice: str,
        wallet: str,
        words: str,
        category: Category,
        district: str,
        *,
        dry_run: bool = False,
    ) -> Wish:
        """The wish, with this wallet's voice; who has said the same before counts once.

        Raises Rejected: wallet.unknown, wish.empty, order.id-reused; Refused("wish.too-many").
        """
        check_id(voice)
        content = content_of("wish", wallet, words, category, district)
        plain = letters.folded(words)
        if not plain:
            raise Rejected("wish.empty", field="words")
        with changing(self._work, dry_run) as at:
            before = rows.voice(at.operator, voice)
            if before is not None:
                require_same(voice, before.content, content)
                return _read(at, before.wish)
            read_wallet(at, wallet)
            wish = rows.same(at.operator, plain, category, district)
            now_s = indexed(at.projection).time_s
            said = rows.voices_of(at.operator, wallet, now_s - VOICES_DAYS * DAY_S)
            if wish in said:
                return _read(at, wish)
            if len(said) >= VOICES_MOST:
                raise Refused("wish.too-many", most=VOICES_MOST, days=VOICES_DAYS)
            if wish is None:
                wish = voice
                kind = {"category": category, "district": district}
                rows.add(at.operator, {"id": wish, "words": words, "letters": plain, **kind})
            rows.speak(at.operator, VoiceRow(voice, content, wish, wallet, now_s))
            return _read(at, wish)

    def grant(self, wish: str, offer: str, *, dry_run: bool = False) -> Wish:
        """Names an offer that meets the wish, for as long as it is open; once more is the same.

        Raises Rejected: wish.unknown, offer.unknown; Refused("offer.not-in-state").
        """
        with changing(self._work, dry_run) as at:
            _read(at, wish)
            row = offers_rows.find(at.operator, offer)
            if row is None:
                raise Rejected("offer.unknown", id=offer)
            if row.state != OfferState.OPEN:
                raise Refused("offer.not-in-state", id=offer, state=row.state)
            rows.grant(at.operator, wish, offer, indexed(at.projection).time_s)
            return _read(at, wish)

    def page(
        self,
        category: Category | None,
        district: str | None,
        after: tuple[int, int] | None,
        most: int,
        *,
        unmet: bool,
    ) -> tuple[list[Wish], tuple[int, int] | None]:
        """Wishes with the most voices first, and (voices, number) where the next page begins."""
        with self._work.look() as at:
            now_s = indexed(at.projection).time_s
            chosen = Chosen(category, district, now_s if unmet else None)
            found = rows.page(at.operator, chosen, after, most)
            met = rows.met_by(at.operator, [row.id for row in found], now_s)
        following = (found[-1].voices, found[-1].seq) if len(found) == most else None
        return [_wish(row, met.get(row.id, [])) for row in found], following

    def behind(self, wishes: Iterable[Wish]) -> list[str]:
        """The wallets whose words these are, of wishes that few share: the others are nobody's."""
        few = [one.id for one in wishes if in_steps(one.voices) is None]
        with self._work.look() as at:
            return rows.speakers(at.operator, few)

    def kinds(self) -> list[Kind]:
        """How many voices there are by category and district, the small ones untold."""
        with self._work.look() as at:
            found = rows.counts(at.operator)
        return [
            Kind(Category(category), district, in_steps(voices))
            for (category, district), voices in sorted(found.items())
        ]


def _read(at: Look, wish: str) -> Wish:
    row = rows.find(at.operator, wish)
    if row is None:
        raise Rejected("wish.unknown", id=wish)
    now_s = indexed(at.projection).time_s
    return _wish(row, rows.met_by(at.operator, [wish], now_s).get(wish, []))


def _wish(row: WishRow, met: list[str]) -> Wish:
    category = Category(row.category)
    return Wish(row.id, row.words, category, row.district, row.voices, row.last_s, tuple(met))
