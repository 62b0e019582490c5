"""The demo's residents: wallets at the operator's desk, and their consents at the issuers'.

Names and member ids are invented by the sandbox. One resident keeps the key of the volunteer
account herself; the others leave theirs with the operator, on trust and within caps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from issuers.sandbox.kinds import Scheme
from issuers.sandbox.people import Resident, residents
from issuers.sandbox.season import Spec
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
    key: Key | None = None
    """The resident's own key of the volunteer account, where there is one."""

    @property
    def late(self) -> bool:
        """Whether this resident links late."""
        return self.resident.number % LATE_EVERY == LATE_EVERY - 1


def number_of(scheme: Scheme) -> int:
    """The member number of a scheme's issuer."""
    return charter.NUMBER[charter.ISSUER_OF[scheme].code]


def open_wallets(desk: Desk, spec: Spec, own_key: Key, advance: Advance) -> list[Person]:
    """A wallet for every resident, with an account for each scheme that the resident is in."""
    everybody = residents(spec.seed, spec.residents)
    keeper = next(one for one in everybody if Scheme.VOLUNTEER in one.members)
    people: list[Person] = []

    def opened(one: Resident) -> Person:
        return _open(desk, one, own_key if one is keeper else None)

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


def _open(desk: Desk, resident: Resident, key: Key | None) -> Person:
    numbers = {number_of(scheme): scheme for scheme in resident.members}
    own = {} if key is None else {number_of(Scheme.VOLUNTEER): "0x" + key.address.hex()}
    body = {"issuers": sorted(numbers), "own_keys": own}
    wallet = desk.post("/v1/wallets", body, f"wallet-{resident.number}")
    accounts = {
        numbers[one["issuer"]]: bytes.fromhex(one["account"][2:]) for one in wallet["accounts"]
    }
    return Person(resident, wallet["id"], accounts, key)
