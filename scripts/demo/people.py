"""The demo's residents: wallets at the operator's desk, and their consents at the issuers'.

Names and member ids are invented by the sandbox. One resident keeps the keys of
her accounts herself; the others leave theirs with the operator, on trust and within caps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from issuers.sandbox.kinds import Scheme
from issuers.sandbox.people import Resident, residents
from issuers.sandbox.season import Flaw, Spec, rows
from ledger.chain.signer import Key
from scripts import charter
from scripts.demo.desk import Desk
from scripts.demo.premises import Link
from scripts.telling import Advance

AT_ONCE = 4
"""Requests in flight: as many desks as open wallets at the same time."""
LATE_EVERY = 20
"""Every twentieth resident links some months late: what was earned before waits, or is lost."""


@dataclass(frozen=True)
class Person:
    """A resident with a wallet. ``accounts`` are by scheme."""

    resident: Resident
    wallet: str
    accounts: dict[Scheme, bytes]
    keys: tuple[Key, ...] = ()
    """The resident's own keys, one an account, where she keeps them."""

    @property
    def late(self) -> bool:
        """Whether this resident links late."""
        return is_late(self.resident)


def is_late(resident: Resident) -> bool:
    """Whether this resident links late."""
    return resident.number % LATE_EVERY == LATE_EVERY - 1


def number_of(scheme: Scheme) -> int:
    """The member number of a scheme's issuer."""
    return charter.NUMBER[charter.ISSUER_OF[scheme].code]


def open_wallets(desk: Desk, spec: Spec, advance: Advance) -> list[Person]:
    """A wallet for every resident, with an account for each scheme that the resident is in."""
    everybody = residents(spec.seed, spec.residents)
    keeper = _first_volunteer(spec, everybody)
    people: list[Person] = []

    def opened(one: Resident) -> Person:
        return _open(desk, one, own_keys=one is keeper)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for person in pool.map(opened, everybody):
            people.append(person)
            advance(len(people), len(everybody))
    return people


def links(people: Sequence[Person], linked_at: str, *, late: bool) -> dict[Scheme, list[Link]]:
    """The consents by scheme: of those who link at once, or of everybody."""
    found: dict[Scheme, list[Link]] = defaultdict(list)
    for person in people:
        if person.late and not late:
            continue
        for scheme, account in person.accounts.items():
            member_id = person.resident.members[scheme]
            found[scheme].append(Link(member_id, account, linked_at))
    return found


def _first_volunteer(spec: Spec, everybody: Sequence[Resident]) -> Resident:
    """Who serves first, so that she has points when redeeming begins."""
    by_member = {one.members.get(Scheme.VOLUNTEER): one for one in everybody}
    shown = (row.event for row in rows(spec, Scheme.VOLUNTEER))
    clean = (by_member[event.member_id] for event in shown if event.flaw is Flaw.NONE)
    return next(one for one in clean if not is_late(one))


def _open(desk: Desk, resident: Resident, *, own_keys: bool) -> Person:
    numbers = {number_of(scheme): scheme for scheme in resident.members}
    keys = {number: Key.generate() for number in numbers} if own_keys else {}
    own = {str(number): "0x" + key.address.hex() for number, key in keys.items()}
    body = {"issuers": sorted(numbers), "own_keys": own}
    wallet = desk.post("/v1/wallets", body, f"wallet-{resident.number}")
    accounts = {
        numbers[one["issuer"]]: bytes.fromhex(one["account"][2:]) for one in wallet["accounts"]
    }
    return Person(resident, wallet["id"], accounts, tuple(keys.values()))
