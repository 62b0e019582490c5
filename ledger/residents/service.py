"""All use cases of residents at desks, wired over one place."""

from __future__ import annotations

from ledger.residents.acting import Acting
from ledger.residents.cards import Cards
from ledger.residents.deaths import Deaths
from ledger.residents.delegates import Delegates
from ledger.residents.looks import Looks
from ledger.residents.opening import Opening
from ledger.residents.place import Place
from ledger.residents.sittings import Sittings
from ledger.residents.slips import Slips
from ledger.store import residents_people as people


class Residents:
    """Each part may be called from any thread."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.terms = place.terms
        self.post = place.post
        self.seals = place.seals
        self.cards = Cards(place)
        self.sittings = Sittings(place, self.cards)
        self.opening = Opening(place, self.cards)
        self.delegates = Delegates(place, self.cards)
        self.acting = Acting(place)
        self.slips = Slips(place)
        self.looks = Looks(place)
        self.deaths = Deaths(place, self.cards)

    def tidy(self) -> None:
        """What a process does now and then: sends what waits, forgets what is over."""
        self._place.post.deliver()
        self.looks.forget()
        self.forget_orphans()

    def forget_orphans(self) -> int:
        """Drops all of wallets that were forgotten; how many rows."""
        with self._place.change() as at:
            return people.forget_orphans(at)
